"""The inbox (消息): what the record tells whoever is signed in, and the way to each thing."""

from collections.abc import Iterator
from dataclasses import replace

import sqlalchemy as sa
from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from ...access.actor import Actor
from ...access.matching import Typed, any_of
from ...models import Event, Notification
from ...notices import inbox as told
from ...notices import lists, subjects
from .. import list_frame
from ..blueprints import inbox as bp
from ..language import say
from ..listwords import VALUE_WORDS
from ..noticewords import SENTENCES, page_of, sentence


def _said(wanted: Typed) -> Iterator[sa.ColumnElement[bool]]:
    """Lines whose sentence has the words that were typed, in the reader's language, or that are about such things."""
    typed = wanted.text.casefold()
    yield Event.action.in_(
        [action for action, words in SENTENCES.items() if typed in say(words).replace("%(what)s", "\n").casefold()]
    )
    about = [about for about, word in VALUE_WORDS[lists.About].items() if typed in say(word).casefold()]
    yield Event.object_kind.in_([table for each in about for table in lists.TABLES[each]])


INBOX = list_frame.shown_at("inbox.inbox", replace(lists.INBOX, search=any_of(lists.INBOX.search, _said)))


@bp.get("/")
def inbox(session: Session, actor: Actor) -> ResponseReturnValue:
    """The lines of the reader, the newest first."""
    found = list_frame.framed(session, actor, INBOX)
    events = [row.event for row in found.rows]
    about = subjects.subjects_of(session, events)
    said = {event.id: sentence(event, about.get((event.object_kind, event.object_id))) for event in events}
    return render_template(
        "office/inbox.html", found=found, said=said, about=lists.ABOUT, kinds=VALUE_WORDS[lists.About]
    )


@bp.post("/read")
def read_all(session: Session, actor: Actor) -> ResponseReturnValue:
    told.read_all(session, actor)
    flash(gettext("已全部标为已读。"))
    return redirect(url_for("inbox.inbox"))


@bp.post("/<ref>/open")
def open_line(session: Session, actor: Actor, found: Notification) -> ResponseReturnValue:
    """Mark a line as read and go to the page of the thing, or back to the inbox when the thing is gone."""
    told.read(actor, found)
    about = subjects.subjects_of(session, [found.event])
    assert actor.role is not None
    place = page_of(actor.role, found.event, about.get((found.event.object_kind, found.event.object_id)))
    return redirect(place or url_for("inbox.inbox"))
