"""The words of the farm's record, for the pages."""

from flask import Flask

from ..farmwords import CROP_WORDS, ENTRY_WORDS, INPUT_WORDS, INSPECTION_WORDS


def init_app(app: Flask) -> None:
    app.jinja_env.globals.update(ENTRY_WORDS=ENTRY_WORDS, INPUT_WORDS=INPUT_WORDS, CROP_WORDS=CROP_WORDS,
                                 INSPECTION_WORDS=INSPECTION_WORDS)  # fmt: skip
