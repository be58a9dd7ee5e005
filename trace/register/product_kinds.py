"""The rules that a product is under: fresh produce, processed food, herbs or others. What each rule asks for before coding
stands in `issue.requirements`."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy.orm import Session

from .. import fields
from ..access.actor import Actor
from ..audit import log
from ..codes.checkdigits import parse_food_licence
from ..db import lock
from ..errors import N_, Conflict
from ..models import Action, Batch, Origin, Product, Regime

REGIME_WORDS = {
    Regime.FRESH: N_("鲜活农产品（蔬菜、水果、茶鲜叶、畜禽、禽蛋、养殖水产品）"),
    Regime.PROCESSED: N_("加工食品（香干、成品茶、茶油、风干鹅等）"),
    Regime.HERB: N_("中药材"),
    Regime.OTHER: N_("其他（干粮豆等）"),
}

LONGEST_SHELF_LIFE = 3650  # days


@dataclass(frozen=True)
class ProductKind:
    """What a producer says of the rules a product is under, as typed. `shelf_life` in days and `food_licence` (SC …) for
    processed food only."""

    regime: str
    shelf_life: str = ""
    food_licence: str = ""

    def values(self, demonstration: bool = False) -> dict[str, object]:
        """As the record's columns. A demonstration has no licence and invents none. Raises Invalid."""
        regime = fields.choice("regime", Regime, self.regime)
        if regime is not Regime.PROCESSED:
            return {"regime": regime, "shelf_life_days": None, "food_licence": None}
        none = demonstration and not self.food_licence.strip()
        with fields.Together() as read:
            return {
                "regime": regime,
                "shelf_life_days": read(fields.count, "shelf_life", self.shelf_life, LONGEST_SHELF_LIFE),
                "food_licence": None if none else read(parse_food_licence, self.food_licence),
            }


def set_kind(session: Session, actor: Actor, product: Product, kind: ProductKind) -> None:
    """An officer sets right which rules a product is under. Holds for the codes issued from now on.

    Raises Invalid for what the kind lacks, Conflict where nothing would change.
    """
    lock(session, product)
    values = kind.values(product.producer.demonstration)
    if all(getattr(product, name) == value for name, value in values.items()):
        raise Conflict(N_("没有改动"))
    for name, value in values.items():
        setattr(product, name, value)
    log.record(session, actor, Action.PRODUCT_REGIME, product, None, **values)


def is_made(batch: Batch) -> bool:
    """Whether the batch's day is one of making (生产日期) and not of harvest."""
    return batch.origin is Origin.PROCESSED or batch.product.regime is Regime.PROCESSED


def best_before(batch: Batch) -> date | None:
    """The last day of the shelf life (保质期至), for processed food."""
    days = batch.product.shelf_life_days
    return batch.harvest_date + timedelta(days=days) if days and batch.product.regime is Regime.PROCESSED else None
