"""For officers: new descriptions of products that wait for a decision. On the bureau's blueprint."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from ...access.actor import Actor
from ...models import Product, Review
from ...register import product_texts
from .. import forms
from ..blueprints import bureau as bp
from ..guard import service
from ..page_number import shown_of
from .product_desk import product_page


@bp.get("/texts")
def texts(session: Session, actor: Actor) -> ResponseReturnValue:
    """The descriptions that were changed after their product was approved."""
    rows = shown_of(session, product_texts.waiting(actor))
    return render_template("bureau/texts.html", texts=rows, policy=service().installation.policy)


@bp.post("/products/<ref>/text/approve")
def approve_text(session: Session, actor: Actor, found: Product) -> ResponseReturnValue:
    """The form names the text that was looked at, by its mark."""
    form = forms.LookedAtForm()
    row = form.save(session, lambda: product_texts.approve(session, actor, found, form.looked_at.data or ""))
    if row is None:
        return product_page(session, actor, found, text=form)
    if row.state is Review.APPROVED:
        flash(gettext("说明已通过，产品现在用它。"))
    else:
        flash(gettext("说明县级已通过，等市级审核。"))
    return redirect(url_for("bureau.product", ref=found.id))


@bp.post("/products/<ref>/text/return")
def return_text(session: Session, actor: Actor, found: Product) -> ResponseReturnValue:
    form = forms.LookedAtForm()
    reason, mark = form.reason.data or "", form.looked_at.data or ""
    if not form.done(session, lambda: product_texts.return_(session, actor, found, mark, reason)):
        return product_page(session, actor, found, text=form)
    flash(gettext("说明已退回，理由主体会看到。"))
    return redirect(url_for("bureau.product", ref=found.id))
