"""The picture (照片) of a product. What its producer sends waits until county and city have seen it; until then everybody
sees the one approved before, or a drawing of the class of the goods."""

import hashlib
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager

from .. import fields
from ..access.actor import Actor
from ..access.visibility import visible
from ..audit import log
from ..db import lock
from ..errors import N_, Conflict, NotFound
from ..models import Action, Product, ProductPicture, Review
from . import products, review

_PUBLIC = (ProductPicture.state == Review.APPROVED, Product.state == Review.APPROVED)


def submit(session: Session, actor: Actor, product: Product, jpeg: bytes) -> ProductPicture:
    """This picture waits for review, in place of one that waits or was returned. The approved one sent again takes back
    what waits."""
    session.flush()
    lock(session, product)
    mark = hashlib.sha256(jpeg).hexdigest()[:16]
    for other in of(session, product):
        if other.state is not Review.APPROVED and other.mark != mark:
            session.delete(other)
    row = session.get(ProductPicture, (product.id, mark)) or ProductPicture(product=product, mark=mark, jpeg=jpeg)
    if row.state is None or row.state is Review.RETURNED:
        row.state, row.return_reason, row.submitted_at = Review.SUBMITTED, None, actor.at
    session.add(row)
    log.record(session, actor, Action.PRODUCT_PICTURE, product, mark=mark)
    return row


def of(session: Session, product: Product) -> Sequence[ProductPicture]:
    """The pictures of a product, the approved one first."""
    rows = sa.select(ProductPicture).where(ProductPicture.product_id == product.id)
    return session.scalars(rows.order_by(ProductPicture.state != Review.APPROVED, ProductPicture.submitted_at)).all()


def unfinished(session: Session, producer_id: int) -> dict[int, ProductPicture]:
    """The pictures of a producer that are not approved, by product: they wait, or were returned."""
    rows = sa.select(ProductPicture).join(ProductPicture.product)
    rows = rows.where(Product.producer_id == producer_id, ProductPicture.state != Review.APPROVED)
    return {row.product_id: row for row in session.scalars(rows.order_by(ProductPicture.submitted_at))}


def one_of(session: Session, product: Product, mark: str) -> ProductPicture:
    """The product's picture with this mark. Raises NotFound when there is none."""
    row = session.get(ProductPicture, (product.id, mark))
    if row is None:
        raise NotFound(N_("没有这张图"))
    return row


def shown(session: Session, product: Product) -> str | None:
    """The mark of the picture that everybody sees."""
    marks = sa.select(ProductPicture.mark).join(ProductPicture.product).where(*_PUBLIC)
    return session.scalar(marks.where(ProductPicture.product_id == product.id))


def shown_jpeg(session: Session, number: str, mark: str) -> bytes:
    """The picture that everybody sees of the product with this ID number. Raises NotFound for any other mark."""
    pictures = sa.select(ProductPicture.jpeg).join(ProductPicture.product).where(*_PUBLIC)
    found = session.scalar(pictures.where(Product.id_number == number, ProductPicture.mark == mark))
    if found is None:
        raise NotFound(N_("没有这张图"))
    return found


def waiting(actor: Actor) -> sa.Select[ProductPicture]:
    """The pictures that wait for this officer by themselves, longest first. Those of products that wait at the same step
    are decided with the product."""
    turn = Review.COUNTY_APPROVED if actor.is_city_officer else Review.SUBMITTED
    ahead = (Review.APPROVED,) if actor.is_city_officer else (Review.APPROVED, Review.COUNTY_APPROVED)
    rows = visible(actor, ProductPicture).where(ProductPicture.state == turn, Product.state.in_(ahead))
    rows = rows.options(contains_eager(ProductPicture.product).contains_eager(Product.producer))
    return rows.order_by(ProductPicture.submitted_at, ProductPicture.product_id)


def goes_along(actor: Actor, product: Product, row: ProductPicture) -> bool:
    """Whether the officer's word on the product is one on its picture too: both wait at the same step."""
    return row.state is product.state and review.is_turn(actor, row) and not review.agreed_for_the_county(actor, row)


def approve_both(session: Session, actor: Actor, product: Product, mark: str) -> None:
    """The officer agrees to a product, and to its picture with the mark that was shown, if that waits at the same step.

    Raises Forbidden and Conflict as `products.approve_product`.
    """
    lock(session, product)  # whoever sends another picture waits, or has sent it
    row = session.get(ProductPicture, (product.id, mark))
    along = row is not None and goes_along(actor, product, row)
    products.approve_product(session, actor, product)
    if row is not None and along:
        _agree(session, actor, product, row)


def approve(session: Session, actor: Actor, product: Product, mark: str) -> ProductPicture:
    """The county officer agrees to a picture, then an officer of the city, and everybody sees it in place of the former.

    Raises Conflict when it was changed meanwhile; Forbidden and Conflict as `review.agree`.
    """
    row = _looked_at(session, product, mark)
    _agree(session, actor, product, row)
    return row


def _looked_at(session: Session, product: Product, mark: str) -> ProductPicture:
    lock(session, product)
    row = session.get(ProductPicture, (product.id, mark))
    if row is None:
        raise Conflict(N_("这张照片已经换过了，请刷新页面看现在的"))
    return row


def _agree(session: Session, actor: Actor, product: Product, row: ProductPicture) -> None:
    review.agree(session, actor, row)
    if row.state is Review.COUNTY_APPROVED:
        log.record(session, actor, Action.PICTURE_APPROVE_COUNTY, product, mark=row.mark)
        return
    for other in of(session, product):
        if other.state is Review.APPROVED and other is not row:
            session.delete(other)
    log.record(session, actor, Action.PICTURE_APPROVE_CITY, product, mark=row.mark)


def return_(session: Session, actor: Actor, product: Product, mark: str, reason: str) -> None:
    """County or city returns a picture, saying why. An approved one is taken down by it.

    Raises Invalid without a reason, Conflict when the picture was changed meanwhile, Forbidden and Conflict as
    `review.send_back`.
    """
    row = _looked_at(session, product, mark)
    if row.state is Review.APPROVED:
        row.return_reason, row.state = fields.reason(reason), Review.RETURNED
    else:
        review.send_back(session, actor, row, reason)
    log.record(session, actor, Action.PICTURE_RETURN, product, row.return_reason, mark=row.mark)
