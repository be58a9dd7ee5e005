"""A withdrawn batch counts nowhere, takes part in nothing, and its codes are void."""

import re
from dataclasses import replace
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from world import NOW, World
from world.farms import write
from world.insured import insured
from world.listing import listed
from world.scans import look, told
from world.withdrawn import ACTS, BENEATH, entrances
from yipin.audit import log
from yipin.audit.sure import EVERYTHING, NOTHING, Unsure
from yipin.certification import claims
from yipin.certification.paper import DeclaredCertificate, Line
from yipin.codes.label.stock import stocks
from yipin.codes.payload import Fact
from yipin.errors import Conflict, Invalid, TraceError
from yipin.farm import amounts, cycle, harvests, rulings, sampling
from yipin.farm.lists import FARM_CASES
from yipin.insurance import coverage, pilot, pilot_figures
from yipin.insurance.coverage import Cover
from yipin.issue import quota
from yipin.models import (
    Batch,
    BatchState,
    CertificationLine,
    CodeRange,
    FarmCase,
    PrintRun,
    PrintState,
    Product,
    StoppedBy,
)
from yipin.printing import plans, repeat_harvest, withdrawal
from yipin.register import batches
from yipin.scan.id_numbers import look_up_batch
from yipin.scan.verdicts import Verdict

LATER = NOW + timedelta(hours=1)


def withdraw(world: World, batch: Batch, typed: str = "", reason: str = "登记重了") -> Batch:
    with world.db.write.begin() as session:
        row = session.get_one(Batch, batch.id)
        withdrawal.withdraw(session, replace(world.ama, at=LATER), row, reason, typed)
        return row


def restore(world: World, batch: Batch, hours: int = 2) -> Batch:
    with world.db.write.begin() as session:
        row = session.get_one(Batch, batch.id)
        withdrawal.restore(session, replace(world.ama, at=NOW + timedelta(hours=hours)), row)
        return row


def test_a_withdrawal_says_when_why_and_by_whom_and_the_public_is_not_told_why(world: World) -> None:
    batch = world.declare()
    gone = withdraw(world, batch)
    said = (gone.state, gone.state_since, gone.state_reason, gone.stopped_by)
    assert said == (BatchState.WITHDRAWN, LATER, "登记重了", StoppedBy.PRODUCER)
    with world.db.read.begin() as session:
        answer = look_up_batch(session, world.installation, batch.id_number, LATER)
        assert (answer.verdict, answer.since, answer.insurance) == (Verdict.WITHDRAWN, LATER, None)
        assert "登记重了" not in f"{answer.reason} {answer.steps}"
        assert str(answer.steps[-1].what) == "撤销登记"
    with pytest.raises(Conflict, match="已由生产主体撤销"):
        withdraw(world, batch)


def test_the_codes_of_a_withdrawn_batch_are_void_at_the_next_scan_and_no_run_of_it_goes_on(world: World) -> None:
    batch = world.declare()
    codes = world.issue(batch, 30)
    ready = world.print(codes, first=1, count=10)
    digits = world.codes(codes)
    with world.db.write.begin() as session:
        row = session.get_one(CodeRange, codes.id)
        order = plans.PrintOrder(stocks()["a4-24"], 11, 5)
        planned = plans.plan_print(session, world.ama, world.installation, row, order, "print-2")
    assert {look(world, digits[at]).verdict for at in (0, 12, 29)} == {Verdict.NOT_RELEASED}
    for typed in ("", "撤销", "撤销 29 枚", "撤销30枚31", "30"):
        with pytest.raises(Invalid, match="请照写“撤销 30 枚”") as answer:
            withdraw(world, batch, typed)
        assert answer.value.field == "confirmed"
    withdraw(world, batch, "撤销３０枚")
    assert [world.get(PrintRun, run.id).state for run in (ready, planned)] == [PrintState.VOID, PrintState.CANCELLED]
    for at in (0, 12, 29):
        now = told(world, digits[at])
        assert (now.verdict, now.since) == (Verdict.VOID, LATER)
        assert str(now.reason) == "生产主体已撤销这个批次的登记，它的标签全部作废。"
    with pytest.raises(Conflict, match="标签已随批次作废，不能恢复"):
        restore(world, batch)


def test_words_in_english_confirm_as_well(world: World) -> None:
    batch = world.declare()
    world.issue(batch, 2)
    assert withdraw(world, batch, "Revoke 2 labels").state is BatchState.WITHDRAWN


def test_a_batch_on_sale_is_not_its_producers_to_withdraw(world: World) -> None:
    batch = world.declare()
    world.release(world.print(world.issue(batch, 5)))
    with pytest.raises(Conflict, match="由他们决定冻结还是召回"):
        withdraw(world, batch, "撤销 5 枚")


def test_a_withdrawal_is_undone_on_the_same_day_while_nothing_took_its_place(world: World) -> None:
    batch = world.declare()
    withdraw(world, batch)
    back = restore(world, batch)
    assert (back.state, back.state_reason, back.stopped_by) == (BatchState.ON_SALE, None, None)
    with world.db.read.begin() as session:
        actions = [event.action for event in log.events_of(session, batch)]
    assert actions == ["batch.declare", "batch.withdraw", "batch.restore"]
    with pytest.raises(Conflict, match="没有撤销"):
        restore(world, batch)
    withdraw(world, batch)
    with pytest.raises(Conflict, match="撤销当天可以恢复"):
        restore(world, batch, hours=24)
    other = world.declare(replace(world.ama, at=LATER), quantity="260")
    with pytest.raises(Conflict, match=f"已经登记了批次 {other.id_number}"):
        restore(world, batch)
    withdraw(world, other)
    assert restore(world, batch).state is BatchState.ON_SALE


ABOUT = re.compile("撤销|作废|不在生成中|没有失败|不在待打印")  # the last three of a run, which was void before


def test_every_act_on_a_withdrawn_batch_is_refused(world: World) -> None:
    batch, other = world.declare(), world.declare(quantity="260")
    codes = world.issue(batch, 4)
    run = world.print(codes, first=1, count=2)
    withdraw(world, batch, "撤销 4 枚")
    assert entrances() <= set(ACTS) and not BENEATH & set(ACTS) and other.id_number
    for use_case, act in ACTS.items():
        with pytest.raises(TraceError) as refused, world.db.write.begin() as session:
            rows = (
                session.get_one(kind, row.id) for kind, row in ((Batch, batch), (CodeRange, codes), (PrintRun, run))
            )
            act(world, session, *rows)
        assert ABOUT.search(str(refused.value)), f"{use_case.__module__}.{use_case.__name__}: {refused.value}"


def test_a_question_about_a_withdrawn_batch_waits_for_nobody_until_the_batch_is_restored(world: World) -> None:
    write(world, world.ama, "form-spray", day="2026-07-16", interval_days="")
    batch = world.declare()
    with world.db.write.begin() as session:
        rulings.ask(session, world.ama, session.get_one(Batch, batch.id))

    def waiting() -> list[int]:
        with world.db.read.begin() as session:
            return [case.batch_id for case in listed(session, FARM_CASES, world.chen)]

    assert waiting() == [batch.id]
    withdraw(world, batch)
    assert waiting() == []
    with pytest.raises(Conflict, match="已撤销"), world.db.write.begin() as session:
        rulings.decide(session, world.chen, session.scalars(sa.select(FarmCase)).one(), True, "看过")
    restore(world, batch)
    assert waiting() == [batch.id]


def counts(world: World, batch: Batch) -> dict[str, object]:
    """What each place that counts batches tells of this one, which is the only one there is."""
    with world.db.read.begin() as session:
        row, year = session.get_one(Batch, batch.id), (date(2026, 1, 1), date(2026, 12, 31))
        line = session.scalars(sa.select(CertificationLine)).one()
        allowed = quota.of_line(session, line, Fact.GREEN, NOW.date())
        figures = pilot_figures.count(session, world.installation.policy, world.chen, *year).total
        return {
            "the crop cycle": len(cycle.grounds(session, [batch.plot_id])[batch.plot_id].batches),
            "the certificate's year": allowed and allowed.used,
            "the pilot": (figures.batches, figures.covered, figures.codes),
            "insurance": (coverage.of_batch(session, row).status, len(coverage.covering(session, row))),
            "the draw": len(sampling.pool(session, world.chen)),
            "the next harvest": len(repeat_harvest.earlier(session, batch.producer_id)),
            "the last batch": bool(batches.last_batch(session, batch.producer_id)),
        }


def test_a_withdrawn_batch_counts_nowhere(world: World) -> None:
    chen, county = world.chen, world.officer_of("430225")
    with world.db.write.begin() as session:
        product = session.get_one(Product, int(world.batch_form(world.ama).product))
        paper = DeclaredCertificate(
            "green", "LB-15-2301180001A", "2026-01-01", "2026-12-31", lines=(Line(str(product.id), "", "1000", "kg"),)
        )
        row = claims.declare(session, county, paper, producer=product.producer)
        claims.verify(session, chen, row)
        insured(session, chen, product)
        pilot.join(session, chen, product_number=product.id_number or "", joined_on="2026-01-01")
    batch = world.declare()
    world.issue(batch, 4)
    assert counts(world, batch) == {
        "the crop cycle": 1,
        "the certificate's year": 10,
        "the pilot": (1, 1, 4),
        "insurance": (Cover.COVERED, 1),
        "the draw": 1,
        "the next harvest": 1,
        "the last batch": True,
    }
    withdraw(world, batch, "撤销 4 枚")
    assert counts(world, batch) == {
        "the crop cycle": 0,
        "the certificate's year": 0,
        "the pilot": (0, 0, 0),
        "insurance": (Cover.NONE, 0),
        "the draw": 0,
        "the next harvest": 0,
        "the last batch": False,
    }


def test_withdrawn_amounts_are_no_custom_and_wait_for_no_officer(world: World) -> None:
    """Three harvests of ten tonnes would make ten tonnes usual."""
    for number in range(3):
        form = replace(world.batch_form(world.ama, quantity=f"{10_000_000 + number}"), said=EVERYTHING)
        with world.db.write.begin() as session:
            huge = harvests.declare(session, world.ama, world.installation.policy, form)
        with world.db.write.begin() as session:
            amounts.decide(session, world.chen, session.get_one(Batch, huge.id), True, "看过过磅单")
        withdraw(world, huge)
    with world.db.write.begin() as session:
        last = harvests.declare(session, world.ama, world.installation.policy, form)
        withdrawal.withdraw(session, world.ama, last, "多打了零")
        assert session.scalars(amounts.waiting(world.chen)).all() == []
        assert amounts.told_of(session, world.ama) == []
    with pytest.raises(Unsure, match="10,000,002 kg"), world.db.write.begin() as session:
        harvests.declare(session, world.ama, world.installation.policy, replace(form, said=NOTHING))
