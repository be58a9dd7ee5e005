"""A process that ends with its parent, however the parent ends.

The parent holds the one end of a pipe and never writes to it. When the parent is gone, even by `kill -9`, the kernel
closes that end, and the child reads the end of the file. A thread of the child waits for that.
"""

import os
import signal
import time
from threading import Thread


class Lifeline:
    """A pipe from a parent to the children that it forks. Make it in the parent, before the first child."""

    def __init__(self) -> None:
        self._theirs, self._ours = os.pipe()

    def follow(self, seconds: float) -> None:
        """In a child: end when the parent has ended. See `end_with`."""
        os.close(self._ours)
        end_with(self._theirs, seconds)

    def close(self) -> None:
        """In the parent: let go of the children, which then end."""
        os.close(self._theirs)
        os.close(self._ours)


def end_with(pipe: int, seconds: float) -> None:
    """End this process when the other end of `pipe` is closed: by SIGTERM, and without mercy so many seconds later."""
    Thread(target=_wait, args=(pipe, seconds), name="parent", daemon=True).start()


def _wait(pipe: int, seconds: float) -> None:
    while os.read(pipe, 1):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(seconds)
    os._exit(1)
