"""One pesticide, one supplier, one lot, however they are spelled: for the interval, the certificate's test, the recall, the list."""

import pytest
import sqlalchemy as sa

from world import World, farms
from world.chains import do, made, product_of, works_of
from yipin.chain import acts
from yipin.commitment import certificates
from yipin.errors import Conflict, Invalid
from yipin.farm import clearance, input_list, inspections, record
from yipin.models import Batch, FarmEntry, FarmInput
from yipin.recall import roots

WRITTEN, MEANT = "５０％多菌灵", "50% 多菌灵"


def sprayed(world: World, **changes: str) -> FarmEntry:
    """An entry of Ama's for the pesticide as `WRITTEN`, on 1 July 2026; the batches are harvested on the 18th."""
    return farms.write(world, world.ama, changes.pop("key", "draft-0001"), input_name=WRITTEN, **changes)


def listed(world: World, **line: object) -> FarmInput:
    values: dict[str, object] = {"name": MEANT, "source": "某产品标签"}
    row: FarmInput = do(world, input_list.enter, world.chen, **values | line)
    return row


def test_a_line_of_the_list_judges_the_entry_that_spells_it_otherwise(world: World) -> None:
    sprayed(world, interval_days="7")
    listed(world, interval_days="30")
    with pytest.raises(Conflict, match=f"{WRITTEN} 最后一次用在 2026年7月1日，安全间隔期 30 天"):
        world.issue(world.declare(), 1)


def test_a_ban_meets_the_entry_that_spells_it_otherwise(world: World) -> None:
    sprayed(world)
    listed(world, name="多 菌灵", crop="黄\u3000桃", banned=True)
    with pytest.raises(Conflict, match=f"{WRITTEN} 禁止用于黄桃"):
        world.issue(world.declare(), 1)


def test_two_spellings_of_one_pesticide_are_two_uses_of_it(world: World) -> None:
    sprayed(world)
    farms.write(world, world.ama, "draft-0002", input_name="50 %多菌灵")
    listed(world, max_uses="1")
    with pytest.raises(Conflict, match="本季用了 2 次，最多 1 次"):
        world.issue(world.declare(), 1)


def test_a_line_that_is_on_the_list_in_another_spelling_is_refused_as_the_same(world: World) -> None:
    listed(world, crop="黄桃", registration="PD1", interval_days="7")
    for name in (WRITTEN, "50﹪ 多菌灵", MEANT):
        with pytest.raises(Invalid, match="清单上已经有同样的一条") as refused:
            listed(world, name=name, crop="黄 桃", registration="ｐｄ 1", interval_days="7")
        assert refused.value.field == "name"
    listed(
        world, name="多菌灵 50%", crop="黄桃", registration="PD1", interval_days="7"
    )  # another order is another name


def test_a_search_of_the_list_finds_every_spelling(world: World) -> None:
    listed(world, interval_days="7")
    with world.db.read.begin() as session:
        assert [row.name for row in session.scalars(input_list.found("％多菌"))] == [MEANT]
        assert session.scalars(input_list.found("％百菌")).all() == []


def test_an_officer_sees_the_uses_that_a_line_speaks_of_as_they_were_written(world: World) -> None:
    sprayed(world)
    line = listed(world, interval_days="7")
    with world.db.read.begin() as session:
        assert [(used.name, used.times) for used in record.spoken_of(session, world.chen, line)] == [(WRITTEN, 1)]


def test_a_test_looked_for_what_was_used_whatever_the_laboratory_writes(world: World) -> None:
    sprayed(world)
    farms.write(world, world.ama, "draft-0002", input_name=MEANT)
    batch, form = (
        world.declare(),
        inspections.InspectionForm("self", "自检", "R-1", "2026-07-18", "2026-07-19", [], passed=True),
    )
    tests = {}
    for name in ("５０ %多菌灵", "多菌灵"):
        report = inspections.InspectionForm(**form.__dict__ | {"items": [inspections.Item(name, "未检出")]})
        with world.db.write.begin() as session:
            tests[name] = inspections.enter(session, world.ama, session.get_one(Batch, batch.id), report).id
    with world.db.read.begin() as session:
        assert list(clearance.drugs_of(session, session.get_one(Batch, batch.id)).values()) == [WRITTEN]
    with pytest.raises(Invalid, match=f"没有检测用过的 {WRITTEN}"):
        certify(world, batch, tests["多菌灵"])
    certify(world, batch, tests["５０ %多菌灵"])


def certify(world: World, batch: Batch, report: int) -> None:
    form = certificates.CommitmentForm("10", ["self_test"], str(report))
    with world.db.write.begin() as session:
        certificates.issue(session, world.ama, world.installation.policy, session.get_one(Batch, batch.id), form)


def test_a_recall_by_input_and_lot_finds_every_spelling(world: World) -> None:
    sprayed(world, lot="A 7")
    farms.write(world, world.ben, "draft-0002", input_name="多菌灵 50%", lot="A7")
    batch = world.declare()
    world.declare(world.ben)
    with world.db.read.begin() as session:
        for name, lot in ((MEANT, ""), (WRITTEN, "Ａ７"), ("50％ 多菌灵", "a7")):
            assert roots.roots_of_input(session, world.chen, name, lot) == [batch.id]
        assert roots.roots_of_input(session, world.chen, MEANT, "A8") == []


def test_a_recall_by_supplier_and_lot_finds_every_spelling(world: World) -> None:
    goods = made(product_of(world, world.ama, "手工香干"), works_of(world, world.ama), "10")
    bought = do(world, acts.purchase, world.ama, goods, acts.Seller("某粮行（株洲）", "Ｂ-1"))
    with world.db.read.begin() as session:
        assert roots.roots_of_supplier(session, world.chen, "某粮行 (株洲)", " b-1") == [bought.id]
        assert roots.roots_of_supplier(session, world.chen, "某粮行【株洲】") == [bought.id]
        assert roots.roots_of_supplier(session, world.chen, "某粮行 (株洲)", "b-2") == []


def test_an_input_used_before_is_offered_once_as_it_was_written_last(world: World) -> None:
    sprayed(world)
    farms.write(world, world.ama, "draft-0002", input_name=MEANT)
    with world.db.read.begin() as session:
        producer = session.get_one(FarmEntry, 1).producer
        assert [row.input_name for row in record.used_before(session, producer)] == [MEANT]


def test_no_way_of_writing_a_row_leaves_its_normal_form_behind(world: World) -> None:
    line = listed(world, interval_days="7")
    with world.db.write.begin() as session:
        table, values = (
            sa.inspect(FarmInput).local_table,
            {"registration": "", "crop": "", "banned": True, "source": "x"},
        )
        values |= {"name": "Ａ 药", "example": False, "entered_at": world.ama.at}
        session.connection().execute(sa.insert(table), [values, values | {"name": "Ｂ 药"}])
    with world.db.write.begin() as session:
        row = session.get_one(FarmInput, line.id)
        row.name = "75% 百菌清"
        session.flush()
        assert row.name_normal == "75%百菌清"
        session.rollback()
    with world.db.read.begin() as session:
        normal = session.scalars(sa.select(FarmInput.name_normal).order_by(FarmInput.id)).all()
        assert normal == ["50%多菌灵", "a药", "b药"]
