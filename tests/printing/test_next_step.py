"""A batch has one next step, from its declaration to the last pack that leaves, and nothing to do where it is stopped."""

from dataclasses import replace

from world import NOW, World
from world.farms import write
from yipin.audit import holds
from yipin.chain import shipping
from yipin.chain.shipping import ShippingForm
from yipin.issue.requirements import Checklist
from yipin.models import Batch, PrintRun
from yipin.printing import plans, runs, withdrawal
from yipin.printing.next_step import Next, NextStep, next_step


def step(world: World, batch: Batch) -> NextStep:
    """What is next, asked as the page asks it."""
    with world.db.read.begin() as session:
        row = session.get_one(Batch, batch.id)
        unmet = Checklist(session, world.installation, row, NOW).unmet().values()
        here = bool(row.left or shipping.next_packs(session, row))
        return next_step(row, unmet, plans.ranges_of(session, row), plans.runs_of(session, row), here)


def ship(world: World, batch: Batch, first: int, last: int) -> None:
    form = ShippingForm("某超市", "株洲", "2026-07-20", str(first), str(last), key=f"ship-{first}")
    with world.db.write.begin() as session:
        shipping.ship(session, world.ama, session.get_one(Batch, batch.id), form)


def test_the_steps_lead_from_the_harvest_to_the_last_pack(world: World) -> None:
    batch = world.declare()
    assert step(world, batch).kind is Next.ISSUE
    codes = world.issue(batch, 100)
    assert step(world, batch).kind is Next.PRINT and step(world, batch).codes.id == codes.id
    run = world.print(codes)
    assert step(world, batch).kind is Next.RELEASE and step(world, batch).run.id == run.id
    world.release(run)
    assert step(world, batch).kind is Next.SHIP
    ship(world, batch, 1, 60)
    assert step(world, batch).kind is Next.SHIP
    ship(world, batch, 61, 100)
    assert step(world, batch).kind is Next.NOTHING


def test_labels_printed_in_part_or_thrown_away_are_to_be_printed_again(world: World) -> None:
    batch = world.declare()
    codes = world.issue(batch, 10)
    run = world.print(codes, count=4)
    world.release(run)
    assert step(world, batch).kind is Next.PRINT
    rest = world.print(codes, first=5, count=6, key="print-2")
    with world.db.write.begin() as session:
        runs.cancel_run(session, world.ama, session.get_one(PrintRun, rest.id), "换纸")
    assert step(world, batch).kind is Next.PRINT


def test_what_the_record_says_comes_before_codes(world: World) -> None:
    batch = world.declare()
    write(world, world.ama, "too-late", kind="input", day="2026-07-17", interval_days="14")
    assert step(world, batch).kind is Next.RECORD


def test_a_held_batch_waits_and_a_withdrawn_or_recalled_one_has_nothing_to_do(world: World) -> None:
    held, recalled, withdrawn = world.declare(), world.declare(), world.declare()
    with world.db.write.begin() as session:
        holds.hold(session, world.chen, session.get_one(Batch, held.id), "抽检待复核")
        holds.recall(session, world.chen, session.get_one(Batch, recalled.id), "抽检不合格")
        withdrawal.withdraw(session, replace(world.ama, at=NOW), session.get_one(Batch, withdrawn.id), "登记重了")
    assert [step(world, each).kind for each in (held, recalled, withdrawn)] == [Next.WAIT, Next.NOTHING, Next.NOTHING]
