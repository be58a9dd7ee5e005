"""The words of the farm's record, for the pages."""

from flask import Flask
from flask_babel import gettext

from ..farm.words import CROP_WORDS, ENTRY_WORDS, INPUT_WORDS, INSPECTION_WORDS, RULE_WORDS
from ..models import FarmInput
from ..register import plot_positions
from .language import aside, say


def init_app(app: Flask) -> None:
    """Give templates the words of the farm's record."""
    app.jinja_env.globals.update(
        ENTRY_WORDS=ENTRY_WORDS,
        INPUT_WORDS=INPUT_WORDS,
        CROP_WORDS=CROP_WORDS,
        INSPECTION_WORDS=INSPECTION_WORDS,
        RULE_WORDS=RULE_WORDS,
        SOURCE_WORDS=plot_positions.SOURCE_WORDS,
    )
    app.jinja_env.filters.update(crops=crops, position=plot_positions.of)


def crops(row: FarmInput) -> str:
    """The crops to which a line of the list of inputs applies."""
    kind = say(CROP_WORDS[row.crop_kind]) if row.crop_kind else ""
    if row.crop:
        return row.crop + (aside(kind) if kind else "")
    return kind or str(gettext("各种作物"))
