"""Papers and photographs attached to a row of the record: a certificate's scan, a policy, a picture of a label.

A file is kept as `sanitise` made it, and only once, however many rows it is attached to. A person who may read the row
may read its files.
"""

import hashlib
import re
import unicodedata
from collections.abc import Sequence
from typing import BinaryIO

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from ..access.actor import Actor
from ..audit import log
from ..db.new_rows import add_first
from ..errors import N_, Invalid
from ..models import Action, Attachment, Audited, KeptFile
from . import sandbox
from .sanitise import LARGEST, Made

MOST = 20  # files of one row
ENDINGS = {"image/jpeg": ".jpg", "application/pdf": ".pdf"}


def keep(session: Session, actor: Actor, subject: Audited, name: str, content: BinaryIO | bytes | Made) -> Attachment:
    """Attach a file to `subject`; the same file again gives the same attachment.

    Raises Invalid (`file`) for a file that is no PDF and no picture within bounds, and when the row has its 20 files.
    Pass what `made_harmless` returned if the transaction should not wait for the file to be checked.
    """
    session.flush()
    made = content if isinstance(content, Made) else made_harmless(content)
    mark = hashlib.sha256(made.content).hexdigest()
    there = of(session, subject)
    if known := next((row for row in there if row.sha256 == mark), None):
        return known
    if len(there) >= MOST:
        raise Invalid("file", N_("一条记录最多附 %(most)d 个文件"), most=MOST)
    _keep_bytes(session, made, mark)
    return _attach(session, actor, subject, file_name(name, made.media), mark)


def _keep_bytes(session: Session, made: Made, mark: str) -> None:
    """Keep the file itself, unless it is kept already. `mark` is its SHA-256."""
    if session.get(KeptFile, mark) is not None:
        return
    size = len(made.content)
    kept = KeptFile(
        sha256=mark, media=made.media, size=size, pages=made.pages, content=made.content, preview=made.preview
    )
    add_first(session, kept)


def _attach(session: Session, actor: Actor, subject: Audited, name: str, mark: str) -> Attachment:
    kind, number = subject.__tablename__, subject.id
    row = Attachment(object_kind=kind, object_id=number, sha256=mark, name=name, at=actor.at, by=actor.account_id)
    session.add(row)
    log.record(session, actor, Action.ATTACHMENT_KEEP, row, of=f"{kind} {number}", name=name, sha256=mark)
    return row


def attach_too(session: Session, actor: Actor, subject: Audited, kept: Attachment) -> Attachment:
    """Attach to `subject` a file that is attached to another row; its bytes are kept once."""
    session.flush()
    return _attach(session, actor, subject, kept.name, kept.sha256)


def made_harmless(content: BinaryIO | bytes) -> Made:
    """What would be kept of a file. Raises Invalid (`file`) for anything but a PDF or a picture within bounds."""
    return sandbox.sanitised(content if isinstance(content, bytes) else content.read(LARGEST + 1))


def file_name(typed: str, media: str) -> str:
    """A safe name: no folders, no odd characters, at most 80 long, and with the ending of the kept format."""
    text = unicodedata.normalize("NFC", re.split(r"[/\\]", typed)[-1])
    text = re.sub(r"\.\w{1,5}$", "", "".join(c for c in text if c.isprintable() and c not in '<>:"|?*;%').strip())
    return (text[:80].strip(" .") or "文件") + ENDINGS[media]


def of(session: Session, *subjects: Audited) -> Sequence[Attachment]:
    """The files of these rows in the order of their upload, without their bytes."""
    theirs = [sa.and_(Attachment.object_kind == row.__tablename__, Attachment.object_id == row.id) for row in subjects]
    rows = sa.select(Attachment).where(sa.or_(sa.false(), *theirs)).options(joinedload(Attachment.file))
    return session.scalars(rows.order_by(Attachment.id)).all()
