"""Step 4, scan: a code is presented, and the answer is what is true of it today.

From cheap to dear: the digits, the key, the signature, then the record. A good signature alone is never 正品:
the unit must be issued, its labels released, its batch on sale.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from . import boards, certify, counting, credit, insure
from .card import Answer, Level, Step, Verdict
from .clock import day_of
from .codes import tiny
from .codes.idnumber import parse_id_number
from .codes.kinds import CodeKind, kind_of
from .codes.payload import Fact, Payload
from .codes.signing import verify
from .codes.units import UnitPermutation
from .counting import Look, Reader, Seen
from .errors import N_, BadCheck, BadCode, CompromisedKey, Message, NotFound
from .facts import BatchFacts, FactsCache, Issued, gather, product_card
from .guesses import Guesses
from .models import Batch, BatchState, Product, VoidUnit
from .office import Office

FACT_WORDS = {Fact.GREEN: N_("绿色食品"), Fact.ORGANIC: N_("有机产品"), Fact.GEOGRAPHICAL: N_("地理标志"),
              Fact.INSURED: N_("质量保险")}  # fmt: skip
FORGED_ADVICE = Message(N_("请不要凭这个标签购买或食用；保留包装，向当地农业农村部门反映。"))
STATE_VERDICTS = {BatchState.RECALLED: Verdict.RECALLED, BatchState.ON_HOLD: Verdict.ON_HOLD}
STATE_WORDS = {BatchState.RECALLED: N_("召回"), BatchState.ON_HOLD: N_("冻结")}
REASONS = {
    Verdict.GENUINE: N_("签名真实，这一件已登记并已上市。"),
    Verdict.NOT_RELEASED: N_("签名真实，但生产者还没有确认标签已贴上包装。"),
    Verdict.VOID: N_("这一枚标签已作废：%(why)s"),
    Verdict.SUSPICIOUS: N_("签名真实，但短时间内有很多不同的人扫过这一个码，可能被复制。"),
    Verdict.RECALLED: N_("主管部门已召回这个批次：%(why)s"),
    Verdict.ON_HOLD: N_("主管部门已冻结这个批次：%(why)s"),
    Verdict.ON_RECORD: N_("这是登记信息，不能证明您手里的这一件是真的；请扫包装上的二维码。"),
}
TINY_REASONS = {
    Verdict.GENUINE: N_("核验码与本系统相符，这一件已登记并已上市。"),
    Verdict.NOT_RELEASED: N_("核验码与本系统相符，但生产者还没有确认贴纸已贴到商品上。"),
    Verdict.SUSPICIOUS: N_("核验码与本系统相符，但短时间内有很多不同的人扫过这一个码，可能被复制。"),
}  # where the words of a signed code would claim too much
CODED = {CodeKind.FULL: N_("赋码并签名"), CodeKind.TINY: N_("赋码（贴纸小码）")}
ADVICE = {
    Verdict.NOT_RELEASED: N_("如果您已经买到手，请保留包装，向当地农业农村部门反映。"),
    Verdict.VOID: N_("作废的标签不应出现在商品上；请保留包装，向当地农业农村部门反映。"),
    Verdict.SUSPICIOUS: N_("请核对下面的产品、产地和净含量是否与您手里的一致。"),
    Verdict.RECALLED: N_("请不要食用，保留包装和小票，向销售者退货。"),
    Verdict.ON_HOLD: N_("在解除冻结之前，请先不要食用或转卖。"),
}


@dataclass(frozen=True)
class Presented:
    """A unit as it was found, before the look is counted. `facts` None: nothing of ours, nothing to count."""

    answer: Answer
    facts: BatchFacts | None = None
    ordinal: int = 0


def scan_unit(session: Session, office: Office, text: str, reader: Reader | None, now: datetime) -> Answer:
    """Answer a scanned unit code and count the look (`reader` None: do not count, as for HEAD).

    Never raises for any text: a bad code is the verdict 假码.
    """
    found = present(session, office, text, now)
    if found.facts is None:
        return found.answer
    unit, rule = (found.facts.batch_id, found.ordinal), office.policy.clone
    if reader is None:
        return counted(found, counting.total(session, unit, rule, now))
    look = Look(reader, unit, found.answer.verdict, now)
    counting.count(session, [look], rule)
    return counted(found, look.seen)


@dataclass(frozen=True)
class Gate:
    """Where wrong tiny codes are counted, and the neighbourhood that this one came from."""

    guesses: Guesses
    network: str


@dataclass(frozen=True)
class _Claim:
    """What a code of either kind says once it is found genuine: of a tiny one `payload` is None, of a key that has
    leaked `leaked_since` is when."""

    kind: CodeKind
    id_number: str
    unit: int
    payload: Payload | None = None
    leaked_since: datetime | None = None


def present(session: Session, office: Office, text: str, now: datetime, cache: FactsCache | None = None,
            gate: Gate | None = None) -> Presented:  # fmt: skip
    """Verify a code and look it up, without counting the look.

    Raises Throttled for a tiny code from where too many wrong ones came (`gate`), and nothing else for any text.
    """
    try:
        claim = _tiny_claim(office, text, now, gate) if kind_of(text) is CodeKind.TINY else _signed_claim(office, text)
    except BadCode as bad:
        return _nothing(session, office, Verdict.FORGED, bad.message, text, now)
    read = gather if cache is None else cache.get  # an empty one is there all the same
    facts = read(session, office, claim.id_number, day_of(now))
    ordinal = UnitPermutation(office.secrets.units, claim.id_number).ordinal(claim.unit)
    codes = facts.range_of(ordinal) if facts else None
    if facts is None or codes is None or not _as_issued(codes, claim):
        verdict, reason = _unrecorded(claim)
        return _nothing(session, office, verdict, Message(reason), text, now)
    return Presented(_unit_answer(session, facts, codes, claim, ordinal, text), facts, ordinal)


def _signed_claim(office: Office, text: str) -> _Claim:
    try:
        said: Payload = verify(text, office.keys)
        return _Claim(CodeKind.FULL, said.id_number, said.unit, said)
    except CompromisedKey as leaked:
        said = leaked.payload
        return _Claim(CodeKind.FULL, said.id_number, said.unit, said, leaked.since)


def _tiny_claim(office: Office, text: str, now: datetime, gate: Gate | None) -> _Claim:
    said = tiny.read(text)
    if gate:
        gate.guesses.refuse(gate.network, said.batch, now)
    try:
        return _Claim(CodeKind.TINY, tiny.batch_of(said, office.secrets.units, office.policy.counties), said.unit)
    except BadCheck:
        if gate:
            gate.guesses.wrong(gate.network, said.batch, now)
        raise


def _unrecorded(claim: _Claim) -> tuple[Verdict, str]:
    if claim.kind is CodeKind.TINY:
        return Verdict.UNKNOWN, N_("核验码相符，但本系统没有这一件的记录。")
    if claim.leaked_since is not None:
        return Verdict.FORGED, N_("签名所用的密钥已泄露，本系统没有这个码的赋码记录。")
    return Verdict.UNKNOWN, N_("签名真实，但本系统没有这一件的记录。")


def _nothing(
    session: Session, office: Office, verdict: Verdict, reason: Message, text: str, now: datetime
) -> Presented:
    line = boards.main_line(session, office.policy, day_of(now))
    return Presented(Answer(verdict, reason, Level.UNIT, text[:40], advice=FORGED_ADVICE, progress=line))


def _as_issued(codes: Issued, claim: _Claim) -> bool:
    """Whether this is the very code that we issued for the unit, and before its key leaked."""
    said = claim.payload
    if codes.kind is not claim.kind:
        return False
    if said is None:
        return True
    same = (codes.key_number, codes.facts, codes.harvest_date) == (said.key, int(said.facts), said.harvest_date)
    return same and (claim.leaked_since is None or codes.issued_at < claim.leaked_since)


def _unit_answer(session: Session, facts: BatchFacts, codes: Issued, claim: _Claim, ordinal: int, text: str) -> Answer:
    verdict, why = _unit_verdict(session, facts, ordinal)
    said = claim.payload
    answer = replace(_batch_answer(facts, verdict, why, claim.kind), level=Level.UNIT, asked=text[:40],
                     card=replace(facts.card, level=Level.UNIT, unit=ordinal + 1), kind=claim.kind,
                     steps=_unit_steps(facts, codes, ordinal))  # fmt: skip
    if said is None:
        return answer
    at_issue = tuple(word for fact, word in FACT_WORDS.items() if fact & said.facts)
    return replace(answer, key_number=said.key, facts_at_issue=at_issue)


def _unit_verdict(session: Session, facts: BatchFacts, ordinal: int) -> tuple[Verdict, str | None]:
    """What the record says of one unit today, the gravest first, and why."""
    if facts.state in STATE_VERDICTS:
        return STATE_VERDICTS[facts.state], facts.reason
    if whole := facts.void_of(ordinal):
        return Verdict.VOID, whole.reason
    if facts.has_voids:
        void = sa.select(VoidUnit.reason).where(VoidUnit.batch_id == facts.batch_id, VoidUnit.ordinal == ordinal)
        if spoiled := session.scalar(void):
            return Verdict.VOID, spoiled
    return (Verdict.GENUINE if facts.release_of(ordinal) else Verdict.NOT_RELEASED), None


def _unit_steps(facts: BatchFacts, codes: Issued, ordinal: int) -> tuple[Step, ...]:
    steps = [*facts.steps, Step(day_of(codes.issued_at), Message(CODED[codes.kind]))]
    if run := facts.release_of(ordinal):
        steps.append(Step(day_of(run.released_at), Message(N_("标签上包装，上市"))))
    if left := facts.gone_of(ordinal):
        steps.append(Step(left.day, Message(N_("发往%(place)s"), {"place": left.place})))
    return (*steps, *_state_step(facts))


def _state_step(facts: BatchFacts) -> tuple[Step, ...]:
    word = STATE_WORDS.get(facts.state)
    return (Step(day_of(facts.since), Message(word)),) if word else ()


def _reasons(kind: CodeKind) -> dict[Verdict, str]:
    return REASONS if kind is CodeKind.FULL else REASONS | TINY_REASONS


def _batch_answer(facts: BatchFacts, verdict: Verdict, why: str | None, kind: CodeKind = CodeKind.FULL) -> Answer:
    return Answer(
        verdict,
        Message(_reasons(kind)[verdict], {"why": why or ""}),
        facts.card.level,
        facts.card.id_number,
        since=facts.since if verdict in (Verdict.RECALLED, Verdict.ON_HOLD) else None,
        advice=Message(ADVICE[verdict]) if verdict in ADVICE else None,
        card=facts.card,
        certifications=facts.certifications,
        insurance=facts.insurance,
        progress=facts.progress,
        credit=facts.credit,
        steps=(*facts.steps, *_state_step(facts)),
        way=facts.way,
    )


def counted(found: Presented, seen: Seen | None) -> Answer:
    """The answer with the unit's count in it; 疑似复制 where too many different readers looked at one pack."""
    answer = found.answer
    if answer.verdict is Verdict.GENUINE and seen and seen.copied:
        answer = replace(answer, verdict=Verdict.SUSPICIOUS, reason=Message(_reasons(answer.kind)[Verdict.SUSPICIOUS]),
                         advice=Message(ADVICE[Verdict.SUSPICIOUS]))  # fmt: skip
    return replace(answer, scans=seen.scans if seen else 0, first_scan=seen.first_at if seen else None)


def look_up_batch(session: Session, office: Office, typed: str, now: datetime) -> Answer:
    """Answer a typed batch number: the record, never "this very pack is genuine".

    Raises BadIdNumber (mistyped, naming the character) or NotFound.
    """
    number = parse_id_number(typed)
    facts = gather(session, office, number, day_of(now))
    if facts is None:
        raise NotFound(N_("没有身份证号为 %(number)s 的批次；请对照标签再输一次"), number=number)
    return _batch_answer(facts, STATE_VERDICTS.get(facts.state, Verdict.ON_RECORD), facts.reason)


def look_up_product(session: Session, office: Office, typed: str, now: datetime) -> Answer:
    """Answer a typed product number (一品一码). Raises BadIdNumber or NotFound."""
    number = parse_id_number(typed)
    product = session.scalar(sa.select(Product).where(Product.id_number == number)
                             .options(joinedload(Product.producer), joinedload(Product.brand)))  # fmt: skip
    if product is None:
        raise NotFound(N_("没有身份证号为 %(number)s 的产品；请对照标签再输一次"), number=number)
    today: date = day_of(now)
    return Answer(Verdict.ON_RECORD, Message(REASONS[Verdict.ON_RECORD]), Level.PRODUCT, number,
                  card=product_card(session, office, product, today),
                  certifications=certify.badges(session, product.id, today),
                  insurance=insure.of_product(session, product, today),
                  progress=boards.main_line(session, office.policy, today),
                  credit=credit.summary(session, office.policy, product.producer_id, today))  # fmt: skip


def kind_of_number(session: Session, typed: str) -> Level:
    """Whether a typed ID number is a batch's or a product's. Raises BadIdNumber or NotFound."""
    number = parse_id_number(typed)
    if session.scalar(sa.select(Batch.id).where(Batch.id_number == number)):
        return Level.BATCH
    if session.scalar(sa.select(Product.id).where(Product.id_number == number)):
        return Level.PRODUCT
    raise NotFound(N_("没有身份证号为 %(number)s 的产品或批次；请对照标签再输一次"), number=number)


LookUp = Callable[[Session, Office, str, datetime], Answer]  # how the two typed look-ups are called
