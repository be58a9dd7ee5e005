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
from ..access.actor import Actor
from ..audit import log
from ..audit.sure import ask, told
from ..brands import licences
from ..clock import day_of
from ..errors import N_, Conflict, Forbidden, Invalid
from ..models import Action, Brand, BrandKind, Certification, CertificationLine, Claim, Ending, Producer, Product, Role
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
    source: str | None = (
        None  # whose it is, where it came with the goods (来自…); None: the seller's own, or its brand's
    )


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
    log.record(session, actor, Action.CERTIFICATION_DECLARE, row, None, **_public(row), **told(asked))
    return row


def _public(row: Certification) -> dict[str, str]:
    """What the log tells anybody of a certificate: its days too, so that none can be moved unseen."""
    end = str(row.valid_to or "")
    return {"scheme": row.scheme.value, "number": row.number, "valid_from": str(row.valid_from), "valid_to": end}


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
    log.record(session, actor, Action.CERTIFICATION_MEND, row, None, **_public(row), **told(asked))


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


def badges(session: Session, product_id: int, today: date) -> tuple[Badge, ...]:
    """The certificates of a product as such that are verified, not ended, and valid on `today`: those that name it, and the
    geographical indications of its brand while its producer is licensed. What a batch may claim, `provenance` tells."""
    product = session.get_one(Product, product_id)
    brand = product.brand if licences.bar(session, product.brand, product.producer_id, today) is None else None
    under = brand.id if brand and speaks_for(brand, product) else None
    return tuple(badge(row) for row, _ in vouching(session, [product_id], under, today))


def badge(row: Certification, source: str | None = None) -> Badge:
    """A certificate as pages show it. `source`: whose it is, where the goods brought it along."""
    word, end = SCHEME_WORDS[row.scheme], row.valid_to
    return Badge(row.scheme, word, row.number, row.valid_from, end, row.holder, row.mark_code, source)


def speaks_for(brand: Brand, product: Product) -> bool:
    """Whether the certificates under a brand can be of this product: a regional brand's, and a demonstration's brand says nothing of
    a real producer's goods."""
    return brand.kind is BrandKind.REGIONAL and (product.producer.demonstration or not brand.demonstration)


def vouching(
    session: Session, products: Sequence[int], brand_id: int | None, day: date
) -> list[tuple[Certification, int | None]]:
    """The certificates in force on a day that name one of these products, each with the product that it names, and the geographical
    indications under this brand (with None). One query."""
    rows = (
        session.execute(_OF_ONE, {"product": products[0], "brand": brand_id, "day": day})
        if len(products) == 1
        else session.execute(_OF_MANY, {"products": products, "brand": brand_id, "day": day})
    )
    return [(row, product) for row, product in rows]


def _vouching(names: sa.ColumnElement[bool]) -> sa.Select[Certification, int | None]:
    line = CertificationLine
    of_a_brand = Certification.brand_id == sa.bindparam("brand")
    which = sa.or_(
        Certification.id.in_(sa.select(line.certification_id).where(names)),
        sa.and_(Certification.scheme.in_(BRAND_SCHEMES), of_a_brand),
    )
    rows = sa.select(Certification, line.product_id).outerjoin(
        line, sa.and_(line.certification_id == Certification.id, names)
    )
    return rows.where(in_force(sa.bindparam("day", type_=sa.Date)), which).order_by(*_ORDER, line.id)


# Built once: every batch that is looked at first asks one of them.
_OF_ONE = _vouching(CertificationLine.product_id == sa.bindparam("product"))
_OF_MANY = _vouching(CertificationLine.product_id.in_(sa.bindparam("products", expanding=True)))


def badges_of_brand(session: Session, brand: Brand, today: date) -> tuple[Badge, ...]:
    """The geographical indications of a brand that are verified and valid on `today`, with their last day."""
    rows = sa.select(Certification).where(Certification.brand_id == brand.id, in_force(today)).order_by(*_ORDER)
    return tuple(badge(row) for row in session.scalars(rows))


def all_of_brand(session: Session, brand: Brand) -> Sequence[Certification]:
    """Every certificate of a brand, whatever its state."""
    return session.scalars(sa.select(Certification).where(Certification.brand_id == brand.id).order_by(*_ORDER)).all()


def all_of(session: Session, product_id: int) -> Sequence[Certification]:
    """Every certificate that names a product, in the order of schemes and dates."""
    rows = sa.select(Certification).join(CertificationLine).where(CertificationLine.product_id == product_id)
    return session.scalars(rows.order_by(*_ORDER)).all()
