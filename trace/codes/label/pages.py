"""The content of label pages as PDF operators: for each label the shared form, its own number and its symbol.

Pages are made in blocks of a few hundred labels: sign, draw, write. A block depends on its number alone. So several
processes can make the blocks of a large run (`workers`), and the file has the same bytes.
"""

from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

import numpy as np

from ...errors import N_, Conflict
from ..kinds import token_of
from ..paper.glyphs import FontFile, text_width
from ..qr.bitplanes import Octets
from ..qr.bulk import CHUNK
from ..tiny import TinyCodes
from ..unitcodes import UnitCodes
from .workers import cores, in_order

Draw = Callable[[str, Octets], Octets]
"""Draws the symbols of tokens behind an address as packed rows, as `bulk.packed_symbols` does."""

Codes = UnitCodes | TinyCodes | Iterable[tuple[int, str]]
Page = tuple[bytes, int]
"""The content of a page, and the number of labels on it."""

ORDINAL = "第 %s 枚"
SHARE_FROM = 5000  # from this many labels on, several processes are faster


@dataclass(frozen=True, eq=False)  # hashed by identity, which is fast
class Place:
    """Where the parts of one label stand on its page, in points.

    `label`: scale in x and y, and origin of the form. `ordinal`: x and baseline on the form, size, the widest text that
    has room, and whether it ends at the right. `symbol`: left and bottom edge of the modules, and their side.
    """

    label: tuple[float, float, float, float]
    ordinal: tuple[float, float, float, str, bool]
    symbol: tuple[float, float, float]


@dataclass(frozen=True, eq=False)
class Words:
    """The file's names of the shared form and the font, and the font codes before and after a label's number."""

    form: bytes
    font_name: bytes
    before: bytes
    after: bytes
    font: FontFile


@dataclass(frozen=True, eq=False)
class Face:
    """What the pages of one run have in common. `start_at` is the first free label of the first page, from 1."""

    prefix: str
    modules: int
    places: tuple[Place, ...]
    words: Words
    start_at: int
    draw: Draw


def made_pages(face: Face, codes: Codes, count: int, crew: int | None = None) -> Generator[Page, None, None]:
    """The pages of `count` labels in their order. Raises Conflict if the codes are more or fewer.

    `crew` is the number of processes. None means one for each core, if the run is large and its codes must be signed.
    """
    blocks = Blocks(count, len(face.places), face.start_at - 1)
    if isinstance(codes, UnitCodes | TinyCodes):
        _refuse_number(len(codes), count)
        yield from _signed_pages(face, codes, blocks, crew or (cores() if count >= SHARE_FROM else 1))
    else:
        yield from _listed_pages(face, iter(codes), blocks)


@dataclass(frozen=True)
class Blocks:
    """Which pages of a run are made together: `count` labels, `size` to a page, the first `lead` places used before."""

    count: int
    size: int
    lead: int

    @property
    def _pages(self) -> int:
        return -(-(self.lead + max(self.count, 0)) // self.size)

    @property
    def _together(self) -> int:
        return max(1, CHUNK // self.size)

    def __len__(self) -> int:
        return -(-self._pages // self._together)

    def pages(self, block: int) -> list[range]:
        """The labels of each page of a block, counted from 0 for the first label of the run."""
        first = block * self._together
        starts = [page * self.size - self.lead for page in range(first, min(first + self._together, self._pages))]
        return [range(max(0, start), min(self.count, start + self.size)) for start in starts]


def _signed_pages(face: Face, codes: UnitCodes | TinyCodes, blocks: Blocks, crew: int) -> Iterator[Page]:
    def make(number: int) -> list[Page]:
        pages = blocks.pages(number)
        start, stop = pages[0].start, pages[-1].stop
        tokens = codes.tokens(start, stop - start)
        return _pages(face, pages, [codes.first + n for n in range(start, stop)], tokens)

    for pages in in_order(make, len(blocks), crew):
        yield from pages


def _listed_pages(face: Face, codes: Iterator[tuple[int, str]], blocks: Blocks) -> Iterator[Page]:
    found = 0
    for pages in map(blocks.pages, range(len(blocks))):
        taken = list(islice(codes, pages[-1].stop - pages[0].start))
        found += len(taken)
        if found < pages[-1].stop:
            break
        octets = b"".join(token_of(digits) for _, digits in taken)
        tokens = np.frombuffer(octets, np.uint8).reshape(len(taken), -1)
        yield from _pages(face, pages, [ordinal for ordinal, _ in taken], tokens)
    _refuse_number(found + len(list(islice(codes, 1))), blocks.count)


def _refuse_number(found: int, count: int) -> None:
    if found != count or count < 1:
        raise Conflict(N_("身份码的数目与要打印的 %(count)s 枚不符，未生成文件。"), count=count)


def _pages(face: Face, pages: list[range], ordinals: list[int], tokens: Octets) -> list[Page]:
    symbols = face.draw(face.prefix, tokens)
    pictures, size, start = symbols.tobytes(), symbols.shape[1], pages[0].start
    made = []
    for labels in pages:
        place = face.start_at - 1 if labels.start == 0 else 0
        content = b"".join(
            _label(
                face,
                place + n - labels.start,
                ordinals[n - start],
                pictures[(n - start) * size : (n - start + 1) * size],
            )
            for n in labels
        )
        made.append((content, len(labels)))
    return made


def _label(face: Face, place: int, ordinal: int, picture: bytes) -> bytes:
    number = str(ordinal + 1)
    # If all digits have one width, as in most fonts, all numbers with as many digits stand in the same place.
    alike = "0" * len(number) if _even_digits(face.words.font) else number
    before, after = _operators(face.places[place], face.words, face.modules, alike)
    if b"EI" in picture:
        # Some readers search for the end mark "EI". A picture that holds these two bytes is written in hexadecimal.
        return b"%b%b%b/F/AHx ID %b>\nEI Q\n" % (before, number.encode("ascii"), after, picture.hex().encode("ascii"))
    return b"%b%b%bID %b\nEI Q\n" % (before, number.encode("ascii"), after, picture)


@lru_cache(maxsize=4096)
def _operators(place: Place, words: Words, modules: int, number: str) -> tuple[bytes, bytes]:
    """The operators before the digits of a label's number, and those after them up to the bytes of its symbol."""
    x, y, size = ordinal_fit(place, words.font, number)
    before = b"q %b 0 0 %b %b %b cm " % tuple(map(_real, place.label)) + words.form + b" Do BT " + words.font_name
    before += b" %b Tf %b %b Td (" % (_real(size), _real(x), _real(y)) + _escaped(words.before)
    left, bottom, side = map(_real, place.symbol)
    after = _escaped(words.after) + b")Tj ET Q q %b 0 0 %b %b %b cm " % (side, side, left, bottom)
    # A mask of one bit per module: dark modules are painted, light ones stay paper, and nothing is smoothed.
    return before, after + b"BI/W %d/H %d/IM true/D[1 0]" % (modules, modules)


def ordinal_fit(place: Place, font: FontFile, number: str) -> tuple[float, float, float]:
    """Left edge, baseline and size of a label's number in points, so that it fits its room and keeps to its side."""
    x, y, size, room, right = place.ordinal
    space, wide = (text_width(one, font, size) for one in (room, ORDINAL % number))
    return x + (max(0.0, space - wide) if right else 0.0), y, size * min(1.0, space / wide)


def _real(value: float) -> bytes:
    return f"{value:.4f}".rstrip("0").rstrip(".").encode("ascii")


def _escaped(codes: bytes) -> bytes:
    """Bytes as octal escapes of a PDF string (ISO 32000-1, 7.3.4.2)."""
    return b"".join(b"\\%03o" % code for code in codes)


@lru_cache
def _even_digits(font: FontFile) -> bool:
    return len({text_width(digit, font, 1) for digit in "0123456789"}) == 1
