"""For shops: a pack is sold (卖出了), or is not after all. On the producer's blueprint."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session
from wtforms import StringField

from ...access.actor import Actor, own_producer
from ...chain import sales
from ...errors import N_, Invalid, TraceError
from ...models import Batch, SoldUnit
from ...scan import lookup
from ...scan.pack import Pack
from .. import forms, passes
from ..blueprints import producer as bp
from ..guard import service
from ..page_number import page_number


class SaleForm(forms.Form):
    needed = frozenset({"code"})
    code = StringField()


@bp.route("/sold", methods=["GET", "POST"])
def sold(session: Session, actor: Actor) -> ResponseReturnValue:
    """A scanned or typed code: the pack, and whether it is sold."""
    own_producer(session, actor)
    form = SaleForm(data=None if request.method == "POST" else {"code": request.args.get("code", "")[:300]})
    if form.done(session, lambda: _sell(session, actor, form.code.data or "")):
        flash(gettext("已登记卖出。"))
        return redirect(url_for("producer.sold", code=form.code.data))
    found, row, refusal = None, None, None
    if request.method == "GET" and form.code.data:
        try:
            found = _pack(session, actor, form.code.data)
            batch = session.get_one(Batch, found.facts.batch_id)
            sales.refuse_others(session, actor, batch, found.ordinal)
            row = sales.sold(session, batch, found.ordinal)
        except TraceError as error:
            found, refusal = None, error.message
    page = render_template(
        "producer/sold.html",
        form=form,
        pack=found,
        row=row,
        problem=refusal,
        recent=sales.recent(session, actor, page_number()),
    )
    return page, form.status


def _pack(session: Session, actor: Actor, code: str) -> Pack:
    """The pack of a code. Raises Invalid (code) for one that is none of ours."""
    found = lookup.present(session, service().installation, code, actor.at, service().facts, passes.gate())
    if found.pack is None:
        raise Invalid("code", N_("没有查到这个身份码；请扫标签上的二维码，或者输入它下面的数字"))
    return found.pack


def _sell(session: Session, actor: Actor, code: str) -> None:
    pack = _pack(session, actor, code)
    sales.sell(session, actor, session.get_one(Batch, pack.facts.batch_id), pack.ordinal)


@bp.post("/sold/<ref>/undo")
def unsell(session: Session, actor: Actor, found: SoldUnit) -> ResponseReturnValue:
    sales.unsell(session, actor, found)
    flash(gettext("已撤销；这一件算没有卖出。"))
    return redirect(url_for("producer.sold"))
