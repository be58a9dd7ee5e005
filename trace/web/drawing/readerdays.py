"""The readers of a pack by day and region, as bars that stand on each other. The page has a table of the same."""

from collections.abc import Mapping, Sequence
from datetime import date

from markupsafe import Markup

from .charts import INK, RULE, SERIES, SOFT, Frame, _line, _svg, _text

UNKNOWN, OTHER = "#c3cbc4", "#8b9690"  # of readers whose region is not known, and of the regions beyond the colours
WIDEST = 22.0


def colours(by_region: Sequence[tuple[str, int]]) -> dict[str, str]:
    """A colour for each region, those with the most readers first."""
    known = [region for region, _ in by_region if region]
    return {"": UNKNOWN, **{region: SERIES[n] if n < len(SERIES) else OTHER for n, region in enumerate(known)}}


def picture(days: Sequence[tuple[date, Sequence[tuple[str, int]]]], colour: Mapping[str, str]) -> Markup | None:
    """The bars, from the first day with a reader to the last; None without any."""
    if not days:
        return None
    most = max(sum(many for _, many in regions) for _, regions in days)
    frame = Frame(34, 344, 14, 150, days[0][0], days[-1][0], most)
    width = max(2.0, min(WIDEST, 290 / ((frame.end - frame.start).days + 1)))
    parts = [_line([(34, frame.y(value)), (352, frame.y(value))], RULE, 1) for value in (0, most)]
    parts += [_text(28, frame.y(value) + 5, value, 14, "end", SOFT) for value in (0, most)]
    for day, regions in days:
        left = 38 + (frame.x(day) - 34) * (312 - width) / 310
        parts += _bar(frame, left, width, regions, colour)
    parts.append(_text(38, 172, days[0][0].isoformat(), 14, "start", INK))
    if len(days) > 1:
        parts.append(_text(352, 172, days[-1][0].isoformat(), 14, "end", INK))
    return _svg(360, 180, "reader-days", *parts)


def _bar(
    frame: Frame, left: float, width: float, regions: Sequence[tuple[str, int]], colour: Mapping[str, str]
) -> list[str]:
    """The bar of a day: a piece for each region."""
    pieces, below = [], 0
    for region, many in sorted(regions, key=lambda one: list(colour).index(one[0])):
        top, bottom = frame.y(below + many), frame.y(below)
        pieces.append(
            f'<rect x="{left:.1f}" y="{top:.1f}" width="{width:.1f}" height="{bottom - top:.1f}" fill="{colour[region]}"/>'
        )
        below += many
    return pieces
