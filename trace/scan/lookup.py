"""Step 4, scan: a code is presented, and the answer is what is true of it today.

From cheap to dear: the digits, the key, the signature, then the record. A good signature alone is never 正品:
the unit must be issued, its labels released, its batch on sale.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from ..audit import credit
from ..certification import claims as certification_claims
from ..clock import day_of
from ..codes import tiny
from ..codes.idnumber import parse_id_number
from ..codes.kinds import CodeKind, kind_of
from ..codes.payload import Payload
from ..codes.signing import verify
from ..codes.units import UnitPermutation
from ..errors import N_, BadCheck, BadCode, CompromisedKey, Message, NotFound
from ..indicators import cache as indicators_cache
from ..installation.installation import Installation
from ..insurance import coverage
from ..models import Batch, Product
from . import looks
from .answer import Answer, Level, Verdict
from .batch_facts import BatchFacts, BatchFactsCache, gather, product_card
from .guess_limit import GuessLimit
from .looks import Look, Reader
from .pack import REASONS, STATE_VERDICTS, Claim, Pack, as_issued, batch_answer, counted, found_pack, spoiled

FORGED_ADVICE = Message(N_("请不要凭这个标签购买或食用；保留包装，向当地农业农村部门反映。"))


@dataclass(frozen=True)
class Presented:
    """A code as it was found, before the look is counted. `pack` None: nothing of ours, nothing to count."""

    answer: Answer
    pack: Pack | None = None


def scan_unit(session: Session, office: Installation, text: str, reader: Reader | None, now: datetime) -> Answer:
    """Answer a scanned unit code and count the look (`reader` None: do not count, as for HEAD).

    Never raises for any text: a bad code is the verdict 假码.
    """
    found, rule = present(session, office, text, now), office.policy.clone
    if found.pack is None:
        return found.answer
    if reader is None:
        return counted(found.answer, looks.total(session, found.pack.unit, rule, now))
    look = Look(reader, found.pack.unit, found.pack.verdict, now)
    looks.count(session, [look], rule)
    return counted(found.answer, look.seen)


@dataclass(frozen=True)
class Gate:
    """Where wrong tiny codes are counted, and the neighbourhood that this one came from."""

    guesses: GuessLimit
    network: str


def present(
    session: Session,
    office: Installation,
    text: str,
    now: datetime,
    cache: BatchFactsCache | None = None,
    gate: Gate | None = None,
) -> Presented:
    """Verify a code and look it up, without counting the look.

    Raises Throttled for a tiny code from where too many wrong ones came (`gate`), and nothing else for any text.
    """
    try:
        claim = _tiny_claim(office, text, now, gate) if kind_of(text) is CodeKind.TINY else signed_claim(office, text)
    except BadCode as bad:
        return _nothing(session, office, Verdict.FORGED, bad.message, text, now)
    read = gather if cache is None else cache.get  # an empty one is there all the same
    facts = read(session, office, claim.id_number, day_of(now))
    pack = _pack(office, facts, claim, session) if facts else None
    if pack is None:
        verdict, reason = _unrecorded(claim)
        return _nothing(session, office, verdict, Message(reason), text, now)
    return Presented(pack.answer(text), pack)


def known(office: Installation, claims: Sequence[Claim], now: datetime, cache: BatchFactsCache) -> list[Pack | None]:
    """As `present` finds them, the packs that genuine codes speak of, as far as all is remembered of them; None where the
    record must be asked.

    For the many: whatever gets None here is for `present` to answer.
    """
    remembered = cache.remembered([claim.id_number for claim in claims], day_of(now))
    return [
        None if facts is None or facts.has_voids else _pack(office, facts, claim)
        for facts, claim in zip(remembered, claims, strict=True)
    ]


def _pack(office: Installation, facts: BatchFacts, claim: Claim, session: Session | None = None) -> Pack | None:
    """The pack that a genuine code speaks of, if this is the very code that we issued for it; without a `session` only
    for a batch that has no single void labels."""
    ordinal = _permutation(office.secrets.units, claim.id_number).ordinal(claim.unit)
    codes = facts.range_of(ordinal)
    if codes is None or not as_issued(codes, claim):
        return None
    return found_pack(facts, codes, claim, ordinal, spoiled(session, facts, ordinal) if session else None)


# The keys of the batches looked at lately. Only a good signature leads here, so nobody can flood it.
_permutation = lru_cache(maxsize=4_096)(UnitPermutation)


def signed_claim(office: Installation, text: str) -> Claim:
    """What a genuine signed code says, of the record nothing asked yet. Raises BadCode."""
    try:
        said: Payload = verify(text, office.keys)
        return Claim(CodeKind.FULL, said.id_number, said.unit, said)
    except CompromisedKey as leaked:
        said = leaked.payload
        return Claim(CodeKind.FULL, said.id_number, said.unit, said, leaked.since)


def _tiny_claim(office: Installation, text: str, now: datetime, gate: Gate | None) -> Claim:
    said = tiny.read(text)
    if gate:
        gate.guesses.refuse(gate.network, said.batch, now)
    try:
        return Claim(CodeKind.TINY, tiny.batch_of(said, office.secrets.units, office.policy.counties), said.unit)
    except BadCheck:
        if gate:
            gate.guesses.wrong(gate.network, said.batch, now)
        raise


def _unrecorded(claim: Claim) -> tuple[Verdict, str]:
    if claim.kind is CodeKind.TINY:
        return Verdict.UNKNOWN, N_("核验码相符，但本系统没有这一件的记录。")
    if claim.leaked_since is not None:
        return Verdict.FORGED, N_("签名所用的密钥已泄露，本系统没有这个码的赋码记录。")
    return Verdict.UNKNOWN, N_("签名真实，但本系统没有这一件的记录。")


def _nothing(
    session: Session, office: Installation, verdict: Verdict, reason: Message, text: str, now: datetime
) -> Presented:
    line = indicators_cache.last_line(session, office.policy, day_of(now))
    return Presented(Answer(verdict, reason, Level.UNIT, text[:40], advice=FORGED_ADVICE, progress=line))


def look_up_batch(session: Session, office: Installation, typed: str, now: datetime) -> Answer:
    """Answer a typed batch number: the record, never "this very pack is genuine".

    Raises BadIdNumber (mistyped, naming the character) or NotFound.
    """
    number = parse_id_number(typed)
    facts = gather(session, office, number, day_of(now))
    if facts is None:
        raise NotFound(N_("没有身份证号为 %(number)s 的批次；请对照标签再输一次"), number=number)
    return batch_answer(facts, STATE_VERDICTS.get(facts.state, Verdict.ON_RECORD), facts.reason)


def look_up_product(session: Session, office: Installation, typed: str, now: datetime) -> Answer:
    """Answer a typed product number (一品一码). Raises BadIdNumber or NotFound."""
    number = parse_id_number(typed)
    product = session.scalar(
        sa.select(Product)
        .where(Product.id_number == number)
        .options(joinedload(Product.producer), joinedload(Product.brand))
    )
    if product is None:
        raise NotFound(N_("没有身份证号为 %(number)s 的产品；请对照标签再输一次"), number=number)
    today: date = day_of(now)
    return Answer(
        Verdict.ON_RECORD,
        Message(REASONS[Verdict.ON_RECORD]),
        Level.PRODUCT,
        number,
        card=product_card(session, office, product, today),
        certifications=certification_claims.badges(session, product.id, today),
        insurance=coverage.of_product(session, product, today),
        progress=indicators_cache.last_line(session, office.policy, today),
        credit=credit.summary(session, office.policy, product.producer_id, today),
    )


def kind_of_number(session: Session, typed: str) -> Level:
    """Whether a typed ID number is a batch's or a product's. Raises BadIdNumber or NotFound."""
    number = parse_id_number(typed)
    if session.scalar(sa.select(Batch.id).where(Batch.id_number == number)):
        return Level.BATCH
    if session.scalar(sa.select(Product.id).where(Product.id_number == number)):
        return Level.PRODUCT
    raise NotFound(N_("没有身份证号为 %(number)s 的产品或批次；请对照标签再输一次"), number=number)


LookUp = Callable[[Session, Installation, str, datetime], Answer]  # how the two typed look-ups are called
