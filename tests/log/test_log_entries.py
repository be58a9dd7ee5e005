"""Every event has its entry in the public log, in the act's own transaction: what is public in the clear, the rest sealed."""

import hashlib
import json

import pytest
import sqlalchemy as sa

from world import NOW, Sold, World
from world.logged import append
from world.schemas import emptied_to, insert
from yipin import schema
from yipin.audit import holds, log
from yipin.farm import draw_seeds
from yipin.models import Account, Action, Batch, Event, LogDue, LogEntry, LogPosition, LogSalt, change_many
from yipin.models.log_entries import LARGEST, canonical, parts
from yipin.models.public_facts import NUMBERS, TABLE


def count(world: World, kind: type) -> int:
    with world.db.read.begin() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(kind)) or 0


def last(world: World) -> tuple[dict, Event, bytes]:  # type: ignore[type-arg]
    """The newest entry, its event and its salt."""
    with world.db.read.begin() as session:
        event = session.scalars(sa.select(Event).order_by(Event.id.desc()).limit(1)).one()
        entry = session.get_one(LogEntry, event.id)
        return json.loads(entry.content), event, session.get_one(LogSalt, event.id).salt


def test_every_event_has_one_entry_and_one_salt_and_waits_for_its_position(world: World, sold: Sold) -> None:
    assert count(world, Event) == count(world, LogEntry) == count(world, LogSalt) > 10
    assert count(world, LogDue) + count(world, LogPosition) == count(world, Event)


def test_an_event_without_its_entry_cannot_be_committed(world: World) -> None:
    before = count(world, Event)
    columns = "at, actor_name, actor_role, action, object_kind, object_id, data"
    with pytest.raises(sa.exc.IntegrityError), world.db.write.begin() as session:
        session.execute(sa.text(f"INSERT INTO events ({columns}) SELECT {columns} FROM events WHERE id = 1"))
    assert count(world, Event) == before


@pytest.mark.parametrize("table", ["log_entries", "log_positions", "log_salts"])
@pytest.mark.parametrize("act", ["UPDATE", "DELETE", "REPLACE"])
def test_the_database_refuses_to_rewrite_entries_and_positions(world: World, table: str, act: str) -> None:
    if table == "log_positions":
        with world.db.write.begin() as session:
            session.execute(sa.text("INSERT INTO log_positions (position, event_id) VALUES (0, 1)"))
    value = {"log_entries": "content", "log_positions": "position", "log_salts": "salt"}[table]
    if act == "REPLACE" and world.db.engine.dialect.name == "postgresql":
        act = "TRUNCATE"
    statement = {
        "UPDATE": f"UPDATE {table} SET {value} = {value}",
        "DELETE": f"DELETE FROM {table}",
        "REPLACE": f"REPLACE INTO {table} SELECT * FROM {table}",
        "TRUNCATE": f"TRUNCATE {table} CASCADE",
    }[act]
    if (table, act) in (("log_salts", "DELETE"), ("log_salts", "TRUNCATE")):
        return  # a salt may be destroyed
    with pytest.raises(sa.exc.DBAPIError, match="append-only"), world.db.write.begin() as session:
        session.execute(sa.text(statement))


def test_a_hold_is_public_with_its_reason_and_names_nobody(world: World, sold: Sold) -> None:
    with world.db.write.begin() as session:
        holds.hold(session, world.chen, session.get_one(Batch, sold.batch.id), "抽检不合格")
    said, _, _ = last(world)
    assert {name: said[name] for name in ("action", "kind", "number", "reason", "role", "county")} == {
        "action": "batch.hold",
        "kind": "batches",
        "number": sold.batch.id_number,
        "reason": "抽检不合格",
        "role": "officer",
        "county": world.chen.county,
    }
    assert said["data"] == {"before": "on_sale", "after": "on_hold", "by": "officer"}
    assert world.chen.name not in json.dumps(said, ensure_ascii=False)


def test_whoever_has_the_salt_can_show_what_was_sealed(world: World, sold: Sold) -> None:
    with world.db.write.begin() as session:
        account = session.get_one(Account, world.ama.account_id)
        log.record(session, world.ama, Action.ACCOUNT_CHANGE, account, "改名", corrected={"name": ["甲", "乙"]})
    said, _, salt = last(world)
    assert said["reason"] is None and said["data"] == {} and said["number"] is None
    sealed = {
        "actor": world.ama.account_id,
        "name": world.ama.name,
        "object": account.id,
        "reason": "改名",
        "data": {"corrected": {"name": ["甲", "乙"]}},
    }
    text = json.dumps(sealed, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert said["sealed"] == hashlib.sha256(salt + text.encode()).hexdigest()


def test_an_act_that_is_taken_back_leaves_no_entry(world: World, sold: Sold) -> None:
    before = count(world, LogEntry)
    with world.db.write.begin() as session:
        with session.begin_nested() as savepoint:
            holds.hold(session, world.chen, session.get_one(Batch, sold.batch.id), "待查")
            savepoint.rollback()
        holds.hold(session, world.chen, session.get_one(Batch, sold.batch.id), "抽检不合格")
    assert count(world, LogEntry) == before + 1 == count(world, Event)
    assert last(world)[0]["reason"] == "抽检不合格"


def test_an_act_on_many_has_an_entry_for_each_with_its_own_number(world: World, sold: Sold) -> None:
    others = [world.declare(), world.declare(world.ben)]
    ids = [sold.batch.id, *(each.id for each in others)]
    with world.db.write.begin() as session:
        told = log.event(world.chen, Action.BATCH_HOLD, "成批", after="on_hold")
        change_many(session, Batch, ids, {"state_reason": "成批"}, told)
    with world.db.read.begin() as session:
        rows = session.scalars(sa.select(LogEntry.content).order_by(LogEntry.event_id.desc()).limit(len(ids)))
        numbers = {json.loads(content)["number"] for content in rows}
    assert numbers == {sold.batch.id_number, *(each.id_number for each in others)}


def test_what_is_too_large_for_an_entry_is_sealed() -> None:
    told = {
        **{"id": 1, "at": NOW, "actor_id": None, "actor_name": "", "actor_role": "public", "actor_county": None},
        **{"action": "inspection.draw", "object_kind": "inspection_draws", "object_id": 1, "reason": None},
        "data": {"seed": "x", "drawn": list(range(20_000))},
    }
    clear, private = parts(told, None)
    assert clear["data"] == {} and private["data"] == told["data"]
    assert len(canonical(clear | {"sealed": "0" * 64})) < LARGEST


def test_odd_text_has_one_spelling_that_is_json() -> None:
    value = {"b": "\ud800 雨", "a": 1}
    assert canonical(value) == '{"a":1,"b":"\\ud800 雨"}'.encode() and json.loads(canonical(value)) == value


def test_nothing_public_is_a_name_or_a_telephone() -> None:
    """The table of what is public, against the words under which acts keep what names a person."""
    private = {"contact", "phone", "holder", "handler", "producer", "account", "farmer", "corrected", "sender", "cause"}
    assert not {(action, key) for action, part in TABLE.items() for key in part.keys & private}
    assert not {"producers", "accounts", "plots", "partners", "attached_farmers"} & NUMBERS.keys()


def test_the_events_of_an_older_record_become_entries(world: World) -> None:
    emptied_to(world, "0042")
    with world.db.write.begin() as session:
        for number in (1, 2):
            insert(
                session,
                "events",
                **{"id": number, "at": NOW, "actor_name": "x", "actor_role": "officer", "action": "batch.hold"},
                **{"object_kind": "batches", "object_id": 7, "reason": f"{number}", "data": "{}"},
            )
    schema.upgrade(world.db)
    assert append(world) == 2
    with world.db.read.begin() as session:
        rows = session.scalars(sa.select(LogEntry).order_by(LogEntry.event_id)).all()
        assert [json.loads(row.content)["reason"] for row in rows] == ["1", "2"]
        assert session.scalars(sa.select(LogPosition.event_id).order_by(LogPosition.position)).all() == [1, 2]
        assert session.scalars(sa.select(LogDue.event_id)).all() == []


def test_the_commitment_to_a_draw_stands_in_the_clear_before_the_draw_and_the_seed_does_not(world: World) -> None:
    with world.db.write.begin() as session:
        row = draw_seeds.commit(session, world.chen)
        commitment, secret = row.commitment, row.secret
    told, _, _ = last(world)
    assert told["data"] == {"commitment": commitment} and secret not in json.dumps(told)
