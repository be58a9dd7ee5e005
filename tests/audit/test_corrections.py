"""A correction keeps what was and what is, of what differs alone."""

from datetime import date
from decimal import Decimal

import pytest

from yipin.audit.corrections import changes
from yipin.errors import Conflict
from yipin.models import Role


def test_only_what_differs_is_kept_as_a_person_reads_it() -> None:
    before = {"day": date(2026, 7, 1), "area": Decimal("8.500"), "name": "一号地", "role": Role.OFFICER}
    after = {"day": date(2026, 7, 2), "area": Decimal("80"), "name": "一号地", "role": None}
    kept = {"day": ["2026-07-01", "2026-07-02"], "area": ["8.5", "80"], "role": ["officer", None]}
    assert changes(before, after) == kept


def test_an_amount_written_otherwise_is_no_change() -> None:
    with pytest.raises(Conflict, match="没有要改的"):
        changes({"area": Decimal("8.50")}, {"area": Decimal("8.5")})
