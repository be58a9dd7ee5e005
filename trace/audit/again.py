"""The same form sent again on the same day (Back, and the button once more): it is asked whether a twin is meant.

Two harvests, two deliveries may be alike, so nothing is refused. The very same form sent twice, which has the same key, is let
pass: its act knows it, and does its work once.
"""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..clock import SHANGHAI, day_of
from ..db import lock
from ..db.new_rows import insert_new
from ..errors import N_, Conflict, Message
from ..models import SentForm
from . import sure
from .sure import Question, Said

KEPT = timedelta(days=2)
SWEEPS = (
    "0"  # one form in sixteen, by the first digit of its mark, takes older ones away: every form would pay for it else
)
ANYBODY = "anybody"  # who is not signed in; cases are known by key and content


@dataclass(frozen=True)
class Sent:
    """A form as it was sent at `at` (aware UTC): by whom, its content without what browsers and pages add, and its own key."""

    who: str
    content: str
    key: str
    at: datetime

    @property
    def key_mark(self) -> str:
        """By which the very same form is known; nothing of a form without a key. No text that somebody sends is kept itself."""
        return self.key and hashlib.sha256(self.key.encode("utf-8", "surrogatepass")).hexdigest()

    def mark(self, secret: bytes) -> str:
        """By which the same content of the same day (Shanghai) is known. It is keyed, since the content may be a telephone."""
        text = f"{day_of(self.at).isoformat()}\0{self.content}"
        return hmac.new(secret, text.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()


def ask(session: Session, secret: bytes, sent: Sent, asked: str, yes: str, said: Said) -> None:
    """Note a form that is about to act. `asked` and `yes` are the question about a twin and what a person says to it (msgids).

    Raises Unsure when the same content came in another form today, until somebody has said yes, and Conflict when this very form
    came with other content: its act would take it for the one that it did. Of two at once, one waits.
    """
    mark = sent.mark(secret)
    if insert_new(session, SentForm, who=sent.who, mark=mark, key=sent.key_mark, at=sent.at):
        _refuse_changed(session, sent, mark)
        if mark.startswith(SWEEPS):
            session.execute(sa.delete(SentForm).where(SentForm.at < sent.at - KEPT))
        return
    row = session.get_one(SentForm, (sent.who, mark))
    lock(session, row)
    if sent.key and row.key == sent.key_mark:
        return
    sure.ask(said, [_question(row, asked, yes)])
    row.key, row.at = sent.key_mark, sent.at


def _refuse_changed(session: Session, sent: Sent, mark: str) -> None:
    if not sent.key or sent.who == ANYBODY:
        return
    other = sa.select(SentForm.at).where(SentForm.who == sent.who, SentForm.key == sent.key_mark, SentForm.mark != mark)
    if session.scalar(other.limit(1)):
        raise Conflict(
            N_("这张表已经交过，现在内容改了。要另交一份，请重新打开这一页再填；要改已交的，请到那一条里改。")
        )


def _question(row: SentForm, asked: str, yes: str) -> Question:
    """Its values hold the very moment, so that a yes to one twin is no yes to the next."""
    words = {"time": row.at.astimezone(SHANGHAI).strftime("%H:%M"), "moment": row.at.isoformat()}
    return Question("again", Message(asked, words), Message(yes, {}))


TWIN = N_("今天 %(time)s 已经交过一份一样的。再登记一份一样的吗？"), N_("再登记一份一样的")
TWIN_BATCH = N_("今天 %(time)s 已经登记过一批一样的。再登记一批一样的吗？"), N_("再登记一批一样的")
