"""For the bureau: the review queues of producers and products. On the bureau's blueprint."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from ...access.actor import Actor
from ...errors import N_
from ...models import Producer, Product
from ...register import lists, product_pictures
from ...register import producers as register_producers
from ...register import products as register_products
from .. import forms, list_frame
from ..blueprints import bureau as bp
from ..guard import service
from ..several import Act, answered, answered_with_reason
from .producer_desk import producer_page
from .product_desk import product_page

list_frame.shown_at("bureau.producers", lists.PRODUCERS)
list_frame.shown_at("bureau.products", lists.PRODUCTS)


@bp.get("/producers")
def producers(session: Session, actor: Actor) -> ResponseReturnValue:
    found = list_frame.framed(session, actor, lists.PRODUCERS)
    return render_template("bureau/producers.html", found=found, policy=service().installation.policy)


@bp.post("/producers/<ref>/approve")
def approve_producer(session: Session, actor: Actor, found: Producer) -> ResponseReturnValue:
    register_producers.approve_producer(session, actor, found)
    flash(gettext("已通过“%(name)s”。", name=found.name))
    return redirect(url_for("bureau.producers"))


APPROVE_PRODUCERS = Act(
    Producer,
    "bureau.producers",
    N_("通过这些主体？"),
    N_("通过这 %(n)s 家"),
    N_("已通过 %(n)s 家主体。"),
    N_("请先逐家看过资料。通过以后，它们就可以登记产品和批次。"),
    lambda row: str(row.name),
    lambda row: url_for("bureau.producer", ref=row.id),
)


@bp.post("/producers/approve")
def approve_producers(session: Session, actor: Actor) -> ResponseReturnValue:
    return answered(
        session, actor, APPROVE_PRODUCERS, lambda row: register_producers.approve_producer(session, actor, row)
    )


RETURN_PRODUCERS = Act(
    Producer,
    "bureau.producers",
    N_("退回这些主体？"),
    N_("退回这 %(n)s 家"),
    N_("已退回 %(n)s 家主体。"),
    N_("它们改好以后可以再交。缺的东西各不相同的，请分开退回。"),
    lambda row: str(row.name),
    lambda row: url_for("bureau.producer", ref=row.id),
)


@bp.post("/producers/return")
def return_producers(session: Session, actor: Actor) -> ResponseReturnValue:
    return answered_with_reason(
        session,
        actor,
        RETURN_PRODUCERS,
        lambda row, reason: register_producers.return_producer(session, actor, row, reason),
    )


@bp.post("/producers/<ref>/return")
def return_producer(session: Session, actor: Actor, found: Producer) -> ResponseReturnValue:
    form = forms.ReasonForm()
    if not form.done(
        session, lambda: register_producers.return_producer(session, actor, found, form.reason.data or "")
    ):
        return producer_page(session, found, form)
    flash(gettext("已退回“%(name)s”。", name=found.name))
    return redirect(url_for("bureau.producers"))


@bp.get("/products")
def products(session: Session, actor: Actor) -> ResponseReturnValue:
    found = list_frame.framed(session, actor, lists.PRODUCTS)
    return render_template("bureau/products.html", found=found, policy=service().installation.policy)


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


APPROVE_PRODUCTS = Act(
    Product,
    "bureau.products",
    N_("通过这些产品？"),
    N_("通过这 %(n)s 个"),
    N_("已通过 %(n)s 个产品。"),
    N_("请先逐个看过。县级通过的还要市级审核；市级通过的得到产品身份证号。照片不在内，要看着照片另外审核。"),
    lambda row: f"{row.name} · {row.producer.name}",
    lambda row: url_for("bureau.product", ref=row.id),
)


@bp.post("/products/approve")
def approve_products(session: Session, actor: Actor) -> ResponseReturnValue:
    return answered(
        session, actor, APPROVE_PRODUCTS, lambda row: register_products.approve_product(session, actor, row)
    )


RETURN_PRODUCTS = Act(
    Product,
    "bureau.products",
    N_("退回这些产品？"),
    N_("退回这 %(n)s 个"),
    N_("已退回 %(n)s 个产品。"),
    N_("它们改好以后可以再交。缺的东西各不相同的，请分开退回。"),
    lambda row: f"{row.name} · {row.producer.name}",
    lambda row: url_for("bureau.product", ref=row.id),
)


@bp.post("/products/return")
def return_products(session: Session, actor: Actor) -> ResponseReturnValue:
    return answered_with_reason(
        session,
        actor,
        RETURN_PRODUCTS,
        lambda row, reason: register_products.return_product(session, actor, row, reason),
    )


@bp.post("/products/<ref>/return")
def return_product(session: Session, actor: Actor, found: Product) -> ResponseReturnValue:
    form = forms.ReasonForm()
    if not form.done(session, lambda: register_products.return_product(session, actor, found, form.reason.data or "")):
        return product_page(session, actor, found, refusal=form)
    flash(gettext("已退回“%(name)s”。", name=found.name))
    return redirect(url_for("bureau.products"))
