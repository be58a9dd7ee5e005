"""The words of the farm's record, for the pages."""

from flask import Flask
from flask_babel import gettext

from ..errors import N_
from ..farm.words import CROP_WORDS, ENTRY_WORDS, INPUT_WORDS, INSPECTION_WORDS, RULE_WORDS
from ..models import FarmInput
from ..register import plot_positions
from ..season.month import Month
from .language import MONTHS, aside, chosen, say


def init_app(app: Flask) -> None:
    """Give templates the words of the farm's record."""
    app.jinja_env.globals.update(
        ENTRY_WORDS=ENTRY_WORDS,
        INPUT_WORDS=INPUT_WORDS,
        CROP_WORDS=CROP_WORDS,
        INSPECTION_WORDS=INSPECTION_WORDS,
        RULE_WORDS=RULE_WORDS,
        weekdays=weekdays,
        SOURCE_WORDS=plot_positions.SOURCE_WORDS,
    )
    app.jinja_env.filters.update(crops=crops, position=plot_positions.of, year_month=year_month)


def weekdays() -> list[str]:
    """The days of the week, Monday first."""
    words = N_("周一"), N_("周二"), N_("周三"), N_("周四"), N_("周五"), N_("周六"), N_("周日")
    return [say(word) for word in words]


def year_month(month: Month) -> str:
    """2026年7月, or July 2026."""
    return f"{MONTHS[month.number - 1]} {month.year}" if chosen() == "en" else f"{month.year}年{month.number}月"


def crops(row: FarmInput) -> str:
    """The crops to which a line of the list of inputs applies."""
    kind = say(CROP_WORDS[row.crop_kind]) if row.crop_kind else ""
    if row.crop:
        return row.crop + (aside(kind) if kind else "")
    return kind or str(gettext("各种作物"))
