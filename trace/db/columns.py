"""The column kinds of all tables, the naming of their constraints, and the columns that hold names in normal form."""

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.engine.default import DefaultExecutionContext
from sqlalchemy.orm import DeclarativeBase, MappedColumn, Mapper, mapped_column
from sqlalchemy.types import TypeDecorator

from ..names import normal_form


class UTCDateTime(TypeDecorator[datetime]):
    """An aware moment, kept as UTC in both databases."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """The moment as it is stored, in UTC. Raises TypeError for one without a zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise TypeError("a moment without a zone cannot be stored")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """The stored moment, aware, in UTC."""
        if value is None:
            return None
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)


class Hundredths(TypeDecorator[Decimal]):
    """An amount with two decimals, kept as a whole number of hundredths, so that sums are exact."""

    impl = sa.BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:
        """The amount in hundredths."""
        return None if value is None else int((value * 100).to_integral_exact())

    def process_result_value(self, value: int | None, dialect: Dialect) -> Decimal | None:
        """The stored hundredths as an amount."""
        return None if value is None else Decimal(value) / 100


class Degrees(TypeDecorator[Decimal]):
    """A latitude or longitude with five decimals (about a metre), kept as a whole number of 1/100,000 of a degree."""

    impl = sa.Integer
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:
        """The degrees in hundred-thousandths."""
        return None if value is None else int((value * 100_000).to_integral_exact())

    def process_result_value(self, value: int | None, dialect: Dialect) -> Decimal | None:
        """The stored hundred-thousandths as degrees, with all five decimals."""
        return None if value is None else Decimal(value).scaleb(-5)


def _values(kind: type[Enum]) -> Sequence[str]:
    return [member.value for member in kind]


_NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
_KINDS = {
    datetime: UTCDateTime(),
    Decimal: Hundredths(),
    Enum: sa.Enum(Enum, native_enum=False, length=24, values_callable=_values),
    dict[str, Any]: sa.JSON(),
}


class Base(DeclarativeBase):
    """The base of all tables: how constraints are named, and which column kind a Python type gets."""

    metadata = sa.MetaData(naming_convention=_NAMING)
    type_annotation_map = _KINDS


class LookBase(DeclarativeBase):
    """The base of the tables of looks, which lie in a store of their own: see `Database.looks`."""

    metadata = sa.MetaData(naming_convention=_NAMING)
    type_annotation_map = _KINDS


Id = Annotated[int, mapped_column(sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, sort_order=-1)]
Big = Annotated[int, mapped_column(sa.BigInteger)]
Name = Annotated[str, mapped_column(sa.String(120))]
Text = Annotated[str, mapped_column(sa.String(1000))]
County = Annotated[str, mapped_column(sa.String(6))]  # GB/T 2260
IdNumber = Annotated[str, mapped_column(sa.String(16))]


def normal_of(name: str, *, index: bool = False, needed: bool = False) -> MappedColumn[Any]:
    """A column with the normal form of the name in the column `name`, which is what names are compared by.

    The model fills it on every insert and every update of a row. `needed`: the name is never NULL, nor is this. A normal
    form is longer than a name: NFKC makes up to 15 characters of one.
    """

    def filled(context: DefaultExecutionContext) -> str | None:
        values: dict[str, str | None] = context.get_current_parameters()  # type: ignore[no-untyped-call]
        return _normal(values.get(name))

    empty = sa.text("''") if needed else None  # SQLite adds no column that is never NULL without a default
    return mapped_column(
        sa.String(1000), default=filled, server_default=empty, nullable=not needed, index=index, info={"name": name}
    )


def _normal(name: str | None) -> str | None:
    return None if name is None else normal_form(name)


@event.listens_for(Base, "before_update", propagate=True)
def _follow_names(mapper: Mapper[Any], connection: Connection, row: Base) -> None:
    """A name that changes takes its normal form along."""
    for column in mapper.columns:
        if name := column.info.get("name"):
            setattr(row, column.key, _normal(getattr(row, name)))
