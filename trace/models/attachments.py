"""Papers and photographs that belong to a row of the record, kept as `harmless` made them."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..db.columns import Base, Big, Id, Name
from .events import Audited


class KeptFile(Base):
    """A file's bytes, once for all the places it is attached to. `preview` is a JPEG: the picture made small, or a PDF's first
    page. Pictures that were kept before it was made have none."""

    __tablename__ = "kept_files"

    sha256: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    media: Mapped[str] = mapped_column(sa.String(40))
    size: Mapped[Big]  # bytes
    pages: Mapped[int | None]
    content: Mapped[bytes] = mapped_column(sa.LargeBinary, deferred=True)
    preview: Mapped[bytes | None] = mapped_column(sa.LargeBinary, deferred=True)


class Attachment(Audited, Base):
    """A file attached to the row `object_id` of the table `object_kind`; whoever may know of that row may read it."""

    __tablename__ = "attachments"
    __table_args__ = (sa.UniqueConstraint("object_kind", "object_id", "sha256"),)

    id: Mapped[Id]
    object_kind: Mapped[str] = mapped_column(sa.String(40))
    object_id: Mapped[Big]
    sha256: Mapped[str] = mapped_column(sa.ForeignKey("kept_files.sha256"), index=True)
    name: Mapped[Name]
    at: Mapped[datetime]
    by: Mapped[int | None] = mapped_column(sa.ForeignKey("accounts.id"))

    file: Mapped[KeptFile] = relationship()

    @property
    def is_picture(self) -> bool:
        return self.file.media == "image/jpeg"
