"""A datum is deleted at the person's request: it is gone from rows, events and files, and the log bears out what is left."""

import sqlite3
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DatabaseError, IntegrityError

from world import NOW, Sold, World, farms
from world.logged import administrator, append, differences, found, public, rebuilt
from yipin.accounts import signin
from yipin.commitment import certificates
from yipin.erasure import acts, data
from yipin.errors import Conflict, Invalid
from yipin.farm import farmers
from yipin.models import Account, AttachedFarmer, Batch, CommitmentCertificate, Event, Producer
from yipin.register import archiving, partners, producer_corrections

PHONE, CONTACT, OTHER = "13912345678", "段木兰", "13800000002"
SQLITE = pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
TYPED = {"asker": "self", "reason": "本人来信要求", "confirmed": "永久删除"}


def erase(world: World, key: str, kind: type = Producer, number: int | None = None, **typed: object) -> acts.Erased:
    with world.db.write.begin() as session:
        row = session.get_one(kind, number or world.ama.producer_id)
        return acts.erase(session, world.installation, world.chen, row, key, **TYPED | typed)  # type: ignore[arg-type]


def called(world: World, phone: str = PHONE, contact: str = CONTACT) -> None:
    with world.db.write.begin() as session:
        producer_corrections.change_contact(session, world.ama, contact=contact, phone=phone, township="霞阳镇")


def everything(world: World) -> str:
    """All that the tables say."""
    with world.db.engine.connect() as connection:
        driver = connection.connection.driver_connection
        if isinstance(driver, sqlite3.Connection) or hasattr(driver, "iterdump"):
            return "\n".join(driver.iterdump())
        tables = sa.inspect(connection).get_table_names()
        return "\n".join(str(row) for name in tables for row in connection.exec_driver_sql(f"SELECT * FROM {name}"))


def test_a_telephone_is_gone_from_rows_and_events_and_the_log_holds(world: World, sold: Sold) -> None:
    called(world)
    called(world, OTHER)
    called(world, PHONE)
    append(world)
    erased = erase(world, "producer_phone")
    assert erased.blanked == {"producers": 1, "events": 3} and not erased.left
    assert PHONE not in everything(world) and OTHER in everything(world)
    append(world)
    rebuilt(world)
    assert found(world) == []
    with pytest.raises(Invalid, match="已经删除"):
        erase(world, "producer_phone")


@SQLITE
def test_what_was_deleted_cannot_be_changed_again_unnoticed(world: World, sold: Sold) -> None:
    called(world)
    append(world)
    erase(world, "producer_phone")
    append(world)
    tiles = public(world)
    for statement in (
        "UPDATE events SET data = '{}' WHERE data LIKE '%producer_phone%' AND action = 'producer.contact'",
        "UPDATE events SET actor_name = '别人' WHERE action = 'producer.contact'",
        "DELETE FROM log_salts WHERE event_id = (SELECT max(id) FROM events WHERE action = 'producer.contact')",
    ):
        with administrator(world) as session:
            session.execute(sa.text(statement))
            told = differences(tiles, session)
        assert [str(each.what) for each in told] == ["这个事件按请求删除过内容，后来又改过"], statement
    with administrator(world) as session:
        other = session.scalar(sa.select(sa.func.min(Event.id)))
        session.execute(sa.update(Event.__table__).where(Event.id == other).values(actor_name="（已删除）"))
        assert "封存部分改过" in str(differences(tiles, session)[0].what)


def test_the_database_lets_no_other_event_and_no_other_column_be_written_to(world: World, sold: Sold) -> None:
    called(world)
    erase(world, "producer_phone")
    for statement in (
        "UPDATE events SET reason = 'x'",
        "UPDATE events SET data = '{}' WHERE action = 'producer.contact'",  # it has a salt again
        "DELETE FROM forgotten_rows",
        "UPDATE forgotten_rows SET row_id = 1",
    ):
        with pytest.raises((DatabaseError, IntegrityError)), world.db.engine.begin() as connection:
            connection.exec_driver_sql(statement)


def certificate(world: World) -> CommitmentCertificate:
    batch = world.declare()
    with world.db.write.begin() as session:
        form = certificates.CommitmentForm("250", ["control"])
        return certificates.issue(session, world.ama, world.installation.policy, session.get_one(Batch, batch.id), form)


def test_a_certificate_that_the_law_has_kept_stays_with_the_number_masked(world: World) -> None:
    called(world)
    row = certificate(world)
    erase(world, "producer_phone")
    kept = world.get(CommitmentCertificate, row.id)
    assert (kept.contact, kept.subject, kept.number) == ("139****5678", "Ama 黄桃合作社", row.number)
    assert PHONE not in everything(world)


@SQLITE
def test_when_its_term_is_over_the_certificate_says_nothing_of_the_person(world: World) -> None:
    called(world)
    row = certificate(world)
    late = world.actor("chen", NOW + timedelta(days=4 * 366))
    with world.db.write.begin() as session:
        producer = session.get_one(Producer, world.ama.producer_id)
        acts.erase(session, world.installation, late, producer, "producer_phone", **TYPED)
    assert world.get(CommitmentCertificate, row.id).contact == "（已删除）"


def test_a_farmers_name_goes_from_the_farm_record_once_the_farmer_has_left(world: World) -> None:
    with world.db.write.begin() as session:
        farmer = farmers.add_farmer(session, world.ama, name="阳山桃", place="下村乡")
    farms.write(world, world.ama, "draft-0001", operator="阳山桃", farmer=str(farmer.id))
    with pytest.raises(Conflict, match="还在册"):
        erase(world, "farmer_name", AttachedFarmer, farmer.id)
    with world.db.write.begin() as session:
        archiving.archive(session, world.ama, session.get_one(AttachedFarmer, farmer.id))
    assert set(erase(world, "farmer_name", AttachedFarmer, farmer.id).blanked) >= {"attached_farmers", "farm_entries"}
    assert "阳山桃" not in everything(world) and "下村乡" in everything(world)
    assert world.get(AttachedFarmer, farmer.id).name == f"（已删除 {farmer.id}）"


def test_a_name_that_others_have_too_goes_from_their_rows_only_if_it_is_said(world: World) -> None:
    called(world)
    with world.db.write.begin() as session:
        partners.add(session, world.ben, partners.PartnerForm(CONTACT))
    erased = erase(world, "producer_contact")
    assert "partners" not in erased.blanked and erased.left["partners"] == 1
    called(world)
    assert not erase(world, "producer_contact", everywhere=True).left
    assert CONTACT not in everything(world)


@SQLITE
@pytest.mark.parametrize(
    "typed", [{"asker": "x"}, {"reason": ""}, {"confirmed": "删除"}, {"reason": f"{PHONE} 的主人要求"}]
)
def test_nothing_is_deleted_without_who_asked_why_and_the_typed_words(world: World, typed: dict[str, str]) -> None:
    called(world)
    with pytest.raises(Invalid):
        erase(world, "producer_phone", **typed)
    assert PHONE in everything(world)


def test_the_name_of_an_account_stays_while_it_can_act_and_as_long_as_logs_are_kept(world: World) -> None:
    number, late = world.ben.account_id, NOW + timedelta(days=400)
    with pytest.raises(Conflict, match="先停用"):
        erase(world, "account_name", Account, number)
    with world.db.write.begin() as session:
        signin.disable(session, world.chen, session.get_one(Account, number))
    with pytest.raises(Conflict, match="六个月"):
        erase(world, "account_name", Account, number)
    with world.db.write.begin() as session:
        row = session.get_one(Account, number)
        acts.erase(session, world.installation, world.actor("chen", late), row, "account_name", **TYPED)
    with world.db.read.begin() as session:
        assert not session.scalar(sa.select(sa.func.count()).where(Event.actor_id == number, Event.actor_name == "Ben"))
        assert [
            each.key for each in data.of(session, world.installation.secrets, session.get_one(Account, number))
        ] == ["account_login"]
    append(world)
    assert found(world) == []


@SQLITE
def test_an_officer_has_no_name_to_delete(world: World) -> None:
    with world.db.read.begin() as session:
        row = session.get_one(Account, world.chen.account_id)
        assert data.of(session, world.installation.secrets, row) == []
