"""Commitment certificates: who may promise how much of what, on which form; void and issued anew, never edited."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
import sqlalchemy as sa
from flask import Flask

from world import NOW, USCC, World, farms, signed_in
from world.chains import do, product_of, sent
from world.listing import listed
from yipin.access.actor import Actor
from yipin.audit import holds, log
from yipin.chain import acts
from yipin.codes.idnumber import spaced
from yipin.commitment import certificates, collecting
from yipin.commitment.certificates import CommitmentForm
from yipin.commitment.forms import Basis, Party
from yipin.commitment.lists import COLLECTED
from yipin.errors import Conflict, Invalid, NotFound
from yipin.farm import clearance, inspections
from yipin.models import Action, Batch, CollectedCertificate, CommitmentCertificate, Inspection, Product, Regime

ALL = CommitmentForm("250", ["control"])


def issue(world: World, batch: Batch, form: CommitmentForm = ALL, who: Actor | None = None) -> CommitmentCertificate:
    with world.db.write.begin() as session:
        row = session.get_one(Batch, batch.id)
        return certificates.issue(session, who or world.ama, world.installation.policy, row, form)


def report(world: World, batch: Batch, *tested: str, kind: str = "self", passed: bool = True) -> str:
    """A report of Ama's on a batch; its row's number, as the form gives it."""
    items = [inspections.Item(name, "未检出", passed=passed) for name in tested]
    form = inspections.InspectionForm(
        kind, "Ama 检测室", f"ZJ-{len(tested)}", "2026-07-18", "2026-07-19", items, passed=True
    )
    with world.db.write.begin() as session:
        return str(inspections.enter(session, world.ama, session.get_one(Batch, batch.id), form).id)


def void(world: World, row: CommitmentCertificate, reason: str = "数量写错了") -> None:
    with world.db.write.begin() as session:
        certificates.void(session, world.ama, session.get_one(CommitmentCertificate, row.id), reason)


def collect(world: World, who: Actor, typed: str) -> CollectedCertificate:
    with world.db.write.begin() as session:
        return collecting.collect(session, who, world.installation.policy, typed)


def test_a_certificate_says_what_the_rule_asks_for_and_is_kept_three_years(world: World) -> None:
    batch = world.declare()
    row = issue(world, batch)
    assert (row.product, row.quantity, row.unit, row.issued_on) == ("炎陵黄桃", Decimal(250), "kg", date(2026, 7, 20))
    assert (row.place, row.subject, row.contact) == ("湖南省株洲市炎陵县霞阳镇山垄村", "Ama 黄桃合作社", "13800000000")
    assert certificates.bases_of(row) == [Basis.CONTROL] and row.kept_until == date(2029, 7, 20)
    assert certificates.template_of(row).key == "2026_producer"
    assert world.get(Batch, batch.id).certified == 250
    with world.db.read.begin() as session:
        assert certificates.by_number(session, row.number).id == row.id
        assert [event.action for event in log.events_of(session, row)] == ["commitment.issue"]


def test_live_certificates_never_promise_more_than_the_batch(world: World) -> None:
    batch = world.declare()
    first = issue(world, batch, CommitmentForm("200.5", ["control"]))
    with pytest.raises(Invalid, match="最多还能开 49.5"):
        issue(world, batch, CommitmentForm("49.51", ["control"]))
    issue(world, batch, CommitmentForm("49.5", ["control"]))
    with pytest.raises(Invalid, match="最多还能开 0"):
        issue(world, batch, CommitmentForm("0.01", ["control"]))
    void(world, first)
    assert world.get(Batch, batch.id).certified == Decimal("49.5")
    issue(world, batch, CommitmentForm("200.5", ["control"]))


def test_the_database_itself_refuses_a_batch_certified_beyond_what_it_is(world: World) -> None:
    batch = world.declare()
    for amount in ("25001", "-1"):
        with pytest.raises(sa.exc.IntegrityError, match="certified"), world.db.write.begin() as session:
            session.execute(sa.text(f"UPDATE batches SET certified = {amount} WHERE id = {batch.id}"))


@pytest.mark.parametrize("change", ["quantity = 1", "product = 'x'", "contact = 'x'", "issued_on = '2026-01-01'"])
def test_the_database_itself_refuses_to_edit_a_certificate(world: World, change: str) -> None:
    issue(world, world.declare())
    with pytest.raises(sa.exc.DBAPIError, match="only voided"), world.db.write.begin() as session:
        session.execute(sa.text(f"UPDATE commitment_certificates SET {change}"))


def test_a_void_certificate_stays_void_and_on_record_with_its_reason(world: World) -> None:
    row = issue(world, world.declare())
    void(world, row)
    with pytest.raises(Conflict, match="已经作废"):
        void(world, row)
    with pytest.raises(sa.exc.DBAPIError, match="only voided"), world.db.write.begin() as session:
        session.execute(sa.text("UPDATE commitment_certificates SET voided_at = NULL, void_reason = NULL"))
    with world.db.read.begin() as session:
        found = certificates.by_number(session, row.number)
        assert (found.voided_at, found.void_reason) == (NOW, "数量写错了")
        assert certificates.live_of(session, row.batch_id) is None


def test_no_record_of_issue_is_deleted_before_its_time(world: World) -> None:
    row = issue(world, world.declare())
    collect(world, world.ben, row.number)
    for table in ("collected_certificates", "commitment_certificates"):
        with pytest.raises(sa.exc.DBAPIError, match="still to be kept"), world.db.write.begin() as session:
            session.execute(sa.text(f"DELETE FROM {table}"))


def test_the_same_form_sent_twice_is_one_certificate(world: World) -> None:
    batch, form = world.declare(), CommitmentForm("100", ["control"], key="k")
    assert issue(world, batch, form).id == issue(world, batch, form).id
    assert world.get(Batch, batch.id).certified == 100


@pytest.mark.parametrize(
    ("form", "field"),
    [
        (CommitmentForm("250", []), "bases"),
        (CommitmentForm("250", ["hope"]), "bases"),
        (CommitmentForm("viel", ["control"]), "quantity"),
        (CommitmentForm("250", ["control", "self_test"]), "report"),
        (CommitmentForm("250", ["commissioned_test"], "1"), "report"),
    ],
)
def test_a_promise_without_what_it_rests_on_is_refused(world: World, form: CommitmentForm, field: str) -> None:
    batch = world.declare()
    with pytest.raises(Invalid) as refused:
        issue(world, batch, form)
    assert refused.value.field == field and world.get(Batch, batch.id).certified == 0


def test_a_test_basis_needs_a_report_of_its_kind_that_looked_for_what_was_used(world: World) -> None:
    batch, other = world.declare(), world.declare(harvest_date="2026-07-17")
    farms.write(world, world.ama, "draft-0001")
    farms.write(world, world.ama, "draft-0002", input_name="吡虫啉", day="2026-07-02")
    half, whole = report(world, batch, "阿维菌素"), report(world, batch, "阿维菌素 ", "吡虫啉", "毒死蜱")
    outside = report(world, batch, "阿维菌素", "吡虫啉", kind="commissioned")
    for ref, why in (
        (half, "没有检测用过的 吡虫啉"),
        (outside, "不是这一种检测"),
        ("", "请选一份"),
        (report(world, other, "阿维菌素", "吡虫啉"), "请选一份"),
    ):
        with pytest.raises(Invalid, match=why) as refused:
            issue(world, batch, CommitmentForm("10", ["self_test"], ref))
        assert refused.value.field == "report"
    with pytest.raises(Invalid, match="只选报告对应的那一项"):
        issue(world, batch, CommitmentForm("10", ["self_test", "commissioned_test"], whole))
    row = issue(world, batch, CommitmentForm("10", ["control", "self_test"], whole))
    assert (row.report, str(row.report_id)) == ("Ama 检测室 ZJ-3", whole)
    assert certificates.bases_of(row) == [Basis.CONTROL, Basis.SELF_TEST]
    with world.db.write.begin() as session:
        inspections.withdraw(session, world.ama, session.get_one(Inspection, int(whole)), "登记错了")
    with pytest.raises(Invalid, match="请选一份"):
        issue(world, batch, CommitmentForm("10", ["self_test"], whole))


def test_a_batch_parted_from_a_tested_one_may_name_its_report(world: World) -> None:
    batch = world.declare()
    ref = report(world, batch, "毒死蜱", kind="commissioned")
    parted = do(world, acts.split, world.ama, batch.id_number, [("20", "1")])[0]
    assert issue(world, parted, CommitmentForm("20", ["commissioned_test"], ref)).report_id == int(ref)
    with world.db.read.begin() as session:
        assert clearance.drugs_of(session, session.get_one(Batch, parted.id)) == {}


def test_no_certificate_for_a_held_batch_nor_for_processed_food(world: World) -> None:
    batch = world.declare()
    with world.db.write.begin() as session:
        holds.hold(session, world.chen, session.get_one(Batch, batch.id), "抽检")
    with pytest.raises(Conflict, match="已冻结"):
        issue(world, batch)
    with world.db.write.begin() as session:
        holds.release(session, world.chen, session.get_one(Batch, batch.id), "合格")
        product = session.get_one(Product, batch.product_id)
        product.regime = Regime.PROCESSED
        log.record(session, world.chen, Action.PRODUCT_REGIME, product)
    with pytest.raises(Conflict, match="加工食品不开"):
        issue(world, batch)


def bought_in(world: World, batch: Batch) -> Batch:
    """What Ben received of Ama's batch."""
    shipment = sent(world, world.ama, batch, quantity="50", uscc=USCC["ben"])
    product = product_of(world, world.ben, "收购的桃", "yellow-peach")
    with world.db.write.begin() as session:
        arrived = session.get_one(type(shipment), shipment.id)
        return acts.receive(session, world.ben, arrived, product=product, pack_size="1")


def test_goods_bought_in_are_certified_on_the_purchasers_form(world: World) -> None:
    batch = world.declare()
    got = bought_in(world, batch)
    parted = do(world, acts.split, world.ben, got.id_number, [("20", "1")])[0]
    with world.db.read.begin() as session:
        parties = [certificates.party_of(session, session.get_one(Batch, each.id)) for each in (batch, got, parted)]
    assert parties == [Party.PRODUCER, Party.PURCHASER, Party.PURCHASER]
    assert issue(world, parted, CommitmentForm("20", ["control"]), world.ben).template == "2026_purchaser"


def test_a_purchaser_is_told_which_certificates_of_the_goods_it_has_collected(app: Flask, world: World) -> None:
    batch, other = world.declare(), world.declare(harvest_date="2026-07-17")
    row, strange = issue(world, batch), issue(world, other)
    got = bought_in(world, batch)

    def told(which: Batch) -> list[str]:
        with world.db.read.begin() as session:
            return [each.number for each in collecting.collected_for(session, session.get_one(Batch, which.id))]

    assert told(got) == []
    collect(world, world.ben, strange.number)
    assert told(got) == []  # of other goods
    collect(world, world.ben, row.number)
    assert told(got) == [row.number] and told(batch) == []
    page = signed_in(app, "ben").get(f"/producer/batches/{got.id_number}/commitment").text
    assert f'原料的合格证您已收取：<span class="idnumber">{spaced(row.number)}' in page and "还没有收取过" not in page
    void(world, row)
    assert told(got) == []
    page = signed_in(app, "ben").get(f"/producer/batches/{got.id_number}/commitment").text
    assert "还没有收取过" in page


def test_a_buyer_collects_certificates_by_number_or_by_what_the_qr_says(world: World) -> None:
    row = issue(world, world.declare())
    kept = collect(world, world.ben, f"https://t.example.cn/c/{row.number.lower()}")
    assert kept.kept_until == date(2029, 7, 20)
    with world.db.read.begin() as session:
        assert [each.certificate_id for each in listed(session, COLLECTED, world.ben)] == [row.id]
    for who, typed, why in (
        (world.ben, row.number, "已经收过"),
        (world.ama, row.number, "自己开的"),
        (world.ben, "C00000000000", "抄错了"),
        (world.ben, "X", "12 位"),
    ):
        with pytest.raises(Invalid, match=why):
            collect(world, who, typed)
    other = issue(world, world.declare(harvest_date="2026-07-17"))
    void(world, other)
    with pytest.raises(Invalid, match="已经作废（数量写错了）"):
        collect(world, world.ben, other.number)


def test_a_number_that_nobody_was_given_is_not_found(world: World) -> None:
    with world.db.read.begin() as session, pytest.raises(NotFound, match="没有编号为 CAAAAAAAAAA"):
        certificates.by_number(session, "CAAAAAAAAAA" + commitments_check("CAAAAAAAAAA"))


def commitments_check(body: str) -> str:
    from yipin.codes.checkdigits import gb32100_check

    return gb32100_check(body)


def test_months_end_where_the_calendar_does() -> None:
    assert certificates.months_after(date(2024, 2, 29), 36) == date(2027, 2, 28)
    assert certificates.months_after(date(2026, 8, 31), 6) == date(2027, 2, 28)
    assert certificates.months_after(date(2026, 12, 1), 1) == date(2027, 1, 1)


def test_a_promise_made_before_there_was_a_form_is_impossible(world: World) -> None:
    batch, long_ago = world.declare(), replace(world.ama, at=NOW.replace(year=2019))
    with pytest.raises(Exception, match="还没有承诺达标合格证的样式"):
        issue(world, batch, who=long_ago)
