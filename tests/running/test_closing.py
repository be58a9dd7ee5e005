"""What is registered is closed at the stop, all at once, and one that hangs does not keep the others."""

import time

import pytest

from world.pace import Took, in_time
from yipin.running.closing import Closing


def test_everything_is_closed_once_and_at_the_same_time(caplog: pytest.LogCaptureFixture) -> None:
    in_time(lambda _: closed_at_once(caplog))


def closed_at_once(caplog: pytest.LogCaptureFixture) -> list[Took]:
    """Close four things, one of which is broken and one of which hangs."""
    caplog.clear()
    closing, closed = Closing(), list[str]()

    def slowly(seconds: float) -> None:
        time.sleep(0.3)
        closed.append("slow")

    def badly(seconds: float) -> None:
        raise ValueError("broken")

    closing.add("slow", slowly)
    closing.add("bad", badly)
    closing.add("hangs", lambda seconds: time.sleep(seconds + 2))
    closing.add("other", lambda seconds: closed.append("other"))
    began = time.monotonic()
    closing.close(1.0)
    closing.close(1.0)
    took = time.monotonic() - began
    assert sorted(closed) == ["other", "slow"]
    assert [record.getMessage() for record in caplog.records] == [
        "bad could not be closed",
        "hangs could not be closed in 1.0 s",
    ]
    return [Took("both calls", took, 2.5)]
