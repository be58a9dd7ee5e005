"""Bars as SVG: looks by day, the shares of a batch's goods, a count against its target.

Each stands beside a list or table that says the same in words. The style sheets give the colours, by class.
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from flask_babel import gettext
from markupsafe import Markup, escape

from ...chain.balance import Balance

DAY, BAR = 20, 14  # px: the room of a day, and the width of its bar
FLOOR, TALLEST = 112, 100  # px: where the bars stand, and the height of the tallest
WHOLE = 1000  # units of the picture that all shares fill
PROGRESS = 300  # units of the picture that mean "the target is reached"


def day_bars(days: Sequence[tuple[date, int]]) -> Markup:
    """A bar a day, as high as its count; the tallest fills the height. `days` follow each other and are not all 0."""
    most = max(count for _, count in days)
    bars = "".join(_day(DAY * place, count, most) for place, (_, count) in enumerate(days))
    wide, words = DAY * len(days), gettext("这一件每天被扫的次数，数字见下表")
    return Markup(
        f'<svg viewBox="0 0 {wide} 132" role="img" aria-label="{escape(words)}">'
        f'{bars}<path d="M0 {FLOOR}.5h{wide}"/>'
        f'<text class="first" x="2" y="128">{days[0][0]:%m-%d}</text>'
        f'<text class="last" x="{wide - 2}" y="128">{days[-1][0]:%m-%d}</text></svg>'
    )


def _day(left: int, count: int, most: int) -> str:
    tall = TALLEST * count / most
    bar = f'<rect x="{left + 3}" y="{FLOOR - tall:.1f}" width="{BAR}" height="{tall:.1f}"/>'
    return bar + (f'<text x="{left + 10}" y="{FLOOR - 4 - tall:.1f}">{count}</text>' if count else "")


def share_bar(goods: Balance) -> Markup:
    """One bar in four parts, each as long as its share of the batch's goods."""
    parts, left, words = "", Decimal(0), gettext("货的去处，数字见下")
    for name in ("coded", "used", "loose", "left"):
        wide = getattr(goods, name) / goods.total * WHOLE
        if wide:
            parts += f'<rect class="{name}" x="{left}" y="0" width="{wide:.1f}" height="40"/>'
        left = round(left + wide, 1)
    return Markup(
        f'<svg viewBox="0 0 {WHOLE} 40" preserveAspectRatio="none" role="img" '
        f'aria-label="{escape(words)}">{parts}</svg>'
    )


def progress_bar(counted: int, target: int) -> Markup:
    """How much of the target is reached; the bar is full when more is."""
    share = min(counted / target, 1) if target else 0
    return Markup(
        f'<svg class="bar" viewBox="0 0 {PROGRESS} 12" preserveAspectRatio="none" aria-hidden="true" focusable="false">'
        f'<rect class="bar-ground" width="{PROGRESS}" height="12"/>'
        f'<rect class="bar-done" width="{PROGRESS * share:.1f}" height="12"/></svg>'
    )
