"""Where a datum stands in the record: every column of every table that holds text is looked at, so that no new one is left out."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..access.actor import Actor
from ..access.visibility import visible
from ..db.columns import Base
from ..models import Account, Event, Role
from .needles import Needle

PASSED = frozenset(
    """log_due log_entries log_positions log_salts log_sequencer forgotten_rows record_changes record_version reports stores
    fingerprints brand_levels calendar_days access_log sign_ins login_failures sent_forms kept_files kept_forms""".split()
)
"""Tables without a person's words: numbers and hashes, what is public anyhow (the entries of the log), frozen reports (figures), and
what is sealed or a picture, which `files` and the pages see to."""

MARKS = frozenset(
    """county actor_county place_county id_number mark contact_mark identity_mark reset_mark sha256 digest token key
    idempotency_key form_key entry_key password_hash commitment secret uscc barcode food_licence language path template""".split()
)
"""Columns of other tables that hold numbers, hashes and words of the program."""

ACCOUNTS_OWN = frozenset(
    {"actor_name", "started_by", "made_by_name", "reported_by_name", "closed_by_name", "replied_by_name"}
)
"""Columns with the name of an account: they are blanked when it is the account's name that is deleted."""

Values = Mapping[str, object]


@dataclass(frozen=True)
class Whose:
    """Whose rows are looked through: those of a producer or of an account, or one row (table, number) with what is written of it;
    with none of them, everybody's."""

    producer_id: int | None = None
    account_id: int | None = None
    row: tuple[str, int] | None = None

    @property
    def is_everybody(self) -> bool:
        return self == Whose()


@dataclass(frozen=True)
class Hit:
    """A row that holds the words: its table, its columns, and what they are to say."""

    table: sa.Table
    row: Values
    changed: Values

    @property
    def number(self) -> int:
        """The row's number."""
        return cast(int, self.row["id"])


def text_columns(table: sa.Table) -> list[sa.Column[object]]:
    """The columns of a table that can hold a person's words. Normal forms follow the names that they are of."""
    if table.name in PASSED:
        return []
    return [
        column
        for column in table.columns
        if isinstance(column.type, (sa.String, sa.JSON))
        and not isinstance(column.type, sa.Enum)
        and "name" not in column.info
        and column.name not in MARKS
        and not column.foreign_keys
    ]


def hits(session: Session, needles: Sequence[Needle], whose: Whose, *, with_accounts: bool) -> Iterator[Hit]:
    """Every row that holds one of the needles. `with_accounts`: the names of accounts and what they have done too."""
    for table in Base.metadata.sorted_tables:
        columns = [each for each in text_columns(table) if with_accounts or not _is_accounts(table, each)]
        if columns:
            yield from _in_table(session, table, columns, needles, whose)


def _is_accounts(table: sa.Table, column: sa.Column[object]) -> bool:
    return table.name in ("accounts", "invitations") or column.name in ACCOUNTS_OWN


def _in_table(
    session: Session, table: sa.Table, columns: Sequence[sa.Column[object]], needles: Sequence[Needle], whose: Whose
) -> Iterator[Hit]:
    found: dict[tuple[object, ...], Hit] = {}
    for needle in needles:
        where = [] if needle.is_one_persons or whose.is_everybody else [_theirs(table, whose)]
        holds = sa.or_(*(needle.may_be_in(column) for column in columns))
        for each in session.connection().execute(sa.select(table).where(holds, *where)).mappings().all():
            row = {str(name): value for name, value in each.items()}
            key = tuple(row[column.name] for column in table.primary_key)
            found[key] = _blanked(found.get(key) or Hit(table, row, {}), columns, needle)
    return iter([hit for hit in found.values() if hit.changed])


def _blanked(hit: Hit, columns: Sequence[sa.Column[object]], needle: Needle) -> Hit:
    now = {**hit.row, **hit.changed}
    changed = {each.name: needle.without(now[each.name]) for each in columns if needle.is_in(now[each.name])}
    return Hit(hit.table, hit.row, {**hit.changed, **changed})


def _theirs(table: sa.Table, whose: Whose) -> sa.ColumnElement[bool]:
    """The rows of a table that are somebody's: one row with what names it, or what leads to the accounts, what a grower of the
    producer knows of, and the events of these."""
    if whose.row:
        return _of_row(table, *whose.row)
    accounts = accounts_of(whose)
    theirs: list[sa.ColumnElement[bool]] = [
        column.in_(accounts) for column in table.columns if _leads_to(column, "accounts")
    ]
    if table.name == "accounts":
        theirs.append(table.c.id.in_(accounts))
    if whose.producer_id and (kind := _models().get(table.name)):
        theirs.append(table.c.id.in_(_known(kind, whose.producer_id)))
    if table.name == Event.__tablename__:
        theirs.extend(_events(table, whose, accounts))
    return sa.or_(sa.false(), *theirs)


def _of_row(table: sa.Table, name: str, number: int) -> sa.ColumnElement[bool]:
    if table.name == name:
        return table.c.id == number
    if "object_kind" in table.c:
        return sa.and_(table.c.object_kind == name, table.c.object_id == number)
    return sa.false()


def accounts_of(whose: Whose) -> sa.Select[int]:
    """The accounts of a producer's people, or the one account."""
    mine = Account.producer_id == whose.producer_id if whose.producer_id else Account.id == whose.account_id
    return sa.select(Account.id).where(mine)


def _leads_to(column: sa.Column[object], table: str) -> bool:
    return any(key.target_fullname == f"{table}.id" for key in column.foreign_keys)


def _models() -> dict[str, type[Base]]:
    """The tables that say who knows of their rows."""
    found = {mapper.local_table.name: mapper.class_ for mapper in Base.registry.mappers}  # type: ignore[attr-defined]
    return {name: kind for name, kind in found.items() if hasattr(kind, "visibility") and "id" in kind.__table__.c}


def _known(kind: type[Base], producer: int) -> sa.Select[object]:
    grower = Actor("", datetime.min, Role.PRODUCER, producer_id=producer)
    return visible(grower, kind).with_only_columns(cast(sa.Table, kind.__table__).c.id)


def _events(table: sa.Table, whose: Whose, accounts: sa.Select[object]) -> Iterator[sa.ColumnElement[bool]]:
    yield sa.and_(table.c.object_kind == Account.__tablename__, table.c.object_id.in_(accounts))
    for name, kind in _models().items():
        if whose.producer_id and name != Account.__tablename__:
            yield sa.and_(table.c.object_kind == name, table.c.object_id.in_(_known(kind, whose.producer_id)))
