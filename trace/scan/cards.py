"""The face of the ID card of a product and of a batch, filled from their rows."""

from dataclasses import replace
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..brands import licences
from ..clock import day_of
from ..installation.installation import Installation
from ..models import Batch, Product, ProductPicture, Regime
from ..register import regimes
from .answer import IdCard, Level


def batch_card(session: Session, installation: Installation, batch: Batch) -> IdCard:
    """The face of a batch's card, with the brand under which the batch was declared."""
    return replace(
        product_card(session, installation, batch.product, day_of(batch.declared_at)),
        level=Level.BATCH,
        id_number=batch.id_number,
        product=batch.name,
        brand=batch.brand.name if batch.brand else None,
        place=batch.plot.place,
        county=installation.policy.full_county_name(batch.county),
        harvest_date=batch.harvest_date,
        net_content=batch.net_content,
        made=regimes.is_made(batch),
        best_before=regimes.best_before(batch),
    )


def product_card(session: Session, installation: Installation, product: Product, today: date) -> IdCard:
    """The face of a product's card on the day `today` (Shanghai), with its brand if the producer may use it then."""
    mark = session.scalar(sa.select(ProductPicture.mark).where(ProductPicture.product_id == product.id))
    brand = product.brand if licences.bar(session, product.brand, product.producer_id, today) is None else None
    number = product.id_number or ""
    return IdCard(
        Level.PRODUCT,
        number,
        product.name_under(brand),
        number,
        product.producer.name,
        installation.policy.full_county_name(product.producer.county),
        brand.name if brand else None,
        picture=f"/picture/{number}-{mark}.jpg" if mark else None,
        demonstration=product.producer.demonstration,
        licence=product.food_licence if product.regime is Regime.PROCESSED else None,
    )
