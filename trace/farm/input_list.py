"""The list of inputs (投入品清单): what may be used on which crop, how often and how long before harvest, and what is banned.
Every line has its source. The examples of `data/inputs.toml` are shown and never judge. Officers enter the lines that do."""

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from .. import fields
from ..access import demonstrations
from ..access.actor import Actor
from ..audit import log
from ..db import lock
from ..errors import N_, Conflict, Invalid
from ..models import Action, CropKind, FarmInput
from ..names import normal_form
from .interval import LONGEST, Limit

MOST_USES = 50
NAMES = {  # by which a line is found, and what they are compared by
    "name": FarmInput.name_normal,
    "registration": FarmInput.registration_normal,
    "crop": FarmInput.crop_normal,
}
RULE = ("crop_kind", "banned", "max_uses", "interval_days")
SAYS = (*NAMES, *RULE)  # what judges


@cache
def _examples() -> tuple[dict[str, Any], ...]:
    return tuple(tomllib.loads((files("yipin.data") / "inputs.toml").read_text("utf-8"))["input"])


def examples() -> list[FarmInput]:
    """The examples that come with the program: rows that are in no database."""
    return [FarmInput(registration="", banned=False, example=True, **line) for line in _examples()]


def found(words: str = "", ended: bool = False) -> sa.Select[FarmInput]:
    """The lines that judge, bans first; or those that were taken off, the last one first. `words` are looked for in the
    name, the registration and the crop, whatever their spelling."""
    rows = sa.select(FarmInput).where(FarmInput.example.is_(False), demonstrations.counts(FarmInput))
    if words:
        wanted = normal_form(words)
        rows = rows.where(sa.or_(*(column.contains(wanted, autoescape=True) for column in NAMES.values())))
    if ended:
        return rows.where(FarmInput.ended_at.is_not(None)).order_by(FarmInput.ended_at.desc(), FarmInput.id.desc())
    return rows.where(FarmInput.ended_at.is_(None)).order_by(FarmInput.banned.desc(), FarmInput.name, FarmInput.id)


def listed(session: Session, most: int | None = None) -> Sequence[FarmInput]:
    """What officers entered and did not take off, bans first."""
    return session.scalars(found().limit(most)).all()


def enter(
    session: Session,
    actor: Actor,
    demonstration: bool = False,
    /,
    *,
    name: str,
    source: str,
    registration: str = "",
    crop: str = "",
    crop_kind: str = "",
    banned: bool = False,
    max_uses: str = "",
    interval_days: str = "",
) -> FarmInput:
    """An officer enters a line, with its source: a label, an announcement. No crop and no kind: any.

    Raises Invalid for any field. A line either bans, or limits uses or states an interval (days), and is on the list once.
    """
    with fields.Together() as read:
        row = FarmInput(
            name=read(fields.name, "name", name, least=2),
            registration=read(fields.line, "registration", registration, least=0, most=40),
            crop=read(fields.name, "crop", crop, least=0, most=30),
            crop_kind=read(fields.choice, "crop_kind", CropKind, crop_kind) if crop_kind else None,
            banned=banned,
            max_uses=read(fields.count, "max_uses", max_uses, MOST_USES) if max_uses.strip() else None,
            interval_days=read(fields.days, "interval_days", interval_days, LONGEST),
            source=read(fields.line, "source", source, least=4, most=300),
            entered_at=actor.at,
            demonstration=demonstration,
        )
    _refuse_unclear(row)
    _refuse_twice(session, row)
    session.add(row)
    log.record(session, actor, Action.FARMINPUT_ENTER, row, name=row.name, banned=banned)
    return row


def _refuse_unclear(row: FarmInput) -> None:
    """A ban beside an interval is a slip: one of the two was not meant, and a ban is final."""
    limits = [field for field in ("max_uses", "interval_days") if getattr(row, field) is not None]
    if row.banned and limits:
        raise Invalid(limits[0], N_("禁止使用的一条不写间隔期和次数；请清空，或者不选“禁止使用”"))
    if not row.banned and not limits:
        raise Invalid("interval_days", N_("请写安全间隔期或最多使用次数，或选“禁止使用”"))


def _refuse_twice(session: Session, row: FarmInput) -> None:
    """A form or a table sent twice makes no second line that says the same, in whatever spelling."""
    said = {name: normal_form(getattr(row, name)) for name in NAMES} | {field: getattr(row, field) for field in RULE}
    if old := session.scalar(sa.select(FarmInput).where(says_the_same(FarmInput, said)).limit(1)):
        raise listed_already(old)


def says_the_same(line: type[FarmInput], said: Mapping[str, object]) -> sa.ColumnElement[bool]:
    """Whether a line that judges says the same. `said` holds a value, or a column of other rows, for each of `SAYS`; names
    by their normal forms."""
    names = [getattr(line, NAMES[name].key) == said[name] for name in NAMES]
    rule = [getattr(line, field).is_not_distinct_from(said[field]) for field in RULE]
    return sa.and_(line.example.is_(False), line.ended_at.is_(None), *names, *rule)


def listed_already(old: FarmInput) -> Invalid:
    """The refusal of a line that says the same as `old`."""
    return Invalid("name", N_("清单上已经有同样的一条，依据是“%(source)s”"), source=old.source)


def end(session: Session, actor: Actor, row: FarmInput, reason: str) -> None:
    """Take a line off the list; it no longer judges. Raises Invalid without a reason, Conflict when it is off already."""
    why = fields.reason(reason)
    lock(session, row)
    if row.ended_at is not None:
        raise Conflict(N_("这一条已经办过了，请刷新页面看最新状态"))
    row.ended_at, row.end_reason = actor.at, why
    log.record(session, actor, Action.FARMINPUT_END, row, why)


def limits_of(session: Session) -> list[Limit]:
    """The list of inputs as it judges today: without examples and what was taken off."""
    return [limit_of(row) for row in listed(session)]


def limit_of(row: FarmInput) -> Limit:
    """What a line of the list says, for the interval rule. The line is in the database."""
    return Limit(
        row.name_normal,
        row.registration_normal,
        row.crop_normal,
        row.crop_kind,
        row.banned,
        row.max_uses,
        row.interval_days,
        row.source,
    )
