"""The brand directory as officers keep it: brands, levels, lists, producers' own brands, licences. On the bureau's
blueprint."""

from collections.abc import Callable

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from ...access.actor import Actor
from ...audit import log
from ...brands import directory, licences, likeness
from ...brands.lists import BRANDS
from ...certification import claims
from ...certification.schemes import SCHEME_WORDS
from ...clock import day_of
from ...errors import N_
from ...models import Batch, Brand, BrandKind, BrandLicence, Review
from ...provenance import allowance
from ...uploads import attachments
from .. import forms, list_frame
from ..blueprints import bureau as bp
from ..commoditywords import chosen
from ..guard import service
from ..several import Act, answered, answered_with_reason
from . import brand_forms, certificate_form
from .batch_desk import batch_page
from .brands import words
from .producer import counties

list_frame.shown_at("bureau.brands", BRANDS)


@bp.route("/brands", methods=["GET", "POST"], endpoint="brands")
def listed(session: Session, actor: Actor) -> ResponseReturnValue:
    """The directory of this officer's county or of the city, and the form that enters a brand."""
    form = brand_forms.BrandForm()
    form.county.choices = counties(brand_forms.NO_COUNTY if actor.county is None else None)
    policy = service().installation.policy
    if brand := form.save(session, lambda: directory.enter(session, actor, policy, _typed(form))):
        flash(gettext("“%(name)s”已入目录。", name=brand.name))
        return redirect(url_for("bureau.brand", ref=brand.id))
    page = render_template(
        "bureau/brands.html",
        form=form,
        found=list_frame.framed(session, actor, BRANDS),
        today=day_of(actor.at),
        users=licences.users(session, day_of(actor.at)),
        **words(),
    )
    return page, 422 if form.is_submitted() else 200


def _typed(form: brand_forms.BrandForm) -> dict[str, str]:
    return form.typed() | {"commodity": chosen(form.commodity)}


@bp.get("/brands/<ref>")
def brand(session: Session, actor: Actor, found: Brand) -> ResponseReturnValue:
    return _page(session, actor, found)


def _page(
    session: Session, actor: Actor, found: Brand, refused: forms.Form | None = None, of: int | None = None
) -> ResponseReturnValue:
    """A brand with all its rows. It shows the refused form, if one was refused; `of` is the licence of that form."""
    kinds: dict[str, type[forms.Form]] = {
        "facts": brand_forms.BrandForm,
        "level": brand_forms.LevelForm,
        "selection": brand_forms.SelectionForm,
        "licence": brand_forms.LicenceForm,
        "paper": brand_forms.PaperForm,
        "reason": forms.ReasonForm,
    }
    filled = {
        name: refused if type(refused) is kind else kind(formdata=None, obj=found if name == "facts" else None)
        for name, kind in kinds.items()
    }
    if type(refused) is not brand_forms.BrandForm:
        filled["facts"].show(brand_forms.facts_of(found))
    filled["level"].level.choices = forms.choices(directory.LEVEL_WORDS.items())
    filled["selection"].list.choices = forms.choices(directory.LIST_WORDS.items())
    used = licences.of_brand(session, found)
    page = render_template(
        "bureau/brand.html",
        brand=found,
        forms=filled,
        licences=used,
        today=day_of(actor.at),
        of=of,
        blank=forms.ReasonForm(formdata=None),
        Review=Review,
        likenesses=likeness.of_brand(session, found),
        regional=found.kind is BrandKind.REGIONAL,
        certificates=claims.all_of_brand(session, found),
        scheme_words=SCHEME_WORDS,
        papers=attachments.of(session, found),
        empty=brand_forms.LicenceForm(formdata=None),
        events=log.events_of(session, found, *found.levels, *found.selections, *used),
        **words(),
    )
    return page, forms.status_of(refused)


def _done(
    session: Session,
    actor: Actor,
    found: Brand,
    form: forms.Form,
    act: Callable[[], object],
    done: str,
    of: int | None = None,
) -> ResponseReturnValue:
    if not form.done(session, act):
        return _page(session, actor, found, form, of)
    flash(gettext(done))
    return redirect(url_for("bureau.brand", ref=found.id))


@bp.post("/brands/<ref>/facts")
def edit_brand(session: Session, actor: Actor, found: Brand) -> ResponseReturnValue:
    form = brand_forms.BrandForm()
    form.compare(session, found, lambda: brand_forms.facts_of(found))
    return _done(
        session, actor, found, form, lambda: directory.edit(session, actor, found, _typed(form)), N_("已保存。")
    )


@bp.post("/brands/<ref>/file")
def attach_brand(session: Session, actor: Actor, found: Brand) -> ResponseReturnValue:
    """A paper that the brand's facts are taken from."""
    form = brand_forms.PaperForm()
    return _done(
        session, actor, found, form, lambda: certificate_form.attach_one(session, actor, found), N_("文件已附上。")
    )


@bp.post("/brands/<ref>/levels")
def add_brand_level(session: Session, actor: Actor, found: Brand) -> ResponseReturnValue:
    form = brand_forms.LevelForm()
    return _done(
        session,
        actor,
        found,
        form,
        lambda: directory.add_level(session, actor, found, **form.typed()),
        N_("级别已登记。"),
    )


@bp.post("/brands/<ref>/selections")
def add_brand_selection(session: Session, actor: Actor, found: Brand) -> ResponseReturnValue:
    form = brand_forms.SelectionForm()
    return _done(
        session,
        actor,
        found,
        form,
        lambda: directory.add_selection(session, actor, found, **form.typed()),
        N_("名单已登记。"),
    )


@bp.post("/brands/<ref>/verify")
def verify_brand(session: Session, actor: Actor, found: Brand) -> ResponseReturnValue:
    directory.verify(session, actor, found)
    flash(gettext("已核实“%(name)s”。", name=found.name))
    return redirect(url_for("bureau.brand", ref=found.id))


def _named(row: Brand) -> str:
    return f"{row.name} · {row.producer.name}" if row.producer else str(row.name)


def _place(row: Brand) -> str:
    return url_for("bureau.brand", ref=row.id)


VERIFY = Act(
    Brand,
    "bureau.brands",
    N_("核实这些品牌？"),
    N_("核实这 %(n)s 个品牌"),
    N_("已核实 %(n)s 个品牌。"),
    N_("请先逐个看过文件。核实以后它们列入公开的目录，不能收回。"),
    _named,
    _place,
)
RETURN = Act(
    Brand,
    "bureau.brands",
    N_("退回这些品牌？"),
    N_("退回这 %(n)s 个品牌"),
    N_("已退回 %(n)s 个品牌。"),
    N_("申报人改好以后可以再交。缺的东西各不相同的，请分开退回。"),
    _named,
    _place,
)


@bp.post("/brands/verify")
def verify_brands(session: Session, actor: Actor) -> ResponseReturnValue:
    return answered(session, actor, VERIFY, lambda row: directory.verify(session, actor, row))


@bp.post("/brands/return")
def return_brands(session: Session, actor: Actor) -> ResponseReturnValue:
    return answered_with_reason(
        session, actor, RETURN, lambda row, reason: directory.return_(session, actor, row, reason)
    )


@bp.post("/brands/<ref>/return")
def return_brand(session: Session, actor: Actor, found: Brand) -> ResponseReturnValue:
    form = forms.ReasonForm()
    return _done(
        session,
        actor,
        found,
        form,
        lambda: directory.return_(session, actor, found, form.reason.data or ""),
        N_("已退回。"),
    )


@bp.post("/brands/<ref>/licences")
def enter_licence(session: Session, actor: Actor, found: Brand) -> ResponseReturnValue:
    form = brand_forms.LicenceForm()
    return _done(
        session, actor, found, form, lambda: licences.enter(session, actor, found, **form.typed()), N_("许可已登记。")
    )


@bp.post("/licences/<ref>/grant")
def grant_licence(session: Session, actor: Actor, found: BrandLicence) -> ResponseReturnValue:
    form = brand_forms.LicenceForm()
    typed = form.typed("number", "valid_from", "valid_to")
    return _done(
        session,
        actor,
        found.brand,
        form,
        lambda: licences.grant(session, actor, found, **typed),
        N_("许可已登记。"),
        found.id,
    )


@bp.post("/licences/<ref>/return")
def return_licence(session: Session, actor: Actor, found: BrandLicence) -> ResponseReturnValue:
    return _licence(session, actor, found, licences.return_, N_("已退回。"))


@bp.post("/licences/<ref>/end")
def end_licence(session: Session, actor: Actor, found: BrandLicence) -> ResponseReturnValue:
    return _licence(session, actor, found, licences.end, N_("许可已终止。"))


def _licence(
    session: Session, actor: Actor, found: BrandLicence, act: Callable[..., None], done: str
) -> ResponseReturnValue:
    form = forms.ReasonForm()
    return _done(
        session, actor, found.brand, form, lambda: act(session, actor, found, form.reason.data or ""), done, found.id
    )


@bp.post("/batches/<ref>/brand")
def allow_brand(session: Session, actor: Actor, found: Batch) -> ResponseReturnValue:
    form = forms.ReasonForm()
    if not form.done(session, lambda: allowance.allow(session, actor, found, form.reason.data or "")):
        return batch_page(session, actor, found, form)
    flash(gettext("这个批次可以使用品牌了。"))
    return redirect(url_for("bureau.batch", ref=found.id_number))
