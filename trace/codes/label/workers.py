"""Parts of a large print run made by several processes, and taken in their order: the file is the one that one makes.

Processes are forked, so that what they need, the private key too, is theirs by inheritance and is never written or sent
anywhere. They only calculate: they take no lock of ours, touch no database and leave without any of the parent's exits.
"""

import contextlib
import fcntl
import multiprocessing
import os
import signal
import warnings
from collections.abc import Callable, Generator
from multiprocessing.connection import Connection
from typing import Any, TypeVar

from ...errors import N_, TraceError, Unavailable

Part = TypeVar("Part")

_PIPE_BYTES = 2**20  # so that a process need not wait while the parent is at another one's part


def cores() -> int:
    """How many processes are worth while here. One that may have no children of its own works alone."""
    if multiprocessing.current_process().daemon or "fork" not in multiprocessing.get_all_start_methods():
        return 1
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def in_order(make: Callable[[int], Part], count: int, crew: int) -> Generator[Part, None, None]:
    """`make(0)` … `make(count - 1)`, each in one of `crew` processes, or here if that is one.

    Raises what `make` raised when it is a TraceError made of a message alone, else Unavailable. However it ends, no
    process is left.
    """
    if crew <= 1 or count <= 1:
        yield from map(make, range(count))
        return
    hands: list[tuple[multiprocessing.process.BaseProcess, Connection]] = []
    try:
        for me in range(min(crew, count)):
            hands.append(_started(make, range(me, count, crew), [pipe for _, pipe in hands]))
        for number in range(count):
            yield _taken(hands[number % crew][1])
    finally:
        for process, pipe in hands:
            process.terminate()
            pipe.close()
        for process, _ in hands:
            process.join()


def _started(
    make: Callable[[int], Part], numbers: range, others: list[Connection]
) -> tuple[multiprocessing.process.BaseProcess, Connection]:
    context = multiprocessing.get_context("fork")
    receiving, sending = context.Pipe(duplex=False)
    with contextlib.suppress(OSError, AttributeError):  # a larger pipe is Linux's, and only a convenience
        fcntl.fcntl(sending.fileno(), fcntl.F_SETPIPE_SZ, _PIPE_BYTES)
    process = context.Process(target=_work, args=(make, numbers, sending, [*others, receiving]), daemon=True)
    with warnings.catch_warnings():
        # Newer Pythons warn of forking beside threads, since a child must not wait for a lock that one of them held.
        warnings.simplefilter("ignore", DeprecationWarning)
        process.start()
    sending.close()
    return process, receiving


def _work(make: Callable[[int], Part], numbers: range, pipe: Connection, not_mine: list[Connection]) -> None:
    """What a child does. It holds no other's pipe open, so that it ends at its next part when the parent is gone."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent hears it, and ends us
    for other in not_mine:
        other.close()
    with contextlib.suppress(BrokenPipeError):
        try:
            for number in numbers:
                pipe.send((make(number), None))
        except TraceError as error:
            pipe.send((None, (type(error), error.message)))


def _taken(pipe: Connection) -> Any:
    try:
        part, refusal = pipe.recv()
    except (EOFError, OSError):
        raise Unavailable(N_("生成标签的进程意外中断，没有留下文件；请重试")) from None
    if refusal is not None:
        kind, message = refusal
        raise kind(message.template, **message.values)
    return part
