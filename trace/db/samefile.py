"""The file of an SQLite database: never begun anew by an accident, closed to others, and the same one from first to last.

SQLite makes an empty database where the file is missing, and goes on writing into a file that was moved away. Both would
lose what was acknowledged.
"""

import contextlib
import os
import stat

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import Engine
from sqlalchemy.pool import ConnectionPoolEntry

from ..diskfiles import private
from ..errors import N_, Unavailable


class SameFile:
    """Watches the file under an engine. `may_be_new`: a missing file is made, of mode 600 whatever the umask."""

    def __init__(self, path: str, *, may_be_new: bool) -> None:
        self.path, self.may_be_new = path, may_be_new
        self._first: tuple[int, int] | None = None

    def watch(self, engine: Engine) -> None:
        """Look at the file before each new connection, and each time that a kept one is used again."""
        event.listen(engine, "do_connect", self._before)
        event.listen(engine, "checkout", self._again)

    def _before(self, *_: object) -> None:
        if self.may_be_new and self._first is None:
            # An existing file is not even opened: to close it would end the locks that SQLite has on it in this process.
            # Where none can be made, SQLite says why.
            with contextlib.suppress(OSError):
                open(self.path, "xb", opener=private).close()
            self._first = self._found()
            return
        self.check()

    def check(self) -> None:
        """Raises Unavailable when the file is missing or was replaced since the first connection."""
        found = self._found()
        if found is None:
            raise Unavailable(
                N_("数据库文件 %(path)s 不在（或不是文件）；请从备份恢复它。全新的数据目录请先运行 yipin init"),
                path=self.path,
            )
        self._first = self._first or found
        if found != self._first:
            raise Unavailable(
                N_("数据库文件 %(path)s 在运行中被换掉了；请停下服务，核对这个文件，再启动"), path=self.path
            )

    def _again(self, _connection: object, _record: ConnectionPoolEntry, _proxy: object) -> None:
        if self._found() != self._first:
            raise sa.exc.DisconnectionError(
                "the file was replaced"
            )  # the pool then connects anew, and is refused above

    def _found(self) -> tuple[int, int] | None:
        try:
            told = os.stat(self.path)
        except OSError:
            return None
        return (told.st_dev, told.st_ino) if stat.S_ISREG(told.st_mode) else None
