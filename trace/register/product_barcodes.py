"""The barcode (商品条形码) of a product, which its producer states: with the registration, and later by itself, told to the county.

One barcode is one product of a producer. Several producers may fill the same goods of one brand owner, so it may be theirs all.
"""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..access.actor import Actor
from ..audit import log
from ..audit.corrections import changes
from ..codes.barcode import DEMONSTRATIONS, parse_barcode
from ..db import lock
from ..errors import N_, Conflict, Invalid
from ..models import Action, Producer, Product, Review

CORRECTED = {"product_barcode": N_("商品条形码")}  # its word, by the key that its events keep


def read(typed: str, producer: Producer) -> str | None:
    """The typed barcode for a product of this producer; None where none is typed. Raises Invalid (barcode)."""
    if not typed.strip():
        return None
    barcode = parse_barcode(typed)
    if barcode.startswith(DEMONSTRATIONS) is not producer.demonstration:
        told = (
            N_("演示数据只能用 952 开头的示例条形码")
            if producer.demonstration
            else N_("952 开头的是示例条形码，没有商品用它")
        )
        raise Invalid("barcode", told)
    return barcode


def refuse_taken(session: Session, producer: Producer, barcode: str | None, product: Product | None) -> None:
    """Raises Invalid (barcode) if another product of the producer has it."""
    if barcode is None:
        return
    others = sa.select(Product).where(Product.producer_id == producer.id, Product.barcode == barcode)
    if session.scalars(others.where(Product.id != (product.id if product else 0))).first():
        raise taken(barcode)


def taken(barcode: str | None) -> Invalid:
    """The refusal of a barcode that another product of the producer has."""
    return Invalid("barcode", N_("您已经有一个产品用条形码 %(barcode)s；一个产品一个条形码"), barcode=barcode)


def set_barcode(session: Session, actor: Actor, product: Product, typed: str) -> None:
    """The producer states the barcode of an approved product, another one, or none.

    Raises Invalid (barcode), Conflict if the product is not approved and if nothing would change.
    """
    lock(session, product)
    if product.state is not Review.APPROVED:
        raise Conflict(N_("产品还没有审核通过；条形码请在产品的登记表里改"))
    barcode = read(typed, product.producer)
    corrected = changes({"product_barcode": product.barcode}, {"product_barcode": barcode})
    refuse_taken(session, product.producer, barcode, product)
    product.barcode = barcode
    log.record(session, actor, Action.PRODUCT_BARCODE, product, None, corrected=corrected)
