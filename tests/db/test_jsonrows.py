"""Rows sent as one text are what they would be sent one by one."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
import sqlalchemy as sa

from world import NOW, World
from yipin.db import jsonrows
from yipin.models import Scan, Visitor

SCAN = [Scan.__table__.c[name] for name in ("batch_id", "ordinal", "at", "visitor", "client", "verdict")]
SHANGHAI = timezone(timedelta(hours=8))


@pytest.mark.parametrize("client", ["'; DROP --", '"\\', "黄桃", ":at %s", "\U0001f351"])
@pytest.mark.parametrize("number", [0, 2**63 - 1, -(2**63)])
@pytest.mark.parametrize("at", [NOW, datetime(2026, 1, 1, 1, 2, 3, 4, SHANGHAI), datetime(2026, 1, 1, tzinfo=UTC)])
def test_a_row_is_read_as_it_was_written(world: World, client: str, number: int, at: datetime) -> None:
    row = (number, number, at, Visitor.PERSON, client, "genuine")
    with world.db.looks.write.begin() as session:
        session.add(Scan(**dict(zip((column.name for column in SCAN), row, strict=True))))
        session.flush()
        session.execute(
            jsonrows.insert(session.connection().dialect.name, SCAN), {"rows": jsonrows.rows_of([row, row])}
        )
        found = session.execute(sa.select(*SCAN).order_by(Scan.id)).all()
        kept = session.execute(sa.text("SELECT batch_id, ordinal, at, visitor, client, verdict FROM scans")).all()
    assert [tuple(one) for one in found] == [row] * 3
    assert len({*kept}) == 1  # also as they lie on the disk


def test_rows_keep_their_order_and_none_is_nothing(world: World) -> None:
    rows = [(number, 0, NOW, "person", "a", "genuine") for number in (3, 1, 2)]
    with world.db.looks.write.begin() as session:
        insert = jsonrows.insert(session.connection().dialect.name, SCAN)
        session.execute(insert, {"rows": jsonrows.rows_of(rows)})
        session.execute(insert, {"rows": jsonrows.rows_of([])})
        assert list(session.scalars(sa.select(Scan.batch_id).order_by(Scan.id))) == [3, 1, 2]
