"""The status page of a case: how far it is, for a person who knows its number and four digits. No log-in is needed."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..accounts import attempts
from ..accounts.attempts import Limit
from ..clock import day_of
from ..codes.casenumber import parse_case_number
from ..codes.typed import visible
from ..errors import N_, Invalid, Throttled
from ..installation.installation import Installation
from ..installation.vault import Secrets
from ..models import CaseState
from .case import KINDS, Case, Row, kind_of, notes_of

_QUARTER, _DAY = timedelta(minutes=15), timedelta(days=1)
ASKING = (Limit("case_pair", 5, _QUARTER), Limit("case_client", 30, _QUARTER), Limit("case", 30, _DAY))
"""How many wrong pairs are allowed: of one case by one client, of one client, and of one case."""


@dataclass(frozen=True)
class Status:
    """What the status page tells.

    It holds no name, no telephone and nothing else about the person who filed the case.
    """

    number: str
    kind: str  # a msgid
    state: CaseState
    word: str  # of the state, a msgid
    received_at: datetime
    due_on: date
    closed_at: datetime | None
    late: bool
    notes: tuple[tuple[datetime, str], ...]


def status(
    session: Session, installation: Installation, number: str, digits: str, client: str, now: datetime
) -> Status | None:
    """How far a case is, for a person who knows its number and the four digits. `client` is the address that asks.

    A pair that does not match gives None, whether or not the case exists. The attempt is counted: the caller commits in
    either case. Raises Invalid (number, digits) for a text that cannot be one, Throttled after too many wrong pairs.
    """
    typed, four = parse_case_number(number), "".join(re.findall("[0-9]", visible(digits)))
    if len(four) != 4:
        raise Invalid("digits", N_("请填 4 位数字：您留的电话的最后四位，或页面给您的查询码"))
    marks = _asking_marks(installation, typed, client)
    for limit, mark in marks:
        if minutes := attempts.minutes_to_wait(session, limit, mark, now):
            raise Throttled(N_("填错的次数太多，请 %(minutes)d 分钟后再查"), minutes=minutes)
    case = _matching(session, installation.secrets, typed, four)
    if case is None:
        for limit, mark in marks:
            attempts.count(session, limit, mark, now)
        return None
    return _status(session, case, day_of(now))


def _asking_marks(installation: Installation, number: str, client: str) -> list[tuple[Limit, str]]:
    texts = {"case_pair": f"{number}\0{client}", "case_client": client, "case": number}
    return [(limit, attempts.mark(installation.secrets.session, limit.name, texts[limit.name])) for limit in ASKING]


def _matching(session: Session, secrets: Secrets, number: str, four: str) -> Case | None:
    kind = next((kind for kind in KINDS if number.startswith(kind.letter)), KINDS[0])
    return _with_mark(session, kind.table, number, secrets.case_mark(number, four))


def _with_mark(session: Session, table: type[Row], number: str, mark: str) -> Row | None:
    return session.scalar(sa.select(table).where(table.number == number, table.contact_mark == mark))


def _status(session: Session, case: Case, today: date) -> Status:
    notes = tuple((row.at, row.text) for row in notes_of(session, case, to_sender=True))
    late = case.state is not CaseState.CLOSED and today > case.due_on
    kind = kind_of(case)
    return Status(
        case.number,
        kind.word,
        case.state,
        kind.states[case.state],
        case.received_at,
        case.due_on,
        case.closed_at,
        late,
        notes,
    )
