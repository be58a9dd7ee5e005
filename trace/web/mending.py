"""A form that starts from what the record says, which somebody else may mend while the page lies open: neither loses a word."""

import hashlib
import json
from collections.abc import Callable, Mapping
from typing import cast

from flask import request
from flask_babel import gettext
from sqlalchemy.orm import Session
from wtforms import HiddenField

from ..audit import log
from ..db import lock
from ..db.columns import Base
from ..errors import N_, Message
from ..models import Audited
from . import forms, kept

CHANGED = N_("您打开这一页以后，%(who)s改过这一条，所以还没有保存。您填的都还在；现在的值写在旁边，核对后再保存一次。")


class MendForm(forms.Form):
    """A form over a row's present values. `seen` says which values its page showed; a sender that says nothing is not asked."""

    seen = HiddenField()
    _now: Mapping[str, str] = {}
    _who = ""

    def compare(self, session: Session, row: Base, values: Callable[[], Mapping[str, str]]) -> None:
        """Know what the row says now, under the names of the fields; a row that is to be changed is locked first."""
        if request.method == "POST":
            lock(session, row)
            self._who = next((each.actor_name for each in reversed(log.events_of(session, cast(Audited, row)))), "")
        self._now = values()
        if not self.is_submitted():
            self.show(self._now)

    def show(self, now: Mapping[str, str]) -> None:
        """Know that the page shows these values of the record."""
        self.seen.data = _mark(now)

    def save(self, session: Session, act: Callable[[], forms.Result]) -> forms.Result | None:
        """As every form's, but refused once if the row is no more as the page showed it; the next sending has been told."""
        if self.is_submitted() and self.seen.data and self.seen.data != _mark(self._now) and not kept.is_taken_up():
            self._tell()
            return None
        return super().save(session, act)

    def _tell(self) -> None:
        self.refusal, self.seen.data = Message(CHANGED, {"who": self._who}), _mark(self._now)
        for name, now in self._now.items():
            field = self[name]
            if self.now_typed(name) != now:
                said = dict(getattr(field, "choices", None) or ()).get(now, now)
                field.errors = (*field.errors, gettext("现在是“%(now)s”", now=said or gettext("（空）")))

    def now_typed(self, name: str) -> str:
        """What the sender has in a field, in the words of the record's values; a tick is a "y"."""
        data = self[name].data
        return "y" if data is True else str(data or "")


def _mark(values: Mapping[str, str]) -> str:
    return hashlib.sha256(json.dumps(values, sort_keys=True, ensure_ascii=False).encode()).hexdigest()[:16]
