"""What several lists are made of: words of states, counties, the batch that is spoken of."""

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from ...access.actor import Actor
from ...access.visibility import visible
from ...audit import batches
from ...errors import N_, Message
from ...models import Batch
from ...policy.policy import Policy
from ...sheets.writer import Kind
from ..exports import Col, Typed

Of = Callable[[Any], Any]


def word(words: dict[Any, str], of: Of) -> Of:
    """The word of a state or kind, to be said in the reader's language."""
    return lambda row: Message(words.get(of(row), str(of(row)))) if of(row) is not None else None


def county(policy: Policy, of: Of) -> Of:
    return lambda row: Message(policy.county_name(of(row)))


def batch_filter(typed: Typed) -> batches.BatchFilter:
    return batches.BatchFilter(
        typed.get("county", "")[:6], typed.get("product", "")[:40].strip(), typed.get("state", "")
    )


def of_batches(kind: type[Any]) -> Callable[[Actor, Typed], sa.Select[Any]]:
    """Rows that belong to the batches which the filter of the batches' page finds."""

    def rows(actor: Actor, typed: Typed) -> sa.Select[Any]:
        wanted = batches.batches_found(actor, batch_filter(typed)).with_only_columns(Batch.id).order_by(None)
        batch = joinedload(kind.batch)
        return (
            visible(actor, kind)
            .where(kind.batch_id.in_(wanted))
            .order_by(kind.id)
            .options(batch.joinedload(Batch.product), batch.joinedload(Batch.producer))
        )

    return rows


def batch_heads(policy: Policy, of: Of) -> tuple[Col, ...]:
    """What says which batch is spoken of."""
    return (
        Col(N_("批次身份证号"), lambda row: of(row).id_number, width=20),
        Col(N_("产品"), lambda row: of(row).product.name),
        Col(N_("主体"), lambda row: of(row).producer.name, width=28),
        Col(N_("县市区"), county(policy, lambda row: of(row).county), width=10),
        Col(N_("采收日期"), lambda row: of(row).harvest_date, Kind.DAY),
    )
