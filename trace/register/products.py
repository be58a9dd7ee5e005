"""Step 1, register: producers, plots, products and batches enter the record and are reviewed.

A producer is approved by its county; a product by its county and then by the city, and then it has its ID
number (一品一码); a batch is declared by an approved producer and has its ID number at once (一批一码).
"""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from .. import fields
from ..access import demonstrations
from ..access.actor import Actor, own_producer
from ..audit import log
from ..brands.directory import regional_in
from ..errors import N_, Conflict, Invalid
from ..models import Action, Brand, Producer, Product, Review
from ..names import bare, normal_form
from . import product_barcodes, review
from .commodities import ProductGoods
from .numbers import unused_number
from .producers import must_be
from .product_kinds import ProductKind


def submit_product(
    session: Session,
    actor: Actor,
    *,
    name: str,
    brand: str,
    description: str = "",
    product: Product | None = None,
    kind: ProductKind | None = None,
    goods: ProductGoods | None = None,
    barcode: str | None = None,
) -> Product:
    """A product enters the review, or comes back mended. `brand` is the key of a directory brand, or empty; without a
    `kind` it stays what it was, at first none of the regulated ones. Without `goods` too, at first what its brand names;
    without a `barcode` it keeps the one that it has.

    Raises Invalid for any field, Conflict for a product that is approved or for a producer that is not.
    """
    producer = own_producer(session, actor)
    with fields.Together() as read:
        named = read(fields.name, "name", name, least=2, most=30)
        about = read(fields.paragraph, "description", description)
        under = read(_brand, session, brand, named, producer) if named else None
        of_goods = read((goods or _goods_before(product)).values, under)
        of_kind = read(kind.values, producer.demonstration) if kind else {}
        of_shops = {} if barcode is None else {"barcode": read(product_barcodes.read, barcode, producer)}
    values: dict[str, object] = {"name": named, "description": about, "brand_id": under.id if under else None}
    values |= {**of_goods, **of_kind, **of_shops}
    _refuse_taken(session, producer, named, product)
    product_barcodes.refuse_taken(session, producer, of_shops.get("barcode"), product)
    if product is None:
        product = Product(producer_id=producer.id, submitted_at=actor.at, **values)
        session.add(product)
    else:
        must_be(session, product, Review.RETURNED, Review.SUBMITTED)
        _send_again(product, values, actor)
    said = {name: getattr(product, name) for name in ("name", "regime", "commodity", "materials", "barcode")}
    log.record(session, actor, Action.PRODUCT_SUBMIT, product, None, brand=brand or None, **said)
    return product


def _send_again(product: Product, values: dict[str, object], actor: Actor) -> None:
    for key, value in values.items():
        setattr(product, key, value)
    product.state, product.return_reason, product.submitted_at = Review.SUBMITTED, None, actor.at


def _refuse_taken(session: Session, producer: Producer, name: str, product: Product | None) -> None:
    same = sa.select(Product.id).where(Product.producer_id == producer.id, Product.name_normal == normal_form(name))
    if session.scalar(same.where(Product.id != (product.id if product else 0))):
        raise name_taken(name)


def _goods_before(product: Product | None) -> ProductGoods:
    return ProductGoods(product.commodity or "", product.materials or "") if product else ProductGoods()


def name_taken(name: str) -> Invalid:
    """The refusal of a name that another product of the producer has."""
    return Invalid("name", N_("您已经有一个叫“%(name)s”的产品"), name=name)


def _brand(session: Session, key: str, name: str, producer: Producer) -> Brand | None:
    brand = _chosen(session, key, producer) if key else None
    _refuse_borrowed_name(session, name, brand)
    return brand


def _chosen(session: Session, key: str, producer: Producer) -> Brand:
    brand = session.scalar(sa.select(Brand).where(Brand.key == key, demonstrations.counts(Brand)))
    if brand is None or brand.producer_id not in (None, producer.id):
        raise Invalid("brand", N_("品牌目录里没有这个品牌；请从列表里选，或选“不用区域品牌”"))
    if brand.county and brand.county != producer.county:
        raise Invalid("brand", N_("“%(brand)s”属于别的县市区，本县主体不能使用"), brand=brand.name)
    return brand


def _refuse_borrowed_name(session: Session, name: str, brand: Brand | None) -> None:
    """A regional brand in a product's name is used as a brand is: under its rules, and as it is written."""
    if other := regional_in(session, name, brand):
        raise Invalid("brand", N_("产品名称里有“%(brand)s”；请在品牌里选它，或者换个名称"), brand=other.name)
    if brand and brand.name not in name and bare(brand.name_normal) in bare(normal_form(name)):
        raise Invalid("name", N_("请照目录里的写法写品牌名“%(brand)s”"), brand=brand.name)


def approve_product(session: Session, actor: Actor, product: Product) -> None:
    """The county officer agrees first, then an officer of the city, and the product has its ID number (一品一码).

    Raises Forbidden for a county officer where the city decides, and for whoever agreed for the county; Conflict when it has
    been decided, and when nobody has said of what commodity it is.
    """
    must_be(session, product, Review.SUBMITTED, Review.COUNTY_APPROVED)
    if product.commodity is None:
        raise Conflict(N_("还不知道“%(name)s”的品类；请先在产品页定品类，或者退回"), name=product.name)
    review.agree(session, actor, product)
    if product.state is Review.COUNTY_APPROVED:
        log.record(session, actor, Action.PRODUCT_APPROVE_COUNTY, product)
        return
    product.id_number = unused_number(session, Product, product.producer.county)
    log.record(session, actor, Action.PRODUCT_APPROVE_CITY, product, id_number=product.id_number)


def return_product(session: Session, actor: Actor, product: Product, reason: str) -> None:
    """County or city sends the product back, saying what is to be mended.

    Raises Forbidden for a county officer where the city decides, Conflict when it has been decided.
    """
    why = review.send_back(session, actor, product, reason)
    log.record(session, actor, Action.PRODUCT_RETURN, product, why)
