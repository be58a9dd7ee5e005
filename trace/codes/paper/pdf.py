"""PDF files with embedded fonts, written page by page. The same input gives the same bytes.

Pages are drawn through reportlab's canvas, in points from the bottom left. reportlab keeps every page in memory until
it saves. Here a page is written as soon as it is shown, so a file may have any number of pages.
"""

import hashlib
import io
import os
import tempfile
from array import array
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import BinaryIO

from reportlab.pdfbase import pdfdoc, pdfmetrics
from reportlab.pdfgen.canvas import Canvas

from ... import diskfiles
from .glyphs import FontFile, fixed_pitch, registered

MM = 72 / 25.4
"""Points in a millimetre."""

_KIDS = 256  # pages under one node of the page tree; viewers are slow on a flat list of thousands
_FONTS = Lock()  # one document at a time: reportlab makes the subset with a cursor that belongs to the font


@dataclass(frozen=True)
class SheetFile:
    """A written file: the number of its pages (or rows), the SHA-256 of its bytes in hex, and their number."""

    pages: int
    sha256: str
    bytes: int


class WholeFile:
    """A file that is being written under another name. Its bytes are counted and hashed."""

    def __init__(self, raw: BinaryIO) -> None:
        self._raw = raw
        self._hash = hashlib.sha256()
        self.size = 0

    def write(self, data: bytes) -> int:
        """Append bytes. Returns their number."""
        self._raw.write(data)
        self._hash.update(data)
        self.size += len(data)
        return len(data)

    def flush(self) -> None:
        """Hand all bytes to the operating system."""
        self._raw.flush()

    def result(self, pages: int) -> SheetFile:
        """What was written so far, with this number of pages."""
        return SheetFile(pages, self._hash.hexdigest(), self.size)


def in_memory(write: Callable[[Path], object]) -> bytes:
    """The bytes of a small file that `write` writes to a path. No file is kept."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "paper"
        write(path)
        return path.read_bytes()


PART = ".part"


def sweep_parts(path: Path) -> None:
    """Delete the unfinished files of `path` that killed writers left. Call it only while no one writes that file."""
    for part in path.parent.glob(f".{path.name}-*{PART}"):
        part.unlink(missing_ok=True)


@contextmanager
def whole_file(path: Path) -> Iterator[WholeFile]:
    """A file that appears at `path` only when it is whole and on the disk. After any exception there is no file."""
    folder = Path(path).parent
    number, name = tempfile.mkstemp(prefix=f".{Path(path).name}-", suffix=PART, dir=folder)
    try:
        with open(number, "wb") as raw:
            yield WholeFile(raw)
            diskfiles.sync(raw)
        os.chmod(name, 0o640)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    diskfiles.sync_folder(folder)


class _Document(pdfdoc.PDFDocument):  # type: ignore[misc]
    """reportlab's document, whose pages are written when they are added and not at the end."""

    def __init__(self, file: WholeFile) -> None:
        super().__init__(compression=1, invariant=1, lang="zh-CN")
        self._file = file
        self._offsets = array("Q", [0])  # by object number; 0: not written yet
        self._pages: array[int] = array("L")
        self._nodes: list[int] = []
        self._resources = self._take_number()
        self.xobjects = pdfdoc.PDFDictionary({})
        file.write(b"%PDF-1.4\n%\xe4\xb8\x80\xe5\x93\x81\n")

    def addPage(self, page: pdfdoc.PDFPage) -> None:  # noqa: N802 - reportlab's name
        self.put_page(page.stream.encode("latin-1"), page.pagewidth, page.pageheight)
        self.inObject = None

    def put_page(self, stream: bytes, width: float, height: float) -> None:
        """Write a page with its content at once, uncompressed.

        Symbols look like noise: compressing would make a page only a little smaller and take a tenth of its time. With
        another version of zlib the bytes would also differ.
        """
        if len(self._pages) % _KIDS == 0:
            self._nodes.append(self._take_number())
        content, leaf = self._take_number(), self._take_number()
        self.updateSignature(stream)
        head = b"<< /Length %d >>\nstream\n" % len(stream)
        self._put(content, head + stream + b"\nendstream")
        self._put(
            leaf,
            b"<< /Type /Page /Parent %d 0 R /MediaBox [0 0 %.4f %.4f] /Contents %d 0 R /Resources %d 0 R >>"
            % (self._nodes[-1], width, height, content, self._resources),
        )
        self._pages.append(leaf)
        self.pageCounter += 1

    @property
    def page_total(self) -> int:
        return len(self._pages)

    def finish(self, title: str, subject: str) -> None:
        """Write the objects that the pages refer to, the page tree and the table of offsets."""
        with _FONTS:
            for font in self.delayedFonts:
                font.addObjects(self)
        self.encrypt.prepare(self)
        root, info = self._take_number(), self._take_number()
        about = {"Title": pdfdoc.PDFString(title), "Subject": pdfdoc.PDFString(subject)}
        self._put(info, pdfdoc.PDFDictionary(about).format(self))
        fonts = self.Reference(self.idToObject["BasicFonts"])
        shared = {"Font": fonts, "XObject": self.xobjects}
        self._put(self._resources, pdfdoc.PDFDictionary(shared).format(self))
        self._put_named()
        pages = self._put_tree()
        self._put(root, b"<< /Type /Catalog /Pages %d 0 R /Lang (zh-CN) >>" % pages)
        self._put_table(root, info)

    def _put_named(self) -> None:
        """Write the objects that reportlab registered (form, fonts). Writing one may register another."""
        number = 0
        while number < self.objectcounter:
            number += 1
            if number in self.numberToId:
                body = pdfdoc.format(self.idToObject[self.numberToId[number]], self, toplevel=1)
                self._put(number, body)

    def _put_tree(self) -> int:
        top = self._take_number()
        for index, node in enumerate(self._nodes):
            kids = self._pages[index * _KIDS : (index + 1) * _KIDS]
            self._put(node, _tree_node(kids, len(kids), b" /Parent %d 0 R" % top))
        self._put(top, _tree_node(self._nodes, len(self._pages)))
        return top

    def _put_table(self, root: int, info: int) -> None:
        start, total = self._file.size, self.objectcounter + 1
        self._file.write(b"xref\n0 %d\n0000000000 65535 f \n" % total)
        for number in range(1, total):
            self._file.write(b"%010d 00000 n \n" % self._offsets[number])
        mark = self.signature.hexdigest().encode()
        self._file.write(
            b"trailer\n<< /Size %d /Root %d 0 R /Info %d 0 R /ID [<%s> <%s>] >>\nstartxref\n%d\n%%%%EOF\n"
            % (total, root, info, mark, mark, start)
        )

    def _take_number(self) -> int:
        self.objectcounter += 1
        return int(self.objectcounter)

    def _put(self, number: int, body: bytes) -> None:
        while len(self._offsets) <= number:
            self._offsets.append(0)
        self._offsets[number] = self._file.size
        self._file.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))


def _tree_node(kids: Sequence[int], count: int, more: bytes = b"") -> bytes:
    return b"<< /Type /Pages /Count %d%s /Kids [%s] >>" % (count, more, b" ".join(b"%d 0 R" % kid for kid in kids))


class Paper(Canvas):  # type: ignore[misc]
    """A canvas with one font and a page size in mm, written to a whole file.

    Text is drawn as it is, never as markup.
    """

    def __init__(self, file: WholeFile, size_mm: tuple[float, float], font: FontFile) -> None:
        self.font = font
        points = (size_mm[0] * MM, size_mm[1] * MM)
        # The initial font is this one, so that no page refers to a font that is not embedded.
        super().__init__(
            io.BytesIO(), pagesize=points, pageCompression=1, invariant=1, initialFontName=registered(font)
        )
        self._doc = _Document(file)
        self.setEncrypt(None)
        self._about = ("", "")

    @property
    def pages(self) -> int:
        """The number of pages written so far."""
        return int(self._doc.page_total)

    def describe(self, title: str, subject: str) -> None:
        """Set the title and the subject of the document."""
        self._about = (title, subject)

    def endForm(self, **extra: object) -> None:  # noqa: N802 - reportlab's name
        """End the form that `beginForm` began, and note it for the shared resources of all pages."""
        name = self._formData[0]
        super().endForm(**extra)
        xname = pdfdoc.xObjectName(name)
        self._doc.xobjects.dict[xname] = pdfdoc.PDFObjectReference(xname)

    def text(self, x: float, y: float, words: str, size: float, mono: bool = False, bold: bool = False) -> None:
        """Draw a line of text with its baseline at (x, y), all in points. Bold text is drawn with a thicker outline."""
        self.setFont(registered(fixed_pitch(self.font) if mono else self.font), size)
        if bold:
            self.setLineWidth(size * 0.03)
        self.drawString(x, y, words, mode=2 if bold else None)

    def put_page(self, stream: bytes) -> None:
        """Write a page whose content (PDF operators) was made elsewhere."""
        self._doc.put_page(stream, *self._pagesize)

    def form_name(self, form: str) -> bytes:
        """The name of a form in the content of a page."""
        return b"/" + str(pdfdoc.xObjectName(form)).encode("ascii")

    def spelled(self, words: str) -> tuple[bytes, bytes]:
        """The name of the embedded font, and the words in its codes.

        Call it before anything else is written: only the first two hundred characters of a document are sure to be in
        one subset font.
        """
        font = pdfmetrics.getFont(registered(self.font))
        ((subset, codes),) = font.splitString(words, self._doc)
        name = font.getSubsetInternalName(subset, self._doc)
        return name.encode("ascii"), codes

    def save(self) -> None:
        """End the document. Its pages have been written already."""
        self._doc.finish(*self._about)
