"""What came back of a stopped batch and where it went: stated by its producer, or by an officer who was told, and mended by stating it
anew. The old values stay in the log."""

import re
import unicodedata
from dataclasses import dataclass
from dataclasses import fields as columns
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from .. import fields
from ..access.actor import Actor
from ..access.visibility import visible
from ..audit import log
from ..audit.corrections import changes
from ..db import lock
from ..errors import N_, Conflict, Invalid, NotFound
from ..models import Action, Batch, Notice, RecallAct, RecallFigure, RecallLine
from .acts import TO_STATE

PARTS = ("destroyed", "returned", "kept")
CORRECTED = {
    "recall_recovered": N_("追回"),
    "recall_destroyed": N_("销毁或无害化处理"),
    "recall_returned": N_("退回供货方"),
    "recall_kept": N_("封存"),
    "recall_remark": N_("说明"),
}


@dataclass(frozen=True)
class FigureForm:
    """As it is typed, in the batch's unit. `recovered` is what came back so far, nothing being 0; the others are parts of it, and may be
    left empty where it is not known yet."""

    recovered: str = ""
    destroyed: str = ""
    returned: str = ""
    kept: str = ""
    remark: str = ""

    @classmethod
    def of(cls, row: RecallFigure | None) -> "FigureForm":
        """The form that would be typed for what was stated last."""
        return cls(**{each.name: fields.plain(getattr(row, each.name)) for each in columns(cls)}) if row else cls()


def line_of(session: Session, actor: Actor, act: RecallAct, number: str) -> Batch:
    """The batch of an ID number, of those that the act stopped and the actor knows of. Raises NotFound."""
    rows = visible(actor, Batch).join(RecallLine, RecallLine.batch_id == Batch.id)
    rows = rows.where(RecallLine.recall_id == act.id, RecallLine.changed)
    found = session.scalar(rows.where(Batch.id_number == number)) if number.isalnum() else None
    if found is None:
        raise NotFound(N_("没有这一页，或者您无权查看"))
    return found


def figure_of(session: Session, act: RecallAct, batch: Batch) -> RecallFigure | None:
    """What was stated last of a batch."""
    named = sa.select(RecallFigure).where(RecallFigure.recall_id == act.id, RecallFigure.batch_id == batch.id)
    return session.scalar(named)


def state(session: Session, actor: Actor, act: RecallAct, batch: Batch, form: FigureForm) -> RecallFigure:
    """State or mend the figures of a batch. The caller knows that the act stopped it (`line_of`).

    Raises Invalid for a field, for more than the batch ever had, and where the parts are more than the whole; Conflict once the act is
    closed, for a batch that it does not stop any more, and where nothing differs.
    """
    lock(session, act)
    lock(session, batch)
    _refuse_over(act, batch)
    values = _values(batch, form)
    row = figure_of(session, act, batch)
    before = {name: getattr(row, name, None) for name in values}
    corrected = changes(_named(before), _named(values))
    row = row or RecallFigure(recall_id=act.id, batch_id=batch.id)
    for name, value in values.items():
        setattr(row, name, value)
    row.reported_at, row.reported_by_name = actor.at, actor.name
    session.add(row)
    log.record(session, actor, Action.RECALL_FIGURE, row, None, corrected=corrected, batch=batch.id_number, act=act.id)
    return row


def _named(values: dict[str, object]) -> dict[str, object]:
    return {f"recall_{name}": value if value != "" else None for name, value in values.items()}


def _refuse_over(act: RecallAct, batch: Batch) -> None:
    if act.closed_at is not None:
        raise Conflict(N_("这次处置已经结案；要补报，请联系主管部门"))
    if batch.state is not TO_STATE.get(act.kind):
        raise Conflict(N_("这一批已经不在这次处置里，不用再报"))


def _values(batch: Batch, form: FigureForm) -> dict[str, object]:
    whole = _amount("recovered", form.recovered, batch.unit, batch.quantity)
    parts = {name: _part(name, getattr(form, name), batch.unit, whole) for name in PARTS}
    if (gone := sum((part or Decimal(0) for part in parts.values()), Decimal(0))) > whole:
        raise Invalid(
            "destroyed",
            N_("三个去向加起来是 %(sum)s，比追回的 %(whole)s 还多"),
            sum=fields.plain(gone),
            whole=fields.plain(whole),
        )
    remark = fields.paragraph("remark", form.remark, most=300)
    return {"recovered": whole, **parts, "remark": remark}


def _part(field: str, typed: str, unit: str, whole: Decimal) -> Decimal | None:
    return _amount(field, typed, unit, whole) if typed.strip() else None


def _amount(field: str, typed: str, unit: str, most: Decimal) -> Decimal:
    """An amount from 0, which may be meant here, up to `most`."""
    if NOTHING.fullmatch(unicodedata.normalize("NFKC", typed).strip()):
        return Decimal(0)
    return fields.amount(field, typed, unit, most)


NOTHING = re.compile(r"0+(\.0*)?\s*[^\d\s.]{0,4}", re.ASCII)  # "0", "0.0 斤"


def notices_of(producer_id: int) -> sa.Select[Notice]:
    """The notices of a producer, the latest first."""
    rows = sa.select(Notice).where(Notice.producer_id == producer_id).options(joinedload(Notice.recall))
    return rows.order_by(Notice.id.desc())


def unreported(session: Session, producer_id: int) -> dict[int, int]:
    """Of how many batches of a producer nobody has reported what came back, by the open act that stops them."""
    said = sa.and_(RecallFigure.recall_id == RecallLine.recall_id, RecallFigure.batch_id == RecallLine.batch_id)
    rows = sa.select(RecallLine.recall_id, sa.func.count()).join(RecallLine.batch).join(RecallLine.recall)
    rows = rows.outerjoin(RecallFigure, said).where(RecallLine.changed, RecallFigure.id.is_(None))
    rows = rows.where(Batch.producer_id == producer_id, RecallAct.closed_at.is_(None), Batch.state == _stops())
    return {number: count for number, count in session.execute(rows.group_by(RecallLine.recall_id))}


def _stops() -> sa.Case[str]:
    kinds = [(RecallAct.kind == kind, sa.literal(state.value)) for kind, state in TO_STATE.items()]
    return sa.case(*kinds, else_=sa.literal(""))
