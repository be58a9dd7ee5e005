"""What is kept is forgotten as soon as it is no longer true, and nothing else is: random acts against random scans.

`scripts/soak forget --count N` makes N acts on each database.
"""

import os
import random
from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from world import NOW, Sold, World, signin
from world.acts.doing import every_code
from world.acts.life import Life
from world.certificates import numbered
from world.farms import write
from world.insured import insured
from yipin.audit import holds
from yipin.certification import claims
from yipin.certification.paper import DeclaredCertificate, Line
from yipin.clock import day_of
from yipin.db.columns import Base, LookBase
from yipin.models import Action, Batch, Certification, Event, Product, Role, touches
from yipin.scan import batch_facts, lookup
from yipin.scan.facts_cache import BatchFactsCache
from yipin.scan.found import Found

ACTS = int(os.environ.get("SOAK_ACTS") or 0)
SEED = int(os.environ.get("SOAK_SEED") or 0) or 20260720
TODAY = day_of(NOW)

# Acts that change nothing which a scan reads. Every other act must come up in a long run.
UNREAD = {
    *(
        "account.change",
        "account.disable",
        "account.enable",
        "account.password",
        "account.reset",
        "data.export",
        "data.take",
        "person.invite",
        "person.join",
        "person.out",
        "person.position",
        "person.uninvite",
        "attachment.keep",
        "brand.selection",
        "case.contact",
        "case.export",
    ),
    *("case.forget", "case.note", "case.refer", "case.take", "credit.answer", "farm.correct", "farmcase.grant"),
    *("farmcase.open", "farmcase.refuse", "farminput.end", "farminput.enter", "inspection.draw", "inspection.enter"),
    *("inspection.withdraw", "insurer.uscc", "print.download", "print.fail", "print.password", "print.retry"),
    *("print.stop", "printer.add", "printer.calibrate", "recall.read", "report.freeze", "reward.granted"),
    *("reward.refused", "stock.add"),
    *("product.text", "text.approve_county", "text.approve_city", "text.return"),
    *(f"{what}.{done}" for what in ("plot", "farmer") for done in ("change", "archive", "restore")),
}
NO_LONGER_WRITTEN = {"certification.enter", "certification.withdraw", "insurance.withdraw", "shipment.receive"}
RARE = {"producer.return", "producer.contact", "producer.identity"}  # the same act as another here, under a second word


def run(world: World, acts: int, seed: int = SEED) -> Iterator[int]:
    """So many acts; after each of them, scans are compared with what the record says. Gives the number of each act."""
    chance = random.Random(seed)
    life, here, there = Life(world, chance), BatchFactsCache(world.db), BatchFactsCache(world.db)
    for turn in range(acts):
        if life.act() is None:
            compare(world, here, chance, 6)
        if turn % 40 == 0:  # another process, which has not asked for a while
            compare(world, there, chance, 200)
        yield turn
    compare(world, here, chance, 1_000)


def compare(world: World, cache: BatchFactsCache, chance: random.Random, most: int) -> None:
    with world.db.read.begin() as session:
        codes = every_code(world, session)
        asked = chance.sample(codes, min(most, len(codes)))
        for digits in asked:
            kept = lookup.present(session, world.installation, digits, NOW, cache)
            fresh = lookup.present(session, world.installation, digits, NOW)
            assert kept.pack == fresh.pack, digits
        signed = [lookup.signed_code(world.installation, digits) for digits in asked if len(digits) == 191]
        for code, pack in zip(signed, lookup.known(world.installation, signed, NOW, cache), strict=True):
            assert (
                pack is not None
                and pack == lookup.present(session, world.installation, _digits(code, asked, world), NOW).pack
            )


def _digits(code: lookup.GenuineCode, asked: list[str], world: World) -> str:
    return next(one for one in asked if len(one) == 191 and lookup.signed_code(world.installation, one) == code)


@pytest.mark.long
def test_every_answer_from_memory_is_the_one_that_would_be_read(world: World, sold: Sold) -> None:
    for _ in run(world, ACTS or 90):
        pass
    with world.db.read.begin() as session:
        done = set(session.scalars(sa.select(Event.action).distinct()))
    missing = {action.value for action in Action} - done - UNREAD - NO_LONGER_WRITTEN - RARE
    assert not missing or ACTS < 5_000, f"seed {SEED} never did {sorted(missing)}"


@pytest.mark.long
@pytest.mark.parametrize("table", sorted(touches.RULES) if ACTS else ["print_runs", "void_units"])
def test_a_rule_that_is_missing_is_found(world: World, sold: Sold, table: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if table in ("certification_lines", "insurers"):
        pytest.skip("no act changes such a row")
    monkeypatch.setitem(touches.RULES, table, ())
    with pytest.raises(AssertionError):
        for _ in run(world, ACTS or 400):
            pass


def test_every_table_that_a_scan_reads_has_its_rules(world: World, sold: Sold) -> None:
    read: list[str] = []
    sa.event.listen(world.db.engine, "before_cursor_execute", lambda *told: read.append(told[2]))
    for _ in range(20):
        Life(world, random.Random(SEED)).act()
    read.clear()
    with world.db.read.begin() as session:
        for number in session.scalars(sa.select(Batch.id_number)).all():
            batch_facts.gather(session, world.installation, number, TODAY)
    words = {word for statement in read for word in statement.replace("(", " ").split()}
    assert words & set(Base.metadata.tables) <= set(touches.RULES)


def test_every_table_is_read_by_scans_or_is_named_as_one_that_is_not() -> None:
    assert set(touches.RULES) | touches.NOT_READ == {*Base.metadata.tables, *LookBase.metadata.tables}
    assert not set(touches.RULES) & touches.NOT_READ
    for table, rules in touches.RULES.items():
        assert {touch.column for touch in rules} <= set(Base.metadata.tables[table].c.keys())


def kept(cache: BatchFactsCache, sold: Sold, ordinal: int = 0) -> Found | None:
    return cache.remembered([(sold.batch.id_number, ordinal)], TODAY)[0]


def test_neither_a_neighbour_nor_a_stranger_makes_anything_forgotten(world: World, sold: Sold) -> None:
    cache = BatchFactsCache(world.db)
    before = cache.get(world.installation, (sold.batch.id_number, 0), TODAY)
    world.issue(world.declare(world.ben), 3, who=world.ben)
    world.declare(world.ama)  # of the same producer, product and plot
    with world.db.write.begin() as session:
        paper = DeclaredCertificate(
            "green", numbered("green", 1), "2026-01-01", "2026-12-31", "", lines=(Line(str(sold.batch.product_id)),)
        )
        declared = claims.declare(session, world.ama, paper)
    write(world, world.ben, f"{7:032x}")
    with world.db.write.begin() as session:
        signin.add_account(
            session,
            world.chen,
            world.installation.policy,
            login="stranger",
            name="stranger",
            role=Role.PRODUCER,
            password="a pear in a tree",
        )
    after = kept(cache, sold)
    assert before and after and after.facts is before.facts
    with world.db.write.begin() as session:
        claims.verify(session, world.chen, session.get_one(Certification, declared.id))
    assert kept(cache, sold) is None, "a claim counts from the moment it is verified"


def test_a_hold_and_its_end_keep_the_facts_and_change_how_the_batch_stands(world: World, sold: Sold) -> None:
    cache = BatchFactsCache(world.db)
    before = cache.get(world.installation, (sold.batch.id_number, 0), TODAY)
    for act, state in ((holds.hold, "on_hold"), (holds.release, "on_sale")):
        with world.db.write.begin() as session:
            act(session, world.chen, session.get_one(Batch, sold.batch.id), "抽检")
        after = kept(cache, sold)
        assert before and after and after.facts is before.facts and after.standing.state == state


def test_a_policy_of_the_producer_makes_its_batches_forgotten(world: World, sold: Sold) -> None:
    cache = BatchFactsCache(world.db)
    cache.get(world.installation, (sold.batch.id_number, 0), TODAY)
    with world.db.write.begin() as session:
        insured(session, world.chen, session.get_one(Product, sold.batch.product_id))
    assert kept(cache, sold) is None


def test_a_new_day_reads_the_facts_again(world: World, sold: Sold) -> None:
    cache = BatchFactsCache(world.db)
    cache.get(world.installation, (sold.batch.id_number, 0), TODAY)
    assert cache.remembered([(sold.batch.id_number, 0)], TODAY.replace(day=21)) == [None]
