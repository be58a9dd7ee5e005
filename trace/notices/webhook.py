"""A web hook: a notice posted as JSON to a program's address and signed, as the Standard Webhooks say (version 1.0.0,
standardwebhooks.com): `webhook-id`, `webhook-timestamp` and `webhook-signature`, HMAC-SHA-256 over id, timestamp and body."""

import base64
import binascii
import hashlib
import hmac
import json
import re
import secrets
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from ..errors import N_, Invalid
from . import posting, reaching
from .mailing import NotSent

PATIENCE = 10.0  # seconds for all of it, from the connection to the status
LONGEST = 500  # characters of an address
PREFIX = "whsec_"  # by which a secret is known
GONE = 410  # the receiver wants no more
_URL = re.compile(r"(https?)://([a-z0-9.-]{1,253}|\[[0-9a-f:.]{2,45}\])(:[0-9]{1,5})?(/[!-~]*)?", re.ASCII)


@dataclass(frozen=True)
class Post:
    """What is posted. `mark` is its own for ever: sent a second time it has the same `webhook-id`, by which receivers take it once.
    `private`: it may lead into our own network."""

    url: str
    secret: bytes = field(repr=False)
    mark: str
    body: Mapping[str, object]
    private: bool = False


def url(field: str, typed: str, private: bool) -> str:
    """The address of a web hook: https; with `private`, http too, to an address of our own network. Raises Invalid."""
    text = typed.strip()
    found = _URL.fullmatch(text)
    if found is None or len(text) > LONGEST or "#" in text or not 0 < int((found[3] or ":443")[1:]) < 65536:
        raise Invalid(field, N_("网址不对；应像 https://www.example.cn/hook，域名用小写，里面不要有用户名和 #"))
    if found[1] == "http" and not private:
        raise Invalid(field, N_("应以 https:// 开头：推送的内容不能在路上被别人看见"))
    if (not private and not re.search(r"[.:]", found[2])) or (
        _is_number(found[2]) and not reaching.may_reach(found[2].strip("[]"), private)
    ):
        raise Invalid(field, N_("这个地址在内网或本机，不能推送；请用公网上的网址"))
    return text


def _is_number(host: str) -> bool:
    return host.startswith("[") or re.fullmatch(r"[0-9.]+", host) is not None


def new_secret() -> bytes:
    """A secret of 32 random bytes; the specification asks for 24 to 64."""
    return secrets.token_bytes(32)


def shown(secret: bytes) -> str:
    """A secret as its receiver enters it."""
    return PREFIX + base64.b64encode(secret).decode()


def read_secret(typed: str) -> bytes:
    """The secret that was written as `shown` writes it. Raises Invalid("gateway_secret")."""
    try:
        secret = base64.b64decode(typed.strip().removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        secret = b""
    if not 24 <= len(secret) <= 64:
        raise Invalid("gateway_secret", N_("应是 whsec_ 加 24 到 64 字节的 Base64"))
    return secret


def signature(secret: bytes, mark: str, at: int, body: bytes) -> str:
    """The value of `webhook-signature`. `at` is in seconds since 1970."""
    signed = hmac.new(secret, f"{mark}.{at}.".encode() + body, hashlib.sha256).digest()
    return "v1," + base64.b64encode(signed).decode()


def send(post: Post, now: datetime) -> None:
    """Post it. Any status from 200 to 299 is success; no redirect is followed. Raises NotSent, which tells no word that the other
    side said: it may be a program that nobody outside was to hear."""
    body = json.dumps(post.body, ensure_ascii=False, separators=(",", ":")).encode()
    try:
        headers = _headers(post, body, int(now.timestamp()))
        status = posting.post(post.url, body, headers, PATIENCE, private=post.private).status
    except reaching.Refused:
        raise NotSent(INSIDE) from None
    except posting.BROKEN as error:
        raise NotSent(next((why for kind, why in WHY if isinstance(error, kind)), BROKEN)) from None
    if not 200 <= status < 300:
        raise NotSent(f"HTTP {status}", for_good=status == GONE)


INSIDE = N_("地址在内网或本机，没有推送")
BROKEN = N_("连上了，没有答完就断了")
WHY: tuple[tuple[type[Exception], str], ...] = (
    (socket.gaierror, N_("找不到这个域名")),
    (TimeoutError, N_("没有按时回答")),
    (ConnectionRefusedError, N_("对方没有开这个端口")),
    (ssl.SSLCertVerificationError, N_("对方的证书不对")),
)


def _headers(post: Post, body: bytes, at: int) -> dict[str, str]:
    return {
        "Content-Type": "application/json",
        "webhook-id": post.mark,
        "webhook-timestamp": str(at),
        "webhook-signature": signature(post.secret, post.mark, at, body),
    }
