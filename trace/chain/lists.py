"""The goods that are on their way to a producer."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager

from ..access.actor import Actor
from ..access.matching import any_of, named, numbered
from ..access.visibility import visible
from ..errors import N_
from ..listing.listof import Column, Days, ListOf
from ..models import Batch, Producer, Product, Shipment


def _coming(actor: Actor) -> sa.Select[Any]:
    rows = visible(actor, Shipment).join(Batch.product).join(Batch.producer)
    waits = Shipment.cancelled_at.is_(None), Shipment.received_at.is_(None)
    return rows.where(Shipment.to_producer_id == (actor.producer_id or 0), *waits)


_batch = contains_eager(Shipment.batch)
INCOMING = ListOf(
    "incoming",
    _coming,
    Shipment.id,
    (
        Column("product", N_("产品"), (Product.name_normal,)),
        Column("quantity", N_("数量"), is_number=True),
        Column("producer", N_("主体"), (Producer.name_normal,)),
        Column("batch", N_("批次"), (Batch.id_number,)),
        Column("shipped", N_("发货日期"), (Shipment.shipped_on,), newest=True),
        Column("receive", N_("收货")),
    ),
    "shipped",
    any_of(numbered(Batch.id_number), named(Product.name_normal, Producer.name_normal)),
    N_("批次、产品、主体"),
    N_("没有发给您、还没收的货。对方发货时填了您的统一社会信用代码，货就会出现在这里；对方没有登记，请用“外购进货”。"),
    product=named(Product.name_normal),
    days=Days(N_("发货日期"), Shipment.shipped_on),
    options=(_batch.contains_eager(Batch.product), _batch.contains_eager(Batch.producer)),
)
"""What others shipped to the actor's producer and it has not taken in yet."""
