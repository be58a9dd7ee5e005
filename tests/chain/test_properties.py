"""Whatever producers do in whatever order: no goods come of nothing, no way leads in a circle, and a recall finds
exactly what a search by hand finds. Kept beside the program: a plain ledger that shares no code with it."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, multiple, rule, run_state_machine_as_test

from world import NOW, USCC, World
from world.chains import harvest, made, product_of, works_of
from yipin.access.actor import Actor
from yipin.audit.sure import EVERYTHING
from yipin.chain import acts, shipping
from yipin.chain.balance import Taken
from yipin.chain.lineage import downstream, upstream
from yipin.db import Database
from yipin.errors import Conflict, Invalid
from yipin.models import Batch, BatchLink, Origin, RecallKind
from yipin.recall import acts as recall_acts
from yipin.recall import reach

POSTGRESQL_IN_SOAK = True  # sums of plain reads
CENT = Decimal("0.01")
amounts = st.decimals(CENT, 300, places=2)
percents = st.integers(1, 104)  # of what is left: so that ways grow long, and now and then too much is asked for


class Farm(RuleBasedStateMachine):
    """Acts on real rows; what should have come of them is kept in dictionaries, by ID number."""

    db: Database
    ama: Actor
    chen: Actor
    world: World
    ben: Actor
    products: dict[str, str]
    bens: dict[str, str]
    works: str
    batches = Bundle("batches")

    def __init__(self) -> None:
        super().__init__()
        self.left: dict[str, Decimal] = {}
        self.into: dict[str, set[str]] = defaultdict(set)
        self.stopped: set[str] = set()
        self.numbers: dict[str, int] = {}
        self.goods: dict[str, str] = {}  # what each batch really is

    def _note(self, batch: Batch, sources: dict[str, Decimal], goods: str) -> str:
        self.goods[batch.id_number] = goods
        self.left[batch.id_number], self.numbers[batch.id_number] = batch.quantity, batch.id
        for source, taken in sources.items():
            self.left[source] -= taken
            self.into[source].add(batch.id_number)
        return batch.id_number

    def _share(self, source: str, percent: int) -> Decimal:
        """So much of what is left of a batch, a hundredth at the least."""
        return max(CENT, (self.left[source] * percent / 100).quantize(CENT))

    def _may(self, taken: dict[str, Decimal]) -> bool:
        return all(taken[name] <= self.left[name] and name not in self.stopped for name in taken)

    @rule(target=batches, quantity=amounts, name=st.sampled_from(["beans", "beans", "loofahs"]))
    def harvest(self, quantity: Decimal, name: str) -> str:
        return self._note(harvest(self.world, self.ama, self.products[name], str(quantity), pack="0.01"), {}, name)

    @rule(
        target=batches,
        source=batches,
        percents=st.lists(st.integers(1, 60), min_size=1, max_size=3),
        loss=st.decimals(0, 2, places=2),
    )
    def split(self, source: str, percents: list[int], loss: Decimal):  # type: ignore[no-untyped-def]
        parts = [self._share(source, percent) for percent in percents]
        allowed = self._may({source: sum(parts, loss)})
        with self.db.write() as session:
            pairs = [(str(part), "0.01") for part in parts]
            try:
                results = acts.split(session, self.ama, source, pairs, loss=str(loss))
            except (Invalid, Conflict):
                assert not allowed
                return multiple()
            session.commit()
        assert allowed
        self.left[source] -= loss
        goods, each = self.goods[source], zip(results, parts, strict=True)
        return multiple(*[self._note(batch, {source: part}, goods) for batch, part in each])

    @rule(
        target=batches,
        sources=st.lists(batches, min_size=1, max_size=3, unique=True),
        percent=percents,
        yields=percents,
        factor=st.decimals(CENT, 3, places=2),
    )
    def process(self, sources: list[str], percent: int, yields: int, factor: Decimal):  # type: ignore[no-untyped-def]
        taken = {source: self._share(source, percent) for source in sources}
        most = sum(taken.values(), Decimal(0)) * factor
        out = max(CENT, (most * yields / 100).quantize(CENT))
        allowed = self._may(taken) and out <= most and "loofahs" not in {self.goods[source] for source in sources}
        parts = [Taken(source, str(share), "0", str(factor)) for source, share in taken.items()]
        with self.db.write() as session:
            wanted = replace(made(self.products["tofu"], self.works, str(out), pack_size="0.01"), said=EVERYTHING)
            try:
                result = acts.process(session, self.ama, parts, wanted)
            except (Invalid, Conflict):
                assert not allowed
                return multiple()
            session.commit()
        assert allowed
        return self._note(result, taken, "tofu")

    @rule(target=batches, pair=st.lists(batches, min_size=2, max_size=2, unique=True), percent=percents)
    def merge(self, pair: list[str], percent: int):  # type: ignore[no-untyped-def]
        taken = {source: self._share(source, percent) for source in pair}
        parts = [Taken(source, str(share)) for source, share in taken.items()]
        with self.db.write() as session:
            same = len({session.get_one(Batch, self.numbers[name]).product_id for name in pair}) == 1
            allowed = same and self._may(taken)
            try:
                result = acts.merge(session, self.ama, parts, pack_size="0.01")
            except (Invalid, Conflict):
                assert not allowed
                return multiple()
            session.commit()
        assert allowed
        assert result.quantity == sum(taken.values())
        return self._note(result, taken, self.goods[pair[0]])

    @rule(target=batches, source=batches, percent=percents, name=st.sampled_from(["beans", "loofahs", "tofu"]))
    def receive(self, source: str, percent: int, name: str):  # type: ignore[no-untyped-def]
        """Ben takes goods in, under what he says they are, and works no further on them."""
        share = self._share(source, percent)
        form = shipping.ShippingForm("Ben", "天元区", NOW.date().isoformat(), quantity=str(share), uscc=USCC["ben"])
        with self.db.write() as session:
            try:
                goods = shipping.ship(session, self.ama, session.get_one(Batch, self.numbers[source]), form)
                session.flush()
                got = acts.receive(session, self.ben, goods, product=self.bens[name], pack_size="0.01")
            except (Invalid, Conflict):
                assert not self._may({source: share}) or name != self.goods[source]
                return multiple()
            session.commit()
        assert self._may({source: share}) and name == self.goods[source]
        self._note(got, {source: share}, name)
        return multiple()

    @rule(source=batches, percent=percents)
    def ship(self, source: str, percent: int) -> None:
        share = self._share(source, percent)
        allowed = self._may({source: share})
        form = shipping.ShippingForm("演示客户", "天元区", NOW.date().isoformat(), quantity=str(share))
        with self.db.write() as session:
            try:
                shipping.ship(session, self.ama, session.get_one(Batch, self.numbers[source]), form)
            except (Invalid, Conflict):
                assert not allowed
                return
            session.commit()
        assert allowed
        self.left[source] -= share

    @rule(source=batches)
    def stop_all_that_came_of(self, source: str) -> None:
        """The program's reach, against a search by hand."""
        by_hand = self._reached(source)
        with self.db.write() as session:
            found = reach.reach(session, self.chen, [self.numbers[source]])
            assert {row.id_number for row in found.batches} == by_hand
            try:
                recall_acts.act(
                    session, self.chen, RecallKind.HOLD, [self.numbers[source]], cause="性质", reason="待查"
                )
            except Conflict:
                assert by_hand <= self.stopped
                return
            session.commit()
        self.stopped |= by_hand

    def _reached(self, source: str) -> set[str]:
        found, todo = {source}, [source]
        while todo:
            fresh = self.into[todo.pop()] - found
            found |= fresh
            todo += fresh
        return found

    @invariant()
    def what_is_left_is_what_the_plain_ledger_says(self) -> None:
        with self.db.read() as session:
            assert {row.id_number: row.left for row in session.scalars(sa.select(Batch))} == self.left

    @invariant()
    def goods_stay_what_they_are_but_for_what_was_made_of_approved_materials(self) -> None:
        keys = {"beans": "soybean", "loofahs": "loofah", "tofu": "dried-tofu"}
        with self.db.read() as session:
            batches = {row.id: row for row in session.scalars(sa.select(Batch))}
            assert {row.id_number: row.product.commodity for row in batches.values()} == {
                number: keys[goods] for number, goods in self.goods.items()
            }
            for link in session.scalars(sa.select(BatchLink)):
                source, result = batches[link.from_id].product, batches[link.to_id].product
                worked = batches[link.to_id].origin is Origin.PROCESSED and source.commodity in result.made_of
                assert source.commodity == result.commodity or worked

    @invariant()
    def no_way_leads_in_a_circle_and_none_is_lost(self) -> None:
        """Asked of the oldest batches, of which most came, and of the newest."""
        known = list(self.numbers.items())
        with self.db.read() as session:
            for name, number in dict([*known[:3], *known[-3:]]).items():
                reached = reach.reach(session, self.chen, [number]).batches
                assert {row.id_number for row in reached} == self._reached(name)
                ahead = {node.id_number for node in downstream(session, number)}
                behind = {node.id_number for node in upstream(session, number)}
                assert name not in ahead | behind
                assert not ahead & behind
                assert ahead == self._reached(name) - {name}

    def teardown(self) -> None:
        with self.db.write.begin() as session:
            for table in (
                "recall_lines",
                "notices",
                "recall_acts",
                "batch_links",
                "shipments",
                "batches",
                "chain_acts",
            ):
                session.connection().execute(sa.text(f"DELETE FROM {table}"))


@pytest.fixture
def farm(world: World) -> Iterator[type[Farm]]:
    ama = world.ama
    Farm.world, Farm.db, Farm.ama, Farm.chen = world, world.db, ama, world.chen
    named = {"beans": "八月黄大豆", "loofahs": "霞阳丝瓜", "tofu": "手工香干"}
    Farm.ben, Farm.products, Farm.bens = (
        world.ben,
        *({goods: product_of(world, who, name) for goods, name in named.items()} for who in (ama, world.ben)),
    )
    Farm.works = works_of(world, ama)
    yield Farm


def test_no_goods_of_nothing_no_circles_and_every_affected_batch_is_found(farm: type[Farm]) -> None:
    rounds = 12 if farm.db.engine.dialect.name == "sqlite" else 5
    run_state_machine_as_test(
        farm, settings=settings(max_examples=rounds, stateful_step_count=14, suppress_health_check=list(HealthCheck))
    )
