"""What was done with a batch since it was declared, and so keeps its producer from correcting or withdrawing it. Each refusal says
what it is, and what to do then.
"""

from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..audit.holds import REFUSALS
from ..errors import N_, Conflict
from ..models import (
    AmountState,
    Batch,
    BatchLink,
    BatchState,
    CaseState,
    ClaimNotice,
    CommitmentCertificate,
    Complaint,
    FarmCase,
    Inspection,
    InsurancePolicy,
    Origin,
    Outcome,
    PolicyEnding,
    PolicyState,
    PrintRun,
    Shipment,
)


def of_correction(session: Session, batch: Batch) -> Conflict | None:
    """Why a batch cannot be corrected; None if it can."""
    return next(_against_both(session, batch), None) or next(_against_correction(session, batch), None)


def of_withdrawal(session: Session, batch: Batch) -> Conflict | None:
    """Why a batch cannot be withdrawn; None if it can."""
    return next(_against_both(session, batch), None)


def _against_both(session: Session, batch: Batch) -> Iterator[Conflict]:
    if batch.state is BatchState.WITHDRAWN:
        yield Conflict(REFUSALS[batch.state])
    if batch.state is not BatchState.ON_SALE:
        yield Conflict(N_("这个批次已冻结或召回，由农业农村局处理，不能再更正或撤销；有话要说，请联系县市区农业农村局"))
    if batch.origin is not Origin.HARVEST:
        yield Conflict(N_("这个批次是分批、合批、加工或收货得来的，不能在这里更正或撤销；写错了请联系县市区农业农村局"))
    yield from _released(session, batch)
    yield from _moved(session, batch)
    yield from _vouched_for(session, batch)
    yield from _disputed(session, batch)


def _released(session: Session, batch: Batch) -> Iterator[Conflict]:
    """A label was on a pack, even if it was made void afterwards."""
    rows = sa.select(PrintRun).where(PrintRun.batch_id == batch.id, PrintRun.released_at.is_not(None))
    if run := session.scalar(rows.order_by(PrintRun.id).limit(1)):
        text = N_(
            "标签已上市（第 %(first)s—%(last)s 枚），自己不能再更正或撤销。请告诉县市区农业农村局："
            "由他们决定冻结还是召回，扫码页上当时就会显示"
        )
        yield Conflict(text, first=run.first + 1, last=run.last + 1)


def _moved(session: Session, batch: Batch) -> Iterator[Conflict]:
    links = sa.select(Batch.id_number).join(BatchLink, BatchLink.to_id == Batch.id)
    if number := session.scalar(links.where(BatchLink.from_id == batch.id).order_by(Batch.id).limit(1)):
        text = N_("货已经用到批次 %(number)s 里（分批、合批或加工），不能再更正或撤销；写错了请联系县市区农业农村局")
        yield Conflict(text, number=number)
    shipped = sa.select(Shipment).where(Shipment.batch_id == batch.id, Shipment.cancelled_at.is_(None))
    if row := session.scalar(shipped.order_by(Shipment.received_at.is_(None), Shipment.id).limit(1)):
        text = N_("已登记发货给“%(customer)s”，不能再更正或撤销；货没有发出，请先在批次页上撤销发货")
        if row.received_at:
            text = N_("“%(customer)s”已经收货，不能再更正或撤销；写错了请联系县市区农业农村局")
        yield Conflict(text, customer=row.customer)


def _vouched_for(session: Session, batch: Batch) -> Iterator[Conflict]:
    """Papers that speak of this very batch."""
    paper = CommitmentCertificate
    live = sa.select(paper.number).where(paper.batch_id == batch.id, paper.voided_at.is_(None)).limit(1)
    if number := session.scalar(live):
        yield Conflict(N_("承诺达标合格证 %(number)s 写着这个批次；请先到批次页上打开它，作废"), number=number)
    tests = sa.select(Inspection.report_number).where(
        Inspection.batch_id == batch.id, Inspection.withdrawn_at.is_(None)
    )
    if number := session.scalar(tests.limit(1)):
        text = N_("检测报告 %(number)s 检的是这个批次，不能再更正或撤销；报告登记错了，请监管人员先撤下报告")
        yield Conflict(text, number=number)
    kept = sa.or_(InsurancePolicy.ended_how.is_(None), InsurancePolicy.ended_how != PolicyEnding.WITHDRAWN)
    rows = sa.select(InsurancePolicy).where(InsurancePolicy.batch_id == batch.id, kept)
    if row := session.scalar(rows.where(InsurancePolicy.state != PolicyState.RETURNED).limit(1)):
        text = N_("“%(insurer)s”有一份保单只保这个批次，不能再更正或撤销；请先请保险机构撤下这份保单")
        yield Conflict(text, insurer=row.insurer.name)


def _disputed(session: Session, batch: Batch) -> Iterator[Conflict]:
    """Claims, and complaints that are open or were founded; one that was not founded leaves the batch as it was."""
    if session.scalar(sa.select(ClaimNotice.id).where(ClaimNotice.batch_id == batch.id).limit(1)):
        yield Conflict(N_("有一件保险报案说的是这个批次，不能再更正或撤销；有话要说，请联系保险机构"))
    weighty = sa.or_(Complaint.state != CaseState.CLOSED, Complaint.outcome == Outcome.FOUNDED)
    if session.scalar(sa.select(Complaint.id).where(Complaint.batch_id == batch.id, weighty).limit(1)):
        yield Conflict(N_("有一件投诉举报说的是这个批次，不能再更正或撤销；有话要说，请联系县市区农业农村局"))


def _against_correction(session: Session, batch: Batch) -> Iterator[Conflict]:
    if batch.reserved:
        text = N_("已赋码 %(count)s 枚，码里写着现在的内容，不能再更正；写错了请撤销这个批次，再按实际重新登记")
        yield Conflict(text, count=f"{batch.reserved:,}")
    if batch.amount_state is AmountState.REFUSED:
        yield Conflict(N_("农业农村局核实过，数量不属实，不能再更正；请撤销这个批次，再按实际重新登记"))
    if session.scalar(sa.select(FarmCase.id).where(FarmCase.batch_id == batch.id).limit(1)):  # about what it says now
        yield Conflict(N_("这个批次已提请监管人员判定，不能再更正；写错了请撤销这个批次，再按实际重新登记"))
