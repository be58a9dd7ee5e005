"""Step 2, issue (赋码): a batch gets its codes. A run of units is reserved under the batch's lock, and that is all
that is stored; the codes themselves are signed when they are needed, the same ones every time."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..access.actor import Actor
from ..audit import log
from ..codes.idnumber import batch_integer
from ..codes.keys import KeyRing
from ..codes.kinds import CodeKind
from ..codes.payload import Fact, Payload
from ..codes.tiny import TinyCodes
from ..codes.unitcodes import UnitCodes
from ..codes.units import UnitPermutation
from ..commitment import certificates
from ..db import lock
from ..errors import N_, Conflict, Invalid
from ..installation.installation import Installation
from ..installation.vault import Secrets
from ..insurance import coverage
from ..insurance.coverage import Cover
from ..models import Action, Batch, CodeRange, RecoveredLine
from ..models.contradicted import refuse_blind
from ..models.recovered import Told
from . import quota
from .requirements import Checklist

NO_KEY = 0  # key number of a range whose codes are not signed


@dataclass(frozen=True)
class CodeOrder:
    """What a producer asks for: `count` codes of a kind. `key` is the form's own: sent twice, it issues once.

    With `promise`, the commitment certificate that the packs still lack is issued in the same act.
    """

    count: int
    key: str
    kind: CodeKind = CodeKind.FULL
    promise: bool = False


def issue_codes(
    session: Session, actor: Actor, installation: Installation, batch: Batch, order: CodeOrder
) -> CodeRange:
    """Reserve units of a batch for the key that signs now, or for tiny codes, which share the batch's quota.

    Raises what `models.contradicted` says, the refusal of the first requirement that is unmet (see `requirements`), Conflict
    when the order's key was used for another count or kind, and what a commitment certificate is refused for where one is promised.
    """
    lock(session, batch)  # one at a time: the quota is read and written under this lock
    if done := _issued_before(session, batch, order):
        return done
    refuse_blind(session, Action.CODES_ISSUE)  # before it is said that anything else is missing
    if order.promise:
        certificates.cover(session, actor, installation.policy, batch, order.count, order.key)
    asked = Checklist(session, installation, batch, actor.at, order.count, order.kind)
    quota.lock(session, asked.claims)
    asked.refuse_unmet()
    return _reserve(session, actor, asked, order.key)


def _issued_before(session: Session, batch: Batch, order: CodeOrder) -> CodeRange | None:
    same = (CodeRange.batch_id == batch.id, CodeRange.idempotency_key == order.key)
    found = session.scalar(sa.select(CodeRange).where(*same))
    if found and (found.count, found.kind) != (order.count, order.kind):
        raise Conflict(N_("这张表已经提交过，赋了 %(count)s 个码；要再赋请打开新的一页"), count=f"{found.count:,}")
    return found


def _reserve(session: Session, actor: Actor, asked: Checklist, key: str) -> CodeRange:
    batch, count, kind = asked.batch, asked.count, asked.kind
    codes = CodeRange(
        batch_id=batch.id,
        first=_next_unit(asked.session, batch),
        count=count,
        kind=kind,
        key_number=asked.installation.ring.signer(actor.at).number if kind is CodeKind.FULL else NO_KEY,
        harvest_date=batch.harvest_date,
        facts=int(_facts(asked)),
        issued_at=actor.at,
        issued_by=actor.account_id,
        idempotency_key=key,
    )
    batch.reserved += count
    session.add(codes)
    _tell(session, actor, codes, batch)
    return codes


def _next_unit(session: Session, batch: Batch) -> int:
    """The first unit that was never given out: also where a restored batch has goods for fewer codes than it once gave."""
    ends = sa.select(sa.func.max(CodeRange.first + CodeRange.count)).where(CodeRange.batch_id == batch.id)
    lost = sa.select(sa.func.max(RecoveredLine.first + RecoveredLine.count)).where(
        RecoveredLine.batch_id == batch.id, RecoveredLine.told == Told.ISSUED
    )
    return max(batch.reserved, session.scalar(ends) or 0, session.scalar(lost) or 0)


def _tell(session: Session, actor: Actor, codes: CodeRange, batch: Batch) -> None:
    """The event of the range, and that of the batch whose quota it takes from."""
    first, count = codes.first + 1, codes.count
    log.record(
        session,
        actor,
        Action.CODES_ISSUE,
        codes,
        batch=batch.id_number,
        first=first,
        count=count,
        kind=codes.kind,
        key=codes.key_number,
        harvest=codes.harvest_date.isoformat(),
        facts=codes.facts,
    )
    log.record(session, actor, Action.BATCH_CODED, batch, first=first, count=count)


def _facts(asked: Checklist) -> Fact:
    """What is true on the day of issue, as the code will say for ever."""
    insured = coverage.of_batch(asked.session, asked.batch, asked.claims.nature).status is Cover.COVERED
    return asked.claims.facts | (Fact.INSURED if insured else Fact(0))


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
