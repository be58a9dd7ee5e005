"""The rows that hold the words are blanked. What the law has kept for a term stays, with the telephone masked."""

from collections.abc import Iterable
from datetime import date
from typing import cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..models import CommitmentCertificate, Event, FarmEntry, ForgottenRow, MailAddress, PhoneNumber
from ..models.touches import touch_row
from ..names import normal_form
from .finding import Hit
from .needles import MARK, Needle

REACHED = frozenset({MailAddress.__tablename__, PhoneNumber.__tablename__})
"""Tables of which nothing is left of a row without its address."""

APPEND_ONLY = {
    FarmEntry.__tablename__: frozenset({"what", "operator", "source", "reason"}),
    CommitmentCertificate.__tablename__: frozenset({"subject", "contact", "void_reason"}),
}
"""The columns of append-only tables that the database lets be blanked."""


def as_kept(hit: Hit, needles: Iterable[Needle], today: date) -> Hit:
    """What may be changed of a row. The record of an issued certificate is to be kept (农产品质量安全承诺达标合格证管理办法): until
    `kept_until` it says who promised, and the telephone is masked."""
    changed = {name: value for name, value in hit.changed.items() if _is_free(hit, name)}
    if hit.table.name == CommitmentCertificate.__tablename__ and cast(date, hit.row["kept_until"]) >= today:
        changed.pop("subject", None)
        changed = {name: _masked(hit.row[name], needles) for name in changed}
    return Hit(hit.table, hit.row, changed)


def _is_free(hit: Hit, name: str) -> bool:
    return hit.table.name not in APPEND_ONLY or name in APPEND_ONLY[hit.table.name]


def _masked(value: object, needles: Iterable[Needle]) -> object:
    for needle in needles:
        value = needle.without(value, masked=True)
    return value


def blank(session: Session, told: Event, some: Iterable[Hit]) -> None:
    """Write the rows without the words; `told` (flushed) is the act that tells of it."""
    for hit in some:
        if hit.table.name in REACHED:
            session.connection().execute(sa.delete(hit.table).where(_is(hit)))
        else:
            _write(session, told, hit)
    session.info["told"] = True
    session.expire_all()


def _write(session: Session, told: Event, hit: Hit) -> None:
    values = _unique(hit) | _normal(hit)
    if hit.table.name in APPEND_ONLY:
        named = {"event_id": told.id, "kind": hit.table.name, "row_id": hit.number}
        session.connection().execute(sa.insert(ForgottenRow).values(named))
    touch_row(session, hit.table.name, hit.row, values)
    session.connection().execute(sa.update(hit.table).where(_is(hit)).values(values))


def _is(hit: Hit) -> sa.ColumnElement[bool]:
    return sa.and_(*(column == hit.row[column.name] for column in hit.table.primary_key))


def _unique(hit: Hit) -> dict[str, object]:
    """The new values. Two people who were forgotten must not clash where names are told apart: the mark bears the row's number."""
    alone = {column.name for column in hit.table.columns if column.unique}
    shared = {
        column.name for key in hit.table.constraints if isinstance(key, sa.UniqueConstraint) for column in key.columns
    }
    apart = {name.removesuffix("_normal") for name in alone | shared}
    return {name: _numbered(value, hit) if name in apart else value for name, value in hit.changed.items()}


def _numbered(value: object, hit: Hit) -> object:
    return value.replace(MARK, f"{MARK[:-1]} {hit.number}{MARK[-1]}") if isinstance(value, str) else value


def _normal(hit: Hit) -> dict[str, object]:
    """The normal forms of names that change, which names are found by."""
    said = _unique(hit)
    return {
        column.name: normal_form(str(said[column.info["name"]]))
        for column in hit.table.columns
        if column.info.get("name") in said
    }
