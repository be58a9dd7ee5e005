"""What is worked out once for a whole run and not again by each test: the text of SQL, and the addresses of the pages.

Each test has engines and an application of its own, which in a service are made once. What they would work out anew is the
same for all of them, and cost more than the tests.
"""

from typing import Any

from flask import Flask
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.engine import Engine
from werkzeug.routing import Rule

_SQL: dict[Any, Any] = {}
_ADDRESSES: dict[object, dict[str, object]] = {}
_COMPILED = ("_parts", "_trace", "_converters", "arguments", "_build", "_build_unknown")


class _Alike:
    """Dialects of one driver are equal, so SQL that was compiled for one of them serves the others."""

    dbapi: object

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self.dbapi is other.dbapi  # type: ignore[attr-defined]

    def __hash__(self) -> int:
        return hash(type(self))

    @classmethod
    def engine_created(cls, engine: Engine) -> None:
        engine.update_execution_options(compiled_cache=_SQL)


class Sqlite(_Alike, SQLiteDialect_pysqlite):
    supports_statement_cache = True


class Postgresql(_Alike, PGDialect_psycopg):
    supports_statement_cache = True


class _Known(Rule):
    """An address of a page. What werkzeug compiles of it, the first application keeps for the others."""

    def compile(self) -> None:
        key = (self.rule, self.subdomain, repr(self.defaults), self.strict_slashes)
        if key not in _ADDRESSES:
            super().compile()
            _ADDRESSES[key] = {name: getattr(self, name) for name in _COMPILED}
        for name, made in _ADDRESSES[key].items():
            setattr(self, name, made)


def work_out_once() -> None:
    """From now on engines and applications share what is the same for all of them."""
    registry.register("sqlite", __name__, "Sqlite")
    registry.register("postgresql.psycopg", __name__, "Postgresql")
    Flask.url_rule_class = _Known
