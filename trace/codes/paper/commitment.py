"""A commitment certificate (承诺达标合格证) on paper: A4, A5, or a roll of 80 mm. It has the words of the form and no others.

It is set from the top down at the largest size that fits. The symbol leads to the certificate's page. The name of the
certificate stands beside the symbol, as its rule (农业农村部令 2025年第4号) requires.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ...errors import N_, Invalid
from ..qr.symbol import QUIET_ZONE, address_modules, bars
from .glyphs import FontFile, check_glyphs, fixed_pitch, text_width
from .linebreak import cut
from .pdf import MM, Paper, SheetFile, whole_file

_INK, _SOFT, _LEAF, _RULE = (0.07, 0.09, 0.08), (0.3, 0.34, 0.32), (0.05, 0.36, 0.24), (0.62, 0.68, 0.65)
_BLACK = (0.0, 0.0, 0.0)
_LEAD = 1.5  # line to line, in sizes
_DOT = 25.4 / 203  # mm; a dot of a thermal printer
_GAPS = 6  # the spare height is spread over so many gaps


@dataclass(frozen=True)
class Size:
    """A paper size.

    `width`, `height`, `edge` (of the frame from the paper's edge) and `symbol` (with quiet zone) are mm.

    `sizes` are the largest and the smallest body size in points. `black` says that it is printed in black alone.
    """

    key: str
    width: float
    height: float
    edge: float
    symbol: float
    sizes: tuple[float, float]
    black: bool = False


SIZES = {
    size.key: size
    for size in (
        Size("a4", 210, 297, 16, 46, (16, 9)),
        Size("a5", 148, 210, 10, 34, (11.5, 7)),
        Size("roll", 80, 130, 2.5, 24, (9, 5.5), black=True),
    )
}


@dataclass(frozen=True)
class Certificate:
    """The words of the certificate.

    `bases` are the bases of the promise, and whether each is ticked. `fields` are pairs of word and value. `notice`
    stands at the foot, for example that of a demonstration.
    """

    title: str
    number: str
    lead: str
    promise: tuple[str, ...]
    basis: str
    bases: tuple[tuple[str, bool], ...]
    fields: tuple[tuple[str, str], ...]
    sign: str
    address: str
    notice: str = ""

    def texts(self) -> Iterator[tuple[str, str]]:
        """Every text with its field, in the order in which it is drawn."""
        yield "title", self.title
        yield "number", self.number
        yield "lead", self.lead
        yield from (("promise", line) for line in self.promise)
        yield "basis", self.basis
        yield from (("bases", word) for word, _ in self.bases)
        for word, value in self.fields:
            yield "fields", word
            yield "fields", value
        yield "sign", self.sign
        yield "title", self.title
        if self.notice:
            yield "notice", self.notice


def write_commitment(path: Path, said: Certificate, size: Size, font: FontFile) -> SheetFile:
    """Write the certificate as a PDF of one page. The same certificate gives the same bytes.

    Raises Invalid for a character that the font lacks, or if the words do not fit even at the smallest size.
    """
    check_glyphs(said.texts(), font)
    body, spare = _fitted(said, size, font)
    with whole_file(path) as file:
        paper = Paper(file, (size.width, size.height), font)
        paper.describe(f"{said.title} {said.number}", said.address)
        _Sheet(said, size, body, font, min(spare / _GAPS, 0.9 * body / MM), paper).draw()
        paper.showPage()
        paper.save()
    return file.result(1)


def _fitted(said: Certificate, size: Size, font: FontFile) -> tuple[float, float]:
    """The largest body size (points) at which everything fits, and the height (mm) that is then left."""
    largest, smallest = size.sizes
    for step in range(int((largest - smallest) * 4) + 1):
        body = largest - step / 4
        if (spare := _Sheet(said, size, body, font).draw()) >= 0:
            return body, spare
    raise Invalid("size", N_("这张纸放不下合格证上的字；请换大一号的纸"))


class _Sheet:
    """The page, drawn or (without a `paper`) only measured. The next thing begins at `y`, in mm from the foot."""

    def __init__(
        self, said: Certificate, size: Size, body: float, font: FontFile, air: float = 0.0, paper: Paper | None = None
    ) -> None:
        self._said, self._size, self._body, self._font, self._air, self._paper = said, size, body, font, air, paper
        self._margin = size.edge + (2.2 if size.black else size.edge * 0.65)
        self._left, self._right = self._margin, size.width - self._margin
        self.y = size.height - self._margin

    def draw(self) -> float:
        """Draw from the top down. Returns the height between the fields and the foot that is left, in mm."""
        self._frame()
        self._head()
        self._promise()
        self._bases()
        self._fields()
        foot = self._margin + self._size.symbol + 1.6 * self._caption_size / MM
        if self._said.notice:
            foot += 1.6 * self._small / MM
        self._foot(foot)
        return self.y - foot

    @property
    def _caption_size(self) -> float:
        return self._body * 0.95

    @property
    def _small(self) -> float:
        return max(5.5, self._body * 0.8)

    def _frame(self) -> None:
        edge, wide, tall = self._size.edge, self._size.width, self._size.height
        self._outline(edge, edge, wide - 2 * edge, tall - 2 * edge, 0.5 if self._size.black else 0.9, self._leaf)
        if not self._size.black:
            inner = edge + 1.6
            self._outline(inner, inner, wide - 2 * inner, tall - 2 * inner, 0.25, self._leaf)

    def _head(self) -> None:
        said, body = self._said, self._body
        self._down(0.2)
        self._line(said.title, body * 2, centred=True, bold=True, colour=self._leaf)
        self._down(0.1)
        self._line(said.number, body * 1.05, centred=True, mono=True)
        self._down(0.4)
        self._rule(0.4, self._leaf)
        self._gap(0.5)

    def _promise(self) -> None:
        body, inset = self._body, self._body * 1.1 / MM
        self._line(self._said.lead, body, bold=True)
        for words in self._said.promise:
            top = self.y
            for line in self._cut(words, body, self._right - self._left - inset):
                self._line(line, body, x=self._left + inset)
            self._dot(self._left + inset * 0.45, top - _LEAD * body * 0.5 / MM, body * 0.11 / MM)
        self._gap(0.5)

    def _bases(self) -> None:
        """Draw the heading, and the boxes one after another on as many lines as they need."""
        body, side = self._body, self._body * 0.82 / MM
        self._line(self._said.basis, body, bold=True)
        x = self._left
        base = self.y - (_LEAD * 0.5 + 0.36) * body / MM
        for word, ticked in self._said.bases:
            wide = side + (body * 0.35 + text_width(word, self._font, body)) / MM
            if x > self._left and x + wide > self._right:
                x, base = self._left, base - _LEAD * body / MM
            self._box(x, base - body * 0.08 / MM, side, ticked)
            self._put(x + side + body * 0.35 / MM, base, word, body)
            x += wide + body * 1.1 / MM
        self.y = base - (_LEAD * 0.5 - 0.36) * body / MM
        self._gap(0.5)

    def _fields(self) -> None:
        """Draw a ruled row for each field: its word, and beside it the value."""
        body = self._body
        words = max(text_width(word, self._font, body) for word, _ in self._said.fields) / MM
        start = self._left + words + body * 1.0 / MM
        self._rule(0.2, self._line_colour)
        for word, value in self._said.fields:
            self.y -= self._air * 0.25
            self._down(0.12)
            for n, line in enumerate(self._cut(value, body, self._right - start)):
                if n == 0:
                    self._put(self._left, self._base(body), word, body, colour=self._soft)
                self._line(line, body, x=start)
            self._down(0.12)
            self.y -= self._air * 0.25
            self._rule(0.2, self._line_colour)

    def _foot(self, top: float) -> None:
        """Draw the place to sign or stamp at the left, and the symbol with the certificate's name at the right."""
        said, body, side = self._said, self._body, self._size.symbol
        if said.notice:
            self._put(self._left, self._margin, said.notice, self._small, colour=self._soft)
        self._put(self._left, top - (body * 1.4) / MM, said.sign, body, colour=self._soft)
        caption, size = said.title, self._caption_size
        foot = top - side - 1.6 * size / MM
        quiet = side * QUIET_ZONE / (len(address_modules(said.address)) + 2 * QUIET_ZONE)
        wide = text_width(caption, self._font, size) / MM
        x = self._right - side + quiet
        self._symbol(x, top - side + quiet, side - 2 * quiet)
        self._put(
            min(x + (side - 2 * quiet - wide) / 2, self._right - wide),
            foot + quiet + 0.35 * size / MM,
            caption,
            size,
            bold=True,
        )

    def _symbol(self, x: float, y: float, side: float) -> None:
        """Draw the dark modules as bars. On a roll each module is a whole number of a thermal printer's dots."""
        dark = address_modules(self._said.address)
        module = side / len(dark)
        if self._size.black:
            module = int(module / _DOT) * _DOT
        self._colour(_BLACK)
        for row, start, stop in bars(dark):
            self._fill(x + start * module, y + side - (row + 1) * module, (stop - start) * module, module)

    @property
    def _leaf(self) -> tuple[float, float, float]:
        return _BLACK if self._size.black else _LEAF

    @property
    def _soft(self) -> tuple[float, float, float]:
        return _BLACK if self._size.black else _SOFT

    @property
    def _line_colour(self) -> tuple[float, float, float]:
        return _BLACK if self._size.black else _RULE

    def _down(self, sizes: float) -> None:
        self.y -= sizes * self._body / MM

    def _gap(self, sizes: float) -> None:
        self._down(sizes)
        self.y -= self._air

    def _base(self, size: float) -> float:
        """The baseline of a line whose top is at `y`."""
        return self.y - (_LEAD * 0.5 + 0.36) * size / MM

    def _line(
        self,
        words: str,
        size: float,
        x: float | None = None,
        centred: bool = False,
        bold: bool = False,
        mono: bool = False,
        colour: tuple[float, float, float] = _INK,
    ) -> None:
        face = fixed_pitch(self._font) if mono else self._font
        left = self._left if x is None else x
        if centred:
            left = (self._size.width - text_width(words, face, size) / MM) / 2
        self._put(left, self._base(size), words, size, bold, mono, colour)
        self.y -= _LEAD * size / MM

    def _cut(self, words: str, size: float, width: float) -> tuple[str, ...]:
        return cut(words, self._font, size, width * MM)

    def _put(
        self,
        x: float,
        y: float,
        words: str,
        size: float,
        bold: bool = False,
        mono: bool = False,
        colour: tuple[float, float, float] = _INK,
    ) -> None:
        if self._paper:
            self._colour(_BLACK if self._size.black else colour)
            self._paper.text(x * MM, y * MM, words, size, mono=mono, bold=bold)

    def _rule(self, width: float, colour: tuple[float, float, float]) -> None:
        if self._paper:
            self._colour(colour)
            self._paper.setLineWidth(width * MM)
            self._paper.line(self._left * MM, self.y * MM, self._right * MM, self.y * MM)

    def _outline(
        self, x: float, y: float, wide: float, tall: float, width: float, colour: tuple[float, float, float]
    ) -> None:
        if self._paper:
            self._colour(colour)
            self._paper.setLineWidth(width * MM)
            self._paper.rect(x * MM, y * MM, wide * MM, tall * MM, stroke=1, fill=0)

    def _fill(self, x: float, y: float, wide: float, tall: float) -> None:
        if self._paper:
            self._paper.rect(x * MM, y * MM, wide * MM, tall * MM, stroke=0, fill=1)

    def _dot(self, x: float, y: float, radius: float) -> None:
        if self._paper:
            self._colour(self._leaf)
            self._paper.circle(x * MM, y * MM, radius * MM, stroke=0, fill=1)

    def _box(self, x: float, y: float, side: float, ticked: bool) -> None:
        """Draw a box to tick. It is drawn as lines, because the font may lack the character."""
        self._outline(x, y, side, side, max(0.2, side * 0.07), _BLACK)
        if self._paper and ticked:
            self._paper.setLineWidth(side * 0.16 * MM)
            points = [(0.16, 0.52), (0.42, 0.22), (0.88, 0.88)]
            for (x1, y1), (x2, y2) in zip(points, points[1:], strict=False):
                self._paper.line((x + x1 * side) * MM, (y + y1 * side) * MM, (x + x2 * side) * MM, (y + y2 * side) * MM)

    def _colour(self, colour: tuple[float, float, float]) -> None:
        if self._paper:
            self._paper.setFillColorRGB(*colour)
            self._paper.setStrokeColorRGB(*colour)
