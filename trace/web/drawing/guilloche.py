"""The guilloche: the fine interlaced lines of the ID card's ground, as on a bank note or a resident ID.

It stands on the page that a scan opens. It is an ornament: each ID number has its own rosette, but only the
signature proves that a code is genuine.
"""

import hashlib
from collections.abc import Callable
from math import cos, pi, sin
from pathlib import Path

from markupsafe import Markup

Point = tuple[int, int]

GROUND_FILE = Path(__file__).parents[1] / "static" / "public" / "guilloche.svg"

# The ground's canvas, in twentieths of a millimetre: the ID-1 card of ISO/IEC 7810, 85.60 × 53.98 mm.
WIDTH, HEIGHT = 1712, 1080
# One wave is copied by doubling, 2^7 times: each family of lines costs one path and seven references.
DOUBLINGS = 7

# Rings of a rosette: inner and outer radius, fewest and most lobes. The seed chooses between.
RINGS = ((560, 985, 11, 16), (300, 760, 8, 12), (40, 470, 5, 8))
POINTS_PER_LOBE = 6

# Families of waves in the ground: wave length, height, swell of the height, shift of each copy (x, y).
FAMILIES = ((428, 66, 40, (7, 15)), (428, -66, 40, (7, 15)), (1284, 150, 60, (-9, 26)))


def _even(value: float) -> int:
    return 2 * round(value / 2)


def _path(points: list[Point]) -> str:
    """The smooth curve that has the points as its hull: a uniform quadratic B-spline, in relative steps.

    The points are even, so the joints half-way between them are whole numbers: SVG's `t` mirrors each control
    point from the one before, and with rounded joints the error would grow along the curve.
    """
    halves = [((a[0] + b[0]) // 2, (a[1] + b[1]) // 2) for a, b in zip(points, points[1:], strict=False)]
    (x, y), (cx, cy) = halves[0], points[1]
    start = f"M{x} {y}q{cx - x} {cy - y} {halves[1][0] - x} {halves[1][1] - y}t"
    steps = [f"{b[0] - a[0]} {b[1] - a[1]}" for a, b in zip(halves[1:], halves[2:], strict=False)]
    return start + " ".join(steps).replace(" -", "-")


def _doubled(name: str, path: str, doublings: int, move: Callable[[int], str]) -> str:
    """2^doublings copies of a path, the n-th moved n times: a group of two, a group of two groups, and so on."""
    drawn = f'<path id="{name}0" d="{path}" vector-effect="non-scaling-stroke"/>'
    for level in range(doublings):
        copy = f'<use href="#{name}{level}" transform="{move(2**level)}"/>'
        drawn = f'<g id="{name}{level + 1}">{drawn}{copy}</g>'
    return drawn


def _ring(name: str, inner: int, outer: int, lobes: int, sharpness: float) -> str:
    middle, reach = (inner + outer) / 2, (outer - inner) / 2
    count = lobes * POINTS_PER_LOBE
    points = []
    for n in range(count + 2):  # two more than go round: the last joint falls on the first
        turn = 2 * pi * n / count
        radius = middle + reach * (cos(lobes * turn) + sharpness * cos(2 * lobes * turn)) / (1 + sharpness)
        points.append((_even(radius * cos(turn)), _even(radius * sin(turn))))
    step = 360 / lobes / 8
    return _doubled(name, _path(points), 3, lambda times: f"rotate({step * times:.3g})")


def rosette(seed: str) -> Markup:
    """The rosette of an ID number, as a hidden SVG holding the symbol `#rosette` to be placed by `<use>`.

    The same number always gives the same rosette. About 2 KB; one to a page.
    """
    chance = hashlib.sha256(b"yipin/rosette/1\0" + seed.encode("utf-8", "surrogatepass")).digest()
    rings = ""
    for place, (inner, outer, fewest, most) in enumerate(RINGS):
        lobes = fewest + chance[2 * place] % (most - fewest + 1)
        rings += _ring(f"r{place}", inner, outer, lobes, chance[2 * place + 1] / 255 * 0.35)
    return Markup(
        '<svg class="stored" width="0" height="0" aria-hidden="true" focusable="false">'
        f'<symbol id="rosette" viewBox="-1000 -1000 2000 2000"><g fill="none" stroke="currentColor">{rings}'
        "</g></symbol></svg>"
    )


def _family(name: str, length: int, height: int, swell: int, shift: Point) -> str:
    step = length // 8
    left = -_even(max(shift[0], 0) * 2**DOUBLINGS + 2 * step)
    points = []
    for x in range(left, WIDTH + abs(shift[0]) * 2**DOUBLINGS + 3 * step, step):
        high = height + swell * sin(2 * pi * x / WIDTH) * (1 if height > 0 else -1)
        points.append((_even(x), _even(high * sin(2 * pi * x / length)) - 2 * abs(height)))
    return _doubled(name, _path(points), DOUBLINGS, lambda n: f"translate({shift[0] * n} {shift[1] * n})")


def ground() -> str:
    """The ground of every card, a whole SVG document: waves in the colours of leaf, water and ripe peach."""
    stops = ((0, "#2f8f68"), (45, "#3f9aa0"), (78, "#c9963f"), (100, "#d9785a"))
    colours = "".join(f'<stop offset="{at}%" stop-color="{colour}"/>' for at, colour in stops)
    waves = "".join(_family("abc"[n], *family) for n, family in enumerate(FAMILIES))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        'preserveAspectRatio="xMidYMid slice">'
        f'<linearGradient id="s" gradientUnits="userSpaceOnUse" x2="{WIDTH}">{colours}</linearGradient>'
        f'<g fill="none" stroke="url(#s)" stroke-width=".6" opacity=".46">{waves}</g></svg>\n'
    )


if __name__ == "__main__":
    GROUND_FILE.write_text(ground(), encoding="utf-8")
