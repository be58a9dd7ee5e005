"""Programs that this process starts and waits for. They end with it, and at its stop."""

import subprocess
import time
from collections.abc import Sequence
from threading import Lock

_alive: set["subprocess.Popen[bytes]"] = set()
_lock = Lock()
_stopped = False


def run(command: Sequence[str]) -> int:
    """Start a program, wait for its end and return its exit status (negative: the signal that ended it).

    Its standard input is a pipe that never carries anything: it ends when this process ends. A program that calls
    `parent.end_with` on it ends then, too. Returns -15, as if it had been ended, when this process is about to stop.
    """
    with _lock:
        if _stopped:
            return -15
        child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
        _alive.add(child)
    try:
        return child.wait()
    finally:
        _alive.discard(child)
        if child.stdin:
            child.stdin.close()


def stop(seconds: float) -> None:
    """End all programs that were started here, by force if they have not ended after so many seconds; start no others."""
    global _stopped
    with _lock:
        _stopped, living = True, list(_alive)
    for child in living:
        child.terminate()
    end = time.monotonic() + seconds
    for child in living:
        try:
            child.wait(max(0.0, end - time.monotonic()))
        except subprocess.TimeoutExpired:
            child.kill()
