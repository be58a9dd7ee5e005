"""What kind of browser asks, in a few words: for people who look where they are signed in. Nothing is decided by it."""

import re

from flask import request

from ..accounts.sessions import Browser
from . import proofs

# The first that is found names it: many call themselves by the names of others too.
PROGRAMS = (
    ("微信", "MicroMessenger"),
    ("支付宝", "AlipayClient"),
    ("QQ", r"\bQQ/"),
    ("华为浏览器", "HuaweiBrowser"),
    ("小米浏览器", "MiuiBrowser"),
    ("UC", "UCBrowser|UCWEB"),
    ("QQ浏览器", "QQBrowser"),
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
    return " · ".join(word for word in words if word)


def here() -> Browser:
    """The browser of this request."""
    return Browser(named(request.user_agent.string), proofs.network())
