"""All rows of a table become part of the record by one act, or none does, whatever others do meanwhile."""

import threading
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
import sqlalchemy as sa

from world import World
from world.imported import MADE, confirm, confirmed, counted, taken_in, uscc, values_of
from yipin.access.actor import Actor
from yipin.brands import licences
from yipin.clock import now
from yipin.db.apart import FIRST
from yipin.errors import Conflict
from yipin.imports import entering, judging, staging, uploads, work
from yipin.imports.outcome import found
from yipin.models import Account, Batch, BrandLicence, Certification, Event, ImportState, Producer, TableImport
from yipin.register import producers


def enter(world: World, row: TableImport) -> TableImport:
    work.enter(world.db, world.installation, row.id)
    return world.get(TableImport, row.id)


def one_by_one(world: World, number: int) -> None:
    """The form of the same producer, sent by somebody."""
    form = producers.ProducerForm(**values_of(world, "producers", number))
    with world.db.transaction(writes=True) as session:
        producers.submit_producer(session, world.chen, world.installation.policy, world.installation.secrets, form)


def just_before(monkeypatch: pytest.MonkeyPatch, act: Callable[[], object], times: int = 1) -> list[int]:
    """Somebody acts after the last row was tried and before the rows enter. The list grows by one for each."""
    real, done = entering.enter, list[int]()

    def enter(*args: object) -> None:
        if len(done) < times:
            act()
        done.append(1)
        real(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(entering, "enter", enter)
    return done


@pytest.mark.parametrize("what", MADE)
def test_every_row_enters_with_its_events_and_its_number_follows_the_last(world: World, what: str) -> None:
    row = confirmed(world, what, *range(1001, 1131))
    before = counted(world)
    assert enter(world, row).state is ImportState.DONE
    kind = MADE[what]
    with world.db.read.begin() as session:
        made = session.scalars(sa.select(kind).order_by(kind.id)).all()[-130:]
        log = session.scalars(sa.select(Event).order_by(Event.id)).all()[-130:]
    assert counted(world)[kind.__tablename__] == before[kind.__tablename__] + 130
    assert max(each.id for each in made) < FIRST
    assert [(told.object_kind, told.object_id) for told in log] == [(kind.__tablename__, each.id) for each in made]
    assert not any(value > FIRST for told in log for value in told.data.values() if isinstance(value, int))
    assert not list((world.settings.data / "imports").iterdir())


def test_amounts_of_a_table_are_read_in_the_units_that_people_type(world: World) -> None:
    row = confirmed(world, "batches", 1001, quantity="１．５吨", pack_size="5 斤")
    assert enter(world, row).state is ImportState.DONE
    with world.db.read.begin() as session:
        batch = session.scalars(sa.select(Batch)).one()
    assert (batch.quantity, batch.pack_size, batch.unit) == (1500, Decimal("2.5"), "kg")


def test_the_next_row_of_a_form_gets_a_number_of_its_own(world: World) -> None:
    enter(world, confirmed(world, "producers", 1001, 1002))
    one_by_one(world, 1003)
    enter(world, confirmed(world, "producers", 1004))
    with world.db.read.begin() as session:
        assert session.scalars(sa.select(Producer.uscc).order_by(Producer.id)).all()[-4:] == [
            uscc(number) for number in (1001, 1002, 1003, 1004)
        ]


def test_the_lines_of_a_certificate_come_along(world: World) -> None:
    enter(world, confirmed(world, "certificates", 1001, 1002))
    with world.db.read.begin() as session:
        rows = session.scalars(sa.select(Certification)).all()
        assert [[line.product_name for line in row.lines] for row in rows] == [["炎陵黄桃"], ["炎陵黄桃"]]


def test_readers_of_the_record_learn_that_it_has_changed(world: World) -> None:
    row = confirmed(world, "batches", 1001)
    with world.db.read.begin() as session:
        before = session.scalar(sa.text("SELECT version FROM record_version"))
    enter(world, row)
    with world.db.read.begin() as session:
        assert session.scalar(sa.text("SELECT version FROM record_version")) == before + 1


def test_entering_twice_enters_once(world: World) -> None:
    row = confirmed(world, "batches", 1001, 1002)
    both = [threading.Thread(target=work.enter, args=(world.db, world.installation, row.id)) for _ in range(2)]
    for each in both:
        each.start()
    for each in both:
        each.join()
    enter(world, row)
    assert counted(world)["batches"] == 2 and world.get(TableImport, row.id).state is ImportState.DONE


def test_a_form_that_takes_the_same_identity_meanwhile_keeps_all_out_and_its_row_is_named(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = confirmed(world, "producers", 1001, 1002, 1003)
    tried = just_before(monkeypatch, lambda: one_by_one(world, 1002))
    done = enter(world, row)
    ((fault, asks),) = ((each.fault, each.asks) for each in found(done.found).known)
    assert (done.state, fault.row, fault.address, asks) == (ImportState.JUDGED, 7, "D7", False)
    assert "已经登记过" in str(fault.message) and len(tried) == 1
    assert counted(world)["producers"] == 3  # Ama's, Ben's, and the form's


def test_of_two_people_who_import_the_same_rows_at_once_one_is_refused_clearly(world: World) -> None:
    other = world.officer_of("430225")
    rows = [confirmed(world, "producers", 1001, 1002), confirmed(world, "producers", 1002, 1001, who=other)]
    both = [threading.Thread(target=work.enter, args=(world.db, world.installation, row.id)) for row in rows]
    for each in both:
        each.start()
    for each in both:
        each.join()
    done = sorted((world.get(TableImport, row.id) for row in rows), key=lambda row: row.state)
    assert [row.state for row in done] == [ImportState.DONE, ImportState.REFUSED]
    assert len(found(done[1].found).known) == 2 and counted(world)["producers"] == 4


@pytest.mark.parametrize("what", ["inputs", "certificates", "products"])
def test_what_entered_meanwhile_by_another_table_is_not_entered_twice(
    world: World, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    first, second = confirmed(world, what, 1001), confirmed(world, what, 1002, 1001)
    before = counted(world)
    with monkeypatch.context() as meanwhile:
        just_before(meanwhile, lambda: None)
        assert enter(world, first).state is ImportState.DONE
    done = enter(world, second)
    assert (done.state, [each.fault.row for each in found(done.found).known]) == (ImportState.JUDGED, [7])
    table = MADE[what].__tablename__
    assert counted(world)[table] == before[table] + 1


def test_a_licence_that_ends_meanwhile_is_seen(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The rows were tried under a licence; they are tried again, and carry no name of the brand."""

    def end() -> None:
        with world.db.transaction(writes=True) as session:
            mine = sa.select(BrandLicence).where(BrandLicence.producer_id == world.ama.producer_id)
            licences.end(
                session,
                Actor.of(session.get_one(Account, world.chen.account_id), now()),
                session.scalars(mine).one(),
                "产季结束",
            )

    row = confirmed(world, "batches", 1001)
    tried = just_before(monkeypatch, end)
    assert enter(world, row).state is ImportState.DONE and len(tried) == 2
    with world.db.read.begin() as session:
        assert session.scalars(sa.select(Batch.brand_id)).all() == [None]


def test_what_changes_again_and_again_ends_the_tries_with_words(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    row = confirmed(world, "batches", 1001)

    def unsettled(*args: object) -> None:
        raise entering.Outdated

    monkeypatch.setattr(entering, "enter", unsettled)
    done = enter(world, row)
    assert done.state is ImportState.REFUSED and "过几分钟" in str(found(done.found).faults[0].message)
    assert counted(world)["batches"] == 0


def test_what_is_given_up_while_it_is_tried_does_not_enter(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    row = confirmed(world, "batches", 1001)

    def leave() -> None:
        with world.db.transaction(writes=True) as session:
            uploads.give_up(session, world.settings, row)

    just_before(monkeypatch, leave)
    work.enter(world.db, world.installation, row.id)
    assert counted(world)["batches"] == 0 and not list((world.settings.data / "imports").iterdir())


def test_a_person_whose_account_is_closed_meanwhile_enters_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = confirmed(world, "batches", 1001)

    def close() -> None:
        with world.db.engine.begin() as connection:
            connection.execute(sa.update(Account).values(disabled_at=now()))

    just_before(monkeypatch, close)
    assert enter(world, row).state is ImportState.ENTERING and counted(world)["batches"] == 0
    assert enter(world, row).state is ImportState.REFUSED  # taken up again, it is told


def test_a_row_without_an_event_is_not_copied(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    row = confirmed(world, "batches", 1001)
    real = judging.clashes

    def forgetful(trial):  # type: ignore[no-untyped-def]
        with trial.apart.connection.begin():
            trial.apart.connection.execute(sa.delete(trial.apart.ours(Event)))
        return real(trial)

    monkeypatch.setattr(judging, "clashes", forgetful)
    work.at_once(world.db, world.installation, row)
    refused = world.get(TableImport, row.id)
    assert refused.state is ImportState.REFUSED and "出了意外" in str(found(refused.found).faults[0].message)
    assert counted(world)["batches"] == 0


def test_an_import_that_was_not_confirmed_does_not_enter(world: World) -> None:
    row = taken_in(world, "batches", 1001)
    work.enter(world.db, world.installation, row.id)
    work.judge(world.db, world.installation, row.id)
    work.enter(world.db, world.installation, row.id)
    assert world.get(TableImport, row.id).state is ImportState.JUDGED and counted(world)["batches"] == 0
    confirm(world, row)
    with pytest.raises(Conflict):
        confirm(world, row)


def test_the_sweep_leaves_nothing_of_what_was_left(world: World) -> None:
    rows = [taken_in(world, "products", 1001), confirmed(world, "products", 1002)]
    with world.db.transaction(writes=True) as session:
        assert uploads.sweep(session, world.settings, now()) == 0
        assert uploads.sweep(session, world.settings, now() + timedelta(seconds=staging.KEPT + 60)) == len(rows)
    with world.db.read.begin() as session:
        assert session.scalars(sa.select(TableImport)).all() == []
    assert not list((world.settings.data / "imports").iterdir()) and counted(world)["products"] == 2
