"""The version of the schema: brings a database up to date, and refuses to run on any other version."""

import contextlib
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.engine import Connection

from .db import Database
from .errors import N_, Unavailable

CURE = "yipin db upgrade"
_CLOSED = N_("数据库打不开（%(error)s）；请检查它的地址、属主和权限，文件已损坏的请从备份恢复")


def _config(connection: Connection | None = None) -> Config:
    """Alembic's settings, made in code, so that no ini file can be missing."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def newest() -> str:
    """The schema version that this program needs."""
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
    """Bring the database to this program's version in one transaction. Raises Unavailable if it is newer already."""
    _refuse_newer(current(db))
    with contextlib.closing(db.engine.connect()) as connection, connection.begin():
        command.upgrade(_config(connection), "head")


def check(db: Database) -> None:
    """Raises Unavailable if the database has another schema version; the message names the command that mends it."""
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


def _refuse_newer(found: str | None) -> None:
    known = {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}
    if found is not None and found not in known:
        raise Unavailable(N_("数据库版本 %(found)s 比程序新；请安装新版程序"), found=found)
