"""Acts on several rows of a list: ticked there, confirmed on one page that says which can and which cannot and why, then done.

Nothing is ticked beforehand. What was refused in the end is said row by row, with the way to each.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from .. import fields
from ..access.actor import Actor
from ..audit import several
from ..audit.several import Answer
from ..db.columns import Base
from ..errors import N_, Invalid
from . import forms
from .language import say

NOTHING_TICKED = N_("还没有勾选。请回到清单，勾选要办的，再按下面的按钮。")

Row = Any  # of whatever table


@dataclass(frozen=True)
class Act:
    """An act on several rows of a kind: what the page asks and says, with `%(n)s` for how many, how a row is called and where its
    page is. `warning` says what it comes to."""

    kind: type[Base]
    back: str
    asks: str
    does: str
    done: str
    warning: str
    named: Callable[[Row], str]
    place: Callable[[Row], str]


def answered(
    session: Session,
    actor: Actor,
    act: Act,
    do: Callable[[Row], object],
    key: str = "",
    form: forms.Form | None = None,
    sure: bool | None = None,
) -> ResponseReturnValue:
    """The page that asks whether to do it, or, once that is answered, does it. `key` is the confirming form's own, for an
    act that is done once however often it is sent; `form` has what else is asked there."""
    rows = several.picked(session, actor, act.kind, request.form.getlist("pick"))
    if not rows:
        flash(say(NOTHING_TICKED))
        return redirect(url_for(act.back))
    if not (is_sure() if sure is None else sure):
        return _page(act, several.tried(session, rows, do), key=key, form=form), 422 if form and form.errors else 200
    answers = several.done(session, rows, do)
    refused = [one for one in answers if one.refusal]
    if len(refused) < len(answers):
        flash(gettext(act.done, n=len(answers) - len(refused)))
    if not refused:
        return redirect(url_for(act.back))
    return _page(act, refused, over=True), 200 if len(refused) < len(answers) else 422


def fetched(
    session: Session, actor: Actor, act: Act, add: Callable[[Row], object], make: Callable[[], ResponseReturnValue]
) -> ResponseReturnValue:
    """The page that says which rows can be had in one file, or, once that is answered, the file that is made of those."""
    rows = several.picked(session, actor, act.kind, request.form.getlist("pick"))
    answers = several.tried(session, rows, add)
    if is_sure() and any(one.refusal is None for one in answers):
        return make()
    if not rows:
        flash(say(NOTHING_TICKED))
        return redirect(url_for(act.back))
    return _page(act, answers)


def is_sure() -> bool:
    """Whether the page that asks was answered."""
    return bool(request.form.get("sure"))


def answered_with_reason(
    session: Session, actor: Actor, act: Act, do: Callable[[Row, str], object]
) -> ResponseReturnValue:
    """As `answered`, with one reason for all rows. Before it is given, each row is tried with one that would do."""
    form = forms.ReasonForm(formdata=request.form if is_sure() else None)
    reason = say(act.asks)
    try:
        reason = fields.reason(form.reason.data or "") if is_sure() else reason
    except Invalid as wrong:
        form.mark(wrong)
    return answered(
        session, actor, act, lambda row: do(row, reason), form=form, sure=is_sure() and not form.reason.errors
    )


def _page(
    act: Act, answers: Sequence[Answer[Row]], *, over: bool = False, key: str = "", form: forms.Form | None = None
) -> str:
    can = [one.row for one in answers if one.refusal is None]
    cannot = [one for one in answers if one.refusal]
    return render_template("office/several.html", act=act, can=can, cannot=cannot, over=over, key=key, form=form)
