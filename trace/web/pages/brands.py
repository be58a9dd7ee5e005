"""The brand directory as anyone may read it, and a producer's own brands and licences."""

from datetime import date
from itertools import groupby

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from ...access.actor import Actor, own_producer
from ...brands import directory as brands_directory
from ...brands import licences
from ...certification import claims
from ...clock import day_of
from ...models import Brand, BrandKind, Review
from ...uploads import attachments
from .. import forms
from ..blueprints import producer as producer_bp
from ..blueprints import public as public_bp
from ..guard import service
from ..page_number import shown
from . import brand_forms, certificate_form


def season_bars(brand: Brand) -> list[tuple[int, int]]:
    """The bars of the season in a year, each as (first day, days), counted from 1 January. Over the new year there are two."""
    if not (brand.season_from or brand.season_to):
        return []
    first, last = _day_of_year(brand.season_from or "01-01"), _day_of_year(brand.season_to or "12-31")
    return [(first, last - first + 1)] if first <= last else [(first, 366 - first), (0, last + 1)]


def _day_of_year(month_day: str) -> int:
    return date.fromisoformat(f"2024-{month_day}").timetuple().tm_yday - 1


def words() -> dict[str, object]:
    """The words and functions that the templates of brands use."""
    return {
        "policy": service().installation.policy,
        "brand_kinds": brands_directory.KIND_WORDS,
        "levels": brands_directory.LEVEL_WORDS,
        "lists": brands_directory.LIST_WORDS,
        "season_bars": season_bars,
        "level_of": brands_directory.level_of,
    }


@public_bp.get("/brands", endpoint="brands")
def directory(session: Session, actor: Actor) -> ResponseReturnValue:
    today = day_of(actor.at)
    brands = shown(brands_directory.directory(session))
    counties = [(county, list(group)) for county, group in groupby(brands, lambda brand: brand.county)]
    return render_template(
        "public/brands.html",
        brands=brands,
        counties=counties,
        users=licences.users(session, today),
        today=today,
        **words(),
    )


@public_bp.get("/brands/<key>", endpoint="brand")
def one(session: Session, actor: Actor, key: str) -> ResponseReturnValue:
    today = day_of(actor.at)
    found = next((brand for brand in brands_directory.directory(session) if brand.key == key), None) or abort(404)
    return render_template(
        "public/brand.html",
        brand=found,
        users=licences.users(session, today).get(found.id, 0),
        today=today,
        badges=claims.badges_of_brand(session, found, today),
        **words(),
    )


@producer_bp.get("/brands", endpoint="brands")
def own_brands(session: Session, actor: Actor) -> ResponseReturnValue:
    return _own_page(session, actor)


def _own_page(
    session: Session,
    actor: Actor,
    application: brand_forms.ApplicationForm | None = None,
    declared: brand_forms.OwnBrandForm | None = None,
    mending: Brand | None = None,
) -> ResponseReturnValue:
    """Licences and own brands. It shows the refused form, if one was refused."""
    producer, refused = own_producer(session, actor), application or declared
    application = application or brand_forms.ApplicationForm(formdata=None)
    declared = declared or brand_forms.OwnBrandForm(formdata=None)
    offered = licences.open_to(session, producer, day_of(actor.at))
    application.brand.choices = forms.choices((brand.key, brand.name) for brand in offered)
    blank = brand_forms.OwnBrandForm(formdata=None)
    declared.kind.choices = blank.kind.choices = _own_kinds()
    own = shown(brands_directory.seen_by(session, actor), "own")
    mended = {row.id: _own_form(row) for row in own if row.state is Review.RETURNED}
    page = render_template(
        "producer/brands.html",
        application=application,
        declared=declared,
        mending=mending,
        mended=mended,
        licences=shown(licences.of_producer(session, producer.id)),
        own=own,
        papers={row.id: attachments.of(session, row) for row in own},
        today=day_of(actor.at),
        blank=blank,
        Review=Review,
        **words(),
    )
    return page, 422 if refused else 200


def _own_form(row: Brand) -> brand_forms.OwnBrandForm:
    """The form that mends a returned brand, with what was said."""
    form = brand_forms.OwnBrandForm(formdata=None, data=brand_forms.said_of(row))
    form.kind.choices = _own_kinds()
    form.show(brand_forms.said_of(row))
    return form


def _own_kinds() -> list[tuple[str, str]]:
    return forms.choices(
        (kind, word) for kind, word in brands_directory.KIND_WORDS.items() if kind is not BrandKind.REGIONAL
    )


@producer_bp.post("/brands/licences")
def apply_licence(session: Session, actor: Actor) -> ResponseReturnValue:
    form = brand_forms.ApplicationForm()
    row = form.save(session, lambda: licences.apply(session, actor, form.brand.data or ""))
    if row is None:
        return _own_page(session, actor, application=form)
    flash(gettext("已申请使用“%(brand)s”，请等主管部门办理。", brand=row.brand.name))
    return redirect(url_for("producer.brands"))


@producer_bp.post("/brands/own")
def declare_brand(session: Session, actor: Actor) -> ResponseReturnValue:
    return _declared(session, actor, None)


@producer_bp.post("/brands/own/<ref>")
def mend_brand(session: Session, actor: Actor, found: Brand) -> ResponseReturnValue:
    return _declared(session, actor, found)


def _declared(session: Session, actor: Actor, found: Brand | None) -> ResponseReturnValue:
    form = brand_forms.OwnBrandForm()
    form.kind.choices = _own_kinds()
    if found:
        form.compare(session, found, lambda: brand_forms.said_of(found))

    def declare() -> Brand:
        row = brands_directory.declare(
            session, actor, brand=found, **form.typed("name", "kind", "recognised_on", "clause")
        )
        certificate_form.attach(session, actor, row)
        return row

    if not form.save(session, declare):
        return _own_page(session, actor, declared=form, mending=found)
    flash(gettext("已提交，请等县市区农业农村局核实。"))
    return redirect(url_for("producer.brands"))
