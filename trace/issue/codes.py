"""Step 2, issue (赋码): a batch gets its codes. A run of units is reserved under the batch's lock, and that is all
that is stored; the codes themselves are signed when they are needed, the same ones every time."""

from collections.abc import Collection, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..access.actor import Actor
from ..audit import log
from ..certification import claims as certification_claims
from ..clock import day_of
from ..codes.idnumber import batch_integer
from ..codes.keys import KeyRing
from ..codes.kinds import CodeKind
from ..codes.payload import Fact, Payload
from ..codes.tiny import TinyCodes
from ..codes.unitcodes import UnitCodes
from ..codes.units import UnitPermutation
from ..errors import N_, Conflict, Invalid
from ..farm import clearance
from ..installation.vault import Secrets
from ..insurance import coverage
from ..insurance.coverage import Cover
from ..models import Batch, BatchState, Certification, CodeRange, ProducerKind, Review
from . import quota, requirements

NO_KEY = 0  # key number of a range whose codes are not signed


def issue_codes(
    session: Session,
    actor: Actor,
    ring: KeyRing,
    batch: Batch,
    count: int,
    idempotency_key: str,
    kind: CodeKind = CodeKind.FULL,
    required_of: Collection[ProducerKind] = requirements.LAW,
) -> CodeRange:
    """Reserve `count` units of a batch for the key that signs now, or for tiny codes, which share the batch's quota.

    The same `idempotency_key` on the same batch gives the same range again, so a form sent twice issues once.
    Raises Invalid when the harvest allows no more (the label quota) or a certificate that the codes would claim does not
    (its yearly quantity), Conflict when the batch may not be coded, lacks what its product's regime asks for
    (`required_of`: whose fresh goods need a commitment certificate, by the policy) or the key was used for another count
    or kind, Unavailable when no key can sign.
    """
    session.refresh(batch, with_for_update=True)  # one at a time: the quota is read and written under this lock
    if done := _issued_before(session, batch, count, idempotency_key, kind):
        return done
    _refuse_unfit(batch)
    clearance.refuse_unfit(session, batch)
    if not 1 <= count <= batch.room:
        raise Invalid(
            "count",
            N_("这个批次共 %(quota)s 件，已赋码 %(reserved)s 件，最多还能赋 %(room)s 件"),
            quota=f"{batch.quota:,}",
            reserved=f"{batch.reserved:,}",
            room=f"{batch.room:,}",
        )
    for lacking in requirements.missing(session, batch, count, required_of):
        raise Conflict(lacking.template, **lacking.values)
    key_number = ring.signer(actor.at).number if kind is CodeKind.FULL else NO_KEY
    claims = certification_claims.in_force_of(
        session, batch.product_id, today := day_of(actor.at), branded=batch.brand_id is not None
    )
    quota.refuse_beyond(session, batch, count, today, claims, certification_claims.FACT_OF)
    codes = CodeRange(
        batch_id=batch.id,
        first=batch.reserved,
        count=count,
        kind=kind,
        key_number=key_number,
        harvest_date=batch.harvest_date,
        facts=int(_facts(session, batch, claims)),
        issued_at=actor.at,
        issued_by=actor.account_id,
        idempotency_key=idempotency_key,
    )
    batch.reserved += count
    session.add(codes)
    log.record(
        session, actor, "codes.issue", codes, batch=batch.id_number, first=codes.first + 1, count=count, kind=kind
    )
    log.record(session, actor, "batch.coded", batch, first=codes.first + 1, count=count)
    return codes


def _issued_before(session: Session, batch: Batch, count: int, key: str, kind: CodeKind) -> CodeRange | None:
    found = session.scalar(sa.select(CodeRange).where(CodeRange.batch_id == batch.id, CodeRange.idempotency_key == key))
    if found and (found.count, found.kind) != (count, kind):
        raise Conflict(N_("这张表已经提交过，赋了 %(count)s 个码；要再赋请打开新的一页"), count=f"{found.count:,}")
    return found


def _refuse_unfit(batch: Batch) -> None:
    if batch.state is BatchState.RECALLED:
        raise Conflict(N_("批次已召回，不能赋码或打印"))
    if batch.state is BatchState.ON_HOLD:
        raise Conflict(N_("批次已冻结，暂时不能赋码或打印"))
    if batch.product.state is not Review.APPROVED or batch.producer.state is not Review.APPROVED:
        raise Conflict(N_("主体或产品还没有审核通过，不能赋码"))


def _facts(session: Session, batch: Batch, claims: Sequence[Certification]) -> Fact:
    """What is true on the day of issue, as the code will say for ever."""
    facts = Fact(0)
    for certificate in claims:
        facts |= certification_claims.FACT_OF[certificate.scheme]
    if coverage.of_batch(session, batch).status is Cover.COVERED:
        facts |= Fact.INSURED
    return facts


def codes_of(codes: CodeRange, ring: KeyRing, secrets: Secrets, first: int, count: int) -> UnitCodes | TinyCodes:
    """The codes of units `first` … of a range, of its kind: pairs of ordinal and digits. Always the same ones.

    Raises Invalid outside the range, Unavailable when the key's private half is gone or compromised.
    """
    if first < codes.first or count < 1 or first + count > codes.first + codes.count:
        raise Invalid("count", N_("这一段码不在这次赋码之内"))
    number = codes.batch.id_number
    units = UnitPermutation(secrets.units, number)
    if codes.kind is CodeKind.TINY:
        return TinyCodes(secrets.units, number, units, first, count)
    said = Payload(
        key=codes.key_number,
        county=int(number[:6]),
        batch=batch_integer(number),
        unit=0,
        harvest_date=codes.harvest_date,
        facts=Fact(codes.facts),
    )
    return UnitCodes(said, ring.signer_numbered(codes.key_number), units, first, count)
