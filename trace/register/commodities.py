"""Which commodity (品类) a product is of and what it may be made of: chosen at registration, reviewed with the product, and said by
an officer of the products that were registered before there were commodities."""

import re
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased, joinedload

from ..access.actor import Actor
from ..access.visibility import visible
from ..audit import log
from ..db import lock
from ..errors import N_, Conflict, Invalid
from ..models import Action, Batch, BatchLink, Brand, Product, Review
from ..policy import commodities
from ..policy.commodities import Commodity

MOST_MATERIALS = 12
COMMAS = re.compile(r"[,，、;；\n]+")  # between names; a name in English holds blanks


@dataclass(frozen=True)
class ProductGoods:
    """What somebody says the goods of a product are, as typed: a commodity by key or name, and by the same the commodities that it
    is made of, with a comma or blank between them. Empty: the brand's commodity; what the commodity is usually made of."""

    commodity: str = ""
    materials: str = ""

    def values(self, brand: Brand | None) -> dict[str, str]:
        """As the record's columns, for a product under this brand. Raises Invalid."""
        chosen = self._chosen(brand)
        named = [word for part in COMMAS.split(self.materials) for word in part.split()]
        if len(named) > MOST_MATERIALS:
            raise Invalid("materials", N_("原料最多写 %(most)d 种"), most=MOST_MATERIALS)
        made_of = [commodities.chosen("materials", word).key for word in named] or chosen.made_of
        return {"commodity": chosen.key, "materials": " ".join(dict.fromkeys(made_of))}

    def _chosen(self, brand: Brand | None) -> Commodity:
        own = commodities.named(brand.commodity if brand else None)
        chosen = commodities.chosen("commodity", self.commodity) if self.commodity.strip() else own
        if chosen is None:
            raise Invalid("commodity", N_("请选品类：货是什么，不管用什么品牌"))
        if brand and own and chosen != own:
            raise Invalid(
                "commodity",
                N_("品牌“%(brand)s”的货是“%(own)s”，不是“%(chosen)s”；请改品类，或者不用这个品牌"),
                brand=brand.name,
                own=own.says,
                chosen=chosen.says,
            )
        return chosen


def proposed(product: Product) -> Commodity | None:
    """What an older product is taken for until an officer says it: its brand's commodity, else the likely one of its name."""
    of_brand = commodities.named(product.brand.commodity if product.brand else None)
    return of_brand or commodities.likely(product.name)


def unconfirmed(actor: Actor) -> sa.Select[Product]:
    """The approved products that an officer knows of and of which nobody has said what they are, oldest first."""
    rows = visible(actor, Product).where(Product.commodity.is_(None), Product.state == Review.APPROVED)
    return rows.options(joinedload(Product.brand), joinedload(Product.producer)).order_by(Product.id)


def set_goods(session: Session, actor: Actor, product: Product, goods: ProductGoods) -> None:
    """An officer confirms or corrects what a product is and may be made of. Holds for what is done from now on.

    Raises Invalid for what is no commodity and for another than the brand's; Conflict where nothing would change, and for another
    commodity once goods have come from another product, or gone into one, as the old.
    """
    lock(session, product)
    values = goods.values(product.brand)
    was = {name: getattr(product, name) for name in values}
    if values == was:
        raise Conflict(N_("没有改动"))
    if was["commodity"] not in (None, values["commodity"]) and (other := _passed_on(session, product)):
        raise Conflict(
            N_("“%(product)s”和“%(other)s”之间已经有货往来，品类不能再改；货不是这个品类的，请登记一个新产品"),
            product=product.name,
            other=other,
        )
    for name, value in values.items():
        setattr(product, name, value)
    log.record(session, actor, Action.PRODUCT_COMMODITY, product, None, was=was["commodity"], **values)


def _passed_on(session: Session, product: Product) -> str | None:
    """The name of another product with which this one has exchanged goods, if it has."""
    source, result = aliased(Batch), aliased(Batch)
    ends = sa.select(source.product_id, result.product_id).select_from(BatchLink)
    ends = ends.join(source, source.id == BatchLink.from_id).join(result, result.id == BatchLink.to_id)
    crossing = ends.where(
        source.product_id != result.product_id, sa.or_(source.product_id == product.id, result.product_id == product.id)
    )
    found = session.execute(crossing.limit(1)).first()
    return session.get_one(Product, found[1] if found[0] == product.id else found[0]).name if found else None
