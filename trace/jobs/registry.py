"""The kinds of jobs: what is done for each, in which lane, and what else happens when it is cancelled or given up.

registry.register(Kind("print", make, title_of, lane_of))
job = desk.add(session, actor, "print", run=12)
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from ..access.actor import Actor
from ..errors import N_, Message, NotFound
from ..models import Job, JobLane
from .context import Context

Data = Mapping[str, object]
Work = Callable[[Context], Data | None]
Act = Callable[[Session, Actor, Job], None]


def _slow(data: Data) -> JobLane:
    return JobLane.SLOW


def _untitled(data: Data) -> Message:
    return Message(N_("后台任务"))


def _nothing(session: Session, actor: Actor, job: Job) -> None:
    return None


def _left(context: Context, why: Message) -> None:
    return None


@dataclass(frozen=True)
class Kind:
    """One kind of job. `work` does it and returns what its row keeps as the result; it may be done twice, so it begins
    by looking what is there already. A TraceError of `work` ends the job; any other exception is tried again. `title`
    says what a job is, from its data.

    `cancelled` and `again` belong to the act of the person, in its transaction. `gave_up` is called once the job has
    failed for good.
    """

    name: str
    work: Work
    title: Callable[[Data], Message] = _untitled
    lane: Callable[[Data], JobLane] = _slow
    cancelled: Act = _nothing
    again: Act = _nothing
    gave_up: Callable[[Context, Message], None] = _left


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> Kind:
    """Make a kind known. Raises ValueError for a second one of the same name."""
    if _kinds.setdefault(kind.name, kind) is not kind:
        raise ValueError(f"two kinds of jobs are called {kind.name}")
    return kind


def work_for(name: str) -> Kind:
    """The kind of this name. Raises NotFound for one that this program does not know, as after a downgrade."""
    if name not in _kinds:
        raise NotFound(N_("这个版本的程序不会做“%(kind)s”这种任务；请升级程序"), kind=name)
    return _kinds[name]


def title_of(job: Job) -> Message:
    """What a job is, in words; the bare name of a kind that this program does not know."""
    kind = _kinds.get(job.kind)
    return kind.title(job.data) if kind else Message(job.kind)
