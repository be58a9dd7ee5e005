"""A message as data: kept on a row, and said later in either language."""

import json
from datetime import date
from decimal import Decimal

import pytest

from yipin.errors import Message

DAY = date(2026, 7, 18)
INNER = Message("“%(name)s”到 %(day)s", {"name": "黄桃", "day": DAY})


@pytest.mark.parametrize(
    "message",
    [
        Message("没有"),
        Message("%(n)s 行，%(part)s", {"n": 3, "part": 0.5}),
        Message("缺字：%(chars)s", {"chars": "𰻝"}),
        Message("%(day)s 以后", {"day": DAY}),
        Message("%(table)s：%(why)s", {"table": Message("批次"), "why": INNER}),
    ],
    ids=str,
)
def test_a_message_comes_back_from_its_data_as_it_was(message: Message) -> None:
    kept = json.loads(json.dumps(message.as_data()))
    assert Message.from_data(kept) == message and str(Message.from_data(kept)) == str(message)


def test_a_value_that_json_cannot_hold_comes_back_as_it_is_written() -> None:
    assert Message.from_data(Message("%(kg)s", {"kg": Decimal("2.50")}).as_data()).values == {"kg": "2.50"}


def test_what_older_rows_keep_is_still_said() -> None:
    assert str(Message.from_data({"template": "缺字：%(chars)s", "values": {"chars": "𰻝"}})) == "缺字：𰻝"
