"""What a name looks like: the brands and producers that the eye could take it for. Officers see them in every review."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..errors import N_, Message
from ..models import Brand, BrandKind, Producer, Product
from ..names import bare, near, normal_form
from .directory import KIND_WORDS

MOST = 8  # shown; who is like more of them has no name of its own
PRODUCER_WORD = N_("生产主体")


@dataclass(frozen=True)
class Likeness:
    """A name that another one is like. `same`: the eye does not tell them apart. One of `brand_id`, `producer_id` is set."""

    word: str
    name: str
    same: bool
    brand_id: int | None = None
    producer_id: int | None = None

    @property
    def message(self) -> Message:
        """What an officer is told."""
        return Message(N_("与%(kind)s“%(name)s”相同或相近"), {"kind": Message(self.word), "name": self.name})


def of_product(session: Session, product: Product) -> list[Likeness]:
    """Brands that the product's name is like, but its own and those of its producer."""
    return _first(_brands(session, product.name, product.brand_id, product.producer_id))


def of_producer(session: Session, producer: Producer) -> list[Likeness]:
    """Brands and other producers that the producer's name is like."""
    return _first(_brands(session, producer.name, None, producer.id) + _producers(session, producer.name, producer.id))


def of_brand(session: Session, brand: Brand) -> list[Likeness]:
    """Other brands, and producers but its own, that the brand's name is like."""
    found = _brands(session, brand.name, brand.id, None) + _producers(session, brand.name, brand.producer_id)
    return _first(found)


def _first(found: list[Likeness]) -> list[Likeness]:
    return sorted(found, key=lambda each: not each.same)[:MOST]


def _brands(session: Session, name: str, but: int | None, but_of: int | None) -> list[Likeness]:
    wanted, columns = bare(normal_form(name)), (Brand.id, Brand.name, Brand.name_normal, Brand.kind, Brand.producer_id)
    return [
        Likeness(KIND_WORDS[row.kind], row.name, bare(row.name_normal) == wanted, brand_id=row.id)
        for row in session.execute(sa.select(*columns).order_by(Brand.kind != BrandKind.REGIONAL, Brand.id))
        if row.id != but and (row.producer_id or 0) != but_of and near(wanted, bare(row.name_normal))
    ]


def _producers(session: Session, name: str, but: int | None) -> list[Likeness]:
    wanted, columns = bare(normal_form(name)), (Producer.id, Producer.name, Producer.name_normal)
    return [
        Likeness(PRODUCER_WORD, row.name, bare(row.name_normal) == wanted, producer_id=row.id)
        for row in session.execute(sa.select(*columns).order_by(Producer.id))
        if row.id != but and near(wanted, bare(row.name_normal))
    ]
