"""Cases (案件): what people file from a scan page and want an answer to, complaints and insurance claims alike.

A case has a number to note down, a day by which it is answered, dated notes, and a contact that is sealed at rest and
destroyed some time after closing. Whoever filed it sees how far it is by number and four digits, without log-in.
"""

import hashlib
import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from .. import fields
from ..access.actor import Actor
from ..access.visibility import visible
from ..accounts import attempts
from ..accounts.attempts import Limit
from ..audit import log
from ..clock import day_of
from ..codes.casenumber import new_case_number, parse_case_number
from ..db import add_first
from ..errors import N_, Conflict, Invalid, Throttled
from ..installation.installation import Installation
from ..installation.vault import Secrets
from ..models import Account, CaseNote, CaseState, ClaimNotice, Complaint
from ..policy.policy import Policy

Row = TypeVar("Row", bound=Any)  # a row of a table of cases: CaseColumns and Audited


CASE_WORDS = {CaseState.RECEIVED: N_("已收到"), CaseState.IN_HAND: N_("办理中"), CaseState.CLOSED: N_("已办结")}
NOTICE_WORDS = {
    CaseState.RECEIVED: N_("等保险机构接收"),
    CaseState.IN_HAND: N_("保险机构已接收"),
    CaseState.CLOSED: N_("保险机构已答复"),
}


@dataclass(frozen=True)
class Kind:
    """A kind of case: the first letter of its numbers, its term in the policy file, its word; the words of its states,
    and what is said to the sender when it comes and when it is taken in hand."""

    table: type[Any]
    letter: str
    term: str
    word: str
    states: Mapping[CaseState, str]
    received: str
    taken: str


KINDS = (
    Kind(Complaint, "J", "complaint", N_("投诉举报"), CASE_WORDS, N_("已收到，等待受理"), N_("已受理，正在办理")),
    Kind(
        ClaimNotice,
        "B",
        "claim",
        N_("保险报案"),
        NOTICE_WORDS,
        N_("已收到，转给保险机构"),
        N_("保险机构已接收，正在办理"),
    ),
)

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FILING = Limit("file", 20, HOUR)  # one client: a whole office may sit behind one address
ASKING = (Limit("case_pair", 5, HOUR / 4), Limit("case_client", 30, HOUR / 4), Limit("case", 30, DAY))


def kind_of(case: Any) -> Kind:
    return next(kind for kind in KINDS if isinstance(case, kind.table))


@dataclass(frozen=True)
class Contact:
    """How a person may be reached, if they wish: a name to call them by, and a telephone."""

    name: str = ""
    phone: str = ""


def contact(name: str, phone: str, agreed: bool) -> Contact:
    """The contact as typed; nothing typed is an anonymous case. Raises Invalid (contact, phone, consent)."""
    if not name.strip() and not phone.strip():
        return Contact()
    if not phone.strip():
        raise Invalid("phone", N_("只有称呼联系不上您；请填电话，或把称呼也空着"))
    found = Contact(fields.line("contact", name, least=0, most=40), fields.phone(phone))
    if not agreed:
        raise Invalid("consent", N_("留了电话，就请勾选“同意”；不同意，请把电话空着，照样受理"))
    return found


def form_key(key: str, *content: str) -> str:
    """What tells a form sent twice from another form: its key together with what was typed. Raises Invalid."""
    if not re.fullmatch(r"[0-9a-f]{32}", key, re.ASCII):
        raise Invalid("key", N_("页面已过期，没有提交。请返回上一页，刷新后再提交一次。"))
    return hashlib.sha256("\0".join((key, *content)).encode("utf-8", "replace")).hexdigest()


def sent_before(session: Session, table: type[Row], key: str) -> Row | None:
    """The case that came with this form, if it came before."""
    found: Row | None = session.scalar(sa.select(table).where(table.form_key == key))
    return found


def refuse_flood(session: Session, office: Installation, client: str, now: datetime) -> None:
    """Count a filing of this client. Raises Throttled when there were too many within the hour."""
    mark = attempts.mark(office.secrets.session, FILING.name, client)
    if minutes := attempts.minutes_to_wait(session, FILING, mark, now):
        raise Throttled(
            N_("这个网络刚刚提交了很多次，请 %(minutes)d 分钟后再提交；急事请直接打电话给当地农业农村局"),
            minutes=minutes,
        )
    attempts.count(session, FILING, mark, now)


def receive(session: Session, office: Installation, actor: Actor, case: Row, reach: Contact, key: str) -> Row:
    """Enter a new row of a table of cases: gives it its number, its deadline and its sealed contact.

    `key` is of `form_key`: the same form gives the case of its first time, and `case` is thrown away.
    """
    if found := sent_before(session, type(case), key):
        return found
    kind, secrets = kind_of(case), office.secrets
    case.form_key, case.number = key, new_case_number(kind.letter)
    case.state, case.received_at = CaseState.RECEIVED, actor.at
    case.due_on = office.policy.cases.due(kind.term, day_of(actor.at))
    case.contact_sealed = secrets.seal_contact(json.dumps([reach.name, reach.phone])) if reach.phone else None
    case.contact_mark = secrets.case_mark(case.number, reach.phone[-4:] or secrets.case_digits(case.number))
    if not add_first(session, case):  # the same form was sent twice at the same moment
        first: Row = session.scalars(sa.select(type(case)).where(type(case).form_key == key)).one()
        return first
    log.record(session, actor, "case.receive", case, number=case.number, due=case.due_on.isoformat())
    _say(session, actor, case, kind.received, to_sender=True)
    return case


def digits_for(secrets: Secrets, case: Any) -> str | None:
    """The four digits to tell a person who left no telephone; None where their telephone's last four count."""
    digits = secrets.case_digits(case.number)
    return digits if secrets.case_mark(case.number, digits) == case.contact_mark else None


def _say(session: Session, actor: Actor, case: Any, text: str, *, to_sender: bool) -> None:
    session.add(
        CaseNote(
            object_kind=case.__tablename__,
            object_id=case.id,
            at=actor.at,
            author_id=actor.account_id,
            to_sender=to_sender,
            text=text,
        )
    )


def notes_of(session: Session, case: Any, to_sender: bool = False) -> Sequence[CaseNote]:
    """What was said in a case, oldest first; only what the status page shows, if asked."""
    rows = sa.select(CaseNote).where(CaseNote.object_kind == case.__tablename__, CaseNote.object_id == case.id)
    return session.scalars((rows.where(CaseNote.to_sender) if to_sender else rows).order_by(CaseNote.id)).all()


def _lock(session: Session, case: Any, *states: CaseState) -> None:
    session.refresh(case, with_for_update=True)
    if case.state not in states:
        raise Conflict(
            N_("这个案件已经办结；要再办，请先重新打开") if case.state is CaseState.CLOSED else N_("这个案件还没有办结")
        )


OPEN = (CaseState.RECEIVED, CaseState.IN_HAND)


def take(session: Session, actor: Actor, case: Any, handler: Account | None = None) -> None:
    """Take a case over, or give it to `handler`, who must be one that may see it (the caller asks). Raises Conflict."""
    _lock(session, case, *OPEN)
    if case.state is CaseState.RECEIVED:
        _say(session, actor, case, kind_of(case).taken, to_sender=True)
    case.state, case.handler_id = CaseState.IN_HAND, handler.id if handler else actor.account_id
    log.record(session, actor, "case.take", case, handler=handler.name if handler else actor.name)


def note(session: Session, actor: Actor, case: Any, text: str, to_sender: bool) -> None:
    """Add a dated note, for the office alone or for the status page too. Raises Invalid (text), Conflict."""
    _lock(session, case, *OPEN)
    said = fields.line("text", text, least=2, most=500)
    _say(session, actor, case, said, to_sender=to_sender)
    log.record(session, actor, "case.note", case, said, to_sender=to_sender)


def close(session: Session, actor: Actor, case: Any, answer: str, **changes: Any) -> None:
    """Close a case with an answer to whoever filed it; `changes` are further columns of the row to set, and are told
    in the event. Raises Invalid (reason), Conflict."""
    _lock(session, case, *OPEN)
    said = fields.reason(answer)
    case.state, case.closed_at = CaseState.CLOSED, actor.at
    case.handler_id = case.handler_id or actor.account_id
    _set(case, changes)
    _say(session, actor, case, said, to_sender=True)
    log.record(session, actor, "case.close", case, said, **changes)


def reopen(session: Session, policy: Policy, actor: Actor, case: Any, why: str, **changes: Any) -> None:
    """Take a closed case up again, with a new deadline from today; `changes` as for `close`. Raises Invalid (reason),
    Conflict."""
    _lock(session, case, CaseState.CLOSED)
    said = fields.reason(why)
    case.state, case.closed_at = CaseState.IN_HAND, None
    case.due_on = policy.cases.due(kind_of(case).term, day_of(actor.at))
    _set(case, changes)
    _say(session, actor, case, N_("重新办理"), to_sender=True)
    _say(session, actor, case, said, to_sender=False)
    log.record(session, actor, "case.reopen", case, said, due=case.due_on.isoformat(), **changes)


def _set(case: Any, changes: dict[str, Any]) -> None:
    for column, value in changes.items():
        setattr(case, column, value)


def open_ones(actor: Actor, table: type[Row]) -> sa.Select[Any]:
    """The cases of a kind that this actor may see and that still want an answer."""
    kind: Any = table
    return visible(actor, table).where(kind.state != CaseState.CLOSED)


def listed(actor: Actor, table: type[Row], closed: bool) -> sa.Select[Any]:
    """The cases of a kind that this actor may see: the open ones by their deadline, the closed ones latest first."""
    kind: Any = table
    if closed:
        done = visible(actor, table).where(kind.state == CaseState.CLOSED)
        return done.order_by(kind.closed_at.desc(), kind.id.desc())
    return open_ones(actor, table).order_by(kind.due_on, kind.id)


def contact_of(session: Session, secrets: Secrets, actor: Actor, case: Any) -> Contact | None:
    """Open the contact, and write down who opened it. None: none was left, or it has been destroyed."""
    if case.contact_sealed is None:
        return None
    name, phone = json.loads(secrets.open_contact(case.contact_sealed))
    log.record(session, actor, "case.contact", case)
    return Contact(name, phone)


def forget_contacts(session: Session, policy: Policy, actor: Actor) -> int:
    """Destroy the contacts of cases closed longer ago than the policy file says; returns how many.

    The command `yipin cases forget` does it, and so does every officer who decides a case.
    """
    before, gone = actor.at - policy.cases.keep_contact * DAY, 0
    for kind in KINDS:
        old = sa.select(kind.table).where(kind.table.contact_sealed.is_not(None), kind.table.closed_at < before)
        for case in session.scalars(old).all():
            case.contact_sealed, case.contact_gone_at = None, actor.at
            log.record(session, actor, "case.forget", case)
            gone += 1
    return gone


@dataclass(frozen=True)
class Status:
    """What the status page tells: no name, no telephone, nothing of who filed it."""

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
    session: Session, office: Installation, number: str, digits: str, client: str, now: datetime
) -> Status | None:
    """How far a case is, for whoever knows its number and the last four digits; None for any pair that does not match,
    whether or not there is such a case (the attempt is counted: commit in either case).

    Raises Invalid (number, digits) for what cannot be one, Throttled after too many wrong pairs.
    """
    typed, four = parse_case_number(number), unicodedata.normalize("NFKC", digits).strip()
    if not re.fullmatch(r"\d{4}", four, re.ASCII):
        raise Invalid("digits", N_("请填 4 位数字：您留的电话的最后四位，或页面给您的查询码"))
    marks = _asking_marks(office, typed, client)
    for limit, mark in marks:
        if minutes := attempts.minutes_to_wait(session, limit, mark, now):
            raise Throttled(N_("填错的次数太多，请 %(minutes)d 分钟后再查"), minutes=minutes)
    case = _matching(session, office.secrets, typed, four)
    if case is None:
        for limit, mark in marks:
            attempts.count(session, limit, mark, now)
        return None
    return _status(session, case, day_of(now))


def _asking_marks(office: Installation, number: str, client: str) -> list[tuple[Limit, str]]:
    texts = {"case_pair": f"{number}\0{client}", "case_client": client, "case": number}
    return [(limit, attempts.mark(office.secrets.session, limit.name, texts[limit.name])) for limit in ASKING]


def _matching(session: Session, secrets: Secrets, number: str, four: str) -> Any | None:
    kind = next((kind for kind in KINDS if number.startswith(kind.letter)), KINDS[0])
    mark = secrets.case_mark(number, four)
    return session.scalar(sa.select(kind.table).where(kind.table.number == number, kind.table.contact_mark == mark))


def _status(session: Session, case: Any, today: date) -> Status:
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
