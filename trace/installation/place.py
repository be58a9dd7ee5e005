"""Where an installation stands: a mark by which a copy of it is told from the one that it was copied from.

For a record in a SQLite file it is made of the machine's id and the number (inode) of the data directory: it stays when the
directory is renamed, and is another one for a copy of it or on another machine. For PostgreSQL it is made of the server's system
identifier and the number of the database, so that all machines that serve one database stand in one place.
"""

import hashlib
import os
from contextlib import suppress
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..db import Database
from ..errors import N_, NotNow
from ..models import Fingerprint
from .settings import Settings

PLACE = "place"  # the name of its row
MACHINE = Path("/etc/machine-id")
_DATABASE = "SELECT oid FROM pg_database WHERE datname = current_database()"
_SERVER = "SELECT system_identifier FROM pg_control_system()"


class Copied(NotNow):
    """This is not the place at which the installation stands."""


def mark(db: Database, settings: Settings) -> str:
    """The mark of the place that this process sees."""
    told = _server(db) if db.engine.dialect.name == "postgresql" else _directory(settings.data)
    return hashlib.sha256(f"yipin/place/1\0{told}".encode()).hexdigest()


def _directory(data: Path) -> str:
    machine = ""
    with suppress(OSError):
        machine = MACHINE.read_text("ascii").strip()
    return f"{machine} {os.stat(data).st_ino}"


def _server(db: Database) -> str:
    with db.engine.connect() as connection:
        number = connection.scalar(sa.text(_DATABASE))
        try:
            server = connection.scalar(sa.text(_SERVER))
        except sa.exc.DBAPIError:  # a server where not everyone may ask it
            server = ""
    return f"{server} {number}"


def refuse_copy(session: Session, here: str) -> None:
    """Raises Copied when the record says that the installation stands elsewhere."""
    kept = session.scalar(sa.select(Fingerprint.mark).where(Fingerprint.name == PLACE))
    if kept not in (None, here):
        raise Copied(
            N_(
                "这是一份搬来或复制来的安装：登记库记得它原来在别处（另一台机器、另一个目录或另一个数据库）。两份同时赋码会发出一样的码，"
                "所以现在不能赋码；扫码照常。原来的那份已经停用、不再启动的，请管理员运行 yipin recover --moved；"
                "只是用来试验的，请用 yipin init 另建一个"
            )
        )


def settle(session: Session, here: str) -> bool:
    """From now on the installation stands here. Returns whether that is new."""
    row = session.get(Fingerprint, PLACE)
    if row is None:
        session.add(Fingerprint(name=PLACE, mark=here))
        return True
    is_new, row.mark = row.mark != here, here
    return is_new
