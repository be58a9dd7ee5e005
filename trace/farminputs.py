"""The list of inputs (投入品清单): what may be used on which crop, how often and how long before harvest, and what is banned;
every line with its source. The examples of `data/inputs.toml` are shown and never judge; officers enter what counts."""

import tomllib
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from . import audit, inputs
from .accounts import Actor
from .errors import N_, Conflict, Invalid
from .interval import LONGEST
from .models import CropKind, FarmInput

MOST_USES = 50


@cache
def _examples() -> tuple[dict[str, Any], ...]:
    return tuple(tomllib.loads((files(__package__) / "data" / "inputs.toml").read_text("utf-8"))["input"])


def examples() -> list[FarmInput]:
    """The examples that come with the program: rows that are in no database."""
    return [FarmInput(registration="", banned=False, example=True, **line) for line in _examples()]


def listed(session: Session) -> Sequence[FarmInput]:
    """What officers entered and did not take off, bans first."""
    rows = sa.select(FarmInput).where(FarmInput.ended_at.is_(None))
    return session.scalars(rows.order_by(FarmInput.banned.desc(), FarmInput.name, FarmInput.id)).all()


def enter(session: Session, actor: Actor, *, name: str, source: str, registration: str = "", crop: str = "",
          crop_kind: str = "", banned: bool = False, max_uses: str = "", interval_days: str = "") -> FarmInput:  # fmt: skip
    """An officer enters a line, with its source: a label, an announcement. No crop and no kind: any.

    Raises Invalid for any field; a line must ban, or limit uses, or state an interval.
    """
    row = FarmInput(
        name=inputs.line("name", name, least=2),
        registration=inputs.line("registration", registration, least=0, most=40),
        crop=inputs.line("crop", crop, least=0, most=30),
        crop_kind=inputs.choice("crop_kind", CropKind, crop_kind) if crop_kind else None,
        banned=banned,
        max_uses=inputs.count("max_uses", max_uses, MOST_USES) if max_uses.strip() else None,
        interval_days=interval(interval_days),
        source=inputs.line("source", source, least=4, most=300),
        entered_at=actor.at,
    )
    if not banned and row.max_uses is None and row.interval_days is None:
        raise Invalid("interval_days", N_("请写安全间隔期或最多使用次数，或勾选禁用"))
    session.add(row)
    audit.record(session, actor, "farminput.enter", row, name=row.name, banned=banned)
    return row


def interval(typed: str) -> int | None:
    """Days of an interval as on the label, 0 allowed; None where nothing is typed."""
    text = typed.strip()
    return None if not text else 0 if text == "0" else inputs.count("interval_days", text, LONGEST)


def end(session: Session, actor: Actor, row: FarmInput, reason: str) -> None:
    """Take a line off the list; it no longer judges. Raises Conflict when it is off already."""
    why = inputs.reason(reason)
    session.refresh(row, with_for_update=True)
    if row.ended_at is not None:
        raise Conflict(N_("这一条已经办过了，请刷新页面看最新状态"))
    row.ended_at, row.end_reason = actor.at, why
    audit.record(session, actor, "farminput.end", row, why)
