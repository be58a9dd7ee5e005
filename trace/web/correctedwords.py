"""What a correction changed, as a page says it: the field's name, the old value and the new one."""

from collections.abc import Iterator, Mapping, Sequence

from flask import Flask
from flask_babel import gettext

from ..accounts.people import POSITION_WORDS
from ..errors import N_
from ..farm import farmers
from ..models import Position
from ..recall import figures
from ..register import partners, plot_positions, plots, producer_corrections, product_barcodes, product_texts
from .guard import service
from .language import say

FIELD_WORDS: dict[str, str] = {
    "name": N_("姓名或单位"),
    "county": N_("范围"),
    "position": N_("岗位"),
    "insurer": N_("保险机构全称"),
    "harvest_date": N_("采收日期"),
    "plot": N_("种植地块"),
    "farmer": N_("谁种的"),
    "quantity": N_("总量"),
    "unit": N_("单位"),
    "pack_size": N_("每件的量"),
    "brand": N_("品牌"),
    **plots.CORRECTED,
    **plot_positions.CORRECTED,
    **farmers.CORRECTED,
    **partners.CORRECTED,
    **producer_corrections.CORRECTED,
    **product_texts.CORRECTED,
    **product_barcodes.CORRECTED,
    **figures.CORRECTED,
}  # what `audit/corrections.py: changes` names; a field that is shown by its key has its word missing here

UNSHOWN = {"before": N_("原来的号码（不显示）"), "after": N_("新的号码（不显示）")}


def init_app(app: Flask) -> None:
    """Give templates the lines of a correction."""
    app.jinja_env.filters.update(corrected_lines=corrected_lines)


def corrected_lines(corrected: Mapping[str, Sequence[object]] | None) -> Iterator[tuple[str, str, str]]:
    """For each field that was changed: its name, what it was, what it is."""
    for name, (was, now) in (corrected or {}).items():
        yield gettext(FIELD_WORDS.get(name, name)), _said(name, was), _said(name, now)


def _said(name: str, value: object) -> str:
    if name == "county":
        return say(service().installation.policy.county_name(str(value) if value else None))
    if name == "position":
        return str(gettext(POSITION_WORDS[Position(str(value))]))
    if name == "unit":
        return str(gettext(str(value)))
    if name == "producer_resident_id":
        return str(gettext(UNSHOWN.get(str(value), str(value))))
    return str(value) if value not in (None, "") else str(gettext("（空）"))
