"""Goods stay what they are (品类): split, merged, shipped and received, they keep their commodity. Processing alone makes another of
them, and of those raw materials only that the product's review has approved."""

from collections.abc import Sequence
from dataclasses import dataclass

from ..errors import N_, Invalid
from ..models import Batch, Product, Review
from ..policy import commodities


def refuse_unconfirmed(*products: Product) -> None:
    """Raises Invalid("product") for a product of which no officer has said yet what it is: it may be anything."""
    for product in products:
        if product.commodity is None:
            raise Invalid(
                "product",
                N_("“%(product)s”的品类还没有由监管人员确认；确认以前，不能收货、进货、加工"),
                product=product.name,
            )


def refuse_other(source: Batch, product: Product) -> None:
    """Raises Invalid("product") unless the goods of a batch may be taken in under this product: what was sent as loofahs is not
    received as soybeans."""
    refuse_unconfirmed(source.product, product)
    if source.product.commodity != product.commodity:
        raise Invalid(
            "product",
            N_(
                "发来的货是“%(sent)s”，产品“%(product)s”是“%(own)s”；收货不能改品类。请选“%(sent)s”的产品，没有就先登记一个"
            ),
            product=product.name,
            sent=commodities.said(source.product.commodity),
            own=commodities.said(product.commodity),
        )


def refuse_mixed(batches: Sequence[Batch], first: Batch) -> None:
    """Raises Invalid("batch") when batches that are to be put together are not all of the commodity, product and unit of the first."""
    for batch in batches:
        if batch.product.commodity != first.product.commodity:
            raise Invalid(
                "batch",
                N_("合批只能合同一个品类的货：%(number)s 是“%(own)s”，不是“%(first)s”"),
                number=batch.id_number,
                own=commodities.said(batch.product.commodity),
                first=commodities.said(first.product.commodity),
            )
        if (batch.product_id, batch.unit) != (first.product_id, first.unit):
            raise Invalid(
                "batch", N_("合批只能合同一个产品、同一个单位的批次；%(number)s 不同"), number=batch.id_number
            )


def refuse_unapproved(sources: Sequence[Batch], product: Product) -> None:
    """Raises Invalid("product") when a batch is of no raw material that the product's review has approved. Goods that stay of
    their commodity, sorted or packed, need no approval."""
    refuse_unconfirmed(product, *(batch.product for batch in sources))
    for batch in sources:
        if not may_become(batch.product, product):
            raise Invalid(
                "product",
                N_(
                    "“%(product)s”审核过的原料里没有“%(material)s”；要用它，请监管人员在产品页补上原料，"
                    "或者换一个以它为原料的产品"
                ),
                product=product.name,
                material=commodities.said(batch.product.commodity),
            )


def may_become(source: Product, product: Product) -> bool:
    """Whether goods of the one may be processed into goods of the other."""
    named = source.commodity is not None and product.commodity is not None
    return named and source.commodity in (product.commodity, *product.made_of)


@dataclass(frozen=True)
class Offered:
    """Under which of a producer's products the goods of a batch may be taken in. Where there is none: which of the right commodity
    wait for their review (`waiting`), or whose commodity nobody has confirmed yet (`unconfirmed`, the sender's own among them)."""

    products: tuple[Product, ...]
    waiting: tuple[Product, ...]
    unconfirmed: tuple[Product, ...]


def offered(products: Sequence[Product], source: Batch) -> Offered:
    """What a receiver with these products is offered for the goods of a batch."""
    wanted = source.product.commodity
    same = [product for product in products if wanted and product.commodity == wanted]
    nameless = [product for product in products if product.commodity is None and product.state is Review.APPROVED]
    return Offered(
        tuple(product for product in same if product.state is Review.APPROVED),
        tuple(product for product in same if product.state in (Review.SUBMITTED, Review.COUNTY_APPROVED)),
        (source.product,) if wanted is None else tuple(nameless),
    )
