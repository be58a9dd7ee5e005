"""For officers: a product with its certificates and policies, and what an officer corrects on it. On the bureau's blueprint.

The review of products that wait is in `reviews`."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session
from wtforms import FileField, SelectField, StringField

from ... import clock
from ...access.actor import Actor
from ...audit import log
from ...brands import likeness
from ...certification import claims
from ...certification.schemes import SCHEME_WORDS
from ...clock import day_of
from ...insurance import coverage
from ...models import Certification, Product, Review
from ...register import commodities, product_kinds, product_pictures, product_texts, review
from .. import forms
from ..blueprints import bureau as bp
from ..commoditywords import name_of, names_of, typed_goods
from ..guard import service
from ..page_number import shown_of
from . import certificate_form
from .producer_forms import GoodsForm, KindForm


class CertificationForm(forms.Form):
    needed = frozenset({"number", "valid_from"})
    scheme = SelectField(validate_choice=False)
    number = StringField()
    valid_from = StringField()
    valid_to = StringField()
    file = FileField()


def product_page(
    session: Session,
    actor: Actor,
    found: Product,
    certificate: CertificationForm | None = None,
    refusal: forms.ReasonForm | None = None,
    kind: KindForm | None = None,
    picture: forms.LookedAtForm | None = None,
    goods: GoodsForm | None = None,
    text: forms.LookedAtForm | None = None,
    withdrawn: tuple[Certification, forms.ReasonForm] | None = None,
) -> ResponseReturnValue:
    """A product with its claims. It shows the refused form, if one was refused."""
    refused = certificate or refusal or kind or picture or goods or text or withdrawn
    kind = kind or _kind_form(found)
    kind.regime.choices = forms.choices(product_kinds.REGIME_WORDS.items())
    certificate = certificate or CertificationForm(formdata=None)
    certificate.scheme.choices = forms.choices(SCHEME_WORDS.items())
    certifications = claims.all_of(session, found.id)
    policies = coverage.policies_for(session, found.producer_id, found.id)
    page = render_template(
        "bureau/product.html",
        product=found,
        certifications=certifications,
        policies=policies,
        certificate_form=certificate,
        schemes=SCHEME_WORDS,
        kind_form=kind,
        goods_form=goods
        or GoodsForm(formdata=None, commodity=found.commodity or "", materials=names_of(found.made_of)),
        kinds=coverage.POLICY_KIND_WORDS,
        today=day_of(clock.now()),
        form=refusal or forms.ReasonForm(formdata=None),
        withdrawn=withdrawn or (None, None),
        blank=forms.ReasonForm(formdata=None),
        policy=service().installation.policy,
        events=log.events_of(session, found, *certifications, *policies),
        likenesses=likeness.of_product(session, found),
        mine=review.is_turn(actor, found),
        own_word=review.agreed_for_the_county(actor, found),
        **_pictures(session, actor, found, picture),
        **_text(session, actor, found, text),
    )
    return page, 422 if refused else 200


def _kind_form(found: Product) -> KindForm:
    shelf_life, licence = found.shelf_life_days or "", found.food_licence or ""
    return KindForm(formdata=None, regime=found.regime.value, shelf_life=shelf_life, food_licence=licence)


def _pictures(session: Session, actor: Actor, found: Product, form: forms.LookedAtForm | None) -> dict[str, object]:
    """The pictures of a product for the page: each with whether it waits for this officer, whose own word on it is given
    already, and whether the word on the product is one on it too."""
    rows = product_pictures.of(session, found)
    return {
        "pictures": [(row, review.is_turn(actor, row), review.agreed_for_the_county(actor, row)) for row in rows],
        "along": next((row.mark for row in rows if product_pictures.goes_along(actor, found, row)), ""),
        "picture_form": form,
        "unsent": forms.LookedAtForm(formdata=None),
    }


def _text(session: Session, actor: Actor, found: Product, form: forms.LookedAtForm | None) -> dict[str, object]:
    """The description that was proposed last, unless it is approved, with whether it waits for this officer."""
    row = product_texts.of(session, found)
    if row is None or row.state is Review.APPROVED:
        return {"text": None, "text_form": form}
    return {
        "text": row,
        "text_turn": review.is_turn(actor, row),
        "text_own": review.agreed_for_the_county(actor, row),
        "text_form": form or forms.LookedAtForm(formdata=None),
    }


@bp.post("/products/<ref>/regime")
def set_regime(session: Session, actor: Actor, found: Product) -> ResponseReturnValue:
    """An officer corrects the regime of a product."""
    form = KindForm()
    kind = form.into(product_kinds.ProductKind)
    if not form.done(session, lambda: product_kinds.set_kind(session, actor, found, kind)):
        return product_page(session, actor, found, kind=form)
    return redirect(url_for("bureau.product", ref=found.id))


@bp.post("/products/<ref>/goods")
def set_goods(session: Session, actor: Actor, found: Product) -> ResponseReturnValue:
    """An officer confirms or corrects what a product is and may be made of."""
    form = GoodsForm()
    goods = typed_goods(form.commodity, form.materials)
    if not form.done(session, lambda: commodities.set_goods(session, actor, found, goods)):
        return product_page(session, actor, found, goods=form)
    flash(gettext("“%(name)s”的品类：%(commodity)s。", name=found.name, commodity=name_of(found.commodity)))
    listed = request.form.get("from") == "list"
    return redirect(url_for("bureau.unconfirmed") if listed else url_for("bureau.product", ref=found.id))


@bp.get("/commodities")
def unconfirmed(session: Session, actor: Actor) -> ResponseReturnValue:
    """The approved products of which nobody has said yet what they are, each with what it is likely to be."""
    rows = shown_of(session, commodities.unconfirmed(actor))
    return render_template("bureau/commodities.html", products=rows, policy=service().installation.policy)


@bp.post("/products/<ref>/certifications", endpoint="certify")
def enter_certification(session: Session, actor: Actor, found: Product) -> ResponseReturnValue:
    form = CertificationForm()

    def enter() -> Certification:
        row = claims.enter(session, actor, found, **form.typed("scheme", "number", "valid_from", "valid_to"))
        certificate_form.attach(session, actor, row)
        return row

    row = form.save(session, enter)
    if row is None:
        return product_page(session, actor, found, certificate=form)
    flash(gettext("证书已登记并核实。") if row.verified_at else gettext("证书已登记，等另一位监管人员核实。"))
    return redirect(url_for("bureau.product", ref=found.id))


@bp.post("/certifications/<ref>/withdraw")
def withdraw_certification(session: Session, actor: Actor, found: Certification) -> ResponseReturnValue:
    """Take a certificate off, from the page of a product that it names."""
    form, named = forms.ReasonForm(), next((line.product_id for line in found.lines if line.product_id), None)
    if named is None:  # it is ended on its own page
        return redirect(url_for("bureau.certificate", ref=found.id))
    if not form.done(session, lambda: claims.withdraw(session, actor, found, form.reason.data or "")):
        return product_page(session, actor, session.get_one(Product, named), withdrawn=(found, form))
    flash(gettext("证书已撤下。"))
    return redirect(url_for("bureau.product", ref=named))
