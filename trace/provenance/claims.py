"""What a batch may claim on a day: its brand and its certificates. This is the one place that answers it.

Signed facts, labels, commitment certificates, scan pages, quotas and officers' pages ask here, and they ask again each day: what
was true when a label was printed may have ended since.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from ..brands import licences
from ..certification import claims as certification
from ..certification.claims import Badge
from ..certification.schemes import FACT_OF
from ..codes.payload import Fact
from ..errors import N_, Message
from ..models import Batch, Brand, Certification, Product
from . import papers
from .goods import Nature, Way, natures, shares, way_to
from .naming import Asked, asked_of, grounds, is_regional


@dataclass(frozen=True)
class Claims:
    """What a batch may claim. `why` it may not carry its product's brand (None: it may, or there is none). `allowable`: an
    officer's leave would mend that. `way`: the goods by which it was judged."""

    batch_id: int
    product: Product
    seller: int
    way: Way
    nature: Nature
    brand: Brand | None
    why: Message | None
    allowable: bool
    certificates: tuple[Certification, ...]

    @property
    def name(self) -> str:
        """What the goods may be called: the product's name, without a brand's that they may not carry."""
        return self.product.name_under(self.brand)

    @property
    def badges(self) -> tuple[Badge, ...]:
        """The certificates as pages show them. One that came with the goods names whose it is."""
        return tuple(certification.badge(row, self._came_from(row)) for row in self.certificates)

    def _came_from(self, row: Certification) -> str | None:
        return row.holder if row.producer_id not in (None, self.seller) else None

    @cached_property
    def shares(self) -> dict[int, Decimal]:
        """Of which products the goods were grown or made, by row number, as shares of one."""
        return shares(self.way)[self.batch_id]

    @property
    def facts(self) -> Fact:
        """The certificates as a code signs them."""
        found = Fact(0)
        for row in self.certificates:
            found |= FACT_OF[row.scheme]
        return found


def of_batch(session: Session, batch: Batch, day: date) -> Claims:
    """What a batch may claim on a day (Shanghai)."""
    way, number = way_to(session, [batch]), batch.id
    of = natures(way)
    asked = of_brands(session, [batch], way, of, day).get(number)
    why = _why_not(asked) if asked else None
    brand = asked.brand if asked and why is None else None
    product = session.get_one(Product, batch.product_id)
    rows = () if of[number].recalled else _vouching(session, way, number, _speaking(brand, product), day)
    allowable = asked is not None and asked.goods.brand_id is None and asked.why_never() is None
    return Claims(number, product, batch.producer_id, way, of[number], brand, why, allowable, rows)


def _speaking(brand: Brand | None, product: Product) -> Brand | None:
    """The brand, if geographical indications under it can be of the product."""
    return brand if brand and certification.speaks_for(brand, product) else None


def of_brands(
    session: Session, batches: Sequence[Batch], way: Way, of: Mapping[int, Nature], day: date
) -> dict[int, Asked]:
    """Those of the batches whose products have a brand, and all on which it depends whether they may carry it."""
    products = _products(session, batches)
    wanted = {batch.id: brand for batch in batches if (brand := products[batch.product_id].brand)}
    regional = {brand.id: brand for brand in wanted.values() if is_regional(brand)}
    pairs = {(wanted[batch.id].id, batch.producer_id) for batch in batches if batch.id in wanted}
    licensed = {pair: licences.is_licensed(session, *pair, day) for pair in pairs if pair[0] in regional}
    on = {number: grounds(way, brand) for number, brand in regional.items()}
    return {
        number: asked_of(number, brand, way, on.get(brand.id), of[number], licensed) for number, brand in wanted.items()
    }


def _products(session: Session, batches: Sequence[Batch]) -> dict[int, Product]:
    """The products of batches with their brands. Those that the session holds are not read again."""
    wanted = {batch.product_id for batch in batches}
    if len(wanted) == 1:
        return {number: session.get_one(Product, number) for number in wanted}
    rows = sa.select(Product).where(Product.id.in_(wanted)).options(joinedload(Product.brand))
    return {row.id: row for row in session.scalars(rows)}


def _why_not(asked: Asked) -> Message | None:
    """Why goods may not carry their product's brand: the first thing that bars it, or that they were declared without it."""
    declared = asked.goods.brand_id == asked.brand.id
    told = Message(N_("登记这个批次时还不能使用“%(brand)s”"), {"brand": asked.brand.name})
    return asked.why_not() or (None if declared else told)


def _vouching(session: Session, way: Way, number: int, brand: Brand | None, day: date) -> tuple[Certification, ...]:
    """The certificates of the goods and those under their brand, in the order of schemes and days."""
    made = {one.product_id for one in way.values() if one.is_made}
    naming: dict[int, list[Certification]] = {}
    under: list[Certification] = []
    for row, product in certification.vouching(session, [*made], brand.id if brand else None, day):
        (under if product is None else naming.setdefault(product, [])).append(row)
    rows = (*(row for each in papers.carried(way, naming)[number].values() for row in each), *under)
    return tuple(sorted(dict.fromkeys(rows), key=lambda row: (row.scheme, row.valid_from, row.id)))
