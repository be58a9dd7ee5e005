"""Several processes make the parts of a large print run. The parts are taken in order, so the file is always the same.

The processes are forked. They inherit what they need, the private key included, so it is never written or sent. They
only calculate: they take no lock of ours and use no database.
"""

import contextlib
import fcntl
import multiprocessing
import os
import signal
import warnings
from collections.abc import Callable, Generator
from multiprocessing.connection import Connection
from typing import TypeVar, cast

from ...errors import N_, NotNow, TraceError

Part = TypeVar("Part")

_PIPE_BYTES = 2**20  # large, so that a process need not wait while the parent takes another one's part


def cores() -> int:
    """The number of processes to use on this machine. It is 1 in a process that may have no children."""
    if multiprocessing.current_process().daemon or "fork" not in multiprocessing.get_all_start_methods():
        return 1
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def in_order(make: Callable[[int], Part], count: int, crew: int) -> Generator[Part, None, None]:
    """`make(0)` … `make(count - 1)` in order, made by `crew` processes, or in this one if `crew` is 1.

    A TraceError of `make` that is made of a message alone is raised again; after any other failure of a process
    NotNow is raised. No process is left at the end.
    """
    if crew <= 1 or count <= 1:
        yield from map(make, range(count))
        return
    hands: list[tuple[multiprocessing.process.BaseProcess, Connection]] = []
    try:
        for me in range(min(crew, count)):
            hands.append(_started(make, range(me, count, crew), [pipe for _, pipe in hands]))
        for number in range(count):
            yield cast(Part, _taken(hands[number % crew][1]))
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
        # Newer Pythons warn of a fork beside threads, since a child could wait for their locks. Ours take no lock.
        warnings.simplefilter("ignore", DeprecationWarning)
        process.start()
    sending.close()
    return process, receiving


def _work(make: Callable[[int], Part], numbers: range, pipe: Connection, not_mine: list[Connection]) -> None:
    """The work of a child. It closes the other pipes, so that it ends at its next part once the parent is gone."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent receives it too, and ends this process
    for other in not_mine:
        other.close()
    with contextlib.suppress(BrokenPipeError):
        try:
            for number in numbers:
                pipe.send((make(number), None))
        except TraceError as error:
            pipe.send((None, (type(error), error.message)))


def _taken(pipe: Connection) -> object:
    try:
        part, refusal = pipe.recv()
    except (EOFError, OSError):
        raise NotNow(N_("生成标签的进程意外中断，没有留下文件；请重试")) from None
    if refusal is not None:
        kind, message = refusal
        raise kind(message.template, **message.values)
    return part
