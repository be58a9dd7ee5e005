"""Where large tables are checked and enter while the pages go on being answered: one after another, in a thread of the web
process. A queue of jobs takes this file's place: `start` hands a work over, `settle` waits for all of them."""

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Lock

from .. import clock
from ..db import Database, watch
from ..installation.installation import Installation
from ..models import ImportState, TableImport
from . import work

SILENT = timedelta(seconds=20)  # without a note of progress; then the one that worked on it has died
_WORKS = {ImportState.CHECKING: work.judge, ImportState.ENTERING: work.enter}
_THREAD = ThreadPoolExecutor(1, thread_name_prefix="imports")
_waiting: set[int] = set()
_WAITING = Lock()
log = logging.getLogger("yipin.imports")


def start(db: Database, installation: Installation, row: TableImport) -> None:
    """Do the work that an import waits for; one that waits its turn already is left in its place."""
    with _WAITING:
        if row.id in _waiting:
            return
        _waiting.add(row.id)
    _THREAD.submit(_done, _WORKS[row.state], db, installation, row.id)


def start_if_silent(db: Database, installation: Installation, row: TableImport) -> None:
    """Take up an import that nobody works on, such as one left behind by a restart."""
    if row.state in _WORKS and clock.now() - row.changed_at > SILENT:
        start(db, installation, row)


def settle() -> None:
    """Wait until everything that was handed over so far is done, as before a database is let go."""
    _THREAD.submit(int).result()


def _done(
    run: Callable[[Database, Installation, int], None], db: Database, installation: Installation, import_id: int
) -> None:
    try:
        with watch.watching():
            run(db, installation, import_id)
    except Exception:
        log.exception("import %s is left to be taken up again", import_id)
    finally:
        with _WAITING:
            _waiting.discard(import_id)
