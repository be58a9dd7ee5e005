"""The summary over a refused form: all that is wrong with it, each with a link to its field.

A template asks for the summary before it draws the fields, and only there each field learns its label and its id. So the place of
the summary is marked at first, and filled when the page is whole: by the filter `with_summaries` of the two frames.
"""

import re
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from flask import Flask, g, render_template
from markupsafe import Markup
from wtforms import Field

if TYPE_CHECKING:
    from .forms import Form

PLACE = re.compile("\ue002([0-9a-f]{16})\ue003")


@dataclass(frozen=True, slots=True)
class WrongField:
    """A field that was refused; without an `anchor` it stands nowhere on the page."""

    said: str
    label: str = ""
    anchor: str = ""


@dataclass(slots=True)
class Summary:
    """What is wrong with one form of a page."""

    form: "Form"
    wrong: dict[str, WrongField] = field(default_factory=dict)  # by the name of the field
    starred: bool = False  # whether the page shows a field of it that cannot stay empty

    def whole(self) -> list[WrongField]:
        """The fields in the order of the page, and at the end those that it does not show."""
        unseen = (each for each in self.form if each.errors and each.name not in self.wrong)
        return [*self.wrong.values(), *(WrongField(" ".join(each.errors)) for each in unseen)]


def place(form: "Form") -> str:
    """The mark in the place of a form's summary. The fields drawn after it belong to it, until the next."""
    mark = secrets.token_hex(8)
    if "summaries" not in g:
        g.summaries = {}
    g.summaries[mark] = Summary(form)
    return f"\ue002{mark}\ue003"


def tell(wrong: Field, label: str, anchor: str) -> str:
    """Tell the summary of a field that is drawn: what it is called and where it is, if it was refused. Draws nothing."""
    if last := next(reversed(g.get("summaries", {}).values()), None):
        last.starred |= wrong.needed
        if wrong.errors:
            last.wrong[wrong.name] = WrongField(" ".join(wrong.errors), label, anchor)
    return ""


def filled(page: Markup) -> Markup:
    """The page with its summaries in their places."""
    return Markup(PLACE.sub(_drawn, page))


def _drawn(found: re.Match[str]) -> str:
    summary = g.get("summaries", {}).get(found[1])
    if summary is None:
        return ""
    return render_template("office/_summary.html", form=summary.form, wrong=summary.whole(), starred=summary.starred)


def init_app(app: Flask) -> None:
    """Give templates the place of a summary, the word of a wrong field, and the filter that fills the places."""
    app.jinja_env.globals.update(summary_place=place, tell_wrong=tell)
    app.jinja_env.filters["with_summaries"] = filled
