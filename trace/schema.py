"""The version of the schema: brings a database up to date, and refuses to run on any other version."""

import contextlib
import functools
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.engine import Connection

from .db import Database, Store, looks_file
from .errors import N_, Conflict, Unavailable

CURE, NEW = "yipin db upgrade", "yipin looks new"
_CLOSED = N_("数据库打不开（%(error)s）；请检查它的地址、属主和权限，文件已损坏的请从备份恢复")


def _config(connection: Connection | None = None) -> Config:
    """Alembic's settings, made in code, so that no ini file can be missing."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


@functools.cache
def newest() -> str:
    """The schema version that this program needs. It is looked up once: to read all migrations takes a tenth of a second."""
    head = ScriptDirectory.from_config(_config()).get_current_head()
    assert head is not None
    return head


def current(db: Database) -> str | None:
    """The schema version of the database, None if it is empty. Raises Unavailable if it cannot be reached."""
    try:
        with db.engine.execution_options(read_only=True).connect() as connection:
            return MigrationContext.configure(connection).get_current_revision()
    except sa.exc.DBAPIError as error:
        raise Unavailable(_CLOSED, error=str(error.orig).strip().split("\n")[0]) from None


def upgrade(db: Database) -> None:
    """Bring the database to this program's version in one transaction.

    Raises Unavailable if it is newer already, and if its store of looks is missing or another record's.
    """
    _refuse_newer(current(db))
    with contextlib.closing(db.engine.connect()) as connection, connection.begin():
        command.upgrade(_config(connection), "head")
    db.dispose()  # connections that are opened from now on can read a file of looks that was just made
    if path := _own_looks(db):
        looks_file.upgrade(path)
    check_looks(db)


def check(db: Database) -> None:
    """Raises Unavailable if the database has another schema version, or its looks are not where they should be.

    The message names the command that mends it.
    """
    check_version(db)
    check_looks(db)


def check_version(db: Database) -> None:
    """Raises Unavailable, with the command that mends it, if the database has another schema version."""
    found, wanted = current(db), newest()
    if found == wanted:
        return
    _refuse_newer(found)
    raise Unavailable(
        N_("数据库版本是 %(found)s，程序需要 %(wanted)s；请先运行 %(cure)s"),
        found=found or "（空）",
        wanted=wanted,
        cure=CURE,
    )


def check_looks(db: Database) -> None:
    """Refuse a store of looks that is not there, cannot be read, or belongs to another record. It is never made anew.

    Raises Unavailable, with the cure. On PostgreSQL looks lie in the record's own database.
    """
    path = _own_looks(db)
    version = _told_by(db.looks, path)[1] if path else looks_file.VERSION
    if version != looks_file.VERSION:
        is_older = version < looks_file.VERSION
        raise Unavailable(
            N_("扫码记录文件 %(path)s 的版本是 %(found)s，程序需要 %(wanted)s；请先运行 %(cure)s")
            if is_older
            else N_("扫码记录文件 %(path)s 的版本是 %(found)s，程序需要 %(wanted)s；请安装新版程序"),
            path=str(path),
            found=version,
            wanted=looks_file.VERSION,
            cure=CURE,
        )


def _own_looks(db: Database) -> Path | None:
    """The file of looks that belongs to this record, or None on PostgreSQL. Raises Unavailable, with the cure."""
    path = db.looks.path
    if path is None:
        return None
    if not path.exists():
        raise Unavailable(
            N_("扫码记录文件 %(path)s 不见了；请从备份恢复它，或运行 %(cure)s 从零开始计数"), path=str(path), cure=NEW
        )
    if _told_by(db.looks, path)[0] != _mark(db):
        raise Unavailable(
            N_("扫码记录文件 %(path)s 不属于这个登记库；请换回与登记库一起备份的那个文件"), path=str(path)
        )
    return path


def _told_by(store: Store, path: Path) -> tuple[str, int]:
    """The mark and the version that the file of looks carries."""
    try:
        with store.read() as session:
            row = session.execute(sa.text("SELECT mark, version FROM store")).one()
        return str(row.mark), int(row.version)
    except sa.exc.SQLAlchemyError as error:
        cause = str(getattr(error, "orig", error)).strip().split("\n")[0]
        raise Unavailable(N_("扫码记录文件 %(path)s 打不开：%(error)s"), path=str(path), error=cause) from None


def _mark(db: Database) -> str | None:
    with db.read() as session:
        row = session.execute(sa.text("SELECT mark FROM stores WHERE name = :name"), {"name": looks_file.STORE}).first()
    return str(row.mark) if row else None


def make_looks(db: Database) -> Path:
    """Make an empty store of looks for a record whose own one is lost: all counts begin at nought.

    Raises Conflict if a file is there, and Unavailable where looks lie in the record's own database.
    """
    path, mark = db.looks.path, _mark(db)
    if path is None or mark is None:
        raise Unavailable(N_("这个数据库没有单独的扫码记录文件"))
    if path.exists():
        raise Conflict(N_("扫码记录文件 %(path)s 还在，没有动它"), path=str(path))
    looks_file.make(path, mark)
    return path


def _refuse_newer(found: str | None) -> None:
    known = {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}
    if found is not None and found not in known:
        raise Unavailable(N_("数据库版本 %(found)s 比程序新；请安装新版程序"), found=found)
