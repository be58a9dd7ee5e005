"""The two languages, Chinese and English, and how days and numbers are written in each. `?lang=en` switches, and a
cookie remembers the choice."""

from datetime import date, datetime
from decimal import Decimal
from typing import cast
from urllib.parse import quote

from babel.support import NullTranslations
from flask import Flask, Response, current_app, g, request
from flask_babel import Babel, get_translations, gettext

from .. import clock
from ..chain.way import ORIGIN_WORDS
from ..clock import SHANGHAI, day_of, written
from ..codes.casenumber import dashed
from ..codes.idnumber import spaced
from ..errors import N_, Message
from .drawing.bars import day_bars, progress_bar, share_bar
from .drawing.guilloche import rosette
from .drawing.waygraph import way_graph

LANGUAGES = ("zh", "en")
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def init_app(app: Flask) -> None:
    """Choose the language of each answer, and give templates the filters that write and draw."""
    Babel(app, locale_selector=chosen, default_translation_directories="translations")
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        lambda text: _texts().ugettext(text),
        lambda one, many, number: _texts().ungettext(one, many, number),
        newstyle=True,
        pgettext=lambda context, text: _texts().upgettext(context, text),
        npgettext=lambda context, one, many, number: _texts().unpgettext(context, one, many, number),
    )
    app.after_request(_remember)
    app.jinja_env.filters.update(
        say=say,
        say_kept=lambda kept: say(Message.from_data(kept)),
        day=day,
        month_day=month_day,
        moment=moment,
        seen_day=seen_day,
        spaced=spaced,
        dashed=dashed,
        amount=amount,
        measure=measure,
        aside=aside,
        day_bars=day_bars,
        progress_bar=progress_bar,
        share_bar=share_bar,
        rosette=rosette,
        way_graph=way_graph,
    )
    app.jinja_env.globals.update(
        lang=chosen, now=clock.now, other_lang_url=other_language_url, N_=N_, ORIGIN_WORDS=ORIGIN_WORDS
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True


def _texts() -> NullTranslations:
    """The texts of the language of this request. flask-babel finds out the language again for each text of a page, and a page
    has hundreds."""
    context = g.get("_flask_babel")
    if context is not None and (known := getattr(context, "texts", None)) and known[0] is context.babel_locale:
        return cast(NullTranslations, known[1])
    texts = get_translations()
    context = g.get("_flask_babel")  # which is there now, with the language: within `force_locale` the forced one
    context.texts = context.babel_locale, texts
    return cast(NullTranslations, texts)


def chosen() -> str:
    """The language of this answer: the one in the address, else the reader's last choice, else Chinese."""
    for wish in (request.args.get("lang"), request.cookies.get("lang")):
        if wish in LANGUAGES:
            return str(wish)
    return "zh"


def other_language_url() -> str:
    """This page's address in the other language."""
    other = "en" if chosen() == "zh" else "zh"
    kept = {key: value for key, value in request.args.items() if key != "lang"}
    query = "&".join(f"{_quoted(key)}={_quoted(value)}" for key, value in (kept | {"lang": other}).items())
    path: str = g.get("path") or quote(_page_path(), errors="replace")
    return f"{path}?{query}"


def _page_path() -> str:
    """The address of this page. When a form was refused, it is the address of the page that holds the form.

    It begins with one "/" only: "//host" would be another site.
    """
    path, routes = "/" + request.path.lstrip("/"), current_app.create_url_adapter(request)
    while request.method == "POST" and routes and path != "/" and not routes.test(path, "GET"):
        path = path.rpartition("/")[0] or "/"
    return path


def _quoted(text: str) -> str:
    return quote(text, safe="", errors="replace")


def _remember(response: Response) -> Response:
    if request.args.get("lang") in LANGUAGES:
        response.set_cookie("lang", chosen(), max_age=31536000, samesite="Lax", httponly=True, secure=request.is_secure)
    return response


def say(message: Message | str | None) -> str:
    """A message in the reader's language. Values that are messages or days are translated too."""
    if message is None:
        return ""
    if isinstance(message, str):
        return str(gettext(message)) if message else ""
    return str(gettext(message.template, **{name: _said(value) for name, value in message.values.items()}))


def _said(value: object) -> object:
    if isinstance(value, Message):
        return say(value)
    return day(value) if isinstance(value, date) else value


def day(value: date | None) -> str:
    """2026年7月18日, or 18 July 2026."""
    return "" if value is None else day_in(chosen(), value)


def day_in(language: str, value: date) -> str:
    """A day as `day` writes it, in a given language."""
    if language == "en":
        return f"{value.day} {MONTHS[value.month - 1]} {value.year}"
    return written(value)


def month_day(value: str) -> str:
    """7月15日, or 15 July: a day of every year, kept as "07-15"."""
    month, number = (int(part) for part in value.split("-"))
    return f"{number} {MONTHS[month - 1]}" if chosen() == "en" else f"{month}月{number}日"


def moment(value: datetime | str | None) -> str:
    """A moment in Shanghai's time, to the minute. A text (an open place of a unit's page) stays as it is."""
    return value or "" if value is None or isinstance(value, str) else moment_in(chosen(), value)


def seen_day(value: datetime | str | None) -> str:
    """The day in Shanghai of a moment. A text (an open place of a unit's page) stays as it is."""
    return value or "" if value is None or isinstance(value, str) else day(day_of(value))


def moment_in(language: str, value: datetime) -> str:
    """A moment as `moment` writes it, in a given language. `value` is aware of its time zone."""
    local = value.astimezone(SHANGHAI)
    return f"{day_in(language, local.date())} {local:%H:%M}"


def amount(value: Decimal | int | None) -> str:
    """1,250.5 rather than 1250.50."""
    if value is None:
        return ""
    text = f"{value:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def measure(value: str | None) -> str:
    """A number with its unit, "5 个" or "5 pieces": the number is the record's, the unit is a word of ours."""
    number, space, unit = (value or "").rpartition(" ")
    return f"{number}{space}{say(unit)}"


def aside(text: str) -> str:
    """The text in the brackets of the language."""
    return str(gettext("（%(text)s）", text=text))
