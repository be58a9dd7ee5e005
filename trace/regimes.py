"""What a batch needs before it may be coded, by the rules that its product is under: fresh produce its commitment
certificate, processed food a licence, a shelf life and inputs that are on record."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy.orm import Session

from . import audit, inputs
from .accounts import Actor
from .codes.checkdigits import parse_food_licence
from .errors import N_, Conflict, Message
from .inputs import plain
from .models import Batch, Origin, ProducerKind, Product, Regime

REGIME_WORDS = {
    Regime.FRESH: N_("鲜活农产品（蔬菜、水果、茶鲜叶、畜禽、禽蛋、养殖水产品）"),
    Regime.PROCESSED: N_("加工食品（香干、成品茶、茶油、风干鹅等）"),
    Regime.HERB: N_("中药材"),
    Regime.OTHER: N_("其他（干粮豆等）"),
}
LAW = frozenset({ProducerKind.COMPANY, ProducerKind.COOPERATIVE})
"""Who must issue the commitment certificate: 农产品质量安全法 art. 39. Farmers are encouraged to."""
LONGEST_SHELF_LIFE = 3650  # days


@dataclass(frozen=True)
class ProductKind:
    """What a producer says of the rules a product is under, as typed. `shelf_life` in days and `food_licence` (SC …) for
    processed food only."""

    regime: str
    shelf_life: str = ""
    food_licence: str = ""

    def values(self, demonstration: bool = False) -> dict[str, Any]:
        """As the record's columns. A demonstration has no licence and invents none. Raises Invalid."""
        regime = inputs.choice("regime", Regime, self.regime)
        if regime is not Regime.PROCESSED:
            return {"regime": regime, "shelf_life_days": None, "food_licence": None}
        none = demonstration and not self.food_licence.strip()
        return {
            "regime": regime,
            "shelf_life_days": inputs.count("shelf_life", self.shelf_life, LONGEST_SHELF_LIFE),
            "food_licence": None if none else parse_food_licence(self.food_licence),
        }


def set_kind(session: Session, actor: Actor, product: Product, kind: ProductKind) -> None:
    """An officer sets right which rules a product is under. Holds for the codes issued from now on."""
    session.refresh(product, with_for_update=True)
    values = kind.values(product.producer.demonstration)
    if all(getattr(product, name) == value for name, value in values.items()):
        raise Conflict(N_("没有改动"))
    for name, value in values.items():
        setattr(product, name, value)
    audit.record(session, actor, "product.regime", product, **values)


def missing(
    session: Session, batch: Batch, count: int = 0, required_of: Collection[ProducerKind] = LAW
) -> list[Message]:
    """What still stands between a batch and `count` more codes; nothing: it may be coded. `required_of` is the policy's."""
    product = batch.product
    if product.regime is Regime.FRESH:
        return _without_certificate(batch, count) if batch.producer.kind in required_of else []
    if product.regime is Regime.PROCESSED:
        return _of_processed(batch)
    return []


def _without_certificate(batch: Batch, count: int) -> list[Message]:
    needed = (batch.reserved + count) * batch.pack_size
    if batch.certified and needed <= batch.certified:
        return []
    if not batch.certified:
        return [Message(N_("企业和合作社的鲜活农产品，要先开具承诺达标合格证才能赋码"))]
    return [
        Message(
            N_("承诺达标合格证只开了 %(certified)s %(unit)s，这次赋码后共 %(needed)s %(unit)s；请再开一张或少赋几枚"),
            {"certified": plain(batch.certified), "needed": plain(needed), "unit": str(batch.unit)},
        )
    ]


def _of_processed(batch: Batch) -> list[Message]:
    found = []
    if batch.product.food_licence is None and not batch.producer.demonstration:
        found.append(Message(N_("加工食品要先登记食品生产许可证编号（SC）；请联系县市区农业农村局补上")))
    if batch.product.shelf_life_days is None:
        found.append(Message(N_("加工食品要先登记保质期；请联系县市区农业农村局补上")))
    if batch.origin is Origin.HARVEST:
        found.append(Message(N_("加工食品的批次要由原料批次加工而来，不能按采收登记")))
    return found


def is_made(batch: Batch) -> bool:
    """Whether the batch's day is one of making (生产日期) and not of harvest."""
    return batch.origin is Origin.PROCESSED or batch.product.regime is Regime.PROCESSED


def best_before(batch: Batch) -> date | None:
    """The last day of the shelf life (保质期至), for processed food."""
    days = batch.product.shelf_life_days
    return batch.harvest_date + timedelta(days=days) if days and batch.product.regime is Regime.PROCESSED else None
