"""Slips of paper to hand over: a code or a link, shown this once. No cache keeps the page."""

from datetime import datetime

from flask import render_template
from flask.typing import ResponseReturnValue

from ..accounts import reset
from ..clock import day_of
from ..models import Account


def of_password(account: Account, code: str, back: str, at: datetime) -> ResponseReturnValue:
    """The slip with a one-time password."""
    return render_template("office/slip.html", account=account, code=code, back=back, until=day_of(at + reset.LASTS))
