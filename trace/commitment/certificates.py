"""Commitment certificates (承诺达标合格证): issued for a quantity of a batch, voided and issued anew, never edited.

The rules: 农产品质量安全法 art. 39 and 农业农村部令2025年第4号. What the live ones of a batch promise is never more
than the batch; it is counted on the batch's own row, under its lock.
"""

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from .. import fields
from ..access.actor import Actor
from ..audit import log
from ..audit.holds import Use, refuse_stopped
from ..chain import lineage
from ..clock import day_of
from ..codes.commitnumber import new_commitment_number, parse_commitment_number
from ..db import lock
from ..errors import N_, Conflict, Invalid, NotFound
from ..farm import clearance
from ..fields import plain
from ..models import Action, Batch, CommitmentCertificate, Origin, Regime, Review
from ..policy.policy import Policy
from ..provenance import claims
from ..provenance.goods import UNVERIFIED
from . import basis as commitment_basis
from .forms import Basis, Party, Template, template_on, templates


@dataclass(frozen=True, slots=True)
class Commitment:
    """A live commitment certificate (承诺达标合格证) of the batch; `basis` are values of forms.Basis, `quantity` is in `unit`."""

    number: str
    template: str
    quantity: Decimal
    unit: str
    basis: tuple[str, ...]
    issued_on: date


@dataclass(frozen=True)
class CommitmentForm:
    """What a producer fills in. `bases` are keys of Basis, `report` the number of the test report's row, `key` the
    form's own: sent twice, it is one certificate."""

    quantity: str
    bases: Sequence[str]
    report: str = ""
    key: str = ""


def issue(session: Session, actor: Actor, policy: Policy, batch: Batch, form: CommitmentForm) -> CommitmentCertificate:
    """Issue a certificate for a quantity of a batch, on the form that holds today.

    Raises Invalid (more than the batch has left to certify, no basis, a test without a report that looked for what was
    used), Conflict for processed food, for a batch that is held or recalled, and where the record of its plots speaks
    against what the certificate promises (no banned pesticide, residues within the limits).
    """
    lock(session, batch)
    again = sa.select(CommitmentCertificate).where(
        CommitmentCertificate.batch_id == batch.id, CommitmentCertificate.idempotency_key == form.key[:64]
    )
    if form.key and (done := session.scalar(again)):
        return done
    _refuse_unfit(session, batch)
    quantity, bases = _quantity(batch, form.quantity), _bases(form.bases)
    report = commitment_basis.relied_on(session, batch, form.report, bases)
    today = day_of(actor.at)
    row = CommitmentCertificate(
        number=_unused_number(session),
        batch_id=batch.id,
        quantity=quantity,
        unit=batch.unit,
        **wording(session, policy, batch, today),
        by_control=Basis.CONTROL in bases,
        by_self_test=Basis.SELF_TEST in bases,
        by_commissioned_test=Basis.COMMISSIONED_TEST in bases,
        report=report and f"{report.lab} {report.report_number}"[:120],
        report_id=report and report.id,
        issued_at=actor.at,
        issued_on=today,
        kept_until=months_after(today, policy.commitment.keep_months),
        idempotency_key=form.key[:64] or None,
    )
    session.add(row)
    batch.certified += quantity
    log.record(
        session, actor, Action.COMMITMENT_ISSUE, row, number=row.number, batch=batch.id_number, quantity=str(quantity)
    )
    log.record(session, actor, Action.BATCH_CERTIFY, batch, number=row.number, certified=str(batch.certified))
    return row


def cover(
    session: Session, actor: Actor, policy: Policy, batch: Batch, count: int, key: str
) -> CommitmentCertificate | None:
    """Before coding: a certificate, by control, of what `count` more packs lack one for; None where nothing is lacking.

    Raises as `issue` does. The same `key` gives the same certificate.
    """
    lock(session, batch)
    lacking = (batch.reserved + count) * batch.pack_size - batch.certified
    if lacking <= 0:
        return None
    return issue(session, actor, policy, batch, CommitmentForm(plain(lacking), [Basis.CONTROL], key=key))


def wording(session: Session, policy: Policy, batch: Batch, day: date) -> dict[str, str]:
    """What a certificate of a batch issued on a day says, besides quantity and basis: form, goods, place, who promises."""
    said = claims.of_batch(session, batch, day)
    grown = f"{policy.full_county_name(batch.county)}{batch.place}"
    return {
        "template": template_today(session, batch, day).key,
        "product": said.name,
        "place": UNVERIFIED if said.nature.bought else grown,
        "subject": batch.producer.name,
        "contact": batch.producer.phone,
    }


def template_today(session: Session, batch: Batch, day: date) -> Template:
    """The form on which a batch would be certified on a day."""
    return template_on(day, party_of(session, batch))


def _refuse_unfit(session: Session, batch: Batch) -> None:
    refuse_stopped(batch, Use.GOODS)
    if batch.product.regime is Regime.PROCESSED:
        raise Conflict(N_("加工食品不开承诺达标合格证；标签上印食品生产许可证编号和保质期"))
    if batch.product.state is not Review.APPROVED or batch.producer.state is not Review.APPROVED:
        raise Conflict(N_("主体或产品还没有审核通过，暂时不能开合格证"))
    if (judged := clearance.clearance(session, batch)).against:
        raise Conflict(
            N_(
                "按生产记录，这个批次现在不能开承诺达标合格证：%(why)s。请更正记录、请监管人员判定，或登记合格的检测报告"
            ),
            why=clearance.why(judged),
        )


def certifiable(batch: Batch) -> Decimal:
    """How much of a batch no live certificate promises yet."""
    return batch.quantity - batch.certified


def _quantity(batch: Batch, typed: str) -> Decimal:
    wanted, most = fields.amount("quantity", typed, batch.unit), certifiable(batch)
    if wanted > most:
        raise Invalid(
            "quantity",
            N_("这个批次共 %(total)s %(unit)s，有效的合格证已开 %(certified)s，最多还能开 %(most)s"),
            total=plain(batch.quantity),
            certified=plain(batch.certified),
            most=plain(most),
            unit=str(batch.unit),
        )
    return wanted


def _bases(typed: Sequence[str]) -> frozenset[Basis]:
    found = frozenset(fields.choice("bases", Basis, key) for key in typed)
    if not found:
        raise Invalid("bases", N_("承诺依据至少选一项"))
    return found


def party_of(session: Session, batch: Batch) -> Party:
    """Whose form it is: a batch that goods bought in went into is certified by a purchaser."""
    reached = lineage.upstream_of([batch.id])
    bought = sa.select(Batch.id).join(reached, reached.c.id == Batch.id)
    own = bought.where(Batch.producer_id == batch.producer_id, Batch.origin == Origin.RECEIVED).limit(1)
    return Party.PURCHASER if session.scalar(own) else Party.PRODUCER


def _unused_number(session: Session) -> str:
    while True:
        number = new_commitment_number()
        taken = sa.select(CommitmentCertificate.id).where(CommitmentCertificate.number == number)
        if session.scalar(taken) is None:
            return number


def months_after(day: date, months: int) -> date:
    """The same day of the month so many months later, or the month's last."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def void(session: Session, actor: Actor, row: CommitmentCertificate, reason: str) -> None:
    """Void a certificate; its number stays on record and says so. The quantity can be certified anew.

    Raises Invalid without a reason, Conflict when it is void already.
    """
    why = fields.reason(reason)
    batch = row.batch
    lock(session, batch)
    lock(session, row)
    if row.voided_at:
        raise Conflict(N_("这张合格证已经作废"))
    row.voided_at, row.void_reason = actor.at, why
    batch.certified -= row.quantity
    log.record(session, actor, Action.COMMITMENT_VOID, row, why, number=row.number, batch=batch.id_number)
    log.record(session, actor, Action.BATCH_CERTIFY, batch, why, number=row.number, certified=str(batch.certified))


def template_of(row: CommitmentCertificate) -> Template:
    """The form a certificate was issued on."""
    return templates()[row.template]


def bases_of(row: CommitmentCertificate) -> list[Basis]:
    """What a certificate rests on, in the order of the form."""
    marks = {
        Basis.CONTROL: row.by_control,
        Basis.SELF_TEST: row.by_self_test,
        Basis.COMMISSIONED_TEST: row.by_commissioned_test,
    }
    return [basis for basis, marked in marks.items() if marked]


def of_batch(session: Session, batch_id: int) -> Sequence[CommitmentCertificate]:
    """All certificates of a batch, the newest first."""
    rows = sa.select(CommitmentCertificate).where(CommitmentCertificate.batch_id == batch_id)
    return session.scalars(rows.order_by(CommitmentCertificate.id.desc())).all()


_LIVE = (
    sa.select(CommitmentCertificate)
    .where(CommitmentCertificate.batch_id == sa.bindparam("batch"), CommitmentCertificate.voided_at.is_(None))
    .order_by(CommitmentCertificate.id.desc())
    .limit(1)
)


def live_of(session: Session, batch_id: int) -> CommitmentCertificate | None:
    """The newest live certificate of a batch."""
    return session.scalar(_LIVE, {"batch": batch_id})


def by_number(session: Session, typed: str) -> CommitmentCertificate:
    """The certificate of a number, void or not. Raises Invalid when it cannot be one, NotFound when there is none."""
    number = parse_commitment_number(typed)
    rows = sa.select(CommitmentCertificate).where(CommitmentCertificate.number == number)
    found = session.scalar(rows.options(joinedload(CommitmentCertificate.batch).joinedload(Batch.producer)))
    if found is None:
        raise NotFound(N_("没有编号为 %(number)s 的承诺达标合格证；请核对编号，或怀疑它是假的"), number=number)
    return found
