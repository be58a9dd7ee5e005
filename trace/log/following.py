"""What the acts in the log say of the record's rows, one subject after the other, held against what the record says.

A subject keeps a fact for each row: what the acts say last. None in a fact is what they do not tell, and is not compared. Older acts
tell less than newer ones.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import NamedTuple, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..errors import N_, Message
from ..models import (
    Action,
    Batch,
    BatchState,
    Certification,
    Claim,
    CodeRange,
    CommitmentCertificate,
    Ending,
    Fingerprint,
    PrintRun,
    PrintState,
    Report,
    RewardDecision,
    RewardOutcome,
    VoidUnit,
)
from ..models.log_entries import Told

Key = tuple[object, ...]
Fact = tuple[object, ...]
OPEN, VALID, VOID = "unverified", "valid", "void"
NOT_TOLD = N_("日志里没有")
GONE = N_("登记库里没有")


class Said(NamedTuple):
    """What the acts say of a row; the event of the last of them, and its leaf if it is published."""

    fact: Fact
    event: int | None
    leaf: int | None = None


@dataclass(frozen=True)
class Act:
    """An entry, the event that it is of and the row of its object; None for what the record does not have. `index`: its leaf, None of
    an entry that is not published yet."""

    told: Told
    event: int | None
    row: int | None
    index: int | None = None

    @property
    def action(self) -> str:
        return str(self.told.get("action"))

    @property
    def data(self) -> Mapping[str, object]:
        found = self.told.get("data")
        return found if isinstance(found, dict) else {}


Change = Callable[[Act, Fact], Fact]
"""The fact after an act. It is given the fact before, () for none."""


@dataclass(frozen=True)
class Subject:
    """Rows of one kind: their word, which acts change them and how, and what the record says. `rest` is the fact of a row that no act
    has told of; None where each must be told of. `is_brought_back`: after a restore `yipin recover` makes the rows what the log says,
    if it makes them at all."""

    word: str
    key_of: Callable[[Act], Key]
    acts: Mapping[Action, Change]
    now: Callable[[Session], Iterator[tuple[Key, Fact]]]
    rest: Fact | None = None
    is_brought_back: bool = False


@dataclass
class Following:
    """All subjects, as far as the acts have been seen."""

    said: dict[str, dict[Key, Said]] = field(default_factory=dict)

    def see(self, act: Act) -> None:
        """Take in one act."""
        for name, subject in SUBJECTS.items():
            change = subject.acts.get(cast(Action, act.action))
            key = subject.key_of(act) if change else ()
            if change is not None and None not in key:
                rows = self.said.setdefault(name, {})
                before = rows[key].fact if key in rows else ()
                rows[key] = Said(change(act, before), act.event, act.index)

    def differences(
        self, session: Session, was_lost: Callable[[int | None], bool]
    ) -> Iterator[tuple[int | None, Message]]:
        """What the record says otherwise, each with the event of the last act that tells of it. Of a leaf that `was_lost` with a
        restore the record may know nothing, or what was before."""
        for name, subject in SUBJECTS.items():
            left = dict(self.said.get(name, {}))
            for key, now in subject.now(session):
                said = left.pop(key, None if subject.rest is None else Said(subject.rest, None))
                if said and not subject.is_brought_back and was_lost(said.leaf):
                    continue
                if said is None or not _agree(said.fact, now):
                    yield said.event if said else None, _message(subject, key, now, said.fact if said else None)
            for key, gone in left.items():
                if not was_lost(gone.leaf):
                    yield gone.event, _message(subject, key, None, gone.fact)


def _agree(said: Fact, now: Fact) -> bool:
    return len(said) == len(now) and all(one is None or one == other for one, other in zip(said, now, strict=True))


def _message(subject: Subject, key: Key, now: Fact | None, said: Fact | None) -> Message:
    values = {
        "what": Message(subject.word),
        "key": " ".join(map(str, key)),
        "now": _shown(now) if now is not None else Message(GONE),
        "said": _shown(said) if said is not None else Message(NOT_TOLD),
    }
    return Message(N_("%(what)s %(key)s 在登记库里是 %(now)s，按日志应是 %(said)s"), values)


def _shown(fact: Fact) -> str:
    return " ".join("–" if each is None else str(each) for each in fact)


def _number(act: Act) -> Key:
    return (act.told.get("number"),)


def _row(act: Act) -> Key:
    return (act.row,)


def _of_batch(name: str) -> Callable[[Act], Key]:
    return lambda act: (act.data.get("batch"), act.data.get(name))


def _always(*fact: object) -> Change:
    return lambda act, before: fact


def _values(*names: str) -> Change:
    return lambda act, before: tuple(act.data.get(name) for name in names)


# A batch: on sale, or stopped.


def _batches(session: Session) -> Iterator[tuple[Key, Fact]]:
    for number, state in session.execute(sa.select(Batch.id_number, Batch.state).order_by(Batch.id)):
        yield (number,), (state.value,)


# A certificate: its number, whether it is verified, when it holds, and how and when it ended early.


def _declared(act: Act, before: Fact) -> Fact:
    data = act.data
    return data.get("scheme"), data.get("number"), OPEN, data.get("valid_from"), data.get("valid_to"), "", ""


def _entered(act: Act, before: Fact) -> Fact:
    return _with(_declared(act, before), 2, Claim.VERIFIED.value)


def _claim(state: str) -> Change:
    return lambda act, before: _with(before or _UNTOLD, 2, state)


def _ended(act: Act, before: Fact) -> Fact:
    how = Ending.WITHDRAWN.value if act.action == Action.CERTIFICATION_WITHDRAW else act.data.get("how")
    return (*(before or _UNTOLD)[:5], how, act.data.get("on"))


_UNTOLD: Fact = (None, None, None, None, None, "", "")


def _with(fact: Fact, place: int, value: object) -> Fact:
    return (*fact[:place], value, *fact[place + 1 :])


def _certificates(session: Session) -> Iterator[tuple[Key, Fact]]:
    row = Certification
    columns = (row.id, row.scheme, row.number, row.state, row.valid_from, row.valid_to, row.ended_how, row.ended_on)
    for number, scheme, paper, state, start, end, how, on in session.execute(sa.select(*columns).order_by(row.id)):
        fact = scheme.value, paper, state.value if state is Claim.VERIFIED else OPEN, str(start), str(end or "")
        yield (number,), (*fact, how.value if how else "", str(on or ""))


# Codes, and labels that are void.


def _ranges(session: Session) -> Iterator[tuple[Key, Fact]]:
    row = CodeRange
    rows = sa.select(Batch.id_number, row.first, row.count, row.kind).join(Batch, Batch.id == row.batch_id)
    for batch, first, count, kind in session.execute(rows.order_by(row.id)):
        yield (batch, first + 1), (count, kind.value)


def _void_units(session: Session) -> Iterator[tuple[Key, Fact]]:
    rows = sa.select(Batch.id_number, VoidUnit.ordinal).join(Batch, Batch.id == VoidUnit.batch_id)
    for batch, ordinal in session.execute(rows.order_by(VoidUnit.id)):
        yield (batch, ordinal + 1), (VOID,)


def _void_runs(session: Session) -> Iterator[tuple[Key, Fact]]:
    rows = sa.select(PrintRun.id, PrintRun.first, PrintRun.count).where(PrintRun.state == PrintState.VOID)
    for number, first, count in session.execute(rows.order_by(PrintRun.id)):
        yield (number,), (first + 1, first + count)


def _commitments(session: Session) -> Iterator[tuple[Key, Fact]]:
    row = CommitmentCertificate
    rows = sa.select(row.number, Batch.id_number, row.voided_at).join(Batch, Batch.id == row.batch_id)
    for number, batch, voided in session.execute(rows.order_by(row.id)):
        yield (number,), (batch, VOID if voided else VALID)


def _commitment(state: str) -> Change:
    return lambda act, before: (act.data.get("batch"), state)


# What the bureau published and decided.


def _reports(session: Session) -> Iterator[tuple[Key, Fact]]:
    rows = sa.select(Report.quarter, Report.number, Report.sha256, Report.content).order_by(Report.id)
    for quarter, number, told, content in session.execute(rows):
        yield (quarter, number), (told, hashlib.sha256(content.encode()).hexdigest())


def _report(act: Act, before: Fact) -> Fact:
    return act.data.get("sha256"), act.data.get("sha256")


def _rewards(session: Session) -> Iterator[tuple[Key, Fact]]:
    row = RewardDecision
    for number, reward, outcome, amount in session.execute(
        sa.select(row.id, row.reward, row.outcome, row.amount).order_by(row.id)
    ):
        yield (number,), (reward, outcome.value, _yuan(amount))


def _granted(act: Act, before: Fact) -> Fact:
    return act.data.get("reward"), RewardOutcome.GRANTED.value, _yuan(act.data.get("amount"))


def _yuan(amount: object) -> str:
    """An amount in one spelling."""
    try:
        return "" if amount is None else f"{Decimal(str(amount)):.2f}"
    except InvalidOperation:
        return str(amount)


def _refused(act: Act, before: Fact) -> Fact:
    return act.data.get("reward"), RewardOutcome.REFUSED.value, ""


def _key_lists(session: Session) -> Iterator[tuple[Key, Fact]]:
    rows = sa.select(Fingerprint.name, Fingerprint.mark).where(Fingerprint.name.like("list %"))
    for name, mark in session.execute(rows.order_by(Fingerprint.name)):
        yield (int(name.removeprefix("list ")),), (mark,)


SUBJECTS: Mapping[str, Subject] = {
    "batches": Subject(
        N_("批次"),
        _number,
        {
            Action.BATCH_DECLARE: _always(BatchState.ON_SALE.value),
            Action.BATCH_HOLD: _always(BatchState.ON_HOLD.value),
            Action.BATCH_RELEASE: _always(BatchState.ON_SALE.value),
            Action.BATCH_RECALL: _always(BatchState.RECALLED.value),
            Action.BATCH_WITHDRAW: _always(BatchState.WITHDRAWN.value),
            Action.BATCH_RESTORE: _always(BatchState.ON_SALE.value),
        },
        _batches,
        (BatchState.ON_SALE.value,),
        is_brought_back=True,
    ),
    "certificates": Subject(
        N_("证书"),
        _row,
        {
            Action.CERTIFICATION_DECLARE: _declared,
            Action.CERTIFICATION_MEND: _declared,
            Action.CERTIFICATION_ENTER: _entered,
            Action.CERTIFICATION_VERIFY: _claim(Claim.VERIFIED.value),
            Action.CERTIFICATION_RETURN: _claim(OPEN),
            Action.CERTIFICATION_END: _ended,
            Action.CERTIFICATION_WITHDRAW: _ended,
        },
        _certificates,
    ),
    "codes": Subject(
        N_("赋码"), _of_batch("first"), {Action.CODES_ISSUE: _values("count", "kind")}, _ranges, is_brought_back=True
    ),
    "void units": Subject(
        N_("作废的标签"), _of_batch("number"), {Action.UNIT_VOID: _always(VOID)}, _void_units, is_brought_back=True
    ),
    "void runs": Subject(N_("作废的打印"), _row, {Action.PRINT_VOID: _values("first", "last")}, _void_runs),
    "commitments": Subject(
        N_("承诺达标合格证"),
        _number,
        {Action.COMMITMENT_ISSUE: _commitment(VALID), Action.COMMITMENT_VOID: _commitment(VOID)},
        _commitments,
    ),
    "reports": Subject(
        N_("报告"),
        lambda act: (act.data.get("quarter"), act.data.get("number")),
        {Action.REPORT_FREEZE: _report},
        _reports,
    ),
    "rewards": Subject(
        N_("奖励决定"), _row, {Action.REWARD_GRANTED: _granted, Action.REWARD_REFUSED: _refused}, _rewards
    ),
    "key lists": Subject(N_("密钥公告"), _row, {Action.KEYLIST_ADOPT: _values("mark")}, _key_lists),
}
