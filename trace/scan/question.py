"""The one question that is asked of the record for all scans that came together: what has changed since the last time, how
the batches stand, and which of the units are void. One statement, through the driver itself, because every scan asks it.
"""

import json
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime

from ..db import Database
from ..models import BatchState, StoppedBy
from ..models.changes import EVERYTHING, Key
from .looks import Unit
from .standing import Standing

_HEAD = """
SELECT 'version' AS what, CAST(v.swept AS text) AS word, v.version AS id, CAST(NULL AS bigint) AS number, {no_day} AS since
FROM record_version v
UNION ALL SELECT 'change', c.kind, c.object_id, c.version, {no_day} FROM record_changes c WHERE c.version > {mark}
"""
_STATES = """UNION ALL SELECT b.state || ' ' || COALESCE(b.stopped_by, 'officer'), b.state_reason, b.id, NULL, b.state_since FROM batches b
WHERE b.state <> 'on_sale' AND b.id {among}
"""
_VOIDS = """UNION ALL SELECT 'void', u.reason, u.batch_id, u.ordinal, {no_day} FROM void_units u JOIN {asked}
"""
_WORDS = {
    "sqlite": {
        "no_day": "NULL",
        "mark": "?",
        "among": "IN (SELECT value FROM json_each(?))",
        "asked": "json_each(?) w ON u.batch_id = w.value ->> 0 AND u.ordinal = w.value ->> 1",
    },
    "postgresql": {
        "no_day": "CAST(NULL AS timestamptz)",
        "mark": "%s",
        "among": "IN (SELECT CAST(value AS bigint) FROM json_array_elements_text(CAST(%s AS json)))",
        "asked": "json_array_elements(CAST(%s AS json)) w"
        " ON u.batch_id = CAST(w.value ->> 0 AS bigint) AND u.ordinal = CAST(w.value ->> 1 AS bigint)",
    },
}


@dataclass(slots=True)
class Told:
    """The answer: the version of the record; what has changed since the one that was asked from, and in which version
    last; how batches stand that are not on sale; why units are void. What was read before the version `kept_from` may be
    out of date in any way."""

    version: int = 0
    changed: dict[Key, int] = field(default_factory=dict)
    kept_from: int = 0
    standings: dict[int, Standing] = field(default_factory=dict)
    voids: dict[Unit, str] = field(default_factory=dict)


class Question:
    """Asks a database."""

    def __init__(self, db: Database) -> None:
        self._db = db
        parts = [part.format(**_WORDS[db.engine.dialect.name]) for part in (_HEAD, _STATES, _VOIDS)]
        self._texts = [parts[0], parts[0] + parts[1], "".join(parts)]

    def ask(self, since: int, batches: Collection[int] = (), units: Collection[Unit] = ()) -> Told:
        """What has changed after the version `since`, how these batches stand, and which of these units are void."""
        values = [since, json.dumps([*batches]), json.dumps([*units])]
        count = 3 if units else 2 if batches else 1
        return _told(self._rows(self._texts[count - 1], tuple(values[:count])))

    def _rows(self, text: str, values: tuple[object, ...]) -> list[tuple[str, str, int, int, object]]:
        connection = self._db.engine.raw_connection()
        try:
            cursor = connection.cursor()
            cursor.execute(text, values)
            rows: list[tuple[str, str, int, int, object]] = list(cursor.fetchall())
            connection.rollback()
            return rows
        finally:
            connection.close()


def _told(rows: list[tuple[str, str, int, int, object]]) -> Told:
    told = Told()
    for what, word, number, second, day in rows:
        if what == "version":
            told.version, told.kept_from = number, int(word)
        elif what == "change":
            told.changed[word, number] = max(second, told.changed.get((word, number), 0))
        elif what == "void":
            told.voids[number, second] = word
        else:
            state, _, by = what.partition(" ")
            told.standings[number] = Standing(BatchState(state), _moment(day), word, StoppedBy(by))
    told.kept_from = max(told.kept_from, told.changed.pop(EVERYTHING, 0))
    return told


def _moment(day: object) -> datetime:
    """SQLite's driver gives a moment as text without its zone, which is UTC; that of PostgreSQL as an aware datetime."""
    moment = day if isinstance(day, datetime) else datetime.fromisoformat(str(day))
    return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
