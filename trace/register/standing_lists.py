"""The lists of a producer's plots and attached farmers, those in use first."""

from ..access.matching import any_of, named, written
from ..access.visibility import visible
from ..errors import N_
from ..listing.listof import Choice, Column, ListOf
from ..models import AttachedFarmer, Plot, PlotKind
from .archiving import Kept, kept_as

PLOTS = ListOf(
    "plots",
    lambda actor: visible(actor, Plot),
    Plot.id,
    (
        Column("name", N_("地块"), (Plot.name_normal,)),
        Column("kind", N_("类型"), (Plot.kind,)),
        Column("place", N_("乡镇、村"), (Plot.place,)),
        Column("county", N_("县市区"), (Plot.county,)),
        Column("area", N_("面积（亩）"), (Plot.area_mu,), newest=True, is_number=True),
        Column("entered", N_("登记"), (Plot.id,), newest=True, is_order=True),
    ),
    "entered",
    any_of(named(Plot.name_normal), written(Plot.place)),
    N_("名称、村"),
    N_("还没有地块。先登记一块，批次才说得出从哪里采收。"),
    choices=(
        Choice(
            "kept",
            N_("在用还是归档"),
            Kept,
            lambda kept, actor: kept_as(kept, Plot),
            lambda actor: Kept.IN_USE,
            is_tabs=True,
        ),
        Choice("kind", N_("类型"), PlotKind, lambda kind, actor: Plot.kind == kind),
    ),
)
FARMERS = ListOf(
    "farmers",
    lambda actor: visible(actor, AttachedFarmer),
    AttachedFarmer.id,
    (
        Column("name", N_("姓名"), (AttachedFarmer.name_normal,)),
        Column("place", N_("乡镇、村"), (AttachedFarmer.place,)),
        Column("added", N_("登记"), (AttachedFarmer.added_at,), newest=True),
    ),
    "added",
    any_of(named(AttachedFarmer.name_normal), written(AttachedFarmer.place)),
    N_("姓名、村"),
    N_("还没有挂靠农户。合作社替散户记录、赋码时，先把散户登记在这里；记录和批次上会写着是谁种的。"),
    choices=(
        Choice(
            "kept",
            N_("在用还是归档"),
            Kept,
            lambda kept, actor: kept_as(kept, AttachedFarmer),
            lambda actor: Kept.IN_USE,
            is_tabs=True,
        ),
    ),
)
