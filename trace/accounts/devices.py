"""Known devices: a browser that has signed in to an account before is not stopped by the failures of strangers.

The browser keeps a token for each of its accounts in a cookie that is sent to the log-in page alone. A token names nobody:
it is a random number and its signature under the account's number and epoch. A new password ends all of them.
"""

import hashlib
import hmac
import re
import secrets
from datetime import datetime, timedelta

from ..models import Account

LASTS = timedelta(days=180)
MOST = 5  # accounts that one browser remembers: a family's, or a cooperative's
_FORM = re.compile(r"([0-9a-f]{16})([0-9]{10})([0-9a-f]{32})", re.ASCII)


def added(key: bytes, cookie: str, account: Account, now: datetime) -> str:
    """The cookie with a new token for this account, in place of an old one. `key` is the secret of the sessions."""
    start = f"{secrets.token_hex(8)}{int(now.timestamp()):010d}"
    others = [each for each in _tokens(cookie) if not _is_of(key, each, account, now)]
    return "-".join([start + _signature(key, start, account), *others][:MOST])


def known(key: bytes, cookie: str, account: Account, now: datetime) -> str | None:
    """The token by which this browser is known to this account, or None."""
    return next((each for each in _tokens(cookie) if _is_of(key, each, account, now)), None)


def _tokens(cookie: str) -> list[str]:
    return [each for each in cookie[:400].split("-")[:MOST] if _FORM.fullmatch(each)]


def _is_of(key: bytes, token: str, account: Account, now: datetime) -> bool:
    made = datetime.fromtimestamp(int(token[16:26]), now.tzinfo)
    good = hmac.compare_digest(token[26:], _signature(key, token[:26], account))
    return good and now < made + LASTS


def _signature(key: bytes, start: str, account: Account) -> str:
    text = f"device\0{start}\0{account.id}\0{account.epoch}"
    return hmac.digest(key, text.encode(), hashlib.sha256).hex()[:32]
