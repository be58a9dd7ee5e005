"""Restore drills: backup, go on, restore, issue again. No code is given out twice, the gap is named, what was recalled stays so."""

import os
import random
import secrets
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import sqlalchemy as sa

from world import World
from world.logged import append, checkpoint, found, rebuilt
from world.restored import backup, lacks, recovered
from yipin.audit import holds
from yipin.codes.kinds import CodeKind
from yipin.errors import TraceError
from yipin.issue.codes import CodeOrder, codes_of, issue_codes
from yipin.log.rollback import Behind, entries_of
from yipin.models import Batch, BatchState, VoidUnit
from yipin.printing import runs
from yipin.recovery import guard

DRILLS = int(os.environ.get("SOAK_DRILLS", "3"))
SEED = int(os.environ.get("SOAK_SEED", "0")) or secrets.randbits(32)


@dataclass
class Office:
    """What people do in a drill, and what they remember of it whatever becomes of the record."""

    world: World
    chance: random.Random
    batches: list[int] = field(default_factory=list)
    given: list[str] = field(default_factory=list)
    states: dict[str, BatchState] = field(default_factory=dict)
    void: set[tuple[int, int]] = field(default_factory=set)
    forms: int = 0

    def act(self) -> None:
        """One act at random. Whatever the rules refuse is not done."""
        kind = self.chance.choices(["issue", "declare", "stop", "free", "void"], [5, 2, 2, 1, 1])[0]
        if kind == "declare" or not self.batches:
            self.batches.append(self.world.declare(quantity="2500").id)
            return
        batch = self.chance.choice(self.batches)
        try:
            if kind == "issue":
                self.issue(batch)
            elif kind == "void":
                self.spoil(batch)
            else:
                self.move(batch, kind == "stop")
        except TraceError as error:
            assert not isinstance(error, Behind)

    def issue(self, batch: int) -> list[str]:
        """A few codes; every one of them is on a label somewhere from now on."""
        self.forms += 1
        kind = self.chance.choice(list(CodeKind))
        order = CodeOrder(self.chance.randint(1, 5), f"form {self.forms}", kind)
        world = self.world
        with world.db.write.begin() as session:
            row = issue_codes(session, world.ama, world.installation, session.get_one(Batch, batch), order)
        with world.db.read.begin() as session:
            session.add(row)
            codes = codes_of(row, world.installation.ring, world.installation.secrets, row.first, row.count)
            fresh = [digits for _, digits in codes]
        self.given += fresh
        return fresh

    def spoil(self, batch: int) -> None:
        """A label is void."""
        with self.world.db.write.begin() as session:
            row = session.get_one(Batch, batch)
            number = self.chance.randint(1, max(1, row.reserved))
            runs.void_units(session, self.world.ama, row, str(number), "印坏了")
            self.void.add((batch, number - 1))

    def move(self, batch: int, stops: bool) -> None:
        """A batch is held or recalled, or freed again."""
        with self.world.db.write.begin() as session:
            row = session.get_one(Batch, batch)
            if not stops:
                holds.release(session, self.world.chen, row, "复检合格")
            elif self.chance.random() < 0.5:
                holds.recall(session, self.world.chen, row, "农残超标")
            else:
                holds.hold(session, self.world.chen, row, "抽检不合格")
            self.states[row.id_number] = row.state

    def live(self, acts: int) -> None:
        """So many acts, published now and then."""
        for _ in range(acts):
            self.act()
            if self.chance.random() < 0.3:
                append(self.world)


def drill(world: World, folder: Path, chance: random.Random) -> None:
    """One life with a restore in it."""
    guard.watch(world.db, world.settings)
    office = Office(world, chance)
    office.live(chance.randint(2, 6))
    with backup(world, folder) as copy:
        office.live(chance.randint(1, 8))
        append(world)
        seen = checkpoint(world)
        copy.restore()
    with world.db.read.begin() as session:
        here = entries_of(session)
        known = [batch for batch in office.batches if session.get(Batch, batch)]
    if here < seen.size:
        assert lacks(world)
        _is_refused(office, known, seen.size, here)
        report = recovered(world)
        assert (report.first, report.size) == (here, seen.size)
        assert not recovered(world).is_needed
    assert not lacks(world)
    _nothing_is_forgotten(office, known)
    before = set(office.given)
    for batch in known:
        _issue_on(office, batch, before)
    assert len(set(office.given)) == len(office.given)
    append(world)
    rebuilt(world, seen)
    assert found(world) == []


def _is_refused(office: Office, known: list[int], size: int, here: int) -> None:
    """The gap is named; nothing is given out."""
    with office.world.db.read.begin() as session:
        on_sale = [batch for batch in known if session.get_one(Batch, batch).state is BatchState.ON_SALE]
    for batch in on_sale:
        with pytest.raises(Behind, match=f"日志有 {size} 条，登记库只有 {here} 条"):
            office.issue(batch)


def _nothing_is_forgotten(office: Office, known: list[int]) -> None:
    with office.world.db.read.begin() as session:
        for batch in known:
            row = session.get_one(Batch, batch)
            assert row.state is office.states.get(row.id_number, BatchState.ON_SALE)
        void = {tuple(each) for each in session.execute(sa.select(VoidUnit.batch_id, VoidUnit.ordinal))}
    assert {one for one in office.void if one[0] in known} <= void


def _issue_on(office: Office, batch: int, before: set[str]) -> None:
    with office.world.db.read.begin() as session:
        is_on_sale = session.get_one(Batch, batch).state is BatchState.ON_SALE
    if is_on_sale:
        assert before.isdisjoint(office.issue(batch))
        return
    with pytest.raises(TraceError):
        office.issue(batch)


@pytest.mark.parametrize("number", range(DRILLS))
def test_a_restored_record_gives_no_code_twice_and_forgets_no_recall(world: World, tmp_path: Path, number: int) -> None:
    print("seed", SEED, number)
    drill(world, tmp_path / "backup", random.Random(f"{SEED} {number}"))
