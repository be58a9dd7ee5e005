"""Well-formed numbers of certificates that belong to nobody, for tests."""

from datetime import datetime

import sqlalchemy as sa

from world import NOW, World
from yipin.certification import claims
from yipin.models import Certification, Product

FORMS = {
    "green": "LB-00-2401000{:04d}A",
    "organic": "000OP24{:05d}",
    "organic_conversion": "000OP24{:05d}",
    "geographical": "AGI{:05d}",
    "gi_product": "2024年第{:03d}号",
    "gi_mark": "{:08d}",
    "gi_collective": "{:08d}",
}


def number_of(scheme: str, serial: int | None = 0) -> str:
    """The number `serial` of a scheme."""
    return FORMS[scheme].format(serial or 0)


def enter(world: World, who: str, scheme: str, start: str, *, at: datetime = NOW, until: str = "") -> Certification:
    """A certificate of `who`'s product, verified by Chen at that moment."""
    with world.db.write.begin() as session:
        producer = world.actor(who).producer_id
        product = session.scalars(sa.select(Product).where(Product.producer_id == producer)).one()
        number = numbered(scheme, session.scalar(sa.select(sa.func.count()).select_from(Certification)) or 0)
        return claims.enter(
            session, world.actor("chen", at), product, scheme=scheme, number=number, valid_from=start, valid_to=until
        )


def numbered(scheme: str, n: int) -> str:
    """A number of the scheme's form that belongs to nobody."""
    return {
        "green": f"LB-15-{2301180000 + n}A",
        "organic": f"999OP{2300000 + n}",
        "organic_conversion": f"999OP{2400000 + n}",
        "geographical": f"AGI{n:05d}",
    }.get(scheme, f"{10000000 + n}")
