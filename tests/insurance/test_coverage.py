"""The pilot of quality insurance: 承保中 only where a verified policy covers the day of harvest or of sale."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import permutations

import pytest
import sqlalchemy as sa

from world import NOW, Sold, World
from world.insured import insured
from yipin.insurance import coverage
from yipin.insurance.coverage import Cover, Insurance
from yipin.models import (
    Batch,
    InsurancePolicy,
    Insurer,
    PolicyEnding,
    PolicyKind,
    PolicyScope,
    PolicyState,
    PrintRun,
    Product,
)
from yipin.printing import runs
from yipin.scan import lookup

HARVEST, SALE = date(2026, 7, 18), date(2026, 7, 20)


def policy(start: str, end: str, back: str = "", *, ended: str = "", **changes: object) -> InsurancePolicy:
    """A verified policy, in memory."""
    row = InsurancePolicy(
        id=1,
        insurer=Insurer(name="某保险公司"),
        kind=PolicyKind.LIABILITY,
        scope=PolicyScope.PRODUCT,
        number="PICC-2026-000123",
        state=PolicyState.VERIFIED,
        valid_from=date.fromisoformat(start),
        valid_to=date.fromisoformat(end),
        hotline="95518",
    )
    row.retroactive_from = date.fromisoformat(back) if back else None
    if ended:
        row.ended_on, row.ended_how = date.fromisoformat(ended), PolicyEnding.CANCELLED
    for name, value in changes.items():
        setattr(row, name, value)
    return row


# first day, last day, retroactive from, cancelled on; what is said by the harvest alone, and once labels are released
TABLE = [
    (("2026-01-01", "2026-12-31"), Cover.COVERED, Cover.COVERED),
    (("2026-07-18", "2026-07-18"), Cover.COVERED, Cover.COVERED),  # that one day
    (("2026-01-01", "2026-07-18"), Cover.COVERED, Cover.COVERED),  # ends on the day of harvest
    (("2026-07-18", "2026-12-31"), Cover.COVERED, Cover.COVERED),  # begins on it
    (("2026-01-01", "2026-07-17"), Cover.EXPIRED, Cover.EXPIRED),  # ended the day before
    (("2025-01-01", "2025-12-31"), Cover.EXPIRED, Cover.EXPIRED),
    (("2026-07-19", "2026-12-31"), Cover.NOT_YET, Cover.COVERED),  # begins between harvest and sale
    (("2026-07-20", "2026-07-20"), Cover.NOT_YET, Cover.COVERED),  # the day of sale alone
    (("2026-07-19", "2026-07-19"), Cover.NOT_YET, Cover.EXPIRED),  # the day between: neither harvested nor sold in it
    (("2026-07-21", "2026-12-31"), Cover.NOT_YET, Cover.NOT_YET),  # begins the day after the sale
    (("2026-08-01", "2026-12-31", "2026-07-18"), Cover.COVERED, Cover.COVERED),  # reaches back to the harvest
    (("2026-08-01", "2026-12-31", "2026-07-19"), Cover.NOT_YET, Cover.COVERED),  # reaches back to the sale only
    (("2026-08-01", "2026-12-31", "2026-07-21"), Cover.NOT_YET, Cover.NOT_YET),  # reaches back, not far enough
    (("2026-01-01", "2026-07-17", "2025-01-01"), Cover.EXPIRED, Cover.EXPIRED),  # reaching back does not reach forward
]
ENDED = [
    ("2026-07-18", Cover.EXPIRED),  # cancelled on the day of harvest: that day is no longer covered
    ("2026-07-19", Cover.COVERED),  # the day after it
    ("2026-12-31", Cover.COVERED),
]


def test_the_days_of_harvest_and_of_sale_decide() -> None:
    for days, harvested, sold in TABLE:
        row = policy(*days)
        for known, cover in (([HARVEST], harvested), ([HARVEST, SALE], sold)):
            found = coverage.judge([row], known)
            assert (found.status, len(found.notes)) == (cover, 1), (days, known)


def test_a_cancelled_policy_covers_the_days_before_and_a_withdrawn_one_none() -> None:
    for ended, cover in ENDED:
        assert coverage.judge([policy("2026-01-01", "2026-12-31", ended=ended)], [HARVEST]).status is cover, ended
    for days, _, _ in TABLE:
        row = policy(*days, ended="2026-12-31", ended_how=PolicyEnding.WITHDRAWN)
        assert coverage.judge([row], [HARVEST, SALE]) == Insurance(Cover.NONE), days


def test_what_is_not_verified_shows_nothing_of_itself_whatever_its_dates() -> None:
    for days, _, _ in TABLE:
        for state, cover in ((PolicyState.ENTERED, Cover.PENDING), (PolicyState.RETURNED, Cover.NONE)):
            assert coverage.judge([policy(*days, state=state)], [HARVEST, SALE]) == Insurance(cover), (days, state)


def test_without_a_day_nothing_is_claimed_and_without_a_policy_nothing_takes_part() -> None:
    assert coverage.judge([policy("2026-01-01", "2026-12-31")], []) == Insurance(Cover.PENDING)
    assert coverage.judge([], [HARVEST]) == Insurance(Cover.NONE)


def test_the_page_is_told_the_policy_with_its_number_masked() -> None:
    (note,) = coverage.judge([policy("2026-01-01", "2026-12-31", ended="2026-09-01")], [HARVEST]).notes
    assert (note.insurer, note.policy_number, note.valid_from, note.valid_to, note.hotline) == (
        "某保险公司",
        "PICC********0123",
        date(2026, 1, 1),
        date(2026, 8, 31),
        "95518",
    )


OF_EACH = {
    Cover.COVERED: policy("2026-07-01", "2026-07-31"),
    Cover.NOT_YET: policy("2026-08-01", "2026-08-31"),
    Cover.EXPIRED: policy("2026-06-01", "2026-06-30"),
    Cover.PENDING: policy("2026-07-01", "2026-07-31", state=PolicyState.ENTERED),
    Cover.NONE: policy("2026-07-01", "2026-07-31", state=PolicyState.RETURNED),
}
RANK = list(OF_EACH)


def test_of_several_policies_the_best_speaks_in_whatever_order_they_came() -> None:
    for those in permutations(OF_EACH, 2):
        found = coverage.judge([OF_EACH[cover] for cover in those], [HARVEST])
        assert found.status is min(those, key=RANK.index), those


def test_all_kinds_that_cover_are_told_in_their_order() -> None:
    rows = [policy("2026-07-01", "2026-07-31", kind=kind) for kind in reversed(PolicyKind)]
    rows += [policy("2026-07-01", "2026-08-31", id=2), OF_EACH[Cover.EXPIRED], OF_EACH[Cover.PENDING]]
    notes = coverage.judge(rows, [HARVEST]).notes
    assert [(note.kind, note.valid_to.month) for note in notes] == [
        ("liability", 8),
        ("liability", 7),
        ("recall", 7),
        ("quality", 7),
    ]


def test_of_those_to_come_the_first_is_told_and_of_those_gone_the_last() -> None:
    coming = [
        policy("2026-09-01", "2026-09-30"),
        policy("2026-08-01", "2026-08-31"),
        policy("2026-10-01", "2026-10-31"),
    ]
    assert [note.valid_from.month for note in coverage.judge(coming, [HARVEST]).notes] == [8]
    gone = [policy("2026-02-01", "2026-02-28"), policy("2026-06-01", "2026-06-30"), policy("2026-05-01", "2026-05-31")]
    assert [note.valid_from.month for note in coverage.judge(gone, [HARVEST]).notes] == [6]


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("1234", "1**4"),
        ("12345", "1***5"),
        ("PICC-2026-000123", "PICC********0123"),
        ("x" * 60, "x" * 15 + "*" * 30 + "x" * 15),
    ],
)
def test_the_middle_of_a_policy_number_is_hidden(number: str, shown: str) -> None:
    assert coverage.masked(number) == shown


# By what they speak of, from the record.


def test_each_scope_covers_what_it_names_and_no_neighbour(world: World) -> None:
    first, second, bens = world.declare(), world.declare(harvest_date="2026-07-19"), world.declare(world.ben)
    covers = {"producer": {first.id, second.id}, "product": {first.id, second.id}, "batch": {first.id}}
    for scope, those in covers.items():
        with world.db.write() as session:  # never committed
            product = session.get_one(Product, first.product_id)
            subject = first.id_number if scope == "batch" else product.id_number or ""
            insured(session, world.chen, product, scope=scope, subject=subject)
            found = {
                batch.id
                for batch in session.scalars(sa.select(Batch))
                if coverage.of_batch(session, batch).status is Cover.COVERED
            }
            as_a_whole = coverage.of_product(session, product, HARVEST).status
            own = [session.get_one(Batch, batch.id) for batch in (first, second)]
            assert coverage.of_batches(session, own) == {each.id: coverage.of_batch(session, each) for each in own}
        assert found == those and bens.id not in found, scope
        assert as_a_whole is (Cover.NONE if scope == "batch" else Cover.COVERED), scope


def test_many_batches_are_asked_of_in_as_few_questions_as_one(world: World) -> None:
    asked: list[str] = []
    batches = [world.declare(quantity=f"{100 + number}") for number in range(5)]
    with world.db.write() as session:  # never committed
        insured(session, world.chen, session.get_one(Product, batches[0].product_id))
        some = [session.get_one(Batch, batch.id) for batch in batches]
        sa.event.listen(session.connection(), "before_cursor_execute", lambda *told: asked.append(told[2]))
        coverage.of_batches(session, some[:1])
        once = len(asked)
        coverage.of_batches(session, some)
        assert len(asked) == 2 * once


def test_the_day_of_sale_is_the_first_on_which_labels_were_released(world: World, sold: Sold) -> None:
    with world.db.read.begin() as session:
        assert coverage.sale_day(session, sold.batch.id) == world.get(PrintRun, sold.run.id).released_at.date() == SALE
        assert coverage.sale_day(session, 999) is None


def test_labels_released_later_do_not_move_the_day_of_sale_and_void_ones_give_none(world: World, sold: Sold) -> None:
    more = world.print(world.issue(sold.batch, 2, "form-2"), key="print-2")
    world.release(more, replace(world.ama, at=NOW + timedelta(days=3)))
    with world.db.write.begin() as session:
        assert coverage.sale_day(session, sold.batch.id) == SALE
        runs.void_run(session, world.chen, session.get_one(PrintRun, sold.run.id), "码表外泄")
        assert coverage.sale_day(session, sold.batch.id) == SALE + timedelta(days=3)
        runs.void_run(session, world.chen, session.get_one(PrintRun, more.id), "码表外泄")
        assert coverage.sale_day(session, sold.batch.id) is None


def test_the_day_of_sale_is_counted_in_shanghai(world: World) -> None:
    batch = world.declare()
    run = world.print(world.issue(batch, 1))
    world.release(run, replace(world.ama, at=datetime(2026, 7, 20, 16, 30, tzinfo=UTC)))  # half past midnight
    with world.db.read.begin() as session:
        assert coverage.sale_day(session, batch.id) == date(2026, 7, 21)


def test_a_policy_from_the_day_of_sale_is_seen_once_the_labels_are_out_but_is_no_fact_of_the_code(world: World) -> None:
    batch = world.declare()
    with world.db.write.begin() as session:
        insured(session, world.chen, session.get_one(Product, batch.product_id), valid_from="2026-07-19")
    codes = world.issue(batch, 1)
    run = world.print(codes)
    digits = world.codes(codes)[0]
    for cover in (Cover.NOT_YET, Cover.COVERED):
        with world.db.read.begin() as session:
            answer = lookup.present(session, world.installation, digits, NOW).answer
        assert answer.insurance is not None and answer.insurance.status is cover
        assert "质量保险" not in answer.facts_at_issue
        if cover is Cover.NOT_YET:
            world.release(run)
