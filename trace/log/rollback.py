"""Notices a record that is older than its own log, as one that was put back from a backup.

The record gives every leaf its position before the tiles and the checkpoint are written, and never takes one back. So a process
that was killed in between leaves a record that has more than its log. One that has less has lost the difference.
"""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..errors import N_, NotNow
from ..models import LogEntry, LogPosition, LogSequencer
from .checkpoint import Checkpoint
from .folder import LogFolder
from .merkle import Frontier, leaf_hash
from .tiles import BadTile


class Behind(NotNow):
    """The record lacks what its log says was done, or that cannot be told."""


def entries_of(session: Session) -> int:
    """How many leaves the record knows."""
    last = session.scalar(sa.select(sa.func.max(LogPosition.position)))
    return 0 if last is None else last + 1


def refuse_behind(session: Session, folder: LogFolder) -> None:
    """Raises Behind unless the record has every leaf that was published. Costs one small file and two rows by their keys.

    The file is read first: what it says was in the record before, so an append in the same moment is no difference. A session
    that has read already may see less; ask with a new one where that matters.
    """
    told = folder.latest()
    if told is None:
        return _refuse_lost(session, folder)
    here = entries_of(session)
    if here < told.size:
        raise Behind(
            N_(
                "登记库比自己的公开日志旧：日志有 %(size)d 条，登记库只有 %(here)d 条，可能是用旧备份恢复的。为了不把发过的码再发一遍、"
                "不把召回忘掉，现在不能赋码、打印标签、开合格证和解除冻结；扫码照常。请管理员运行 yipin recover"
            ),
            size=told.size,
            here=here,
        )
    if told.size and not _is_same(session, folder, told.size - 1):
        raise Behind(
            N_(
                "登记库和自己的公开日志在第 %(position)d 条不一致，不能确定哪些码已经发过；现在不能赋码，扫码照常。"
                "请管理员运行 yipin log monitor 查看"
            ),
            position=told.size - 1,
        )


def root_of_first(session: Session, size: int) -> bytes:
    """The root of so many leaves as the record has them: of all of them it reads each."""
    frontier = Frontier()
    rows = sa.select(LogEntry.content).join(LogPosition, LogPosition.event_id == LogEntry.event_id)
    some = rows.where(LogPosition.position < size).order_by(LogPosition.position)
    for content in session.scalars(some.execution_options(yield_per=4_096)):
        frontier.append(leaf_hash(content))
    return frontier.root


def refuse_unlike(session: Session, seen: Checkpoint) -> None:
    """For a log whose files are lost. Raises Behind unless the record goes on from what somebody has seen of it elsewhere."""
    here = entries_of(session)
    if here < seen.size:
        raise Behind(
            N_(
                "登记库比别处见过的公开日志旧：那里有 %(size)d 条，登记库只有 %(here)d 条；没有签名。"
                "请用镜像补回：yipin recover --log 镜像"
            ),
            size=seen.size,
            here=here,
        )
    if root_of_first(session, seen.size) != seen.root:
        raise Behind(N_("登记库的前 %(size)d 条和别处见过的公开日志不是同一份；没有签名"), size=seen.size)


def _is_same(session: Session, folder: LogFolder, position: int) -> bool:
    entry = sa.select(LogEntry.content).join(LogPosition, LogPosition.event_id == LogEntry.event_id)
    content = session.scalar(entry.where(LogPosition.position == position))
    try:
        return content is not None and leaf_hash(content) == folder.tiles.node(0, position)
    except BadTile:
        return True  # the sequencer says that the tiles are damaged; the number of leaves is told all the same


def _refuse_lost(session: Session, folder: LogFolder) -> None:
    """No checkpoint can be read: that is right for a log that was never signed."""
    if folder.signed() is not None:
        raise Behind(
            N_(
                "公开日志的检查点读不懂，不能确定登记库是不是旧的；现在不能赋码，扫码照常。"
                "请管理员移开 log 目录，再运行 yipin log append"
            )
        )
    if session.scalar(sa.select(LogSequencer.size)):
        raise Behind(
            N_(
                "公开日志的文件不见了，不能确定登记库是不是旧的；现在不能赋码，扫码照常。服务会在几秒内按登记库重建日志；"
                "没有重建的，请管理员运行 yipin log append"
            )
        )
