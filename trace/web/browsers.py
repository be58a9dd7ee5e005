"""What kind of browser asks, in a few words: for people who look where they are signed in. Nothing is decided by it."""

import re

from flask import Flask, request
from flask_babel import gettext

from ..accounts.sessions import Browser
from ..errors import N_
from . import proofs

BETWEEN = " · "

# The first that is found names it: many call themselves by the names of others too.
PROGRAMS = (
    (N_("微信"), "MicroMessenger"),
    (N_("支付宝"), "AlipayClient"),
    ("QQ", r"\bQQ/"),
    (N_("华为浏览器"), "HuaweiBrowser"),
    (N_("小米浏览器"), "MiuiBrowser"),
    ("UC", "UCBrowser|UCWEB"),
    (N_("QQ浏览器"), "QQBrowser"),
    ("Edge", r"Edg(e|A|iOS)?/"),
    ("Firefox", "Firefox|FxiOS"),
    ("Opera", "OPR/"),
    ("Chrome", "Chrome|CriOS"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("HarmonyOS", "HarmonyOS|OpenHarmony"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac", "Macintosh"),
    ("Linux", "Linux"),
)


def named(agent: str) -> str:
    """The program and the system of a User-Agent (RFC 9110 10.1.5), as “Chrome · Android”; empty when neither is known."""
    words = (next((name for name, form in table if re.search(form, agent[:400])), "") for table in (PROGRAMS, SYSTEMS))
    return BETWEEN.join(word for word in words if word)


def told(name: str) -> str:
    """A name that `named` gave, in the reader's language."""
    return BETWEEN.join(gettext(word) for word in name.split(BETWEEN)) if name else ""


def init_app(app: Flask) -> None:
    """Give templates the names of browsers."""
    app.jinja_env.filters["browser"] = told


def here() -> Browser:
    """The browser of this request."""
    return Browser(named(request.user_agent.string), proofs.network())
