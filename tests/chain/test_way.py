"""What anyone may see of a batch's way: every step, both directions, and no customer's name."""

from decimal import Decimal

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from world import NOW, PASSWORD, USCC, World
from world.chains import do, harvest, made, product_of, sent, works_of
from yipin.accounts import signin
from yipin.audit import holds
from yipin.chain import acts, balance, lineage, shipping
from yipin.chain.balance import Taken
from yipin.demo import chains
from yipin.models import Batch, Role, Shipment
from yipin.scan import id_numbers

POSTGRESQL_IN_SOAK = True  # what pages say of a way; its rows tests/chain/test_acts.py asks on both

Chain = dict[str, Batch]


@pytest.fixture
def chained(world: World) -> Chain:
    """Two fields of soybeans → 香干 with a loss → labels on the packs → a part shipped."""
    ama = world.ama
    beans, tofu, works = product_of(world, ama, "八月黄豆"), product_of(world, ama, "手工香干"), works_of(world, ama)
    first, second = harvest(world, ama, beans, "120"), harvest(world, ama, beans, "80", "2026-07-12")
    parts = [Taken(first.id_number, "60", "1.5", "1.7"), Taken(second.id_number, "40", "", "1.7")]
    done = do(world, acts.process, ama, parts, made(tofu, works, "160"))
    world.release(world.print(world.issue(done, 4), "roll-50x30"))
    sent(world, ama, done, first="1", last="2", place="天元区")
    return {"first": first, "second": second, "tofu": done}


def page_and_facts(world: World, client: FlaskClient, batch: Batch, unit: int) -> tuple[str, dict]:  # type: ignore[type-arg]
    path = "/" + world.codes(world.issue(batch, 4, key="form-1"))[unit]
    return client.get(path).text, client.get(path, headers={"Accept": "application/json"}).json


def test_a_unit_tells_its_whole_way_on_page_and_as_data(world: World, client: FlaskClient, chained: Chain) -> None:
    page, facts = page_and_facts(world, client, chained["tofu"], 0)
    up = [
        (node["id_number"], node["kind"], node["quantity"], node["unit"], node["depth"])
        for node in facts["trace"]["upstream"]
    ]
    assert up == [
        (chained["first"].id_number, "harvest", "120", "kg", 1),
        (chained["second"].id_number, "harvest", "80", "kg", 1),
    ]
    assert [(link["taken"], link["loss"]) for link in facts["trace"]["links"]] == [("60", "1.5"), ("40", "0")]
    assert "用了 60 kg，其中损耗 1.5 kg" in page and 'class="way-graph"' in page
    assert "加工" in page and "发往天元区" in page


def test_goods_are_accounted_for_to_the_hundredth(world: World, chained: Chain) -> None:
    """120 + 80 taken in; 60 + 40 used; 20 + 40 left … and of 160 kg of 香干 4 packs of 0.5 kg have codes."""
    left = {name: world.get(Batch, batch.id).left for name, batch in chained.items()}
    assert left == {"first": Decimal("60"), "second": Decimal("40"), "tofu": Decimal("158")}


def test_a_field_tells_what_became_of_its_beans(world: World, client: FlaskClient, chained: Chain) -> None:
    facts = client.get(f"/b/{chained['first'].id_number}", headers={"Accept": "application/json"}).json
    assert [(node["id_number"], node["kind"], node["depth"]) for node in facts["trace"]["downstream"]] == [
        (chained["tofu"].id_number, "processed", 1)
    ]


def test_a_way_of_several_steps_is_told_to_its_ends_in_both_directions(
    world: World, client: FlaskClient, chained: Chain
) -> None:
    small, large = do(world, acts.split, world.ama, chained["tofu"].id_number, [("20", "0.5"), ("40", "0.5")])
    last = do(world, acts.split, world.ama, small.id_number, [("5", "0.5")])[0]
    page, facts = page_and_facts(world, client, last, 0)
    up = [(node["id_number"], node["depth"]) for node in facts["trace"]["upstream"]]
    assert up == [
        (small.id_number, 1),
        (chained["tofu"].id_number, 2),
        (chained["first"].id_number, 3),
        (chained["second"].id_number, 3),
    ]
    assert all(number[-4:] in page for number, _ in up)
    assert [(link["taken"], link["loss"]) for link in facts["trace"]["links"]] == [
        ("60", "1.5"),
        ("40", "0"),
        ("20", "0"),
        ("5", "0"),
    ]
    beans = client.get(f"/b/{chained['first'].id_number}", headers={"Accept": "application/json"}).json
    down = [(node["id_number"], node["depth"]) for node in beans["trace"]["downstream"]]
    assert down == [(chained["tofu"].id_number, 1), (small.id_number, 2), (large.id_number, 2), (last.id_number, 3)]


def test_what_was_called_back_is_not_said_to_have_left(world: World, client: FlaskClient, chained: Chain) -> None:
    with world.db.write.begin() as session:
        shipping.cancel(session, world.ama, session.scalars(sa.select(Shipment)).one(), "车坏了")
    page, _ = page_and_facts(world, client, chained["tofu"], 0)
    assert "发往天元区" not in page


def test_the_chain_of_the_demonstration_is_whole_and_balanced_to_the_hundredth(
    world: World, client: FlaskClient
) -> None:
    """Soybeans of two fields → 香干 with a loss → labels → a shop; seen by who scans a pack."""
    with world.db.write.begin() as session:
        signin.add_account(
            session,
            world.chen,
            world.installation.policy,
            login="works",
            name="演示香干坊",
            role=Role.PRODUCER,
            password=PASSWORD,
        )
    told = chains.add(world.db, world.installation, world.chen, lambda _: world.actor("works"), USCC["other"])
    page, facts = (
        client.get(f"/{told['digits']}", headers=headers) for headers in ({}, {"Accept": "application/json"})
    )
    trace = facts.json["trace"]
    assert [(node["kind"], node["quantity"], node["unit"], node["depth"]) for node in trace["upstream"]] == [
        ("harvest", "120", "kg", 1),
        ("harvest", "80", "kg", 1),
    ]
    assert [(link["taken"], link["loss"]) for link in trace["links"]] == [("60", "1.5"), ("40", "0")]
    for step in ("演示大豆", "其中损耗 1.5 kg", "加工", "发往天元区"):
        assert step in page.text, step
    with world.db.read.begin() as session:
        tofu = session.scalars(sa.select(Batch).where(Batch.id_number == told["id_number"])).one()
        shares = balance.ledger(session, tofu)
        beans = [balance.ledger(session, link.source) for link in lineage.links_into(session, tofu)]
    assert (shares.total, shares.coded, shares.used, shares.loose, shares.left) == (160, 6, 0, 22, 132)
    assert [(each.total, each.used, each.left) for each in beans] == [(120, 60, 60), (80, 40, 40)]


def test_only_the_packs_that_left_are_said_to_have_left_and_no_customer_is_named(
    world: World, client: FlaskClient, chained: Chain
) -> None:
    page, _ = page_and_facts(world, client, chained["tofu"], 0)
    other, _ = page_and_facts(world, client, chained["tofu"], 2)
    assert "发往天元区" in page and "发往天元区" not in other
    assert "天元区演示超市" not in page + other


def test_what_was_recalled_upstream_is_marked_on_the_way(world: World, client: FlaskClient, chained: Chain) -> None:
    with world.db.write.begin() as session:
        holds.recall(session, world.chen, session.get_one(Batch, chained["first"].id), "检出违禁农药")
    page, facts = page_and_facts(world, client, chained["tofu"], 0)
    assert [node["state"] for node in facts["trace"]["upstream"]] == ["recalled", "on_sale"]
    assert 'class="way-box stopped"' in page


def test_a_batch_that_became_nothing_else_has_no_way(world: World, client: FlaskClient) -> None:
    batch = world.declare()
    facts = client.get(f"/b/{batch.id_number}", headers={"Accept": "application/json"}).json
    assert facts["trace"] == {"upstream": [], "downstream": [], "links": [], "cut": False}
    assert "way-graph" not in client.get(f"/b/{batch.id_number}").text


def test_a_long_way_is_cut_and_says_so(world: World) -> None:
    ama = world.ama
    beans = product_of(world, ama, "八月黄豆")
    batch = harvest(world, ama, beans, "250", pack="1")
    for n in range(5):
        do(world, acts.split, ama, batch.id_number, [("1", "1")] * 45, key=str(n))
    with world.db.read.begin() as session:
        answer = id_numbers.look_up_batch(session, world.installation, batch.id_number, NOW)
    assert answer.way and answer.way.cut and len(answer.way.downstream) == 200
