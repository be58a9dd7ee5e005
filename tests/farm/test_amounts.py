"""An amount far beyond what is plausible keeps its goods from their codes until the county has spoken."""

from dataclasses import replace

import pytest

from world import NOW, World
from world.chains import do
from yipin.audit.sure import EVERYTHING
from yipin.chain import acts
from yipin.errors import Conflict, Invalid
from yipin.farm import amounts, harvests
from yipin.issue.requirements import Checklist, Key
from yipin.models import AmountState, Batch


@pytest.fixture
def huge(world: World) -> Batch:
    form = replace(world.batch_form(world.ama, quantity="10000000"), said=EVERYTHING)
    with world.db.write.begin() as session:
        return harvests.declare(session, world.ama, world.installation.policy, form)


def decide(world: World, batch: Batch, confirm: bool, word: str = "看过过磅单") -> None:
    with world.db.write.begin() as session:
        amounts.decide(session, world.chen, session.get_one(Batch, batch.id), confirm, word)


def reason(world: World, batch: Batch) -> str:
    with world.db.read.begin() as session:
        asked = Checklist(session, world.installation, session.get_one(Batch, batch.id), NOW)
        found = asked.unmet().get(Key.AMOUNT)
        return str(found.reason) if found else ""


def test_what_waits_gets_no_codes_and_says_the_figures(world: World, huge: Batch) -> None:
    with pytest.raises(Conflict, match="要先由县市区农业农村局核实：这一批写的是 10,000,000 kg"):
        world.issue(huge, 1)


def test_what_the_county_confirms_gets_its_codes(world: World, huge: Batch) -> None:
    decide(world, huge, True)
    assert reason(world, huge) == "" and world.issue(huge, 10).count == 10


def test_what_the_county_refuses_never_gets_codes_and_the_word_is_told(world: World, huge: Batch) -> None:
    decide(world, huge, False, "地里只有八亩")
    with pytest.raises(Conflict, match="没有核实通过（地里只有八亩）.*按实际数量重新登记"):
        world.issue(huge, 1)


def test_goods_that_waited_cannot_be_coded_by_another_name(world: World, huge: Batch) -> None:
    """Parted, put together or sold on, they are still what nobody has confirmed."""
    (part,) = do(world, acts.split, world.ama, huge.id_number, [("100", "2.5")])
    assert huge.id_number in reason(world, part)
    decide(world, huge, True)
    assert reason(world, part) == ""


def test_a_word_is_needed_and_is_said_once(world: World, huge: Batch) -> None:
    with pytest.raises(Invalid):
        decide(world, huge, True, "")
    decide(world, huge, True)
    with pytest.raises(Conflict, match="已经办过"):
        decide(world, huge, False)
    with pytest.raises(Conflict, match="已经办过"):
        decide(world, world.declare(), True)


@pytest.mark.parametrize(("who", "seen"), [("430225", 1), ("430202", 0), ("", 1)])
def test_an_officer_sees_what_waits_in_the_own_area(world: World, huge: Batch, who: str, seen: int) -> None:
    officer = world.officer_of(who) if who else world.chen
    with world.db.read.begin() as session:
        assert len(session.scalars(amounts.waiting(officer)).all()) == seen
    decide(world, huge, True)
    with world.db.read.begin() as session:
        assert session.scalars(amounts.waiting(officer)).all() == []


def test_the_grower_is_told_of_what_waits_and_of_the_word(world: World, huge: Batch) -> None:
    def told() -> list[AmountState | None]:
        with world.db.read.begin() as session:
            return [row.amount_state for row in amounts.told_of(session, world.ama)]

    assert told() == [AmountState.WAITING]
    decide(world, huge, False)
    assert told() == [AmountState.REFUSED]
    with world.db.read.begin() as session:
        assert list(amounts.told_of(session, world.ben)) == []
        later = replace(world.ama, at=NOW + amounts.TOLD)
        assert list(amounts.told_of(session, later)) == []
