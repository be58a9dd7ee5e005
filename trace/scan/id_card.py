"""The ID card (农产品"身份证") of a product, a batch or one pack: what is on its face, and how it is filled from the rows."""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from sqlalchemy.orm import Session

from ..brands import licences
from ..installation.installation import Installation
from ..models import Batch, Brand, Product, Regime
from ..provenance.claims import Claims
from ..register import product_kinds, product_pictures
from .drawing import Drawing, drawing_of


class Level(StrEnum):
    """What the answer is about: one pack, a batch or a product."""

    UNIT = "unit"  # 一件一码: the signed code on one pack
    BATCH = "batch"  # 一批一码
    PRODUCT = "product"  # 一品一码


@dataclass(frozen=True)
class IdCard:
    """The face of the card. `None` means unknown: the page leaves it out and never guesses."""

    level: Level
    id_number: str  # of the batch (unit, batch) or of the product
    product: str
    product_id_number: str
    producer: str
    county: str  # "湖南省株洲市炎陵县"
    commodity: str | None = None  # a key of commodities.toml
    brand: str | None = None
    place: str | None = None  # village-level place of the plot, no address
    bought: bool = False  # from someone without a record here: nobody has verified where it is from
    harvest_date: date | None = None
    made: bool = False  # `harvest_date` is a day of production (生产日期)
    best_before: date | None = None
    licence: str | None = None  # 食品生产许可证编号, of processed food
    net_content: str | None = None
    picture: str | None = None  # the picture's address on this host
    drawing: Drawing = Drawing.PLAIN  # what stands in its place
    unit: int | None = None  # which pack of the batch, counted from 1
    demonstration: bool = False


def batch_card(session: Session, installation: Installation, batch: Batch, said: Claims) -> IdCard:
    """The face of a batch's card, with what it may claim. Where it was bought, nobody knows its place."""
    return replace(
        _card(session, installation, batch.product, said.brand),
        level=Level.BATCH,
        id_number=batch.id_number,
        place=None if said.nature.bought else batch.place,
        bought=said.nature.bought,
        county=installation.policy.full_county_name(batch.county),
        harvest_date=batch.harvest_date,
        net_content=batch.net_content,
        made=product_kinds.is_made(batch),
        best_before=product_kinds.best_before(batch),
    )


def product_card(session: Session, installation: Installation, product: Product, today: date) -> IdCard:
    """The face of a product's card on the day `today` (Shanghai), with its brand if the producer may use it then."""
    brand = product.brand if licences.bar(session, product.brand, product.producer_id, today) is None else None
    return _card(session, installation, product, brand)


def _card(session: Session, installation: Installation, product: Product, brand: Brand | None) -> IdCard:
    """What the cards of a product and of its batches have in common, with the brand that they may carry."""
    mark = product_pictures.shown(session, product)
    number = product.id_number or ""
    return IdCard(
        Level.PRODUCT,
        number,
        product.name_under(brand),
        number,
        product.producer.name,
        installation.policy.full_county_name(product.producer.county),
        product.commodity,
        brand.name if brand else None,
        picture=f"/picture/{number}-{mark}.jpg" if mark else None,
        drawing=drawing_of(product),
        demonstration=product.producer.demonstration,
        licence=product.food_licence if product.regime is Regime.PROCESSED else None,
    )
