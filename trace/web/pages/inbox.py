"""The inbox (消息): what the record tells whoever is signed in, and the way to each thing."""

from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from ...access.actor import Actor
from ...errors import Message
from ...models import Notification
from ...notices import inbox as told
from ...notices import subjects
from ..blueprints import inbox as bp
from ..noticewords import page_of, sentence
from ..page_number import page_number


@dataclass(frozen=True)
class Line:
    """One line as the page shows it: what was said, and with which reason."""

    row: Notification
    said: Message


@bp.get("/")
def inbox(session: Session, actor: Actor) -> ResponseReturnValue:
    """The lines of the reader, the newest first; with `unread` only those that wait to be read."""
    only_unread = bool(request.args.get("unread"))
    listed = told.listed(session, actor, page_number(), only_unread)
    about = subjects.subjects_of(session, (row.event for row in listed))
    lines = [Line(row, sentence(row.event, about.get((row.event.object_kind, row.event.object_id)))) for row in listed]
    return render_template("office/inbox.html", lines=lines, listed=listed, only_unread=only_unread)


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
