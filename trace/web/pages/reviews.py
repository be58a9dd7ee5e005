"""For the bureau: the review queues of producers and products. On the bureau's blueprint."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session
from wtforms import StringField

from ...access.actor import Actor
from ...accounts import links
from ...audit import log
from ...brands import likeness
from ...models import Producer, Product, Review
from ...register import lists, product_pictures
from ...register import producers as register_producers
from ...register import products as register_products
from .. import forms
from ..blueprints import bureau as bp
from ..guard import service
from ..page_number import shown_of
from .product_desk import product_page


class BindForm(forms.Form):
    login = StringField()


@bp.get("/producers")
def producers(session: Session, actor: Actor) -> ResponseReturnValue:
    state = request.args.get("state", Review.SUBMITTED)
    return render_template(
        "bureau/producers.html",
        producers=shown_of(session, lists.producers_found(actor, state)),
        state=state,
        policy=service().installation.policy,
    )


@bp.get("/producers/<ref>")
def producer(session: Session, actor: Actor, found: Producer) -> ResponseReturnValue:
    return _producer_page(session, found)


def _producer_page(
    session: Session, found: Producer, form: forms.ReasonForm | None = None, bound: BindForm | None = None
) -> ResponseReturnValue:
    accounts = links.accounts_of(session, found)
    page = render_template(
        "bureau/producer.html",
        producer=found,
        form=form or forms.ReasonForm(formdata=None),
        policy=service().installation.policy,
        events=log.events_of(session, found, *accounts),
        products=lists.products_of(session, found.id),
        likenesses=likeness.of_producer(session, found),
        accounts=accounts,
        bound=bound or BindForm(formdata=None),
    )
    return page, 422 if form or bound else 200


@bp.post("/producers/<ref>/account")
def bind_account(session: Session, actor: Actor, found: Producer) -> ResponseReturnValue:
    """Give a producer that an officer entered or imported to the account of its grower."""
    form = BindForm()
    account = form.save(session, lambda: links.bind(session, actor, found, form.login.data or ""))
    if account is None:
        return _producer_page(session, found, bound=form)
    flash(gettext("账号“%(login)s”现在归“%(name)s”使用。", login=account.login, name=found.name))
    return redirect(url_for("bureau.producer", ref=found.id))


@bp.post("/producers/<ref>/approve")
def approve_producer(session: Session, actor: Actor, found: Producer) -> ResponseReturnValue:
    register_producers.approve_producer(session, actor, found)
    flash(gettext("已通过“%(name)s”。", name=found.name))
    return redirect(url_for("bureau.producers"))


@bp.post("/producers/<ref>/return")
def return_producer(session: Session, actor: Actor, found: Producer) -> ResponseReturnValue:
    form = forms.ReasonForm()
    if not form.done(
        session, lambda: register_producers.return_producer(session, actor, found, form.reason.data or "")
    ):
        return _producer_page(session, found, form)
    flash(gettext("已退回“%(name)s”。", name=found.name))
    return redirect(url_for("bureau.producers"))


@bp.get("/products")
def products(session: Session, actor: Actor) -> ResponseReturnValue:
    turn = Review.COUNTY_APPROVED if actor.is_city_officer else Review.SUBMITTED
    state = request.args.get("state", turn)
    return render_template(
        "bureau/products.html",
        products=shown_of(session, lists.products_found(actor, state)),
        state=state,
        policy=service().installation.policy,
    )


@bp.get("/products/<ref>")
def product(session: Session, actor: Actor, found: Product) -> ResponseReturnValue:
    return product_page(session, actor, found)


@bp.post("/products/<ref>/approve")
def approve_product(session: Session, actor: Actor, found: Product) -> ResponseReturnValue:
    product_pictures.approve_both(session, actor, found, request.form.get("picture", ""))
    if found.id_number:
        flash(gettext("已通过“%(name)s”，产品身份证号 %(number)s。", name=found.name, number=found.id_number))
    else:
        flash(gettext("县级已通过“%(name)s”，等市级审核。", name=found.name))
    return redirect(url_for("bureau.product", ref=found.id))


@bp.post("/products/<ref>/return")
def return_product(session: Session, actor: Actor, found: Product) -> ResponseReturnValue:
    form = forms.ReasonForm()
    if not form.done(session, lambda: register_products.return_product(session, actor, found, form.reason.data or "")):
        return product_page(session, actor, found, refusal=form)
    flash(gettext("已退回“%(name)s”。", name=found.name))
    return redirect(url_for("bureau.products"))
