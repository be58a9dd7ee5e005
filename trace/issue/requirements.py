"""What must be true of a batch before it gets codes, and which requirement is missing."""

from collections.abc import Collection

from sqlalchemy.orm import Session

from ..errors import N_, Message
from ..fields import plain
from ..models import Batch, Origin, ProducerKind, Regime

LAW = frozenset({ProducerKind.COMPANY, ProducerKind.COOPERATIVE})


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
