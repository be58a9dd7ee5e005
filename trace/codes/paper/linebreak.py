"""Breaks text into lines at the places where Chinese may be broken.

The best places are before a bracket and at a space. Between two characters is allowed too, but no line begins with a
closing mark or ends with an opening one. A word, a number and a part of a host name stay whole.
"""

import re

from .glyphs import FontFile, text_width

Breaks = tuple[re.Pattern[str], ...]
"""Ways to divide a text into pieces that must stay whole, the best first."""

_PHRASE = re.compile(r"[（(]?[^（(\s]+|\s+|.")
_UNIT = re.compile(r"\s+|[（《“‘【「〔]*(?:[!-~]+|[^\s!-~])[）》”’】」〕，。、；：！？·]*")
_PART = re.compile(r"[^./]*[./]|[^./]+")

WORDS: Breaks = (_PHRASE, _UNIT)
DOTS: Breaks = (_PART,)


def cut_evenly(text: str, breaks: Breaks, font: FontFile, size: float, width: float) -> tuple[str, ...] | None:
    """The text in as few lines as possible, of lengths as equal as possible. `size` and `width` are in points.

    None if a piece is wider than a line.
    """
    for units in breaks:
        if lines := _even(units.findall(text), font, size, width):
            return lines
    return None


def cut(text: str, font: FontFile, size: float, width: float) -> tuple[str, ...]:
    """Running text with every line filled; `size` and `width` in points.

    If a word is too wide, the text stays one line.
    """
    return _filled(_UNIT.findall(text), font, size, width) or (text,)


def _even(pieces: list[str], font: FontFile, size: float, width: float) -> tuple[str, ...]:
    lines = _filled(pieces, font, size, width)
    for percent in range(98, 40, -2):
        evener = _filled(pieces, font, size, width * percent / 100)
        if not evener or len(evener) > len(lines):
            break
        lines = evener
    return lines


def _filled(pieces: list[str], font: FontFile, size: float, width: float) -> tuple[str, ...]:
    """The filled lines, or none if a piece is too wide."""
    lines = [""]
    for piece in pieces:
        if text_width((lines[-1] + piece).strip(), font, size) <= width:
            lines[-1] += piece
        elif text_width(piece.strip(), font, size) <= width:
            lines.append(piece)
        else:
            return ()
    # A separating dot is not needed where the line ends.
    return tuple(line.strip(" ·\u3000") for line in lines if line.strip(" ·\u3000"))
