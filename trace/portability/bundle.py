"""Writes a producer's data as one zip: a sheet and a JSON for each kind of rows, papers as PDF, attached files and pictures, a
README in two languages and a manifest with the SHA-256 of every file. Rows are streamed, so memory does not grow with them."""

import hashlib
import io
import json
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import IO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from .. import __version__
from ..access.actor import Actor
from ..access.visibility import visible
from ..clock import SHANGHAI, day_of
from ..codes.paper.glyphs import find_font
from ..codes.paper.pdf import in_memory
from ..commitment import paper
from ..diskfiles import PRIVATE
from ..errors import Message, TraceError
from ..farm import book_corrections, record, record_book
from ..installation.installation import Installation
from ..models import Attachment, CommitmentCertificate, FarmEntry, KeptFile, Producer, Product, ProductPicture
from ..sheets import writer
from . import readme
from .paper_parts import COMMITMENTS
from .part import Part, Words, as_json
from .parts import PARTS
from .shared import file_of

FORMAT, VERSION = "yipin-my-data", 1
MANIFEST = "manifest.json"
CHUNK = 1 << 16
Said = Callable[[str, str | Message], str]  # a text in a language, "zh" or "en"


@dataclass
class Bundle:
    """One zip that is being written. `lang` is that of the sheets' heads; `tell` hears how many things are done. It is `whole` with
    papers, files and pictures, without which another installation can take it over all the same."""

    session: Session
    actor: Actor
    producer: Producer
    installation: Installation
    lang: str
    said: Said
    tell: Callable[[int, int], None]
    whole: bool = True
    done: int = 0
    total: int = 0
    files: list[dict[str, object]] = field(default_factory=list)
    left_out: list[dict[str, str]] = field(default_factory=list)

    def write(self, out: IO[bytes]) -> None:
        """Write all of it to a seekable file. Raises whatever `tell` does when the work should end."""
        self.total = sum(part.count(self.session, self.producer) for part in PARTS) + 1
        with ZipFile(out, "w", ZIP_DEFLATED) as zipped:
            for part in PARTS:
                self._part(zipped, part)
            for path, content in self._papers() if self.whole else ():
                self._add(zipped, path, content)
                self._step()
            for lang in ("zh", "en"):
                text = readme.text(lang, self.said, self.installation.settings.base_url, self.files)
                self._add(zipped, f"README.{lang}.md", io.BytesIO(text.encode()))
            zipped.writestr(self._info(MANIFEST), json.dumps(self._manifest(), ensure_ascii=False, indent=1))

    def _step(self) -> None:
        self.done += 1
        if self.done % writer.TOLD_EVERY == 0:
            self.tell(self.done, max(self.total, self.done + 1))

    def _part(self, zipped: ZipFile, part: Part) -> None:
        """The rows once as a sheet and once as JSON, read together, so that both say the same."""
        with tempfile.TemporaryFile() as lines, tempfile.TemporaryFile() as sheet:
            rows = writer.write(sheet, self._sheet(part, lines))
            lines.write(b"\n]\n" if rows else b"[]\n")
            about = {"kind": part.key, "rows": rows}
            self._add(zipped, f"sheets/{part.key}.xlsx", sheet, **about)
            self._add(zipped, f"rows/{part.key}.json", lines, **about)

    def _sheet(self, part: Part, lines: IO[bytes]) -> writer.Sheet:
        heads = [writer.Column(self._head(each.title, each.unit), each.kind) for each in part.columns]
        title = self.said(self.lang, part.title)
        return writer.Sheet(title, f"{title} · {self.producer.name}", heads, self._rows(part, lines))

    def _head(self, title: str, unit: str) -> str:
        said = self.said(self.lang, title)
        return f"{said} ({self.said(self.lang, unit)})" if unit else said

    def _rows(self, part: Part, lines: IO[bytes]) -> Iterator[list[object]]:
        for number, row in enumerate(part.read(self.session, self.producer)):
            values = {each.key: each.of(row) for each in part.columns}
            kept = {name: as_json(value) for name, value in values.items()}
            lines.write((",\n" if number else "[\n").encode() + json.dumps(kept, ensure_ascii=False).encode())
            yield [self._cell(each.words, each.kind, values[each.key]) for each in part.columns]
            self._step()

    def _cell(self, words: Words | None, kind: writer.Kind, value: object) -> object:
        if words is not None and value is not None:
            return self.said(self.lang, words.get(value, str(value)))
        return value if value is None or kind is not writer.Kind.TEXT else str(value)

    def _add(self, zipped: ZipFile, path: str, content: IO[bytes], **about: object) -> None:
        content.seek(0)
        found, size = hashlib.sha256(), 0
        with zipped.open(self._info(path), "w", force_zip64=True) as entry:
            while chunk := content.read(CHUNK):
                entry.write(chunk)
                found.update(chunk)
                size += len(chunk)
        self.files.append({"path": path, "bytes": size, "sha256": found.hexdigest(), **about})

    def _info(self, path: str) -> ZipInfo:
        info = ZipInfo(path, self.actor.at.astimezone(SHANGHAI).timetuple()[:6])
        info.compress_type, info.external_attr = ZIP_DEFLATED, PRIVATE << 16
        return info

    def _papers(self) -> Iterator[tuple[str, IO[bytes]]]:
        yield from self._drawn(self._books())
        yield from self._drawn(self._certificates())
        yield from self._attached()
        yield from self._pictures()

    def _drawn(self, papers: Iterable[tuple[str, Callable[[], bytes]]]) -> Iterator[tuple[str, IO[bytes]]]:
        """Papers that are drawn now; one that cannot be is left out, and the manifest says why."""
        for path, draw in papers:
            try:
                yield path, io.BytesIO(draw())
            except TraceError as error:
                self.left_out.append({"path": path, "reason": self.said(self.lang, error.shown)})

    def _books(self) -> Iterator[tuple[str, Callable[[], bytes]]]:
        years = sa.select(FarmEntry.season).where(FarmEntry.producer_id == self.producer.id).distinct()
        for year in self.session.scalars(years.order_by(FarmEntry.season)).all():
            yield f"papers/record-book-{year}.pdf", lambda year=year: self._book(year)  # type: ignore[misc]

    def _book(self, year: int) -> bytes:
        book, font = record.book(self.session, self.producer, year), find_font(self.installation.settings.font)
        mended, today = book_corrections.corrected(self.session, book), day_of(self.actor.at).isoformat()
        return in_memory(lambda path: record_book.write(path, self.producer, year, book, today, font, mended))

    def _certificates(self) -> Iterator[tuple[str, Callable[[], bytes]]]:
        for row in COMMITMENTS.read(self.session, self.producer):
            if isinstance(row, CommitmentCertificate) and row.voided_at is None:
                yield (
                    f"papers/commitment-{row.number}.pdf",
                    lambda row=row: paper.paper(self.installation, row, "a5"),  # type: ignore[misc]
                )

    def _attached(self) -> Iterator[tuple[str, IO[bytes]]]:
        rows = visible(self.actor, Attachment).order_by(Attachment.id).execution_options(yield_per=100)
        for row in self.session.scalars(rows):
            content = self.session.scalar(sa.select(KeptFile.content).where(KeptFile.sha256 == row.sha256))
            yield file_of(row), io.BytesIO(content or b"")

    def _pictures(self) -> Iterator[tuple[str, IO[bytes]]]:
        pictures = sa.select(ProductPicture.product_id, ProductPicture.mark).join(ProductPicture.product)
        for product, mark in self.session.execute(pictures.where(Product.producer_id == self.producer.id)).all():
            one = sa.select(ProductPicture.jpeg).where(
                ProductPicture.product_id == product, ProductPicture.mark == mark
            )
            yield f"pictures/product-{product}-{mark}.jpg", io.BytesIO(self.session.scalar(one) or b"")

    def _manifest(self) -> dict[str, object]:
        return {
            "format": FORMAT,
            "version": VERSION,
            "made_at": self.actor.at.isoformat(),
            "source": self.installation.settings.base_url,
            "program": __version__,
            "whole": self.whole,
            "producer": {"name": self.producer.name, "uscc": self.producer.uscc},
            "demonstration": self.producer.demonstration,
            "files": self.files,
            "left_out": self.left_out,
        }
