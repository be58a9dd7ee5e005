"""Print runs as jobs. A run has a lock and bytes of its own, so that a job done twice makes nothing twice."""

from sqlalchemy.orm import Session

from ..access.actor import Actor
from ..codes.label.sheet import Stopped
from ..errors import N_, Message
from ..models import Job, JobLane, PrintRun, PrintState
from ..printing import press, runs
from ..printing.progress import PrintProgress
from . import desk, registry
from .context import Context, Dropped, Later
from .registry import Data, Kind

SLOW_FROM = 500
"""Labels of a run that gives way to the pages: about two seconds of drawing and reading back."""


def order(session: Session, actor: Actor, run: PrintRun) -> Job:
    """Have the labels of a planned run made."""
    return desk.add(session, actor, KIND.name, about=f"run:{run.id}", run=run.id, count=run.count)


def is_ordered(session: Session, run: PrintRun) -> bool:
    """Whether a job for this run is still to be done."""
    return desk.live(session, KIND.name, f"run:{run.id}") is not None


def _title(data: Data) -> Message:
    return Message(N_("打印标签（%(n)s 枚）"), {"n": data["count"]})


def _lane(data: Data) -> JobLane:
    return JobLane.SLOW if int(str(data["count"])) >= SLOW_FROM else JobLane.QUICK


def _make(context: Context) -> Data | None:
    """Make the run. One that is made already, or no longer wanted, is left as it is."""
    state = _state(context)
    if state in (PrintState.STOPPED, PrintState.CANCELLED):
        raise Dropped
    if state is PrintState.PLANNED:
        try:
            made = press.make(context.db, context.installation, _number(context.data), hear=_hear(context))
        except Stopped as error:
            raise Dropped from error
        if made is None:
            raise Later
    return None


def _hear(context: Context) -> press.Hear:
    def hear(way: PrintProgress) -> None:
        context.tell(way.done, way.total)

    return hear


def _state(context: Context) -> PrintState | None:
    with context.db.transaction(writes=False) as session:
        run = session.get(PrintRun, _number(context.data))
        return run.state if run else None


def _number(data: Data) -> int:
    return int(str(data["run"]))


def _stop(session: Session, actor: Actor, job: Job) -> None:
    run = session.get_one(PrintRun, _number(job.data), with_for_update=True)
    if run.state is PrintState.PLANNED:
        runs.stop_run(session, actor, run)


def _retry(session: Session, actor: Actor, job: Job) -> None:
    run = session.get_one(PrintRun, _number(job.data))
    if run.state is not PrintState.PLANNED:
        runs.retry(session, actor, run)


def _fail(context: Context, why: Message) -> None:
    press.fail(context.db, _number(context.data), why)


KIND = registry.register(Kind("print", _make, _title, _lane, _stop, _retry, _fail))
