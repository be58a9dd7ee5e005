"""What is claimed of products: certificates (绿色食品, 有机产品, 地理标志 …), from the paper to the badge.

A producer declares what its paper says, the county compares it with the paper, and another person than the one who
declared it verifies it. A badge is shown only for what is verified and valid on the day of looking; nothing has to
run when a certificate expires.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from .. import fields
from ..access import demonstrations
from ..access.actor import Actor
from ..audit import log
from ..audit.sure import ask, told
from ..brands import licences
from ..clock import day_of
from ..errors import N_, Conflict, Forbidden, Invalid
from ..models import (
    Action,
    Brand,
    BrandLicence,
    Certification,
    CertificationLine,
    Claim,
    Ending,
    Producer,
    Product,
    Role,
)
from .paper import DeclaredCertificate, Line, questions, write
from .schemes import BRAND_SCHEMES, SCHEME_WORDS


@dataclass(frozen=True)
class Badge:
    """A certificate that an officer has verified and that is valid today."""

    scheme: str  # green | organic | geographical | …
    name: str  # the scheme's Chinese name, a msgid
    number: str
    valid_from: date
    valid_to: date | None
    holder: str = ""
    mark_code: str | None = None  # the code printed beside the mark on packs


_ORDER = (Certification.scheme, Certification.valid_from, Certification.id)


def declare(
    session: Session,
    actor: Actor,
    paper: DeclaredCertificate,
    *,
    producer: Producer | None = None,
    brand: Brand | None = None,
    renews: Certification | None = None,
) -> Certification:
    """Enter what a certificate's paper says, to be checked and verified by others (待核).

    A producer declares its own; an officer says whose it is: a producer's or, for geographical indications, a
    brand's. What an officer enters has been compared with the paper by entering it.
    Raises Invalid, Unsure for a quantity that is beyond what is usual.
    """
    row = Certification(declared_by=actor.account_id, declared_at=actor.at, state=Claim.DECLARED, renews=renews)
    if actor.role is Role.PRODUCER:
        producer, brand = session.get_one(Producer, actor.producer_id), None
    write(session, actor, row, paper, producer, brand)
    _refuse_other_renewal(row)
    asked = ask(paper.said, questions(session, row))
    if actor.role is not Role.PRODUCER:
        row.state, row.checked_by, row.checked_at = Claim.CHECKED, actor.account_id, actor.at
    session.add(row)
    log.record(
        session, actor, Action.CERTIFICATION_DECLARE, row, None, scheme=row.scheme, number=row.number, **told(asked)
    )
    return row


def _refuse_other_renewal(row: Certification) -> None:
    """A renewal is of the same scheme and the same holder's."""
    before = row.renews
    if before is None:
        return
    if before.scheme != row.scheme:
        raise Invalid("scheme", N_("续证的种类应和原证书一样；不是续证请另外申报"))
    if (before.producer_id, before.brand_id) != (row.producer and row.producer.id, row.brand and row.brand.id):
        raise Invalid("holder", N_("续证的主体应和原证书一样；不是续证请另外申报"))


def mend(session: Session, actor: Actor, row: Certification, paper: DeclaredCertificate) -> None:
    """Correct a claim that is not verified yet and send it in again. Raises Invalid, Conflict, Unsure as `declare`."""
    if row.state not in (Claim.DECLARED, Claim.RETURNED):
        raise Conflict(N_("这张证书已经核对过，不能再改；有错请联系县市区农业农村局"))
    write(session, actor, row, paper, row.producer, row.brand)
    _refuse_other_renewal(row)
    asked = ask(paper.said, questions(session, row))
    row.state, row.return_reason, row.declared_by, row.declared_at = Claim.DECLARED, None, actor.account_id, actor.at
    said = {"scheme": row.scheme, "number": row.number, **told(asked)}
    log.record(session, actor, Action.CERTIFICATION_MEND, row, None, **said)


def enter(
    session: Session,
    actor: Actor,
    product: Product,
    *,
    scheme: str,
    number: str,
    valid_from: str,
    valid_to: str,
    granted_on: str = "",
) -> Certification:
    """A city officer enters a certificate of one product from the paper before them and vouches for it at once; what a
    county officer enters waits for another officer.

    `valid_to` may be empty for a term without end. Raises Invalid.
    """
    paper = DeclaredCertificate(scheme, number, valid_from, valid_to, granted_on, lines=(Line(str(product.id)),))
    row = declare(session, actor, paper, producer=session.get_one(Producer, product.producer_id))
    if actor.is_city_officer:
        _vouch(session, actor, row)
    return row


def check(session: Session, actor: Actor, row: Certification) -> None:
    """The county has compared the claim with the paper. Raises Conflict, Forbidden for one's own claim."""
    _refuse_settled(row, Claim.DECLARED)
    _refuse_own(actor, row)
    row.state, row.checked_by, row.checked_at = Claim.CHECKED, actor.account_id, actor.at
    log.record(session, actor, Action.CERTIFICATION_CHECK, row)


def verify(session: Session, actor: Actor, row: Certification) -> None:
    """Vouch for a claim: from the next look on it shows and counts.

    By another person than the one who declared it, and than the one who checked it in the county; the city may check
    and verify in one. Raises Conflict, Forbidden.
    """
    _refuse_settled(row, Claim.DECLARED, Claim.CHECKED)
    _refuse_own(actor, row)
    if row.state is Claim.DECLARED and not actor.is_city_officer:
        raise Conflict(N_("请先核对：县级核对后，由市级或另一位监管人员核实"))
    if row.state is Claim.CHECKED and row.checked_by == actor.account_id and not actor.is_city_officer:
        raise Forbidden(N_("这张证书是您核对的，请由另一位监管人员核实"))
    _vouch(session, actor, row)


def _vouch(session: Session, actor: Actor, row: Certification) -> None:
    if row.state is Claim.DECLARED:
        row.checked_by, row.checked_at = actor.account_id, actor.at
    row.state, row.verified_by, row.verified_at = Claim.VERIFIED, actor.account_id, actor.at
    log.record(session, actor, Action.CERTIFICATION_VERIFY, row)


def send_back(session: Session, actor: Actor, row: Certification, reason: str) -> None:
    """Return a claim to be mended; the reason is shown to who declared it. Raises Invalid, Conflict."""
    why = fields.reason(reason)
    _refuse_settled(row, Claim.DECLARED, Claim.CHECKED)
    row.state, row.return_reason, row.checked_by, row.checked_at = Claim.RETURNED, why, None, None
    log.record(session, actor, Action.CERTIFICATION_RETURN, row, why)


def _refuse_settled(row: Certification, *open_states: Claim) -> None:
    if row.state not in open_states:
        raise Conflict(N_("这张证书别人已经办过了；请看它现在的状态"))


def _refuse_own(actor: Actor, row: Certification) -> None:
    if actor.account_id is not None and row.declared_by == actor.account_id:
        raise Forbidden(N_("这张证书是您自己登记的，请由另一位监管人员核实"))


def end(session: Session, actor: Actor, row: Certification, *, how: str, on: str, reason: str) -> None:
    """A verified certificate has ended before its last day (撤销, 注销, 撤下): from that day on it neither shows nor
    counts. `on` may lie in the past, not in the future. Raises Invalid, Conflict."""
    kind, day, why = fields.choice("how", Ending, how), fields.day("on", on), fields.reason(reason)
    if day > (today := day_of(actor.at)):
        raise Invalid("on", N_("终止日期 %(day)s还没到；最晚填今天 %(today)s"), day=day, today=today)
    if row.ended_on is not None:
        raise Conflict(N_("这一条已经撤下"))
    if row.state is not Claim.VERIFIED:
        raise Conflict(N_("这张证书还没有核实；有错请退回"))
    row.ended_on, row.ended_how, row.end_reason = day, kind, why
    log.record(session, actor, Action.CERTIFICATION_END, row, why, how=kind, on=str(day))


def withdraw(session: Session, actor: Actor, row: Certification, reason: str) -> None:
    """Take a certificate out of force today: its badge is gone from the next look on."""
    end(session, actor, row, how=Ending.WITHDRAWN, on=day_of(actor.at).isoformat(), reason=reason)


def in_force(day: date | sa.BindParameter[date]) -> sa.ColumnElement[bool]:
    """As `Certification.in_force_on`, for a query: what may be shown and counted on a day."""
    row = Certification
    return sa.and_(
        row.state == Claim.VERIFIED,
        row.valid_from <= day,
        sa.or_(row.valid_to.is_(None), row.valid_to >= day),
        sa.or_(row.ended_on.is_(None), row.ended_on > day),
    )


def badges(session: Session, product_id: int, today: date, *, branded: bool = True) -> tuple[Badge, ...]:
    """The certificates of a product that are verified, not ended, and valid on `today`; see `in_force_of`."""
    return tuple(_badge(row) for row in in_force_of(session, product_id, today, branded=branded))


def _badge(row: Certification) -> Badge:
    return Badge(
        row.scheme, SCHEME_WORDS[row.scheme], row.number, row.valid_from, row.valid_to, row.holder, row.mark_code
    )


def in_force_of(session: Session, product_id: int, day: date, *, branded: bool = True) -> Sequence[Certification]:
    """The certificates that vouch for a product on a day: those that name it, and the geographical indications of its
    brand while its producer is licensed to use the brand. `branded` is False for a batch without the brand's name."""
    rows = _VOUCHING if branded else _NAMING
    return session.scalars(rows, {"product": product_id, "day": day}).all()


def _in_force_of(*vouching: sa.ColumnElement[bool]) -> sa.Select[Certification]:
    rows = sa.select(Certification).where(in_force(sa.bindparam("day", type_=sa.Date)), sa.or_(*vouching))
    return rows.order_by(*_ORDER)


def _named() -> sa.ColumnElement[bool]:
    """Whether a certificate names the product."""
    product = CertificationLine.product_id == sa.bindparam("product")
    return Certification.id.in_(sa.select(CertificationLine.certification_id).where(product))


def _of_its_brand() -> sa.ColumnElement[bool]:
    """Whether a certificate is of the regional brand that a product's producer may use on a day. A demonstration's brand says
    nothing of a real producer's goods."""
    licensed = sa.select(Product.brand_id).join(
        BrandLicence,
        sa.and_(BrandLicence.brand_id == Product.brand_id, BrandLicence.producer_id == Product.producer_id),
    )
    today = sa.bindparam("day", type_=sa.Date)
    alike = sa.or_(sa.not_(demonstrations.of_demonstration(Brand)), demonstrations.of_demonstration(Product))
    brand = licensed.join(Brand, Brand.id == Product.brand_id).where(
        Product.id == sa.bindparam("product"), licences.in_force(today), alike
    )
    return sa.and_(Certification.scheme.in_(BRAND_SCHEMES), Certification.brand_id.in_(brand))


_NAMING = _in_force_of(_named())  # built once: every batch that is looked at first asks one of them
_VOUCHING = _in_force_of(_named(), _of_its_brand())


def badges_of_brand(session: Session, brand: Brand, today: date) -> tuple[Badge, ...]:
    """The geographical indications of a brand that are verified and valid on `today`, with their last day."""
    rows = sa.select(Certification).where(Certification.brand_id == brand.id, in_force(today)).order_by(*_ORDER)
    return tuple(_badge(row) for row in session.scalars(rows))


def all_of_brand(session: Session, brand: Brand) -> Sequence[Certification]:
    """Every certificate of a brand, whatever its state."""
    return session.scalars(sa.select(Certification).where(Certification.brand_id == brand.id).order_by(*_ORDER)).all()


def all_of(session: Session, product_id: int) -> Sequence[Certification]:
    """Every certificate that names a product, in the order of schemes and dates."""
    rows = sa.select(Certification).join(CertificationLine).where(CertificationLine.product_id == product_id)
    return session.scalars(rows.order_by(*_ORDER)).all()
