"""Labels for several batches in one go, each as the producer printed last: the same stock, printer, size and output."""

from dataclasses import replace

from sqlalchemy.orm import Session

from ..access.actor import Actor
from ..codes.kinds import CodeKind
from ..errors import N_, Conflict
from ..installation.installation import Installation
from ..models import Batch, PrintRun
from . import plans, repeat_harvest
from .next_step import is_printed


def plan_all(session: Session, actor: Actor, installation: Installation, batch: Batch, key: str) -> list[PrintRun]:
    """Plan the labels of all codes of a batch that are on none yet. `key`: the form sent twice prints once.

    Raises Conflict when there are none, and what `plan_print` raises.
    """
    runs, lost = plans.runs_of(session, batch), plans.lost_of(session, batch)
    bare = [codes for codes in plans.ranges_of(session, batch) if not is_printed(codes, runs, lost)]
    full = [codes for codes in bare if codes.kind is CodeKind.FULL]
    if not full:
        raise Conflict(
            N_("贴纸小码要选贴纸，请在批次页上打印") if bare else N_("没有要打印的码：还没有赋码，或者都打印过了")
        )
    order = repeat_harvest.usual_order(session, batch.producer_id)
    return [
        plans.plan_print(
            session,
            actor,
            installation,
            codes,
            replace(order, first=codes.first + 1, count=codes.count),
            f"{key[:40]}-{codes.id}",
        )
        for codes in full
    ]
