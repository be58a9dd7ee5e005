"""What was done with a batch keeps it from being corrected and withdrawn, and the refusal says by what."""

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy.orm import Session

from world import NOW, Sold, World
from world.chains import do
from world.insured import insured
from yipin.audit import holds
from yipin.cases import claims, complaint_desk, complaints
from yipin.cases.complaint_desk import Decision
from yipin.cases.complaints import ComplaintForm
from yipin.chain import acts, shipping
from yipin.chain.shipping import ShippingForm
from yipin.commitment import certificates
from yipin.errors import Conflict
from yipin.farm import inspections
from yipin.models import Batch, CommitmentCertificate, Complaint, Inspection, Product, Shipment
from yipin.printing import withdrawal
from yipin.register import dependents

KEY = "0123456789abcdef0123456789abcdef"
Act = Callable[[World, Session, Batch], object]


def _ship(world: World, session: Session, batch: Batch, **more: str) -> Shipment:
    day = NOW.date().isoformat()
    return shipping.ship(session, world.ama, batch, ShippingForm("天元区超市", "天元区", day, quantity="5", **more))


def _tested(world: World, session: Session, batch: Batch) -> Inspection:
    items = [inspections.Item("克百威", "未检出")]
    report = inspections.InspectionForm("self", "自检", "R-1", "2026-07-18", "2026-07-19", items, passed=True)
    return inspections.enter(session, world.ama, batch, report)


def _certified(world: World, session: Session, batch: Batch) -> CommitmentCertificate:
    form = certificates.CommitmentForm("1", ["control"])
    return certificates.issue(session, world.ama, world.installation.policy, batch, form)


def _complained(world: World, session: Session, batch: Batch) -> Complaint:
    form = ComplaintForm(code=batch.id_number, kind="quality", what="烂了一半", place="天元区")
    return complaints.file(session, world.installation, replace(world.ama, account_id=None), form, KEY, "1.2.3.4")


def _claimed(world: World, session: Session, batch: Batch) -> object:
    insured(session, world.chen, session.get_one(Product, batch.product_id))
    form = claims.ClaimForm(batch.id_number, "", "2026-07-19", "吃坏了肚子", "Li", "13800000000", True)
    return claims.file(session, world.installation, world.ama, form, KEY, "1.2.3.4")


def _insured(world: World, session: Session, batch: Batch) -> object:
    product = session.get_one(Product, batch.product_id)
    return insured(session, world.chen, product, scope="batch", subject=batch.id_number)


BLOCKS: dict[str, Act] = {
    "已冻结或召回": lambda world, session, batch: holds.hold(session, world.chen, batch, "抽检不合格"),
    "货已经用到批次": lambda world, session, batch: acts.split(session, world.ama, batch.id_number, [("100", "2.5")]),
    "已登记发货给“天元区超市”.*请先在批次页上撤销发货": _ship,
    "承诺达标合格证 .*请先到批次页上打开它，作废": _certified,
    "检测报告 R-1": _tested,
    "“某保险公司”有一份保单只保这个批次": _insured,
    "保险报案": _claimed,
    "投诉举报": _complained,
}


def refusals(world: World, batch: Batch) -> list[str]:
    with world.db.read.begin() as session:
        row = session.get_one(Batch, batch.id)
        return [
            str(each and each.message)
            for each in (dependents.of_correction(session, row), dependents.of_withdrawal(session, row))
        ]


def test_each_thing_that_was_done_with_a_batch_keeps_it_as_it_is_and_is_named(world: World) -> None:
    for number, (words, act) in enumerate(BLOCKS.items()):
        batch = world.declare(quantity=str(250 + number))
        assert refusals(world, batch) == ["None", "None"]
        with world.db.write.begin() as session:
            act(world, session, session.get_one(Batch, batch.id))
        for said in refusals(world, batch):
            assert re.search(words, said), (words, said)
        with pytest.raises(Conflict, match=words), world.db.write.begin() as session:
            withdrawal.withdraw(session, world.ama, session.get_one(Batch, batch.id), "登记重了")


def test_what_was_taken_back_stands_in_the_way_no_longer(world: World) -> None:
    batch = world.declare()
    with world.db.write.begin() as session:
        row = session.get_one(Batch, batch.id)
        shipping.cancel(session, world.ama, _ship(world, session, row), "没有发出")
        certificates.void(session, world.ama, _certified(world, session, row), "写错了")
        inspections.withdraw(session, world.chen, _tested(world, session, row), "报告登记错了")
        decided = Decision("unfounded", "查过了，不属实")
        complaint_desk.decide(session, world.installation, world.chen, _complained(world, session, row), decided)
    assert refusals(world, batch) == ["None", "None"]


def test_what_came_of_other_batches_and_what_is_on_sale_is_the_countys(world: World, sold: Sold) -> None:
    source = world.declare()
    (part,) = do(world, acts.split, world.ama, source.id_number, [("100", "2.5")])
    for said in refusals(world, part):
        assert "分批、合批、加工或收货得来" in said
    for said in refusals(world, sold.batch):
        assert "标签已上市（第 1—" in said and "由他们决定冻结还是召回" in said
