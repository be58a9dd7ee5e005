"""Step 4, scan: a code is presented, and the answer is what is true of it today.

From cheap to dear: the digits, the key, the signature, then the record. A good signature alone is never 正品:
the unit must be issued, its labels released, its batch on sale.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from . import certify, counting, insure, progress
from .card import Answer, IdCard, Level, Step, Verdict
from .clock import day_of
from .codes.idnumber import parse_id_number
from .codes.payload import Fact, Payload
from .codes.signing import verify
from .codes.units import UnitPermutation
from .counting import Reader
from .errors import N_, BadCode, CompromisedKey, Message, NotFound
from .models import Batch, BatchState, CodeRange, PrintRun, PrintState, Product, ProductPicture, VoidUnit
from .office import Office

FACT_WORDS = {Fact.GREEN: N_("绿色食品"), Fact.ORGANIC: N_("有机产品"), Fact.GEOGRAPHICAL: N_("地理标志"),
              Fact.INSURED: N_("质量保险")}  # fmt: skip
FORGED_ADVICE = Message(N_("请不要凭这个标签购买或食用；保留包装，向当地农业农村部门反映。"))
STATE_VERDICTS = {BatchState.RECALLED: Verdict.RECALLED, BatchState.ON_HOLD: Verdict.ON_HOLD}
REASONS = {
    Verdict.GENUINE: N_("签名真实，这一件已登记并已上市。"),
    Verdict.NOT_RELEASED: N_("签名真实，但生产者还没有确认标签已贴上包装。"),
    Verdict.VOID: N_("这一枚标签已作废：%(why)s"),
    Verdict.SUSPICIOUS: N_("签名真实，但短时间内有很多不同的人扫过这一个码，可能被复制。"),
    Verdict.RECALLED: N_("主管部门已召回这个批次：%(why)s"),
    Verdict.ON_HOLD: N_("主管部门已冻结这个批次：%(why)s"),
}
ADVICE = {
    Verdict.NOT_RELEASED: N_("如果您已经买到手，请保留包装，向当地农业农村部门反映。"),
    Verdict.VOID: N_("作废的标签不应出现在商品上；请保留包装，向当地农业农村部门反映。"),
    Verdict.SUSPICIOUS: N_("请核对下面的产品、产地和净含量是否与您手里的一致。"),
    Verdict.RECALLED: N_("请不要食用，保留包装和小票，向销售者退货。"),
    Verdict.ON_HOLD: N_("在解除冻结之前，请先不要食用或转卖。"),
}


def scan_unit(session: Session, office: Office, text: str, reader: Reader | None, now: datetime) -> Answer:
    """Answer a scanned unit code and count the look (`reader` None: do not count, as for HEAD).

    Never raises for any text: a bad code is the verdict 假码.
    """
    compromised_since: datetime | None = None
    try:
        payload: Payload = verify(text, office.keys)
    except CompromisedKey as leaked:
        payload, compromised_since = leaked.payload, leaked.since
    except BadCode as bad:
        return _no_card(Verdict.FORGED, bad.message, text, session, office, now)
    codes = _range_of(session, office, payload)
    if codes is None or compromised_since and codes.issued_at >= compromised_since:
        if compromised_since:
            return _no_card(Verdict.FORGED, Message(N_("签名所用的密钥已泄露，本系统没有这个码的赋码记录。")),
                            text, session, office, now)  # fmt: skip
        unknown = Message(N_("签名真实，但本系统没有这一件的记录。"))
        return _no_card(Verdict.UNKNOWN, unknown, text, session, office, now)
    return _unit_answer(session, office, codes, payload, text, reader, now)


def _no_card(verdict: Verdict, reason: Message, text: str, session: Session, office: Office, now: datetime) -> Answer:
    line = progress.main_line(session, office.policy, day_of(now))
    return Answer(verdict, reason, Level.UNIT, text[:40], advice=FORGED_ADVICE, progress=line)


def _range_of(session: Session, office: Office, payload: Payload) -> CodeRange | None:
    """The range in which this very unit was issued, under this key and with these facts."""
    ordinal = ordinal_of(office, payload)
    return session.scalar(
        sa.select(CodeRange)
        .join(CodeRange.batch)
        .where(Batch.id_number == payload.id_number, CodeRange.first <= ordinal)
        .where(CodeRange.first + CodeRange.count > ordinal, CodeRange.key_number == payload.key)
        .where(CodeRange.facts == int(payload.facts), CodeRange.harvest_date == payload.harvest_date)
        .options(joinedload(CodeRange.batch).options(*_WHOLE_BATCH))
    )


_WHOLE_BATCH = (joinedload(Batch.product).joinedload(Product.brand), joinedload(Batch.producer), joinedload(Batch.plot))


def ordinal_of(office: Office, payload: Payload) -> int:
    """The unit's place in its batch, counted from 0."""
    return UnitPermutation(office.secrets.units, payload.id_number).ordinal(payload.unit)


def _unit_answer(session: Session, office: Office, codes: CodeRange, payload: Payload, text: str,
                 reader: Reader | None, now: datetime) -> Answer:  # fmt: skip
    batch, ordinal = codes.batch, ordinal_of(office, payload)
    verdict, why = _verdict(session, batch, ordinal)
    look = counting.count(session, reader, batch.id, ordinal, verdict, now) if reader else None
    seen = counting.total(session, batch.id, ordinal)
    if verdict is Verdict.GENUINE and counting.too_many_readers(session, seen, office.policy.clone, now):
        verdict = Verdict.SUSPICIOUS
        if look:
            look.verdict = verdict
    card = replace(_batch_card(session, office, batch), level=Level.UNIT, unit=ordinal + 1)
    answer = _batch_answer(session, office, batch, card, verdict, why, now)
    facts = tuple(word for fact, word in FACT_WORDS.items() if fact & payload.facts)
    return replace(answer, asked=text[:40], scans=seen.scans if seen else 0, first_scan=seen.first_at if seen else None,
                   key_number=payload.key, facts_at_issue=facts, steps=_steps(session, batch, codes, ordinal))  # fmt: skip


def _verdict(session: Session, batch: Batch, ordinal: int) -> tuple[Verdict, str | None]:
    """What the record says of one unit today, the gravest first, and why."""
    if batch.state in STATE_VERDICTS:
        return STATE_VERDICTS[batch.state], batch.state_reason
    void = sa.select(VoidUnit).where(VoidUnit.batch_id == batch.id, VoidUnit.ordinal == ordinal)
    if spoiled := session.scalar(void):
        return Verdict.VOID, spoiled.reason
    return (Verdict.GENUINE if _release_of(session, batch, ordinal) else Verdict.NOT_RELEASED), None


def _release_of(session: Session, batch: Batch, ordinal: int) -> PrintRun | None:
    runs = sa.select(PrintRun).where(PrintRun.batch_id == batch.id, PrintRun.state == PrintState.RELEASED)
    return session.scalar(runs.where(PrintRun.first <= ordinal, PrintRun.first + PrintRun.count > ordinal).limit(1))


def _batch_answer(session: Session, office: Office, batch: Batch, card: IdCard, verdict: Verdict, why: str | None,
                  now: datetime) -> Answer:  # fmt: skip
    today = day_of(now)
    return Answer(
        verdict,
        Message(REASONS[verdict], {"why": why or ""}) if verdict in REASONS else ON_RECORD,
        card.level,
        batch.id_number,
        since=batch.state_since if verdict in (Verdict.RECALLED, Verdict.ON_HOLD) else None,
        advice=Message(ADVICE[verdict]) if verdict in ADVICE else None,
        card=card,
        certifications=certify.badges(session, batch.product_id, today),
        insurance=insure.status(session, batch.product_id, batch.harvest_date),
        progress=progress.main_line(session, office.policy, today),
        steps=_steps(session, batch),
    )


ON_RECORD = Message(N_("这是登记信息，不能证明您手里的这一件是真的；请扫包装上的二维码。"))


def _batch_card(session: Session, office: Office, batch: Batch) -> IdCard:
    base = _product_card(session, office, batch.product)
    return replace(base, level=Level.BATCH, id_number=batch.id_number, place=batch.plot.place,
                   county=office.policy.full_county_name(batch.county), harvest_date=batch.harvest_date,
                   net_content=batch.net_content)  # fmt: skip


def _product_card(session: Session, office: Office, product: Product) -> IdCard:
    mark = session.scalar(sa.select(ProductPicture.mark).where(ProductPicture.product_id == product.id))
    number = product.id_number or ""
    return IdCard(Level.PRODUCT, number, product.name, number, product.producer.name,
                  office.policy.full_county_name(product.producer.county), product.brand.name if product.brand else None,
                  picture=f"/picture/{number}-{mark}.jpg" if mark else None,
                  demonstration=product.producer.demonstration)  # fmt: skip


def _steps(session: Session, batch: Batch, codes: CodeRange | None = None, ordinal: int | None = None) -> tuple[Step, ...]:
    steps = [Step(batch.harvest_date, Message(N_("采收"))), Step(day_of(batch.declared_at), Message(N_("批次登记")))]
    if codes is not None and ordinal is not None:
        steps.append(Step(day_of(codes.issued_at), Message(N_("赋码并签名"))))
        run = _release_of(session, batch, ordinal)
        if run and run.released_at:
            steps.append(Step(day_of(run.released_at), Message(N_("标签上包装，上市"))))
    if batch.state in STATE_VERDICTS:
        word = N_("冻结") if batch.state is BatchState.ON_HOLD else N_("召回")
        steps.append(Step(day_of(batch.state_since), Message(word)))
    return tuple(steps)


def look_up_batch(session: Session, office: Office, typed: str, now: datetime) -> Answer:
    """Answer a typed batch number: the record, never "this very pack is genuine".

    Raises BadIdNumber (mistyped, naming the character) or NotFound.
    """
    number = parse_id_number(typed)
    batch = session.scalar(sa.select(Batch).where(Batch.id_number == number).options(*_WHOLE_BATCH))
    if batch is None:
        raise NotFound(N_("没有身份证号为 %(number)s 的批次；请对照标签再输一次"), number=number)
    verdict = STATE_VERDICTS.get(batch.state, Verdict.ON_RECORD)
    return _batch_answer(session, office, batch, _batch_card(session, office, batch), verdict, batch.state_reason, now)


def look_up_product(session: Session, office: Office, typed: str, now: datetime) -> Answer:
    """Answer a typed product number (一品一码). Raises BadIdNumber or NotFound."""
    number = parse_id_number(typed)
    product = session.scalar(sa.select(Product).where(Product.id_number == number)
                             .options(joinedload(Product.producer), joinedload(Product.brand)))  # fmt: skip
    if product is None:
        raise NotFound(N_("没有身份证号为 %(number)s 的产品；请对照标签再输一次"), number=number)
    today: date = day_of(now)
    return Answer(Verdict.ON_RECORD, ON_RECORD, Level.PRODUCT, number, card=_product_card(session, office, product),
                  certifications=certify.badges(session, product.id, today),
                  insurance=insure.status(session, product.id, today),
                  progress=progress.main_line(session, office.policy, today))  # fmt: skip


def kind_of_number(session: Session, typed: str) -> Level:
    """Whether a typed ID number is a batch's or a product's. Raises BadIdNumber or NotFound."""
    number = parse_id_number(typed)
    if session.scalar(sa.select(Batch.id).where(Batch.id_number == number)):
        return Level.BATCH
    if session.scalar(sa.select(Product.id).where(Product.id_number == number)):
        return Level.PRODUCT
    raise NotFound(N_("没有身份证号为 %(number)s 的产品或批次；请对照标签再输一次"), number=number)


LookUp = Callable[[Session, Office, str, datetime], Answer]  # how the two typed look-ups are called
