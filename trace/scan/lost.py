"""A genuine code of which only the public log tells: the record was restored from a backup, and its rows were made after that."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..errors import N_, Message
from ..models import RecoveredLine
from ..models.recovered import Told
from .answer import Answer
from .id_card import Level
from .pack import GenuineCode
from .verdicts import ADVICE, REASONS, Verdict

STOPPED = {Told.RECALLED: Verdict.RECALLED, Told.ON_HOLD: Verdict.ON_HOLD}
STATES = (Told.ON_SALE, Told.ON_HOLD, Told.RECALLED, Told.WITHDRAWN)
LOST = N_("这个码是真的，公开日志里有它的批次；登记库从备份恢复过，这一件的登记丢了，别的情况现在查不到。")


def answer(session: Session, code: GenuineCode, ordinal: int, text: str) -> Answer | None:
    """What can be said of such a pack; None where the log has nothing of it either. A leaked key vouches for nothing."""
    if code.leaked_since is not None:
        return None
    rows = sa.select(RecoveredLine).where(RecoveredLine.number == code.id_number).order_by(RecoveredLine.leaf)
    lines = session.scalars(rows).all()
    if not any(line.told is Told.DECLARED or _has(line, ordinal) for line in lines):
        return None
    last = next((line for line in reversed(lines) if line.told in STATES), None)
    verdict = STOPPED.get(last.told, Verdict.UNCONFIRMED) if last else Verdict.UNCONFIRMED
    why = (last.reason if last else None) or ""
    reason = Message(LOST) if verdict is Verdict.UNCONFIRMED else Message(REASONS[verdict], {"why": why})
    return Answer(verdict, reason, Level.UNIT, text[:40], advice=Message(ADVICE[verdict]))


def _has(line: RecoveredLine, ordinal: int) -> bool:
    return line.first <= ordinal < line.first + line.count
