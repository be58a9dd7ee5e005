"""A sketch of where a producer's plots lie (示意格): a grid of degrees with the plots that have a position, and nothing else. Each tile
is a link to itself as the place of another plot.

There is no map behind it: no boundary, road or river of a known source is at hand, and the tiles of a foreign service would be told
where each plot lies.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import cos, radians

from flask_babel import gettext
from markupsafe import Markup, escape

from ...register.positions import Position

TILES, TILE = 7, 50  # in a row; px of a tile, more than a finger
SIZES = (Decimal("0.01"), Decimal("0.001"), Decimal("0.0002"))  # degrees of a tile, coarse to fine
METRES = 111_200  # of a degree of latitude


@dataclass(frozen=True)
class Dot:
    """A plot with a position; `here` is the one whose position is being said."""

    name: str
    at: Position
    here: bool = False


def size_for(centre: Position, dots: Sequence[Dot]) -> int:
    """The finest size of tiles whose grid holds all plots; the coarsest where none does. One plot alone has the middle one."""
    far = max(
        (max(abs(dot.at.latitude - centre.latitude), abs(dot.at.longitude - centre.longitude)) for dot in dots),
        default=0,
    )
    return 1 if far == 0 else next((at for at in reversed(range(len(SIZES))) if far <= SIZES[at] * TILES / 2), 0)


def centre_of(dots: Sequence[Dot]) -> Position:
    """The middle of the plots."""
    north, east = ([getattr(dot.at, side) for dot in dots] for side in ("latitude", "longitude"))
    return Position((min(north) + max(north)) / 2, (min(east) + max(east)) / 2)


def metres_of(size: int, at: Position) -> tuple[int, int]:
    """How far a tile reaches, north to south and west to east."""
    tall = float(SIZES[size]) * METRES
    return round(tall), round(tall * cos(radians(float(at.latitude))))


def sketch(centre: Position, size: int, dots: Sequence[Dot], link: Callable[[Position], str]) -> Markup:
    """The grid around a place; `link` gives the address that a tile leads to."""
    wide, step, middle = TILES * TILE, SIZES[size], TILES // 2
    tiles = [
        _tile(column, row, _moved(centre, (middle - row) * step, (column - middle) * step), link)
        for row in range(TILES)
        for column in range(TILES)
    ]
    marks = [_mark(dot, centre, step) for dot in dots]
    words = escape(gettext("地块的示意格，上北下南；点一格，就把位置定在那里"))
    return Markup(
        f'<svg class="plot-sketch" viewBox="0 0 {wide} {wide}" role="group" aria-label="{words}">'
        f"{''.join(tiles)}{''.join(marks)}</svg>"
    )


def _moved(place: Position, north: Decimal, east: Decimal) -> Position:
    finest = Decimal("0.00001")
    return Position((place.latitude + north).quantize(finest), (place.longitude + east).quantize(finest))


def _tile(column: int, row: int, at: Position, link: Callable[[Position], str]) -> str:
    return (
        f'<a href="{escape(link(at))}" aria-label="{escape(str(at))}">'
        f'<rect x="{column * TILE}" y="{row * TILE}" width="{TILE}" height="{TILE}"/></a>'
    )


def _mark(dot: Dot, centre: Position, step: Decimal) -> str:
    across = TILES * TILE / 2 + float((dot.at.longitude - centre.longitude) / step) * TILE
    down = TILES * TILE / 2 - float((dot.at.latitude - centre.latitude) / step) * TILE
    if not (0 <= across <= TILES * TILE and 0 <= down <= TILES * TILE):
        return ""
    kind, side = "here" if dot.here else "plot", "end" if across > TILES * TILE / 2 else "start"
    aside = across + (12 if side == "start" else -12)
    return (
        f'<g class="{kind}" aria-hidden="true"><circle cx="{across:.1f}" cy="{down:.1f}" r="{9 if dot.here else 6}"/>'
        f'<text x="{aside:.1f}" y="{down + 5:.1f}" text-anchor="{side}">{escape(dot.name)}</text></g>'
    )
