"""The bars that stand beside lists and tables: as high and as long as their figures."""

import re
from datetime import date
from decimal import Decimal

from flask import Flask

from yipin.chain.balance import Balance
from yipin.web.drawing.bars import day_bars, progress_bar, share_bar


def numbers(picture: str, name: str) -> list[float]:
    """An attribute of every rectangle of a picture."""
    return [float(value) for value in re.findall(rf'<rect[^>]* {name}="([0-9.]+)"', picture)]


def test_the_day_with_most_looks_has_the_tallest_bar(app: Flask) -> None:
    with app.test_request_context():
        picture = day_bars([(date(2026, 7, 1), 5), (date(2026, 7, 2), 0), (date(2026, 7, 3), 10)])
    assert numbers(picture, "height") == [50, 0, 100]
    assert numbers(picture, "y") == [62, 112, 12]  # all stand on one floor
    assert re.findall(r">(\d+)</text>", picture) == ["5", "10"]  # a day without a look has no figure
    assert ">07-01<" in picture and ">07-03<" in picture


def test_the_shares_of_a_batch_fill_one_bar_from_left_to_right(app: Flask) -> None:
    goods = Balance(*(Decimal(part) for part in ("200", "100", "50", "0", "50")))
    with app.test_request_context():
        picture = share_bar(goods)
    assert re.findall(r'class="(\w+)"', picture) == ["coded", "used", "left"]  # nothing is loose
    assert numbers(picture, "x") == [0, 500, 750]
    assert numbers(picture, "width") == [500, 250, 250]


def test_a_count_over_its_target_fills_the_bar_and_no_more() -> None:
    assert numbers(progress_bar(50, 200), "width") == [300, 75]
    assert numbers(progress_bar(500, 200), "width") == [300, 300]
    assert numbers(progress_bar(5, 0), "width") == [300, 0]
