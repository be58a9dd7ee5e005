"""The one thread of an inbox is begun again where it could not begin, and outlives work that fails."""

from queue import SimpleQueue

import pytest

from yipin.scan.batcher import Batcher


def test_an_inbox_that_could_not_begin_begins_with_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    done: SimpleQueue[int] = SimpleQueue()
    inbox: Batcher[int] = Batcher("test", lambda group: [done.put(item) for item in group] and None)

    def none_left(_: object) -> None:
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as patch:
        patch.setattr("threading.Thread.start", none_left)
        with pytest.raises(RuntimeError):
            inbox.put(1)
    inbox.put(2)
    assert done.get(timeout=5) == 2


def test_work_that_fails_is_told_of_and_the_next_is_done(caplog: pytest.LogCaptureFixture) -> None:
    done: SimpleQueue[list[int]] = SimpleQueue()

    def work(group: list[int]) -> None:
        done.put(group)
        if group == [0]:
            raise ValueError

    inbox: Batcher[int] = Batcher("test", work)
    for item in (0, 1):
        inbox.put(item)
        assert done.get(timeout=5) == [item]
    assert caplog.messages == ["1 in the inbox 'test' were lost"]
