"""After a deletion by request the record's file is written anew, so that the bytes are in no free page: a job, since it takes long."""

from sqlalchemy.orm import Session

from ..access.actor import Actor
from ..erasure import purging
from ..errors import N_, Busy, Message
from ..models import Job
from . import desk, registry
from .context import Context, Later
from .registry import Data, Kind


def order(session: Session, actor: Actor) -> Job:
    """Have the file written anew when the deletion is committed. Each deletion has a job of its own: one that runs may have begun
    before."""
    return desk.add(session, actor, KIND.name)


def _title(data: Data) -> Message:
    return Message(N_("把删除的内容从数据库文件里抹去"))


def _work(context: Context) -> Data | None:
    try:
        purging.purge(context.db)
    except Busy as error:
        raise Later from error
    return None


KIND = registry.register(Kind("erase", _work, _title))
