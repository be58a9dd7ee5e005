"""The demonstration's brand directory: an invented regional brand, an application that waits, producers' own brands.

The invented brand has everything that a brand can have. Nothing is said of the real brands of the policy.
"""

from collections.abc import Callable

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..access.actor import Actor
from ..brands import directory, licences
from ..certification import claims
from ..certification.paper import DeclaredCertificate, Line
from ..models import Brand, Producer
from ..policy.policy import Policy

SOURCE = "演示文件，非真实"
REGIONAL = {
    "name": "演示乡红薯",
    "county": "430225",
    "flagship": "",
    "clause": "演示品牌，非真实",
    "plain_name": "红薯",
    "commodity": "sweet-potato",
    "holder": "演示红薯协会",
    "holder_source": SOURCE,
    "season_from": "9-15",
    "season_to": "2-10",
    "season_source": SOURCE,
}
LEVELS = (("county", "2021-05-18"), ("city", "2023-09-22"), ("province", "2025-11-06"))
LISTS = (("hunan_grain_oil", "2024"), ("china_grain_oil", "2025"))
OWN = (("grower", "演示坡（企业品牌）", "enterprise", "2026-03-02"), ("grower2", "演示园（产品品牌）", "product", ""))


def add(session: Session, policy: Policy, actor_of: Callable[[Session, str], Actor]) -> None:
    """The invented brand with levels, lists, season, certificate, a licence and an application; two own brands, one of
    which waits."""
    officer, county = actor_of(session, "officer"), actor_of(session, "county")
    brand = directory.enter(session, officer, policy, dict(REGIONAL), demonstration=True)
    session.flush()
    for level, since in LEVELS:
        directory.add_level(session, officer, brand, level=level, since=since, source=SOURCE)
    for name, year in LISTS:
        directory.add_selection(session, officer, brand, list=name, year=year, source=SOURCE)
    _certified(session, officer, county, brand)
    licences.apply(session, actor_of(session, "grower"), brand.key)
    _other_licence(session, officer)
    for login, name, kind, day in OWN:
        own = directory.declare(
            session, actor_of(session, login), name=name, kind=kind, recognised_on=day, clause=SOURCE
        )
        session.flush()
        if day:
            directory.verify(session, officer, own)


def _certified(session: Session, officer: Actor, county: Actor, brand: Brand) -> None:
    """A geographical indication with a number of zeros, entered by the county and verified by the city."""
    paper = DeclaredCertificate(
        "geographical",
        "AGI00000",
        "2024-03-01",
        "2034-02-28",
        holder=REGIONAL["holder"],
        issuer="演示机构（非真实）",
        lines=(Line(name="红薯（演示）"),),
    )
    claims.verify(session, officer, claims.declare(session, county, paper, brand=brand))


def _other_licence(session: Session, officer: Actor) -> None:
    """The grower of 攸县 was licensed for another brand of its county, until the holder took the licence back."""
    brand = session.scalars(sa.select(Brand).where(Brand.county == "430223", Brand.key != "youxian-soybean")).first()
    producer = session.scalars(sa.select(Producer).where(Producer.name == "攸县演示大豆合作社")).one()
    if brand:
        row = licences.enter(session, officer, brand, producer=producer.name, number="演示-9", valid_from="2025-01-01")
        session.flush()
        licences.end(session, officer, row, "演示：持有人收回")
