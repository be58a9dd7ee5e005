"""Proof of work: what a stranger pays for one more costly request when the free ones of a network are used up.

A ticket is a signed text. Its answer is a number with which SHA-256 of "ticket.number" begins with so many zero bits: a
telephone finds it in about a second, a person needs to do nothing. A browser without scripts waits instead: a ticket is
good without an answer once it is old enough. A ticket is good once; nothing is kept of those that are never used.
"""

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

_FORM = re.compile(
    r"([a-z]{1,12})\.([0-9]{1,2})\.([0-9]{1,4})\.([0-9]{1,12})\.([0-9a-f]{16})\.([0-9a-f]{32})", re.ASCII
)
EASIEST, HARDEST = 17, 22  # zero bits: 131,000 tries in the mean, and 4,200,000
WAIT = 30  # seconds that a browser without scripts waits
LASTS = timedelta(hours=2)  # an upload over a slow line may take so long after its form was opened


class Paid(Enum):
    """How a ticket was paid."""

    WORK = "work"
    WAITING = "waiting"


@dataclass(frozen=True)
class Proof:
    """A ticket that was paid. `mark` names it, so that it can be used only once."""

    purpose: str
    paid: Paid
    mark: str


def ticket(key: bytes, purpose: str, bits: int, now: datetime) -> str:
    """A new ticket for one kind of request (`purpose`: small letters). `key` is the secret of the sessions."""
    text = f"{purpose}.{bits}.{WAIT}.{int(now.timestamp())}.{secrets.token_hex(8)}"
    return f"{text}.{_signature(key, text)}"


def bits_of(text: str) -> int:
    """How many zero bits a ticket asks for."""
    return int(text.split(".")[1])


def checked(key: bytes, purpose: str, text: str, answer: str, now: datetime) -> Proof | None:
    """The proof that a ticket and its answer are; None when they are none, or are too old."""
    parts = _FORM.fullmatch(text)
    if parts is None or parts[1] != purpose or not hmac.compare_digest(parts[6], _signature(key, text[:-33])):
        return None
    age = now - datetime.fromtimestamp(int(parts[4]), now.tzinfo)
    if not timedelta(minutes=-1) <= age <= LASTS:
        return None
    mark = hashlib.sha256(text.encode()).hexdigest()
    if answer and len(answer) <= 20 and is_answer(text, answer, int(parts[2])):
        return Proof(purpose, Paid.WORK, mark)
    return Proof(purpose, Paid.WAITING, mark) if age >= timedelta(seconds=int(parts[3])) else None


def is_answer(text: str, answer: str, bits: int) -> bool:
    """Whether SHA-256 of the ticket and the answer begins with so many zero bits."""
    digest = hashlib.sha256(f"{text}.{answer}".encode("utf-8", "replace")).digest()
    return int.from_bytes(digest[:8]) >> (64 - bits) == 0


def _signature(key: bytes, text: str) -> str:
    return hmac.digest(key, b"ticket\0" + text.encode(), hashlib.sha256).hex()[:32]
