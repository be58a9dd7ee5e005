"""When a case is due: working and calendar days, holidays and weekend days worked instead."""

from datetime import date

import pytest

from yipin.policy.deadlines import CaseRules

RAW = {
    "keep_contact_days": 90,
    "holidays": [date(2026, 10, d) for d in (1, 2, 5, 6, 7)],
    "workdays": [date(2026, 10, 10)],
    "complaint": {"days": 3, "count": "working"},
    "claim": {"days": 10, "count": "calendar"},
}


@pytest.mark.parametrize(
    ("received", "due"),
    [
        ("2026-07-20", "2026-07-23"),
        ("2026-07-23", "2026-07-28"),
        ("2026-07-25", "2026-07-29"),
        ("2026-09-30", "2026-10-10"),
        ("2026-10-09", "2026-10-13"),
    ],
)
def test_working_days_leave_out_weekends_and_holidays_and_count_the_saturdays_worked(received: str, due: str) -> None:
    assert CaseRules.of(RAW).due("complaint", date.fromisoformat(received)) == date.fromisoformat(due)


def test_calendar_days_count_every_day() -> None:
    assert CaseRules.of(RAW).due("claim", date(2026, 9, 28)) == date(2026, 10, 8)


@pytest.mark.parametrize(
    "wrong",
    [
        {"complaint": {"days": 0, "count": "working"}},
        {"complaint": {"days": 3, "count": "moon"}},
        {"keep_contact_days": 0},
        {"complaint": {"days": 3}},
    ],
)
def test_a_rule_that_cannot_be_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises((ValueError, KeyError)):
        CaseRules.of(RAW | wrong)
