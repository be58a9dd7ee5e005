"""Heavy work in the thread of a page: a file that is made while the person waits, or a table that is read.

All threads of a process share one interpreter, and a scan takes turns with every thread that computes. Here such threads
are few, however many people ask for files or send tables at once.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from threading import BoundedSemaphore

from ..errors import N_, Busy

PATIENCE = 20.0  # seconds that a request waits for its turn
_ENDS = (".xlsx", ".pdf", ".zip", ".csv")  # of the addresses of files
_OPEN_DATA = "/open/"


class Work(StrEnum):
    FILE = "file"  # made by the thread itself
    TABLE = "table"  # read by the sandbox first, which may take long with a bad one


AT_ONCE = {Work.FILE: 1, Work.TABLE: 2}
_PLACES = {work: BoundedSemaphore(count) for work, count in AT_ONCE.items()}


def is_file(address: str) -> bool:
    """Whether a file is made for this address, as the URL map has it."""
    return address.endswith(_ENDS) or (address.startswith(_OPEN_DATA) and address.endswith(".json"))


@contextmanager
def turn(work: Work | None) -> Iterator[None]:
    """Keep others waiting who want the same kind of work while the block runs. None is light work, which never waits.

    Raises Busy when the turn does not come in time.
    """
    if work is None:
        yield
        return
    if not _PLACES[work].acquire(timeout=PATIENCE):
        raise Busy(N_("现在办事的人太多，这一次没有办成。请过几秒再试一次。"))
    try:
        yield
    finally:
        _PLACES[work].release()
