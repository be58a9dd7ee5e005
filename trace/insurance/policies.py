"""The policies of the pilot 品牌+第二代农产品“身份证”质量保险 enter the record: typed in by an insurer or an officer,
verified by an officer who did not type them, ended with a reason. What they mean for a batch is in `insure`."""

from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from .. import fields as fields_
from ..access.actor import Actor
from ..access.visibility import visible
from ..audit import log
from ..audit.holds import WITHDRAWN
from ..audit.sure import NOTHING, Said, ask, told
from ..clock import day_of
from ..codes.checkdigits import parse_uscc, plain
from ..codes.idnumber import spaced
from ..db import lock
from ..errors import N_, Conflict, Invalid, Mistyped, Numbered
from ..models import (
    Action,
    Batch,
    BatchState,
    InsurancePolicy,
    Insurer,
    PolicyEnding,
    PolicyKind,
    PolicyScope,
    PolicyState,
    Producer,
    Product,
    Role,
)
from ..names import normal_form
from ..uploads import attachments
from ..uploads.sanitise import Made
from . import insurers
from .odd_amounts import odd_amounts

LARGEST_LIMIT = Decimal(10_000_000_000)  # yuan
DECIDED = N_("这一条已经办过了，请刷新页面看最新状态")


@dataclass(frozen=True)
class PolicyForm:
    """A policy as it is typed. `subject` says what is insured: the ID number of a product or batch, or the USCC of a
    producer; `scope` says how much of it. Amounts in yuan, `subsidy_share` in percent; what may be empty has a default.
    """

    kind: str
    scope: str
    subject: str
    number: str
    valid_from: str
    valid_to: str
    insurer: str = ""  # the company's name; an insurer's account need not say it
    uscc: str = ""
    retroactive_from: str = ""
    limit_cumulative: str = ""
    limit_per_incident: str = ""
    limit_per_person: str = ""
    premium: str = ""
    subsidy_share: str = ""
    hotline: str = ""
    claim_url: str = ""
    exclusions: str = ""
    said: Said = NOTHING  # the questions that were answered with yes

    @classmethod
    def of(cls, row: InsurancePolicy) -> "PolicyForm":
        """The form that would be typed for this policy."""
        typed = {
            field.name: fields_.plain(getattr(row, field.name, None)) for field in fields(cls) if field.name != "said"
        }
        return cls(**typed | {"insurer": row.insurer.name, "uscc": row.insurer.uscc or "", "subject": subject_of(row)})


def subject_of(row: InsurancePolicy) -> str:
    """The number that names what is insured: a batch's or product's ID number, a producer's USCC."""
    if row.batch is not None:
        return spaced(row.batch.id_number)
    return spaced(row.product.id_number or "") if row.product is not None else row.producer.uscc or ""


Document = tuple[str, Made]  # a file's name, and what is kept of it


def enter(
    session: Session,
    actor: Actor,
    form: PolicyForm,
    row: InsurancePolicy | None = None,
    document: Document | None = None,
) -> InsurancePolicy:
    """Enter a policy, or mend one that no officer has verified yet; either way it waits for an officer. The `document` is
    attached to it.

    An insurer's account enters for its own company alone. Raises Invalid (naming the field), Conflict (verified, or
    ended), Unsure for an amount that is beyond what is usual.
    """
    if row is not None:
        _must_be(session, row, PolicyState.ENTERED, PolicyState.RETURNED)
    company = _company(session, actor, form, row)
    values = _values(form) | _insured(session, actor, form, row)
    _refuse_twin(session, company, values, row)
    asked = ask(form.said, odd_amounts(session, company, values, row))
    if row is None:
        row = InsurancePolicy(insurer_id=company.id)
        session.add(row)
    for name, value in values.items():
        setattr(row, name, value)
    row.state, row.return_reason = PolicyState.ENTERED, None
    row.entered_by, row.entered_at = actor.account_id, actor.at
    log.record(
        session, actor, Action.INSURANCE_ENTER, row, None, insurer=company.name, number=row.number, **told(asked)
    )
    if document:
        attachments.keep(session, actor, row, *document)
    return row


def attach(session: Session, actor: Actor, row: InsurancePolicy, document: Document | None) -> None:
    """Attach the document of a policy after it was entered. Raises Invalid (file), Conflict (ended)."""
    lock(session, row)
    if row.ended_on is not None:
        raise Conflict(N_("这张保单已经终止"))
    if document is None:
        raise Invalid("file", N_("请选保单的扫描件或照片（PDF、JPG 等）"))
    attachments.keep(session, actor, row, *document)


def _company(session: Session, actor: Actor, form: PolicyForm, row: InsurancePolicy | None) -> Insurer:
    """Whose policy it is; its row is locked, so that the same policy cannot be entered twice at once."""
    if actor.role is Role.INSURER:
        company = session.get(Insurer, actor.insurer_id) if actor.insurer_id else None
        if company is None:
            raise Conflict(N_("这个账号还没有绑定保险机构；请联系系统管理员"))
        if form.insurer.strip() and normal_form(form.insurer) != company.name_normal:
            raise Invalid("insurer", N_("只能登记本机构“%(name)s”的保单"), name=company.name)
    else:
        company = row.insurer if row else insurers.company(session, actor, form.insurer, form.uscc)
    session.flush()
    session.execute(sa.select(Insurer.id).where(Insurer.id == company.id).with_for_update())
    return company


def _values(form: PolicyForm) -> dict[str, Any]:
    with fields_.Together() as read:
        days = read(_days, form)
        values: dict[str, Any] = {
            "kind": read(fields_.choice, "kind", PolicyKind, form.kind),
            "scope": read(fields_.choice, "scope", PolicyScope, form.scope),
            "number": read(fields_.line, "number", form.number, least=4, most=60),
            "hotline": read(fields_.phone, form.hotline, "hotline") if form.hotline.strip() else None,
            "claim_url": read(fields_.https_address, "claim_url", form.claim_url) if form.claim_url.strip() else None,
            "exclusions": read(fields_.paragraph, "exclusions", form.exclusions, most=800) or None,
        }
        amounts = read(_amounts, form)
    return values | days | amounts


def _days(form: PolicyForm) -> dict[str, date | None]:
    """From when to when it covers, and from when back."""
    with fields_.Together() as read:
        start, end = read(fields_.day, "valid_from", form.valid_from), read(fields_.day, "valid_to", form.valid_to)
    if end < start:
        raise Invalid("valid_to", N_("截止日 %(end)s早于起始日 %(start)s"), end=end, start=start)
    back = fields_.day("retroactive_from", form.retroactive_from) if form.retroactive_from.strip() else None
    if back and back > start:
        raise Invalid(
            "retroactive_from",
            N_("追溯起始日 %(back)s晚于保险期起始日 %(start)s；没有追溯期就不填"),
            back=back,
            start=start,
        )
    return {"valid_from": start, "valid_to": end, "retroactive_from": back}


def _amounts(form: PolicyForm) -> dict[str, Decimal | None]:
    """The limits, each no larger than the one before it, the premium and the share that is subsidised."""
    found: dict[str, Decimal | None] = {}
    with fields_.Together() as read:
        for field in (*LIMITS, "premium"):
            found[field] = read(_yuan, field, getattr(form, field))
        is_given = form.subsidy_share.strip(" 0.")
        share = read(fields_.number, "subsidy_share", form.subsidy_share, Decimal(100)) if is_given else None
    above: Decimal | None = None
    for field in LIMITS:
        value = found[field]
        if value and above and value > above:
            raise Invalid(field, N_("应不大于上一级限额 %(above)s 元"), above=f"{above.normalize():,f}")
        above = value or above
    return found | {"subsidy_share": share}


LIMITS = ("limit_cumulative", "limit_per_incident", "limit_per_person")


def _yuan(field: str, typed: str) -> Decimal | None:
    return fields_.number(field, typed, LARGEST_LIMIT) if typed.strip() else None


def _insured(session: Session, actor: Actor, form: PolicyForm, row: InsurancePolicy | None) -> dict[str, int | None]:
    """The rows that scope and number speak of. An officer's own county, and what an insurer's paper names."""
    scope = fields_.choice("scope", PolicyScope, form.scope)
    producer, product, batch = _named(session, form.subject, row)
    if actor.county is not None and producer.county != actor.county:
        raise Invalid("subject", N_("这个主体不在您的县市区"))
    if scope is PolicyScope.PRODUCER:
        return {"producer_id": producer.id, "product_id": None, "batch_id": None}
    if scope is PolicyScope.PRODUCT and product is not None:
        return {"producer_id": producer.id, "product_id": product.id, "batch_id": None}
    if scope is PolicyScope.BATCH and batch is not None:
        return {"producer_id": producer.id, "product_id": None, "batch_id": batch.id}
    raise Invalid("subject", N_("请填批次的身份证号") if scope is PolicyScope.BATCH else N_("请填产品或批次的身份证号"))


def _named(session: Session, typed: str, row: InsurancePolicy | None) -> tuple[Producer, Product | None, Batch | None]:
    """Producer, product and batch that a number names: a batch's names all three, a USCC the producer alone."""
    text = plain(typed)
    if not text and row is not None and row.scope is PolicyScope.PRODUCER:
        return row.producer, None, None  # a grower without USCC: nothing else could be typed
    if len(text) == 18:
        number = _credit_code(text)
        if producer := session.scalar(sa.select(Producer).where(Producer.uscc == number)):
            return producer, None, None
        raise Invalid("subject", N_("没有登记这个统一社会信用代码的主体"))
    number = fields_.id_number("subject", text, Numbered.BATCH, Numbered.PRODUCT)
    if batch := session.scalar(sa.select(Batch).where(Batch.id_number == number)):
        if batch.state is BatchState.WITHDRAWN:
            raise Invalid("subject", WITHDRAWN, number=number)
        return batch.producer, batch.product, batch
    if product := session.scalar(sa.select(Product).where(Product.id_number == number)):
        return product.producer, product, None
    raise Invalid("subject", N_("没有身份证号为 %(number)s 的产品或批次；请对照标签再输一次"), number=number)


def _credit_code(text: str) -> str:
    try:
        return parse_uscc(text)
    except Invalid as error:
        raise Mistyped("subject", text, [Numbered.PRODUCER], error.message.template, **error.message.values) from None


def _refuse_twin(session: Session, company: Insurer, values: dict[str, Any], row: InsurancePolicy | None) -> None:
    """The same number, kind and subject twice in force would be counted twice."""
    names = ("kind", "scope", "producer_id", "product_id", "batch_id", "number")
    same = sa.select(InsurancePolicy.id).where(
        InsurancePolicy.insurer_id == company.id,
        InsurancePolicy.ended_on.is_(None),
        *(getattr(InsurancePolicy, name).is_not_distinct_from(values[name]) for name in names),
    )
    if session.scalar(same.where(InsurancePolicy.id != row.id) if row else same):
        raise Invalid("number", N_("这张保单已经登记过"))


def _must_be(session: Session, row: InsurancePolicy, *states: PolicyState) -> None:
    lock(session, row)
    if row.state not in states or row.ended_on is not None:
        raise Conflict(DECIDED)


def verify(session: Session, actor: Actor, row: InsurancePolicy, seen: str) -> None:
    """An officer has compared the policy with its document. `seen` is the mark of the content that was on the page.

    Raises Conflict when the officer typed it, when it was changed since, or when it was decided already.
    """
    _must_be(session, row, PolicyState.ENTERED)
    if seen != mark(row):
        raise Conflict(N_("保单在您看的时候改过了；请把现在的内容再看一遍"))
    if row.entered_by is not None and row.entered_by == actor.account_id:
        raise Conflict(N_("自己登记的保单要由另一位监管人员核实"))
    row.state, row.verified_by, row.verified_at = PolicyState.VERIFIED, actor.account_id, actor.at
    log.record(session, actor, Action.INSURANCE_VERIFY, row, number=row.number)


def mark(row: InsurancePolicy) -> str:
    """Which content this is: every time it is typed anew the mark is another."""
    return row.entered_at.isoformat()


def send_back(session: Session, actor: Actor, row: InsurancePolicy, reason: str) -> None:
    """An officer returns a policy with what is to be mended."""
    why = fields_.reason(reason)
    _must_be(session, row, PolicyState.ENTERED)
    row.state, row.return_reason = PolicyState.RETURNED, why
    log.record(session, actor, Action.INSURANCE_RETURN, row, why)


def end(session: Session, actor: Actor, row: InsurancePolicy, *, how: str, ended_on: str, reason: str) -> None:
    """Take a policy out of force: withdrawn (it covers nothing, and never did), or cancelled from a day on.

    Raises Invalid, Conflict (ended already).
    """
    ending = fields_.choice("how", PolicyEnding, how)
    day = fields_.day("ended_on", ended_on) if ended_on.strip() else day_of(actor.at)
    why = fields_.reason(reason)
    lock(session, row)
    if row.ended_on is not None:
        raise Conflict(N_("这张保单已经终止"))
    _refuse_odd_ending(row, ending, day, day_of(actor.at))
    row.ended_on, row.ended_how, row.end_reason = day, ending, why
    log.record(session, actor, Action.INSURANCE_END, row, why, how=ending, day=day.isoformat())


def _refuse_odd_ending(row: InsurancePolicy, ending: PolicyEnding, day: date, today: date) -> None:
    if ending is PolicyEnding.CANCELLED and not row.valid_from <= day <= row.valid_to:
        raise Invalid(
            "ended_on", N_("解除日应在保险期间内：%(first)s至 %(last)s"), first=row.valid_from, last=row.valid_to
        )
    if day > today:
        raise Invalid("ended_on", N_("终止日 %(day)s还没到；最晚填今天 %(today)s"), day=day, today=today)


def waiting(actor: Actor) -> sa.Select[InsurancePolicy]:
    """The policies that this officer has to verify, longest first: not those that the officer typed."""
    row, typed_by = InsurancePolicy, sa.type_coerce(InsurancePolicy.entered_by, sa.BigInteger)
    others = sa.or_(typed_by.is_(None), typed_by != actor.account_id)
    rows = visible(actor, row).where(row.state == PolicyState.ENTERED, row.ended_on.is_(None), others)
    return rows.order_by(row.entered_at, row.id)
