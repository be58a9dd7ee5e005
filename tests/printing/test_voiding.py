"""Step 3, spoiled labels: voided by the small number printed on them, for good."""

import pytest
import sqlalchemy as sa

from world import Sold, World
from world.scans import verdict
from yipin.audit import holds
from yipin.errors import Invalid
from yipin.models import Batch, Event, VoidUnit
from yipin.printing import runs
from yipin.scan.verdicts import Verdict


def void(world: World, batch: Batch, numbers: str, reason: str = "撕坏了") -> list[int]:
    with world.db.write.begin() as session:
        return runs.void_units(session, world.ama, session.get_one(Batch, batch.id), numbers, reason)


def test_spoiled_labels_are_voided_by_their_number(world: World, sold: Sold) -> None:
    assert void(world, sold.batch, " 1、3 ") == [0, 2]
    assert [verdict(world, digits) for digits in sold.digits] == [Verdict.VOID, Verdict.GENUINE, Verdict.VOID]
    assert void(world, sold.batch, "1-3") == [1]  # what is void already stays void, once
    with world.db.read.begin() as session:
        assert [unit.ordinal for unit in runs.voided(session, sold.batch)] == [0, 1, 2]
        told = session.scalars(sa.select(Event).where(Event.action == "unit.void").order_by(Event.id)).all()
    assert [event.data["number"] for event in told] == [1, 3, 2]
    assert {event.object_kind for event in told} == {"void_units"}


def test_numbers_that_name_no_issued_label_are_refused(world: World, sold: Sold) -> None:
    for numbers in (
        "",
        " ",
        "0",
        "4",
        "1-4",
        "3-1",
        "-1",
        "1-",
        "a",
        "1.5",
        "1--2",
        "1,,x",
        "9" * 30,
        "1\x00",
        "1-3-5",
        "2 to 3",
    ):
        with pytest.raises(Invalid) as answer:
            void(world, sold.batch, numbers)
        assert answer.value.field == "numbers", numbers
    with world.db.read.begin() as session:
        assert session.scalar(sa.select(VoidUnit.id)) is None


OFF_THE_LABEL = (
    ("第3枚", [2]),
    ("3枚", [2]),
    ("３", [2]),
    ("第1枚第3枚", [0, 2]),
    ("1，3。", [0, 2]),
    ("1——3", [0, 1, 2]),
    ("第 1 枚到第 3 枚", [0, 1, 2]),
    ("2至3号", [1, 2]),
    ("\u200b2", [1]),
)


def test_numbers_are_read_as_people_write_them(world: World, sold: Sold) -> None:
    for numbers, ordinals in (
        ("3, 1", [0, 2]),
        ("1-2；2", [0, 1]),
        ("1—3", [0, 1, 2]),
        ("2～3", [1, 2]),
        *OFF_THE_LABEL,
    ):
        with world.db.write() as session:  # never committed
            batch = session.get_one(Batch, sold.batch.id)
            assert runs.void_units(session, world.ama, batch, numbers, "撕坏了") == ordinals


def test_a_void_needs_a_reason_and_has_a_limit(world: World) -> None:
    batch = world.declare(quantity="100000", pack_size="1")
    world.issue(batch, 100_000)
    with pytest.raises(Invalid) as answer:
        void(world, batch, "1", "")
    assert answer.value.field == "reason"
    for numbers in ("1-100000", "1-2001", "1-1500 1501-3000 3001-3002"):
        with pytest.raises(Invalid, match="最多作废 2000 枚"):
            void(world, batch, numbers)
    assert len(void(world, batch, "1-1000, 501-2000")) == 2000


def test_labels_of_a_recalled_batch_can_still_be_voided(world: World, sold: Sold) -> None:
    with world.db.write.begin() as session:
        holds.recall(session, world.chen, session.get_one(Batch, sold.batch.id), "检出农残")
    assert void(world, sold.batch, "2") == [1]
    assert verdict(world, sold.digits[1]) is Verdict.RECALLED  # the graver word stays
