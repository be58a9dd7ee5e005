"""For officers: what comes of a hold or recall; lifting, figures, closing. On the bureau's blueprint."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session
from wtforms import HiddenField, StringField, TextAreaField

from ... import fields
from ...access.actor import Actor
from ...models import Batch, RecallAct
from ...recall import acts, customers, figures, follow_up, lifting
from ...recall import reach as recall_reach
from ..blueprints import bureau as bp
from ..forms import AmountField, Form, ReasonForm, fills
from ..guard import service
from ..page_number import shown, shown_of
from .recall import beside


class LiftForm(Form):
    """Why a hold is lifted, and how many batches the officer was shown to be freed."""

    reason = StringField()
    seen = HiddenField()


class CloseForm(Form):
    """The report, and why figures are missing, if some are."""

    report = TextAreaField()
    missing = TextAreaField()


@fills(figures.FigureForm)
class FigureForm(Form):
    """What came back of a batch, and where it went."""

    needed = frozenset({"recovered"})
    recovered, destroyed = AmountField(), AmountField()
    returned, kept = AmountField(), AmountField()


@bp.get("/recall/acts/<ref>")
def recall_act(session: Session, actor: Actor, found: RecallAct) -> ResponseReturnValue:
    return _page(session, actor, found)


def _page(
    session: Session, actor: Actor, found: RecallAct, closing: CloseForm | None = None, back: ReasonForm | None = None
) -> ResponseReturnValue:
    """A hold, recall or drill. It shows the refused form, if one was refused."""
    reached, moved = recall_reach.reach_of(session, actor, found)
    parties = follow_up.parties(session, actor, found)
    page = render_template(
        "bureau/recall_act.html",
        call=shown(customers.customers(reached.deliveries), "customers"),
        act=found,
        found=reached,
        rows=shown(reached.batches, "batches"),
        moved=moved,
        reads=acts.reads(session, found),
        parties=parties,
        lines=shown([(party, line) for party in parties for line in party.lines], "figures"),
        sums=follow_up.sums(parties),
        missing=sum(party.missing for party in parties),
        closing=closing or CloseForm(formdata=None),
        back=back or ReasonForm(formdata=None),
        history=shown_of(session, follow_up.history(actor, found), "events"),
        **beside(reached),
    )
    return page, 422 if closing or back else 200


@bp.route("/recall/acts/<ref>/lift", methods=["GET", "POST"])
def lift_act(session: Session, actor: Actor, found: RecallAct) -> ResponseReturnValue:
    """First what would be freed and what stays held for another cause; then the act."""
    form = LiftForm()

    def act() -> lifting.Lift:
        seen = fields.days("seen", form.seen.data or "0", 10_000_000)
        return lifting.lift(session, actor, found, form.reason.data or "", seen)

    if done := form.save(session, act):
        flash(
            gettext(
                "已解除冻结 %(n)s 批，还有 %(stays)s 批为别的起因冻结着。", n=len(done.frees), stays=len(done.stays)
            )
        )
        return redirect(url_for("bureau.recall_act", ref=found.id))
    if not form.is_submitted():
        lifting.refuse_lift(session, actor, found)
    looked = lifting.looked_at(session, actor, found)
    page = render_template(
        "bureau/recall_lift.html",
        act=found,
        form=form,
        frees=shown(looked.frees, "frees"),
        stays=shown(looked.stays, "stays"),
        policy=service().installation.policy,
    )
    return page, form.status


@bp.post("/recall/acts/<ref>/close")
def close_act(session: Session, actor: Actor, found: RecallAct) -> ResponseReturnValue:
    form = CloseForm()
    said = form.typed("report", "missing")
    if not form.done(session, lambda: follow_up.close(session, actor, found, **said)):
        return _page(session, actor, found, closing=form)
    flash(gettext("已结案。"))
    return redirect(url_for("bureau.recall_act", ref=found.id))


@bp.post("/recall/acts/<ref>/reopen")
def reopen_act(session: Session, actor: Actor, found: RecallAct) -> ResponseReturnValue:
    form = ReasonForm()
    if not form.done(session, lambda: follow_up.reopen(session, actor, found, form.reason.data or "")):
        return _page(session, actor, found, back=form)
    flash(gettext("已重新打开，可以继续填报。"))
    return redirect(url_for("bureau.recall_act", ref=found.id))


@bp.route("/recall/acts/<ref>/figures/<number>", methods=["GET", "POST"], endpoint="recall_figure")
def figure(session: Session, actor: Actor, found: RecallAct, number: str) -> ResponseReturnValue:
    """An officer states for a producer what that told the office."""
    batch = figures.line_of(session, actor, found, number)
    back = url_for("bureau.recall_act", ref=found.id)
    return figure_page(session, actor, found, batch, back)


def figure_page(session: Session, actor: Actor, act: RecallAct, batch: Batch, back: str) -> ResponseReturnValue:
    """The form of a batch's figures, for officers and growers; once stated it leads `back`."""
    stated = figures.figure_of(session, act, batch)
    form = FigureForm(obj=figures.FigureForm.of(stated)).in_unit(batch.unit)
    if form.save(session, lambda: figures.state(session, actor, act, batch, form.into(figures.FigureForm))):
        flash(gettext("已记下。"))
        return redirect(back)
    line = follow_up.line(session, actor, act, batch)
    page = render_template("office/recall_figure.html", form=form, act=act, batch=batch, line=line, back=back)
    return page, form.status
