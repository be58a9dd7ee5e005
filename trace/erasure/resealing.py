"""Events lose what is deleted, and nothing else of them can change unnoticed: the salt of each entry is destroyed, so that what was
sealed can never be shown again, and what is left of the event is sealed anew by the act that the public log keeps.
"""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..errors import N_, NotNow
from ..models import Event, ForgottenRow, LogEntry, LogSalt
from ..models.log_entries import SALT, Told, parts, read, seal
from ..models.public_facts import public_part

AT_ONCE = 400  # events that one act seals anew: its entry must stay below 64 KiB
CLEAR = ("actor_name", "reason", "data")  # the columns of an event that can hold a person's words


@dataclass(frozen=True)
class Anew:
    """An event as it is to be, and under which salt and commitment what is sealed of it."""

    event_id: int
    changed: Mapping[str, object]
    salt: bytes
    sealed: str


def blanked(session: Session, rows: Mapping[int, Told], changes: Mapping[int, Mapping[str, object]]) -> list[Anew]:
    """The events without the words, sealed anew. What of an event is public stays: it has been published and cannot be taken back.
    Events in which there is nothing else are left out.

    Raises NotNow while an event has no entry yet, as for some minutes after an upgrade.
    """
    contents = _contents(session, rows)
    if missing := rows.keys() - contents.keys():
        raise NotNow(N_("公开日志还在补写从前的 %(count)d 条，请过几分钟再删"), count=len(missing))
    made = (_anew(rows[number], changes[number], contents[number]) for number in sorted(rows))
    return [each for each in made if each.changed]


def _contents(session: Session, rows: Mapping[int, Told]) -> dict[int, bytes]:
    found: dict[int, bytes] = {}
    wanted = sorted(rows)
    for start in range(0, len(wanted), AT_ONCE):
        asked = sa.select(LogEntry.event_id, LogEntry.content)
        some = session.execute(asked.where(LogEntry.event_id.in_(wanted[start : start + AT_ONCE])))
        found |= {number: bytes(content) for number, content in some}
    return found


def _anew(row: Told, changed: Mapping[str, object], content: bytes) -> Anew:
    number = cast("str | None", read(content).get("number"))
    clear, private = parts(row, number)
    kept: dict[str, object] = {}
    for name, value in changed.items():
        for one in (value, _with_what_is_public(row, value)):
            told = {**row, **kept, name: one}
            if one != row[name] and (said := parts(told, number))[0] == clear:
                kept[name], private = one, said[1]
                break
    salt = os.urandom(SALT)
    return Anew(cast(int, row["id"]), kept, salt, seal(salt, private))


def _with_what_is_public(row: Told, after: object) -> object:
    """The data of an event as they are to be, with the public ones as they were."""
    before = row["data"]
    if not isinstance(after, dict) or not isinstance(before, dict):
        return after
    return after | {key: before[key] for key in public_part(str(row["action"])).keys if key in before}


def write(session: Session, told: Event, some: Sequence[Anew]) -> None:
    """Blank the events that an act (flushed) seals anew. The database lets only a row be blanked that is named and has no salt."""
    connection, numbers = session.connection(), [each.event_id for each in some]
    named = [{"event_id": told.id, "kind": Event.__tablename__, "row_id": number} for number in numbers]
    connection.execute(sa.insert(ForgottenRow), named)
    connection.execute(sa.delete(LogSalt).where(LogSalt.event_id.in_(numbers)))
    log = cast(sa.Table, Event.__table__)
    for each in some:
        connection.execute(sa.update(log).where(Event.id == each.event_id).values(**each.changed))
    connection.execute(sa.insert(LogSalt), [{"event_id": each.event_id, "salt": each.salt} for each in some])
