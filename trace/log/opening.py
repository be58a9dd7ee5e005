"""The log of one installation, opened: its folder, its keys, and who appends to it."""

import sqlalchemy as sa

from ..db import Database
from ..errors import N_, Unavailable
from ..installation.settings import Settings
from ..models import LogSequencer
from . import keys
from .folder import LogFolder
from .sequencer import Sequencer


def begin(db: Database, settings: Settings) -> None:
    """Make the keys of a log that was never signed; of one that was, nothing is made a second time."""
    if not keys.are_there(settings) and not _was_signed(db, settings):
        keys.make(settings)


def begin_of(settings: Settings) -> None:
    """The same for a data directory whose record is up to date."""
    db = Database(settings.database_url, may_be_new=False)
    try:
        begin(db, settings)
    finally:
        db.dispose()


def sequencer_of(db: Database, settings: Settings) -> Sequencer:
    """What appends to the log. Raises Unavailable without the keys."""
    if not keys.are_there(settings):
        cure = N_(
            "缺少公开日志的密钥（%(keys)s）；从来没有签过的请运行 yipin db upgrade，签过的请从备份恢复整个 keys 目录"
        )
        raise Unavailable(cure, keys=str(settings.keys))
    return Sequencer(db, LogFolder(settings.log), keys.signers(settings))


def _was_signed(db: Database, settings: Settings) -> bool:
    with db.transaction(writes=False) as session:
        return bool(session.scalar(sa.select(LogSequencer.size))) or LogFolder(settings.log).signed() is not None
