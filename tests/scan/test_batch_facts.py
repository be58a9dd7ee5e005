"""What is remembered of a batch is true as long as the record stands still, and not one scan longer."""

from world import NOW, Sold, World
from yipin.audit import holds
from yipin.certification import claims
from yipin.clock import day_of
from yipin.db import Database
from yipin.indicators import cache as indicators_cache
from yipin.models import Batch, Product
from yipin.scan import lookup
from yipin.scan.facts_cache import BatchFactsCache
from yipin.scan.verdicts import Verdict


def verdict(world: World, sold: Sold, cache: BatchFactsCache, ordinal: int = 0) -> Verdict:
    with world.db.read.begin() as session:
        return lookup.present(session, world.installation, sold.digits[ordinal], NOW, cache).answer.verdict


def test_a_hold_by_another_process_is_seen_by_the_very_next_scan(world: World, sold: Sold) -> None:
    cache = BatchFactsCache(world.db)
    assert verdict(world, sold, cache) is Verdict.GENUINE
    elsewhere = Database(world.settings.database_url)
    with elsewhere.write.begin() as session:
        holds.hold(session, world.chen, session.get_one(Batch, sold.batch.id), "抽检中")
    elsewhere.dispose()
    assert verdict(world, sold, cache) is Verdict.ON_HOLD


def test_what_is_remembered_is_what_would_be_read(world: World, sold: Sold) -> None:
    cache = BatchFactsCache(world.db)
    with world.db.read.begin() as session:
        indicators_cache.board(session, world.installation.policy, day_of(NOW))
    for _ in range(2):
        with world.db.read.begin() as session:
            fresh = lookup.present(session, world.installation, sold.digits[1], NOW)
            kept = lookup.present(session, world.installation, sold.digits[1], NOW, cache)
        assert kept == fresh


def test_a_change_of_the_product_changes_what_is_said_of_its_batches(world: World, sold: Sold) -> None:
    cache = BatchFactsCache(world.db)
    verdict(world, sold, cache)
    with world.db.write.begin() as session:
        product = session.get_one(Product, sold.batch.product_id)
        claims.enter(
            session,
            world.chen,
            product,
            scheme="green",
            number="LB-15-19012700330A",
            valid_from="2026-01-01",
            valid_to="2028-12-31",
        )
    found = cache.get(world.installation, (sold.batch.id_number, 0), day_of(NOW))
    assert found is not None
    assert [badge.scheme for badge in found.facts.certifications] == ["green"]


def test_only_the_latest_batches_are_remembered(world: World, sold: Sold) -> None:
    cache = BatchFactsCache(world.db, most=2)
    numbers = [sold.batch.id_number, *(world.declare().id_number for _ in range(3))]
    for number in numbers:
        assert cache.get(world.installation, (number, 0), day_of(NOW)) is not None
    assert len(cache) == 2
