"""Counting: every look by a person counts once, robots apart, and nobody can be traced."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from world import NOW, Sold, World
from world.shared import shared
from yipin.models import Scan, ScanKey, UnitScans, Visitor
from yipin.policy.clones import CloneRule
from yipin.scan import looks
from yipin.scan.looks import Look, Reader, Seen
from yipin.scan.verdicts import Verdict

PHONE = "Mozilla/5.0 (Linux; Android 7.0; HUAWEI NXT) AppleWebKit/537.36 MicroMessenger/8.0"


def look(world: World, sold: Sold, reader: Reader, now: datetime = NOW, ordinal: int = 0) -> Seen | None:
    one = Look(reader, (sold.batch.id, ordinal), Verdict.GENUINE, now)
    with world.db.looks.write.begin() as session:
        looks.count(session, [one], world.installation.policy.clone)
    return one.seen


@pytest.mark.parametrize(
    "agent",
    [
        "TelegramBot (like TwitterBot)",
        "WhatsApp/2.23",
        "facebookexternalhit/1.1",
        "Googlebot/2.1",
        "Baiduspider/2.0",
        "Slackbot-LinkExpanding 1.0",
        "Mozilla/5.0 (compatible; bingbot/2.0)",
        "Embedly/0.2",
    ],
)
def test_a_link_preview_is_no_person(agent: str) -> None:
    assert Reader.of("203.0.113.9", agent).visitor is Visitor.PREVIEW


@pytest.mark.parametrize(
    "agent",
    ["", PHONE, "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0)", "Mozilla/5.0 (Linux; Android 9; CUBOT_NOTE_20)", "curl/8"],
)
def test_a_phone_is_a_person_even_one_whose_maker_is_called_cubot(agent: str) -> None:
    assert Reader.of("203.0.113.9", agent).visitor is Visitor.PERSON


@pytest.mark.parametrize("purpose", ["prefetch", "prefetch;prerender", "Preview"])
def test_a_page_fetched_ahead_is_no_look(purpose: str) -> None:
    assert Reader.of("203.0.113.9", PHONE, purpose).visitor is Visitor.PREVIEW


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("203.0.113.9", "203.0.113.77", True),
        ("203.0.113.9", "203.0.114.9", False),
        ("2001:db8:1:2:aaaa:bbbb:cccc:1", "2001:db8:1:2:1111:2222:3333:4", True),  # a phone changes this half daily
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::1", True),
        ("2001:db8:1::1", "2001:db8:2::1", False),
        ("::ffff:203.0.113.9", "203.0.113.77", True),  # the same network, as a socket for both kinds sees it
        ("::ffff:203.0.113.9", "::ffff:198.51.100.9", False),
    ],
)
def test_an_address_is_cut_to_its_neighbourhood(one: str, other: str, same: bool) -> None:
    assert (Reader.of(one, "").network == Reader.of(other, "").network) is same


def test_an_address_that_is_none_is_still_counted(world: World, sold: Sold) -> None:
    for number, address in enumerate(
        ("", "unix:", "nonsense", "1.2.3", "fe80::1%eth0", "1" * 999, "\x00", "::", "%"), 1
    ):
        seen = look(world, sold, Reader.of(address, PHONE), NOW + number * timedelta(minutes=31))
        assert seen is not None and seen.scans == number


def test_the_first_look_is_the_first_and_the_last_is_the_last(world: World, sold: Sold) -> None:
    person = Reader.of("203.0.113.9", PHONE)
    for hours in (0, 1, 5):
        seen = look(world, sold, person, NOW + timedelta(hours=hours))
    assert seen is not None
    with world.db.read.begin() as session:
        kept = session.get_one(UnitScans, (sold.batch.id, 0))
    assert (seen.scans, seen.first_at, kept.last_at) == (3, NOW, NOW + timedelta(hours=5))
    other = look(world, sold, person, ordinal=1)
    assert other is not None and other.scans == 1


def test_a_robot_is_written_down_apart_and_never_enters_the_total(world: World, sold: Sold) -> None:
    robot = Reader.of("203.0.113.9", "WhatsApp/2.23")
    assert look(world, sold, robot) is None  # nobody has looked yet
    look(world, sold, Reader.of("203.0.113.9", PHONE))
    seen = look(world, sold, robot)
    assert seen is not None and seen.scans == 1
    with world.db.read.begin() as session:
        kinds = session.scalars(sa.select(Scan.visitor).order_by(Scan.id)).all()
    assert kinds == [Visitor.PREVIEW, Visitor.PERSON, Visitor.PREVIEW]


def test_the_pseudonym_of_a_reader_holds_for_a_day_and_no_longer(world: World, sold: Sold) -> None:
    person, morning = Reader.of("203.0.113.9", PHONE), datetime(2026, 7, 19, 16, 0, tzinfo=UTC)  # midnight in Shanghai
    for hours in (0, 23, 24):
        look(world, sold, person, morning + timedelta(hours=hours))
    look(world, sold, replace(person, network="198.51.100"), morning)
    with world.db.read.begin() as session:
        first, late, next_day, other = session.scalars(sa.select(Scan.client).order_by(Scan.id)).all()
    assert first == late
    assert len({first, next_day, other}) == 3


def test_the_keys_of_past_days_are_destroyed(world: World, sold: Sold) -> None:
    person = Reader.of("203.0.113.9", PHONE)
    for days in (0, 1, 2, 5):
        look(world, sold, person, NOW + timedelta(days=days))
        with world.db.read.begin() as session:
            kept = session.scalars(sa.select(ScanKey.day).order_by(ScanKey.day)).all()
        today = date(2026, 7, 20) + timedelta(days=days)
        assert kept[-1] == today and all(day >= today - timedelta(days=1) for day in kept)


def test_no_address_is_kept(world: World, sold: Sold) -> None:
    look(world, sold, Reader.of("203.0.113.9", PHONE))
    with world.db.read.begin() as session:
        row = session.execute(sa.text("SELECT * FROM scans")).mappings().one()
    assert not [value for value in row.values() if "203.0" in str(value) or "HUAWEI" in str(value)]


RULE = CloneRule(readers=3, hours=24)


def too_many(world: World, sold: Sold, now: datetime = NOW) -> bool:
    with world.db.read.begin() as session:
        seen = looks.total(session, (sold.batch.id, 0), RULE, now)
        return seen is not None and seen.copied


def test_many_different_readers_of_one_unit_are_too_many(world: World, sold: Sold) -> None:
    assert not too_many(world, sold)
    for number, late in enumerate((False, False, True)):
        look(world, sold, Reader.of(f"203.0.{number}.9", PHONE))
        assert too_many(world, sold) is late


def test_one_reader_who_looks_often_is_not(world: World, sold: Sold) -> None:
    for _ in range(5):
        look(world, sold, Reader.of("203.0.113.9", PHONE))
    assert not too_many(world, sold)


def test_robots_and_the_readers_of_long_ago_do_not_count(world: World, sold: Sold) -> None:
    for number in range(5):
        look(world, sold, Reader.of(f"203.0.{number}.9", "Googlebot"))
    for number in range(2):
        look(world, sold, Reader.of(f"203.0.{number}.9", PHONE), NOW - timedelta(hours=25))
    for number in range(2):
        look(world, sold, Reader.of(f"198.51.{number}.9", PHONE))
    assert not too_many(world, sold)
    look(world, sold, Reader.of("198.51.99.9", PHONE))
    assert too_many(world, sold)
    assert not too_many(world, sold, NOW + timedelta(hours=25))


def test_readers_of_other_units_do_not_count(world: World, sold: Sold) -> None:
    for number in range(5):
        look(world, sold, Reader.of(f"203.0.{number}.9", PHONE), ordinal=1)
    look(world, sold, Reader.of("203.0.113.9", PHONE))
    assert not too_many(world, sold)


FAMILIES = ("MicroMessenger", "Alipay", "Huawei", "Miui", "iPhone", "Android", "Windows", "Mac OS", "Linux", "x")


def test_five_networks_with_ten_browsers_each_do_not_turn_a_pack_into_a_copy(world: World, sold: Sold) -> None:
    """Whoever commands five networks can invent any number of browsers."""
    for _ in range(2):
        for network in range(5):
            for family in FAMILIES:
                seen = look(world, sold, Reader.of(f"198.51.{network}.9", family))
    assert seen is not None and (seen.scans, seen.readers) == (50, 50) and not seen.copied


def test_readers_of_a_few_browsers_in_many_networks_do(world: World, sold: Sold) -> None:
    rule = world.installation.policy.clone
    copied = [
        seen.copied
        for number in range(rule.readers // rule.per_network + 1)
        for family in FAMILIES[: rule.per_network]
        if (seen := look(world, sold, Reader.of(f"198.51.{number}.9", family)))
    ]
    assert copied.index(True) == rule.readers - 1


def test_robots_from_everywhere_never_do(world: World, sold: Sold) -> None:
    for number in range(60):
        seen = look(world, sold, Reader.of(f"198.51.{number}.9", "Googlebot/2.1"))
    assert seen is None


def test_looks_that_a_wrong_clock_put_into_the_future_are_not_counted_as_of_today(world: World, sold: Sold) -> None:
    for number in range(60):
        look(world, sold, Reader.of(f"198.51.{number}.9", "Android"), NOW + timedelta(days=365))
    seen = look(world, sold, Reader.of("203.0.113.9", "Android"))
    assert seen is not None and not seen.copied


READER = Reader.of("203.0.113.9", PHONE)
MIDNIGHT = datetime(2026, 7, 20, 16, 0, tzinfo=UTC)  # in Shanghai


def counts(world: World, sold: Sold, seen: list[tuple[Reader, datetime]], together: bool) -> tuple[int, int, int]:
    """Looks, readers and days after these, written in one commit or each in its own."""
    made = [Look(reader, (sold.batch.id, 0), Verdict.GENUINE, at) for reader, at in seen]
    for group in [made] if together else [[one] for one in made]:
        with world.db.looks.write.begin() as session:
            looks.count(session, group, world.installation.policy.clone)
    with world.db.read.begin() as session:
        row = session.get_one(UnitScans, (sold.batch.id, 0))
        assert made[-1].seen == Seen(sold.batch.id, 0, row.scans, row.first_at, row.readers, row.days)
        assert session.scalar(sa.select(sa.func.count()).select_from(Scan)) == len(made)
        return row.scans, row.readers, row.days


def after(*minutes: int, start: datetime = NOW) -> list[tuple[Reader, datetime]]:
    return [(READER, start + timedelta(minutes=each)) for each in minutes]


@pytest.mark.parametrize("together", [True, False], ids=["in one commit", "one by one"])
@pytest.mark.parametrize(
    ("seen", "counted"),
    [
        (after(0), (1, 1, 1)),
        (after(0, 0, 1, 29), (1, 1, 1)),
        (after(0, 20, 40, 60), (1, 1, 1)),  # no half hour lies between two of them
        (after(0, 31), (2, 1, 1)),
        (after(0, 31, 32, 63), (3, 1, 1)),
        (after(0, 24 * 60), (2, 2, 2)),
        (after(-10, -1, start=MIDNIGHT), (1, 1, 1)),
        (after(-60, 10, start=MIDNIGHT), (2, 2, 2)),
        ([*after(0), (Reader.of("198.51.100.9", PHONE), NOW), *after(5)], (2, 2, 1)),
        ([*after(0), (Reader.of("203.0.113.9", "iPhone"), NOW)], (2, 2, 1)),
    ],
)
def test_a_readers_looks_within_half_an_hour_are_one(
    world: World, sold: Sold, seen: list[tuple[Reader, datetime]], counted: tuple[int, int, int], together: bool
) -> None:
    assert counts(world, sold, seen, together) == counted


def test_a_look_that_goes_on_after_midnight_is_no_further_reader(world: World, sold: Sold) -> None:
    assert counts(world, sold, after(-5, 5, 20, start=MIDNIGHT), together=False)[:2] == (1, 1)


def test_looks_at_another_pack_are_others(world: World, sold: Sold) -> None:
    look(world, sold, READER)
    other = look(world, sold, READER, ordinal=1)
    assert other is not None and (other.scans, other.readers) == (1, 1)


def test_the_previewers_and_prefetchers_that_people_met_are_no_persons() -> None:
    for line in (shared("cases") / "labels" / "robots.txt").read_text("utf-8").splitlines():
        header, _, value = line.removeprefix("header ").partition(": ")
        reader = Reader.of("203.0.113.9", PHONE, value) if value else Reader.of("203.0.113.9", line)
        assert reader.visitor is Visitor.PREVIEW, line


@pytest.mark.parametrize(
    "agent",
    [
        "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 Snapchat/12.0 (like Safari/8617)",
        "Mozilla/5.0 (Linux; Android 13) AppleWebKit/537.36 Chrome/120 Mobile Safari/537.36 Line/13.1.0",
        "Mozilla/5.0 (Linux; Android 12) AppleWebKit/537.36 MQQBrowser/6.2 TBS/046 Mobile Safari/537.36 V1_AND_SQ_8 QQ/8.9",
        "Mozilla/5.0 (iPhone) AppleWebKit/605.1.15 [Pinterest/iOS]",
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 WindowsWechat MicroMessenger",
    ],
)
def test_the_browser_inside_a_messenger_is_a_person(agent: str) -> None:
    assert Reader.of("203.0.113.9", agent).visitor is Visitor.PERSON
