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

from ..access.actor import Actor
from ..audit import several
from ..audit.several import Answer
from ..db.columns import Base
from ..errors import N_
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
    session: Session, actor: Actor, act: Act, do: Callable[[Row], object], key: str = ""
) -> ResponseReturnValue:
    """The page that asks whether to do it, or, once that is answered, does it. `key` is the confirming form's own, for an
    act that is done once however often it is sent."""
    rows = several.picked(session, actor, act.kind, request.form.getlist("pick"))
    if not rows:
        flash(say(NOTHING_TICKED))
        return redirect(url_for(act.back))
    if not request.form.get("sure"):
        return _page(act, several.tried(session, rows, do), key=key)
    answers = several.done(session, rows, do)
    refused = [one for one in answers if one.refusal]
    if len(refused) < len(answers):
        flash(gettext(act.done, n=len(answers) - len(refused)))
    if not refused:
        return redirect(url_for(act.back))
    return _page(act, refused, over=True), 200 if len(refused) < len(answers) else 422


def _page(act: Act, answers: Sequence[Answer[Row]], *, over: bool = False, key: str = "") -> str:
    can = [one.row for one in answers if one.refusal is None]
    cannot = [one for one in answers if one.refusal]
    return render_template("office/several.html", act=act, can=can, cannot=cannot, over=over, key=key)
