"""The font of the labels, and the check that it has every character of a label.

A character that the font lacks is printed as nothing. So each text is checked before it is drawn: a rare character such
as 㸆 is refused and named, and not left blank on ten thousand packs.
"""

import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from threading import Lock

from fontTools.ttLib import TTFont as FontTable
from fontTools.ttLib import TTLibError
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from ...errors import N_, Invalid, Unavailable

PLACES = (
    "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc",
    "/usr/share/fonts/wqy-microhei/wqy-microhei.ttc",
    "/usr/share/fonts/wenquanyi/wqy-microhei/wqy-microhei.ttc",
)
"""Where Debian, Fedora, Arch and their derivatives put 文泉驿微米黑."""

_CURE = "apt-get install fonts-wqy-microhei"

# Cc and Cs cannot be drawn, Cf changes or hides text, Mn and Me would need shaping, Zl and Zp are newlines.
_NOT_DRAWN = {"Cc", "Cf", "Cs", "Co", "Cn", "Mn", "Mc", "Me", "Zl", "Zp"}

_SPACES = " \u3000"


@dataclass(frozen=True)
class FontFile:
    """A TrueType font: its file, and which font of it where the file is a collection (.ttc)."""

    path: str
    index: int = 0


def find_font(configured: str | None = None) -> FontFile:
    """The font to print with: the configured file, else 文泉驿微米黑 if the system has it.

    Raises Unavailable, with the cure, if there is none, or if the file is no TrueType font (reportlab embeds no other).
    """
    if configured:
        font = FontFile(configured)
        _drawn(font)
        return font
    for place in PLACES:
        if Path(place).is_file():
            _drawn(FontFile(place))
            return FontFile(place)
    raise Unavailable(N_("找不到中文字体，无法打印标签。请安装：%(cure)s"), cure=_CURE)


@cache
def fixed_pitch(font: FontFile) -> FontFile:
    """The font of the same collection whose letters and digits have one width, or else the font itself."""
    with _opened(font):
        pass
    for index in range(_fonts_in(font)):
        widths = _widths(FontFile(font.path, index))
        if len({widths.get(ord(character)) for character in "0AWY1"}) == 1:
            return FontFile(font.path, index)
    return font


def check_glyphs(texts: Iterable[tuple[str, str]], font: FontFile) -> None:
    """Refuse characters that the font cannot draw. `texts` are pairs of field and text.

    Raises Invalid (the field), which names every character of its text that is missing or not printable: control and
    format characters, line breaks, emoji, combining marks.
    """
    drawn = _drawn(font)
    for field, text in texts:
        unseen = [c for c in dict.fromkeys(text) if unicodedata.category(c) in _NOT_DRAWN]
        if unseen:
            raise Invalid(
                field,
                N_("不能打印换行、控制字符、表情符号或组合符号：%(characters)s。请删去后再试。"),
                characters="、".join(f"U+{ord(c):04X}" for c in unseen),
            )
        missing = [c for c in dict.fromkeys(text) if ord(c) not in drawn]
        if missing:
            raise Invalid(
                field,
                N_("字体里没有%(characters)s，印出来会是空白。请换成别的字，或换一种字体。"),
                characters="、".join(f"“{c}”（U+{ord(c):04X}）" for c in missing),
            )


_REGISTERING = Lock()


def registered(font: FontFile) -> str:
    """The name under which reportlab knows this font.

    A font is registered only once: a second registration would change it for a document that is being drawn.
    """
    name = f"label-{font.index}-{font.path}"
    with _REGISTERING:
        if name not in pdfmetrics.getRegisteredFontNames():
            # Without the shaping library, so that every machine measures and draws the same.
            pdfmetrics.registerFont(TTFont(name, font.path, subfontIndex=font.index, shapable=False))
    return name


def text_width(text: str, font: FontFile, size: float) -> float:
    """The width of a line of text in points, at `size` points."""
    return _width(text, font) * size / 1000


@lru_cache(maxsize=4_096)
def _width(text: str, font: FontFile) -> float:
    """The width at 1,000 points. It is kept, because a label is tried at many sizes before it fits."""
    return float(pdfmetrics.stringWidth(text, registered(font), 1000))


def drawable(font: FontFile) -> frozenset[int]:
    """The code points that the font can show."""
    return _drawn(font)


@cache
def _drawn(font: FontFile) -> frozenset[int]:
    """The code points that leave ink, and the spaces. A glyph without outlines has no bytes between its two offsets."""
    with _opened(font) as table:
        places = table["loca"].locations
        number = table.getReverseGlyphMap()
        inked = {name for name, n in number.items() if places[n] < places[n + 1]}
        return frozenset(code for code, name in table.getBestCmap().items() if name in inked or chr(code) in _SPACES)


@contextmanager
def _opened(font: FontFile) -> Iterator[FontTable]:
    """The font's tables, as long as its file is open. Raises Unavailable if the file cannot be used."""
    with ExitStack() as files:
        try:
            table = FontTable(files.enter_context(open(font.path, "rb")), fontNumber=font.index, lazy=True)
            if "glyf" not in table or not table.getBestCmap():
                raise TTLibError("no outlines")
        except (OSError, TTLibError, ValueError, KeyError, AssertionError) as error:
            raise Unavailable(
                N_("字体文件“%(path)s”不能用（需要含 TrueType 轮廓的 .ttf 或 .ttc）。请安装：%(cure)s"),
                path=font.path,
                cure=_CURE,
            ) from error
        yield table


def _fonts_in(font: FontFile) -> int:
    """The number of fonts in a file, from its first 12 bytes (TTC header, ISO/IEC 14496-22)."""
    with open(font.path, "rb") as file:
        head = file.read(12)
    return int.from_bytes(head[8:12], "big") if head[:4] == b"ttcf" else 1


def _widths(font: FontFile) -> dict[int, int]:
    with _opened(font) as table:
        advances = table["hmtx"]
        return {code: advances[name][0] for code, name in table.getBestCmap().items() if code < 128}
