"""Photographs of an entry of the farm's record (照片): what was done, the pack of what was used, what grows. They are kept as
`uploads` keeps every file, and whoever may know of the entry may see them: its producer's people and its officers, nobody else."""

import hashlib
from collections.abc import Iterable, Sequence

from sqlalchemy.orm import Session, selectinload

from ..access.actor import Actor
from ..access.visibility import visible
from ..errors import N_, Invalid
from ..models import Attachment, FarmEntry
from ..uploads import attachments
from ..uploads.photographs import Photo

MOST = 6  # of one entry, with those that a correction takes over


def told(photos: Sequence[Photo]) -> dict[str, object]:
    """What the entry's event says of its photographs: the SHA-256 of each as it is kept."""
    marks = [hashlib.sha256(made.content).hexdigest() for _, made in photos]
    return {"pictures": marks} if marks else {}


def refuse(photos: Sequence[Photo], old: FarmEntry | None = None) -> None:
    """Raises Invalid (`file`) for what is no photograph, and for more than an entry may have with those of the `old` one."""
    if any(made.media != "image/jpeg" for _, made in photos):
        raise Invalid("file", N_("这里只收照片；PDF 请截图存成 JPG 再传"))
    if photos and len(photos) + (len(old.pictures) if old else 0) > MOST:
        raise Invalid("file", N_("一条记录最多 %(most)d 张照片，原来的也算"), most=MOST)


def attach(session: Session, actor: Actor, entry: FarmEntry, photos: Sequence[Photo], old: FarmEntry | None) -> None:
    """Give an entry its photographs, first those of the entry that it corrects."""
    for each in old.pictures if old else ():
        attachments.attach_too(session, actor, entry, each)
    for name, made in photos:
        attachments.keep(session, actor, entry, name, made)


def seen(session: Session, actor: Actor, entries: Iterable[FarmEntry]) -> dict[int, list[Attachment]]:
    """The photographs of these entries, by row number, of those that the actor may know of."""
    rows = visible(actor, FarmEntry).where(FarmEntry.id.in_([each.id for each in entries]))
    return {row.id: row.pictures for row in session.scalars(rows.options(selectinload(FarmEntry.pictures)))}
