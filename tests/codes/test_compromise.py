"""Of a leaked key's codes those stay genuine whose issue a witness saw before the leak; of others it cannot be told."""

from datetime import UTC, datetime, timedelta

import pytest

from yipin.codes.compromise import Vouched, vouched
from yipin.codes.keylist import KeyStatus

LEAK = datetime(2026, 7, 18, 8, tzinfo=UTC)
MOMENT = timedelta(microseconds=1)
ACTIVE, RETIRED, LEAKED = KeyStatus.ACTIVE, KeyStatus.RETIRED, KeyStatus.COMPROMISED

TABLE = [  # status of the key, since when, when a witness saw the issue: who vouches, and whether that is enough
    (ACTIVE, None, None, Vouched.KEY, True),
    (ACTIVE, None, LEAK, Vouched.KEY, True),
    (RETIRED, LEAK, None, Vouched.KEY, True),
    (RETIRED, LEAK, LEAK - MOMENT, Vouched.KEY, True),
    (RETIRED, LEAK, LEAK + MOMENT, Vouched.KEY, True),
    (LEAKED, LEAK, LEAK - timedelta(days=400), Vouched.WITNESS, True),
    (LEAKED, LEAK, LEAK - MOMENT, Vouched.WITNESS, True),
    (LEAKED, LEAK, LEAK, Vouched.TOO_LATE, False),
    (LEAKED, LEAK, LEAK + MOMENT, Vouched.TOO_LATE, False),
    (LEAKED, LEAK, None, Vouched.NOBODY, False),
    (LEAKED, None, LEAK, Vouched.NOBODY, False),
]


@pytest.mark.parametrize(("status", "since", "witnessed", "who", "enough"), TABLE)
def test_who_vouches_for_a_code(
    status: KeyStatus, since: datetime | None, witnessed: datetime | None, who: Vouched, enough: bool
) -> None:
    found = vouched(status, since, witnessed)
    assert (found, found.holds) == (who, enough)


def test_the_table_has_every_status_and_every_answer() -> None:
    assert {row[0] for row in TABLE} == set(KeyStatus) and {row[3] for row in TABLE} == set(Vouched)
