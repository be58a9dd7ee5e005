"""Papers and photographs attached to a row of the record: a certificate's scan, a policy, a picture of a label.

A file is kept as `harmless` made it, once for all its places. Who may know of the row may read its files.
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
from ..db import add_first
from ..errors import N_, Invalid
from ..models import Attachment, Audited, KeptFile
from . import sandbox
from .sanitise import LARGEST, Made

MOST = 20  # files of one row
ENDINGS = {"image/jpeg": ".jpg", "application/pdf": ".pdf"}


def keep(session: Session, actor: Actor, subject: Audited, name: str, content: BinaryIO | bytes | Made) -> Attachment:
    """Attach a file to `subject`; the same file again gives the same attachment.

    Raises Invalid (`file`) for what is no PDF, JPEG or PNG within bounds, and when the row has its 20 files.
    Hand over what `made_harmless` gave when the transaction should not wait for the file to be looked at.
    """
    session.flush()
    made = content if isinstance(content, Made) else made_harmless(content)
    mark = hashlib.sha256(made.content).hexdigest()
    there = of(session, subject)
    if known := next((row for row in there if row.sha256 == mark), None):
        return known
    if len(there) >= MOST:
        raise Invalid("file", N_("一条记录最多附 %(most)d 个文件"), most=MOST)
    if session.get(KeptFile, mark) is None:
        add_first(
            session,
            KeptFile(
                sha256=mark,
                media=made.media,
                size=len(made.content),
                pages=made.pages,
                content=made.content,
                preview=made.preview,
            ),
        )
    row = Attachment(
        object_kind=subject.__tablename__,
        object_id=subject.id,
        sha256=mark,
        name=file_name(name, made.media),
        at=actor.at,
        by=actor.account_id,
    )
    session.add(row)
    log.record(
        session, actor, "attachment.keep", row, of=f"{row.object_kind} {row.object_id}", name=row.name, sha256=mark
    )
    return row


def made_harmless(content: BinaryIO | bytes) -> Made:
    """What would be kept of a file. Raises Invalid (`file`) for anything but a PDF, JPEG or PNG within bounds."""
    return sandbox.sanitised(content if isinstance(content, bytes) else content.read(LARGEST + 1))


def file_name(typed: str, media: str) -> str:
    """The file's name without folders and odd characters, at most 80 long, with the ending of what it now is."""
    text = unicodedata.normalize("NFC", re.split(r"[/\\]", typed)[-1])
    text = re.sub(r"\.\w{1,5}$", "", "".join(c for c in text if c.isprintable() and c not in '<>:"|?*;%').strip())
    return (text[:80].strip(" .") or "文件") + ENDINGS[media]


def of(session: Session, *subjects: Audited) -> Sequence[Attachment]:
    """The files of these rows, in the order they came; without their bytes."""
    theirs = [sa.and_(Attachment.object_kind == row.__tablename__, Attachment.object_id == row.id) for row in subjects]
    rows = sa.select(Attachment).where(sa.or_(sa.false(), *theirs)).options(joinedload(Attachment.file))
    return session.scalars(rows.order_by(Attachment.id)).all()
