"""Which products have a barcode of shops (商品条形码). It proves nothing of a pack: it is the same on all, and anybody may print it."""

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from ..errors import N_, NotFound
from ..models import Product, Review

PROVES_NOTHING = N_("条形码只说明是哪一种商品，谁都能照着印，证明不了您手里这一件是真是假。")


def products_with(barcode: str) -> sa.Select[Product]:
    """The approved products that their producers say have this barcode, oldest first."""
    rows = sa.select(Product).where(Product.barcode == barcode, Product.state == Review.APPROVED)
    return rows.options(joinedload(Product.producer), joinedload(Product.brand)).order_by(Product.id)


def refuse_unknown(session: Session, barcode: str) -> None:
    """Raises NotFound where no product has this barcode, which says nothing of the goods."""
    if session.scalar(
        sa.select(Product.id).where(Product.barcode == barcode, Product.state == Review.APPROVED).limit(1)
    ):
        return
    raise NotFound(
        N_("本系统里没有产品登记条形码 %(barcode)s。这不说明商品是真是假；标签上有二维码的，请扫二维码。"),
        barcode=barcode,
    )
