"""What anyone is told about the number of a commitment certificate (承诺达标合格证), or about a list of numbers.

The answer says whether the certificate is live, void or unknown, what it says, and whether its batch was stopped.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..commitment import certificates
from ..commitment.numbers import numbers_in
from ..errors import N_, Message, Mistyped, NotFound
from ..log import leaves
from ..models import CollectedCertificate, CommitmentCertificate
from ..register import hints
from ..register.hints import Asker
from .verdicts import STATE_VERDICTS, reason_of


class Standing(StrEnum):
    """How a certificate stands today (结论)."""

    LIVE = "live"
    ON_HOLD = "on_hold"  # the certificate is live, its batch is not on sale
    RECALLED = "recalled"
    VOID = "void"
    UNKNOWN = "unknown"
    MISREAD = "misread"  # no number of ours at all


STANDING_WORDS = {
    Standing.LIVE: N_("有效"),
    Standing.ON_HOLD: N_("批次已冻结"),
    Standing.RECALLED: N_("批次已召回"),
    Standing.VOID: N_("已作废"),
    Standing.UNKNOWN: N_("查无此证"),
    Standing.MISREAD: N_("编号不对"),
}
LIVE = Message(N_("这个编号的合格证由下面的主体开具，今天有效。请核对纸上写的与这里是否一字不差。"))


@dataclass(frozen=True)
class Checked:
    """The answer to one number as typed. `buyers` is how many buyers on record have collected the certificate."""

    typed: str
    standing: Standing
    message: Message
    row: CommitmentCertificate | None = None
    buyers: int = 0
    leaf: int | None = None  # of the public log: the last act on it that is published


def check(session: Session, typed: str, asker: Asker) -> Checked:
    """Look up a number, or the address from its QR symbol. No text makes it raise. A mistyped one names what was perhaps meant."""
    try:
        row = certificates.by_number(session, typed)
    except Mistyped as slip:
        return Checked(typed[:40], Standing.MISREAD, hints.refused(session, slip, asker).message)
    except NotFound as nothing:
        return Checked(typed[:40], Standing.UNKNOWN, nothing.message)
    buyers = session.scalar(sa.select(sa.func.count()).where(CollectedCertificate.certificate_id == row.id)) or 0
    return Checked(typed[:40], *_standing(row), row, buyers, leaves.last_of_certificate(session, row))


def _standing(row: CommitmentCertificate) -> tuple[Standing, Message]:
    if row.voided_at:
        return Standing.VOID, Message(N_("开具的主体已经作废这张合格证：%(why)s"), {"why": row.void_reason or ""})
    if verdict := STATE_VERDICTS.get(row.batch.state):
        return Standing(verdict), Message(
            reason_of(verdict, row.batch.stopped_by), {"why": row.batch.state_reason or ""}
        )
    return Standing.LIVE, LIVE


def check_all(session: Session, typed: str, asker: Asker) -> Sequence[Checked]:
    """Check each number or scanned address in a text, as `numbers_in` divides it. Raises Invalid("q") for too many."""
    return [check(session, piece, asker) for piece in numbers_in(typed)]
