"""For officers: pictures of products that wait for a decision. On the bureau's blueprint."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from ...access.actor import Actor
from ...models import Product, Review
from ...register import product_pictures
from .. import forms
from ..blueprints import bureau as bp
from ..guard import service
from ..page_number import shown_of
from .product_desk import product_page


@bp.get("/pictures")
def pictures(session: Session, actor: Actor) -> ResponseReturnValue:
    """The pictures that were added or changed after their product was looked at."""
    return render_template(
        "bureau/pictures.html",
        pictures=shown_of(session, product_pictures.waiting(actor)),
        policy=service().installation.policy,
    )


@bp.post("/products/<ref>/picture/approve")
def approve_picture(session: Session, actor: Actor, found: Product) -> ResponseReturnValue:
    """The form names the picture that was looked at, by its mark."""
    form = forms.LookedAtForm()
    row = form.save(session, lambda: product_pictures.approve(session, actor, found, form.looked_at.data or ""))
    if row is None:
        return product_page(session, actor, found, picture=form)
    if row.state is Review.APPROVED:
        flash(gettext("照片已通过，扫码页上现在显示它。"))
    else:
        flash(gettext("照片县级已通过，等市级审核。"))
    return redirect(url_for("bureau.product", ref=found.id))


@bp.post("/products/<ref>/picture/return")
def return_picture(session: Session, actor: Actor, found: Product) -> ResponseReturnValue:
    form = forms.LookedAtForm()
    reason, mark = form.reason.data or "", form.looked_at.data or ""
    if not form.done(session, lambda: product_pictures.return_(session, actor, found, mark, reason)):
        return product_page(session, actor, found, picture=form)
    flash(gettext("照片已退回，理由主体会看到。"))
    return redirect(url_for("bureau.product", ref=found.id))
