"""A text cut into lines where Chinese may be cut: for the labels of the print step.

A bracket or a space is the best place; between two characters will do, but a line begins with no closing mark and
ends with no opening one; a word, a number and a host's part stay whole.
"""

import re

from .glyphs import FontFile, text_width

Breaks = tuple[re.Pattern[str], ...]
"""Ways to divide a text into what must stay together, the best first."""

_PHRASE = re.compile(r"[（(]?[^（(\s]+|\s+|.")
_UNIT = re.compile(r"\s+|[（《“‘【「〔]*(?:[!-~]+|[^\s!-~])[）》”’】」〕，。、；：！？·]*")
_PART = re.compile(r"[^./]*[./]|[^./]+")

WORDS: Breaks = (_PHRASE, _UNIT)
DOTS: Breaks = (_PART,)


def cut_evenly(text: str, breaks: Breaks, font: FontFile, size: float, width: float) -> tuple[str, ...] | None:
    """As few lines as can be, as alike in length as can be, at `size` points; `width` in points.

    None if there is a piece that no line can hold.
    """
    for units in breaks:
        if lines := _even(units.findall(text), font, size, width):
            return lines
    return None


def cut(text: str, font: FontFile, size: float, width: float) -> tuple[str, ...]:
    """Running text, every line filled; a word wider than `width` points stays whole on a line of its own."""
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
    """No lines at all if a piece is too wide."""
    lines = [""]
    for piece in pieces:
        if text_width((lines[-1] + piece).strip(), font, size) <= width:
            lines[-1] += piece
        elif text_width(piece.strip(), font, size) <= width:
            lines.append(piece)
        else:
            return ()
    # A dot between two things says no more than the line break that took its place.
    return tuple(line.strip(" ·\u3000") for line in lines if line.strip(" ·\u3000"))
