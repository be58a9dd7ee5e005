"""Which entries of the record belong to a harvest: over new year, leap day, trees and tea, two crops on one plot, two harvests
a year, several harvest days, corrections. The season that was typed decides nothing."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from world import World
from world.chains import do, product_of
from world.farms import correct, write
from yipin.commitment import certificates
from yipin.errors import Conflict
from yipin.farm import clearance, cycle, entries, input_list, inspections
from yipin.models import Batch, BatchState, CropKind, EntryKind, FarmEntry
from yipin.recall import roots

BEANS = {"crop": "大豆", "crop_kind": "grain"}
GREENS = {"crop": "白菜", "crop_kind": "vegetable"}
PEACH = {"crop": "黄桃", "crop_kind": "fruit"}
TEA = {"crop": "茶叶", "crop_kind": "tea"}
NAMES = {"大豆": "八月黄大豆", "白菜": "小白菜", "黄桃": "晚黄桃", "茶叶": "红茶（茶叶）"}


class Field:
    """One plot of Ama's, where things are used and harvested."""

    def __init__(self, world: World) -> None:
        self.world, self.products, self.count = world, dict[str, str](), 0

    def used(self, day: str, crop: dict[str, str], **more: str) -> FarmEntry:
        self.count += 1
        first, _, last = day.partition("…")
        said = {"season": first[:4], "last_day": last, "interval_days": "0"} | crop | more
        return write(self.world, self.world.ama, f"draft-{self.count:04}", day=first, **said)

    def picked(self, day: str, crop: dict[str, str]) -> FarmEntry:
        return self.used(day, crop, kind="harvest", quantity="10", unit="kg")

    def batch(self, day: str, crop: dict[str, str]) -> Batch:
        name = NAMES[crop["crop"]]
        if name not in self.products:
            self.products[name] = product_of(self.world, self.world.ama, name)
        return self.world.declare(product=self.products[name], harvest_date=day)

    def banned(self, kind: str) -> None:
        """An officer enters a ban of what is used here, on a kind of crop."""
        line = {"name": "阿维菌素", "source": "演示公告", "crop_kind": kind, "banned": True}
        do(self.world, input_list.enter, self.world.chen, **line)

    def belongs(self, batch: Batch) -> set[int]:
        """The uses that belong to a harvest, by row number; whoever asks hears the same."""
        with self.world.db.read.begin() as session:
            row = session.get_one(Batch, batch.id)
            found = {entry.id for entry in clearance.uses_of(session, row)}
            judged = clearance.clearance(session, row)
            assert judged.uses == len(found)
            recalled = batch.id in roots.roots_of_input(session, self.world.chen, "阿维菌素")
            assert recalled is bool(found) and bool(clearance.drugs_of(session, row)) is bool(found)
            return found


@pytest.fixture
def field(world: World) -> Field:
    return Field(world)


@pytest.mark.parametrize(
    ("crop", "earlier", "used", "harvest", "belongs"),
    [
        (GREENS, [], "2025-12-22", "2026-01-12", True),  # over new year
        (GREENS, ["2025-10-01"], "2025-12-22", "2026-01-12", True),
        (GREENS, ["2025-12-05"], "2025-12-04", "2026-01-12", False),  # of the harvest before
        (GREENS, ["2025-12-05"], "2025-12-05", "2026-01-12", True),  # on the last day of it: nobody knows the hour
        (GREENS, ["2025-12-05"], "2025-11-01…2025-12-10", "2026-01-12", True),  # went on after it
        (GREENS, [], "2026-01-13", "2026-01-12", False),  # after the harvest
        (GREENS, [], "2026-01-12", "2026-01-12", True),
        (BEANS, ["2025-06-20"], "2025-06-21", "2025-10-20", True),  # two harvests a year
        (BEANS, ["2025-06-20"], "2025-06-19", "2025-10-20", False),
        (BEANS, ["2024-10-20"], "2024-10-25", "2026-05-20", True),  # more than a year lies between two harvests
        (BEANS, [], "2024-03-01", "2026-05-20", True),  # no harvest of it on record: everything on it
        (GREENS, ["2025-12-20"], "2025-12-01", "2026-01-12", True),  # picked on several days, one harvest
        (GREENS, ["2025-12-13"], "2025-12-01", "2026-01-12", True),  # thirty days apart
        (GREENS, ["2025-12-12"], "2025-12-01", "2026-01-12", False),  # thirty-one
        (GREENS, ["2025-11-20", "2025-12-18"], "2025-11-10", "2026-01-12", True),
        (GREENS, ["2025-10-10", "2025-12-18"], "2025-10-01", "2026-01-12", False),
        (PEACH, ["2025-07-15"], "2025-07-20", "2026-07-18", True),  # a tree: twelve months, whatever was harvested
        (PEACH, ["2025-09-01"], "2025-07-18", "2026-07-18", True),
        (PEACH, ["2025-07-15"], "2025-07-17", "2026-07-18", False),
        (TEA, ["2026-04-01"], "2025-08-01", "2026-06-10", True),
        (TEA, [], "2025-06-09", "2026-06-10", False),
        (PEACH, [], "2023-02-28", "2024-02-29", True),  # twelve months before a leap day
        (PEACH, [], "2023-02-27", "2024-02-29", False),
        (PEACH, [], "2024-02-29", "2025-02-28", True),
        (PEACH, [], "2024-02-29", "2025-03-01", False),
        (GREENS, ["2024-01-10"], "2024-02-29", "2024-03-30", True),
    ],
)
@pytest.mark.parametrize("told", ["in the record", "as a batch"])
def test_what_belongs_to_a_harvest(
    told: str, crop: dict[str, str], earlier: list[str], used: str, harvest: str, belongs: bool
) -> None:
    recorded = [entry(day, crop, EntryKind.HARVEST) for day in earlier if told == "in the record"]
    became = [cycle.Harvested(1, "八月黄大豆", day_of(day)) for day in earlier if told == "as a batch"]
    ground = cycle.Ground([*recorded, use := entry(used, crop, EntryKind.INPUT)], became)
    share = ground.of(1, NAMES[crop["crop"]], day_of(harvest))
    assert share.uses == ([use] if belongs else [])
    assert list(share.earlier) == ([] if belongs or use.day > day_of(harvest) else [use])


def day_of(text: str) -> date:
    return date.fromisoformat(text)


def entry(days: str, crop: dict[str, str], kind: EntryKind, number: int = 0) -> FarmEntry:
    first, _, last = days.partition("…")
    said = {"crop": crop["crop"], "crop_normal": crop["crop"], "crop_kind": CropKind(crop["crop_kind"])}
    return FarmEntry(id=number, kind=kind, day=day_of(first), last_day=day_of(last or first), **said)


def test_what_is_picked_all_year_round_goes_back_twelve_months() -> None:
    months = [f"{year}-{month:02}" for year in (2024, 2025) for month in range(1, 13)]
    picked = [entry(f"{month}-{day}", GREENS, EntryKind.HARVEST) for month in months for day in ("05", "20")]
    old, new = (entry(day, GREENS, EntryKind.INPUT) for day in ("2025-01-11", "2025-01-12"))
    assert cycle.Ground([*picked, old, new]).of(1, "小白菜", date(2026, 1, 12)).uses == [new]


def test_a_harvest_written_from_day_to_day_has_no_pause_in_it() -> None:
    picking, use = (
        entry("2025-10-01…2025-12-31", GREENS, EntryKind.HARVEST),
        entry("2025-09-20", GREENS, EntryKind.INPUT),
    )
    assert cycle.Ground([use, picking]).of(1, "小白菜", date(2026, 1, 12)).uses == [use]


def test_where_nobody_can_tell_which_crop_was_harvested_the_longer_of_both_counts() -> None:
    use = entry("2025-08-01", PEACH, EntryKind.INPUT)
    sown = entry("2026-05-01", BEANS, EntryKind.WORK)
    before = [cycle.Harvested(1, "土产", day_of("2025-09-01"))]
    assert cycle.Ground([use, sown], before).of(1, "土产", date(2026, 7, 18)).uses == [use]


@pytest.mark.parametrize("season", ["2025", "2026"])
def test_the_banned_spray_of_december_stops_the_harvest_of_january_whatever_season_was_typed(
    field: Field, season: str
) -> None:
    world = field.world
    field.banned("vegetable")
    field.used("2025-12-22", GREENS, season=season)
    batch = field.batch("2026-01-12", GREENS)
    with pytest.raises(Conflict, match="禁止用于白菜"):
        world.issue(batch, 1)
    promise = certificates.CommitmentForm("10", ["control"])
    with (
        pytest.raises(Conflict, match="不能开承诺达标合格证：阿维菌素 禁止用于白菜"),
        world.db.write.begin() as session,
    ):
        certificates.issue(session, world.ama, world.installation.policy, session.get_one(Batch, batch.id), promise)
    with world.db.read.begin() as session:
        assert roots.roots_of_input(session, world.chen, "阿维菌素") == [batch.id]


def test_a_banned_spray_written_after_coding_freezes_the_harvest_of_january(field: Field) -> None:
    field.banned("vegetable")
    batch = field.batch("2026-01-12", GREENS)
    field.world.issue(batch, 1)
    field.used("2025-12-22", GREENS, season="2025")
    assert field.world.get(Batch, batch.id).state is BatchState.ON_HOLD


def test_uses_are_counted_by_cycle(field: Field) -> None:
    do(field.world, input_list.enter, field.world.chen, name="阿维菌素", source="某产品标签", max_uses="1")
    field.used("2025-12-22", GREENS)
    field.used("2026-01-02", GREENS)
    with pytest.raises(Conflict, match="本季用了 2 次，最多 1 次"):
        field.world.issue(field.batch("2026-01-12", GREENS), 1)
    field.used("2026-03-01", GREENS)
    assert field.world.issue(field.batch("2026-04-12", GREENS), 1, "form-2").count == 1


def test_a_test_is_asked_for_what_was_used_in_the_cycle(field: Field) -> None:
    field.used("2025-12-22", GREENS)
    batch = field.batch("2026-01-12", GREENS)
    with field.world.db.read.begin() as session:
        assert inspections.passed(session, batch) == []
        assert list(clearance.drugs_of(session, session.get_one(Batch, batch.id)).values()) == ["阿维菌素"]


def test_what_was_used_on_another_crop_of_the_plot_belongs_to_both_and_the_interval_holds_both(field: Field) -> None:
    use = field.used("2026-07-01", PEACH, interval_days="20")
    beans, peaches = field.batch("2026-07-18", BEANS), field.batch("2026-07-18", PEACH)
    field.used("2026-06-01", BEANS, kind="work", what="播种")
    assert field.belongs(beans) == field.belongs(peaches) == {use.id}
    for batch in (beans, peaches):
        with pytest.raises(Conflict, match="2026年7月21日起才能采收"):
            field.world.issue(batch, 1)


def test_of_two_crops_on_a_plot_each_has_its_own_harvests(field: Field) -> None:
    field.picked("2026-05-20", BEANS)
    use, later = field.used("2026-05-01", GREENS), field.used("2026-06-01", BEANS)
    assert field.belongs(field.batch("2026-07-18", GREENS)) == {use.id, later.id}
    assert field.belongs(field.batch("2026-07-18", BEANS)) == {later.id}


def test_what_another_crop_got_more_than_twelve_months_ago_is_not_of_a_crop_that_was_never_harvested(
    field: Field,
) -> None:
    field.used("2024-03-01", BEANS)
    own = field.used("2025-05-01", GREENS)
    assert field.belongs(field.batch("2026-07-18", GREENS)) == {own.id}


def test_what_may_be_used_on_the_other_crop_and_not_on_this_one_is_for_an_officer(field: Field) -> None:
    field.banned("vegetable")
    field.used("2026-06-01", GREENS, kind="work", what="移栽")
    field.used("2026-06-20", BEANS)
    greens, beans = field.batch("2026-07-18", GREENS), field.batch("2026-07-18", BEANS)
    with pytest.raises(Conflict, match="用在同一地块的大豆上，而它禁止用于白菜（依据：演示公告），要监管人员判定"):
        field.world.issue(greens, 1)
    assert field.world.issue(beans, 1).count == 1
    with field.world.db.read.begin() as session:
        judged = clearance.clearance(session, session.get_one(Batch, greens.id))
        assert (judged.final, judged.unknown) == (False, False)


def test_a_corrected_day_moves_a_use_from_one_harvest_to_the_next(field: Field) -> None:
    first, second = field.batch("2025-06-20", BEANS), field.batch("2025-10-20", BEANS)
    use = field.used("2025-06-01", BEANS)
    assert (field.belongs(first), field.belongs(second)) == ({use.id}, set())
    moved = correct(field.world, field.world.ama, use, "draft-0100", day="2025-08-01", season="2025", **BEANS)
    assert (field.belongs(first), field.belongs(second)) == (set(), {moved.id})


def test_a_harvest_that_is_struck_out_ends_no_cycle_and_what_is_coded_is_held(field: Field) -> None:
    world = field.world
    field.banned("grain")
    field.used("2025-06-01", BEANS)
    harvest = field.picked("2025-06-20", BEANS)
    batch = field.batch("2025-10-20", BEANS)
    assert field.belongs(batch) == set() and world.issue(batch, 1).count == 1
    with world.db.write.begin() as session:
        done = entries.withdraw(session, world.ama, session.get_one(FarmEntry, harvest.id), "没有这回事")
    assert [held.id for held in done.held] == [batch.id]
    assert len(field.belongs(batch)) == 1 and world.get(Batch, batch.id).state is BatchState.ON_HOLD


def test_a_plot_is_ready_by_the_cycle_too(field: Field) -> None:
    field.banned("vegetable")
    entry = field.used("2025-12-22", GREENS)
    with field.world.db.read.begin() as session:
        plot = session.get_one(FarmEntry, entry.id).plot
        found = clearance.readiness(session, [plot], date(2026, 1, 12))[plot.id]
        assert [str(each.doubt) for each in found.lasting] == ["banned"]
    field.batch("2026-01-13", GREENS)
    with field.world.db.read.begin() as session:
        assert clearance.readiness(session, [plot], date(2026, 4, 12))[plot.id].against == ()


DAYS = st.dates(date(2020, 1, 1), date(2027, 12, 31))


@given(DAYS, st.lists(DAYS, max_size=12))
def test_a_harvest_begins_after_a_pause_and_no_pause_lies_within_it(day: date, harvested: list[date]) -> None:
    began, before = cycle.harvest_of(day, harvested)
    pause = timedelta(cycle.APART)
    within = sorted({day, *(each for each in harvested if began <= each <= day)})
    assert began == within[0] and all(b - a <= pause for a, b in zip(within, within[1:], strict=False))
    assert before == max((each for each in harvested if each < began), default=None)
    assert before is None or began - before > pause
