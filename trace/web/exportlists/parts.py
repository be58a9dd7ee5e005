"""What several lists share: the words of states, the names of counties, the columns that name a batch."""

from collections.abc import Callable, Mapping
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import joinedload
from sqlalchemy.sql.base import ExecutableOption

from ...access.actor import Actor
from ...access.visibility import visible
from ...audit.batches import BATCHES
from ...errors import N_, Message
from ...listing import finding
from ...listing.asked import Asked
from ...listing.listof import ListOf
from ...models import Batch
from ...policy.policy import Policy
from ...sheets.writer import Kind
from ..export_file import Col, Row, Rows, Typed

Of = Callable[[Row], object]
Key = TypeVar("Key")


def word(words: Mapping[Key, str], of: Callable[[Row], Key | None]) -> Of:
    """The word of a state or kind, to be said in the reader's language."""

    def said(row: Row) -> Message | None:
        value = of(row)
        return None if value is None else Message(words.get(value, str(value)))

    return said


def county(policy: Policy, of: Callable[[Row], str | None]) -> Of:
    """The name of a row's county, in the reader's language."""
    return lambda row: Message(policy.county_name(of(row)))


def of_list(listed: ListOf, *options: ExecutableOption) -> Callable[[Actor, Typed], Rows]:
    """The rows of a list's page, with its search, its filters and its order; `options` load what the columns need besides."""

    def rows(actor: Actor, typed: Typed) -> Rows:
        return finding.found(listed, actor, Asked.of(listed, actor, typed)).options(*options)

    return rows


def batches_wanted(actor: Actor, typed: Typed) -> sa.Select[int]:
    """The row numbers of the batches that the page of the batches would show."""
    wanted = finding.narrowed(BATCHES, actor, Asked.of(BATCHES, actor, typed))
    return wanted.with_only_columns(Batch.id)


def of_batches(kind: Row) -> Callable[[Actor, Typed], Rows]:
    """The rows of a table that belong to those batches that the page of the batches would show."""

    def rows(actor: Actor, typed: Typed) -> Rows:
        batch = joinedload(kind.batch)
        return (
            visible(actor, kind)
            .where(kind.batch_id.in_(batches_wanted(actor, typed)))
            .order_by(kind.id)
            .options(batch.joinedload(Batch.product), batch.joinedload(Batch.producer))
        )

    return rows


def batch_heads(policy: Policy, of: Callable[[Row], Batch]) -> tuple[Col, ...]:
    """The columns that name the batch of a row."""
    return (
        Col(N_("批次身份证号"), lambda row: of(row).id_number, width=20),
        Col(N_("产品"), lambda row: of(row).product.name),
        Col(N_("主体"), lambda row: of(row).producer.name, width=28),
        Col(N_("县市区"), county(policy, lambda row: of(row).county), width=10),
        Col(N_("采收日期"), lambda row: of(row).harvest_date, Kind.DAY),
    )
