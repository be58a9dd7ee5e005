"""Where readers are: by the bureau's table of networks, and by what they say."""

import io
import ipaddress
import random
from datetime import timedelta

import pytest
import sqlalchemy as sa

from world import NOW, Sold, World
from yipin.errors import Conflict, Invalid
from yipin.models import Event, NetworkList, UnitReader
from yipin.policy.policy import load
from yipin.scan import looks, network_lists, regions
from yipin.scan.look_writer import LookWriter
from yipin.scan.looks import Reader
from yipin.scan.regions import Network, Regions
from yipin.scan.verdicts import Verdict

BOTH_DATABASES = True
PHONE = "Mozilla/5.0 (iPhone)"
TABLE = "网段,县市区\n198.51.100.0/24,炎陵县\n203.0.0.0/16,长沙市\n203.0.113.0/24,430203\n2001:db8:7::/48,茶陵\n"


def enter(world: World, table: str | bytes = TABLE, name: str = "networks.csv") -> NetworkList:
    data = table.encode() if isinstance(table, str) else table
    with world.db.write.begin() as session:
        return network_lists.enter(session, world.chen, world.installation.policy, (name, io.BytesIO(data)))


def kept(world: World, sold: Sold) -> list[UnitReader]:
    with world.db.looks.read.begin() as session:
        return list(session.scalars(sa.select(UnitReader).where(UnitReader.batch_id == sold.batch.id)))


@pytest.mark.parametrize(
    ("address", "region"),
    [
        ("198.51.100.77", "430225"),
        ("203.0.7.9", "长沙市"),
        ("203.0.113.9", "430203"),  # the smaller network counts
        ("::ffff:203.0.113.9", "430203"),
        ("2001:db8:7:1::5", "430224"),
        ("192.0.2.1", ""),
        ("no address", ""),
    ],
)
def test_a_look_is_written_with_the_region_of_its_network_and_no_address(
    world: World, sold: Sold, address: str, region: str
) -> None:
    enter(world)
    desk = LookWriter(world.db, world.installation.policy.clone, patience=20)
    desk.count(Reader.of(address, PHONE), (sold.batch.id, 0), Verdict.GENUINE, NOW)
    desk.close()
    [row] = kept(world, sold)
    assert row.region == region
    assert set(vars(row)) - {"_sa_instance_state"} == {"batch_id", "ordinal", "client", "at", "before_at", "region"}


def test_what_a_reader_says_comes_before_the_table_and_who_has_not_looked_says_nothing(
    world: World, sold: Sold
) -> None:
    reader, unit = Reader.of("198.51.100.77", PHONE), (sold.batch.id, 0)
    with world.db.looks.write.begin() as session:
        assert not looks.say_where(session, reader, unit, "430224", NOW)
        rule = world.installation.policy.clone
        looks.count(session, [looks.Look(reader, unit, Verdict.GENUINE, NOW)], rule, lambda network: "430225")
        assert looks.say_where(session, reader, unit, "430224", NOW)
        assert not looks.say_where(session, Reader.of("192.0.2.1", PHONE), unit, "430224", NOW)
        again = looks.Look(reader, unit, Verdict.GENUINE, NOW + timedelta(minutes=1))
        looks.count(session, [again], rule, lambda network: "430225")
    assert [row.region for row in kept(world, sold)] == ["430224"]


def test_any_table_of_networks_is_looked_up_as_by_going_through_it_line_by_line() -> None:
    chance = random.Random(7)
    lines = {}
    for _ in range(300):
        bits = chance.choice([9, 12, 16, 20, 22, 24])
        lines[ipaddress.ip_network((chance.getrandbits(14) << 18 & -1 << 32 - bits & (1 << 32) - 1, bits))] = str(
            chance.randrange(10**6)
        )
    table = Regions(Network(str(one), place) for one, place in lines.items())
    for _ in range(1_000):
        asked = ipaddress.ip_network((chance.getrandbits(24) << 8, 24))
        around = [one for one in lines if asked.subnet_of(one)]
        assert table.of(str(asked)) == (lines[max(around, key=lambda one: one.prefixlen)] if around else "")


def test_each_upload_is_kept_and_the_last_one_counts(world: World) -> None:
    assert enter(world).count == 4
    with pytest.raises(Conflict):
        enter(world)
    enter(world, "198.51.100.0/24,茶陵县".encode("gb18030"))
    with world.db.read.begin() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(NetworkList)) == 2
        last = network_lists.in_force(session)
        assert last is not None and regions.networks_of(last.content) == [("198.51.100.0/24", "430224")]
        assert session.scalar(sa.select(sa.func.count()).where(Event.action == "networks.enter")) == 2


@pytest.mark.parametrize(
    ("table", "told"),
    [
        ("", "没有网段"),
        ("网段,地区\n", "没有网段"),
        ("203.0.113.0/24", "第 1 行"),
        ("网段,地区\n203.0.113.0/25,炎陵县", "第 2 行：“203.0.113.0/25”太小"),
        ("2001:db8::/64,炎陵县", "太小"),
        ("0.0.0.0/0,炎陵县", "太大"),
        ("abc,炎陵县\nabc,炎陵县", "共 2 行有错"),
        ("203.0.113.0/24,439999", "不是本市"),
        ("203.0.113.0/24,炎陵县\n203.0.113.0/24,茶陵县", "两次"),
        (b"PK\x03\x04 no workbook", ""),
        (b"\xff\xfe\x00\x00\x81", "读不懂"),
    ],
)
def test_a_table_that_cannot_be_read_is_refused_with_its_line(world: World, table: str | bytes, told: str) -> None:
    with pytest.raises(Invalid) as refused:
        enter(world, table)
    assert refused.value.field == "file" and told in str(refused.value)


@pytest.mark.parametrize(("typed", "meant"), [("炎陵", "430225"), ("430221", "430212"), (" 长沙市 ", "长沙市")])
def test_a_place_is_meant_by_its_code_a_former_code_or_its_name(typed: str, meant: str) -> None:
    assert regions.region(load("zhuzhou"), typed) == meant
