"""Where the thread of an inbox cannot begin, the next who comes begins it."""

from queue import SimpleQueue

import pytest

from yipin.inbox import Inbox


def test_an_inbox_that_could_not_begin_begins_with_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    done: SimpleQueue[int] = SimpleQueue()
    inbox: Inbox[int] = Inbox("test", lambda group: [done.put(item) for item in group] and None)

    def none_left(_: object) -> None:
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as patch:
        patch.setattr("threading.Thread.start", none_left)
        with pytest.raises(RuntimeError):
            inbox.put(1)
    inbox.put(2)
    assert done.get(timeout=5) == 2
