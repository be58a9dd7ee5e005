"""What the log has and the record lacks: the leaves that were lost with a restore."""

from collections.abc import Iterator
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..errors import N_, Unavailable
from ..log import rollback
from ..log.checkpoint import Checkpoint
from ..log.folder import LogFolder
from ..log.merkle import leaf_hash, root_of
from ..log.tiles import WIDTH
from ..models import LogDue, LogEntry
from ..models.log_entries import Told, read


@dataclass(frozen=True)
class Leaf:
    """An entry of the log without its position in the record. `event`: the event in the record that it is the entry of, which was
    not published yet when the backup was made; None for one that was lost."""

    index: int
    content: bytes
    told: Told
    event: int | None

    @property
    def action(self) -> str:
        """What was done."""
        return str(self.told.get("action"))

    @property
    def data(self) -> dict[str, object]:
        """The public facts of it."""
        found = self.told.get("data")
        return found if isinstance(found, dict) else {}


def lost(session: Session, folder: LogFolder, told: Checkpoint) -> list[Leaf]:
    """The leaves that the record lacks, in their order; none where it lacks none.

    Raises Unavailable when what it has is not the beginning of the log: that is no older copy, but another history.
    """
    here = rollback.entries_of(session)
    if here >= told.size:
        return []
    if rollback.root_of_first(session, here) != root_of(here, folder.tiles.node):
        raise Unavailable(
            N_(
                "登记库里的 %(here)d 条不是公开日志的开头：这不是旧备份，是另一份历史。没有改动任何东西；请运行 yipin log monitor 查看"
            ),
            here=here,
        )
    waiting = dict(session.execute(sa.select(LogEntry.content, LogDue.event_id).join_from(LogDue, LogEntry)).all())
    return [Leaf(index, content, read(content), waiting.get(content)) for index, content in _after(folder, here, told)]


def _after(folder: LogFolder, here: int, told: Checkpoint) -> Iterator[tuple[int, bytes]]:
    """The entries from this one on. Raises Unavailable for one that its tile of hashes does not bear out."""
    for number in range(here // WIDTH, -(-told.size // WIDTH)):
        width = min(WIDTH, told.size - number * WIDTH)
        for index, content in enumerate(folder.tiles.entries(number, width)[:width], number * WIDTH):
            if index < here:
                continue
            if leaf_hash(content) != folder.tiles.node(0, index):
                raise Unavailable(N_("公开日志第 %(index)d 条和它的哈希不一致；没有改动任何东西"), index=index)
            yield index, content
