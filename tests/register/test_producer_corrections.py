"""An approved producer's record is mended: contact by the grower and told to the county, name and number by an officer with a paper."""

import io

import pytest
from sqlalchemy.orm import Session

from world import NOW, USCC, Sold, World
from world.uploads import pdf
from yipin.access.actor import Actor
from yipin.audit import log
from yipin.clock import day_of
from yipin.commitment import certificates
from yipin.errors import Conflict, Invalid
from yipin.models import Batch, Event, Producer, Review
from yipin.register import producer_corrections, producers

CONTACT = {"contact": "Ama", "phone": "13900000001", "township": "霞阳镇"}


def call(world: World, **to: str) -> None:
    with world.db.write.begin() as session:
        producer_corrections.change_contact(session, world.ama, **CONTACT | to)


def rename(world: World, officer: Actor, *, paper: bool = True, **to: str) -> None:
    with world.db.write.begin() as session:
        row = session.get_one(Producer, world.ama.producer_id)
        typed = {"name": row.name, "number": "", "reason": "执照变更"} | to
        file = ("执照.pdf", io.BytesIO(pdf("licence"))) if paper else None
        producer_corrections.change_identity(session, officer, world.installation.secrets, row, **typed, paper=file)


def last(session: Session, world: World) -> Event:
    return log.events_of(session, session.get_one(Producer, world.ama.producer_id))[-1]


def told(world: World, officer: Actor) -> list[dict[str, object]]:
    with world.db.read.begin() as session:
        return [event.data["corrected"] for event in session.scalars(producer_corrections.recent(officer))]


def test_a_new_telephone_holds_at_once_and_the_county_is_told_of_the_old_and_the_new(world: World) -> None:
    call(world)
    corrected = {"producer_phone": ["13800000000", "13900000001"]}
    assert told(world, world.officer_of("430225")) == told(world, world.chen) == [corrected]
    assert told(world, world.officer_of("430203")) == []
    batch = world.declare()
    with world.db.read.begin() as session:
        row = session.get_one(Batch, batch.id)
        said = certificates.wording(session, world.installation.policy, row, day_of(NOW))
        assert said["contact"] == "13900000001"
    with pytest.raises(Conflict, match="没有要改的"):
        call(world)


def test_each_wrong_field_of_the_contact_is_named(world: World) -> None:
    for field, typed in {"contact": "A", "phone": "123", "township": ""}.items():
        with pytest.raises(Invalid) as refused:
            call(world, **{field: typed})
        assert refused.value.field == field


def test_the_next_scan_tells_the_new_name_and_the_history_keeps_the_old(world: World, sold: Sold) -> None:
    wish = (sold.batch.id_number, 0)
    before = world.facts.get(world.installation, wish, day_of(NOW))
    assert before is not None and before.facts.card.producer == "Ama 黄桃合作社"
    rename(world, world.chen, name="阿妈黄桃合作社")
    after = world.facts.get(world.installation, wish, day_of(NOW))
    assert after is not None and after.facts.card.producer == "阿妈黄桃合作社"
    with world.db.read.begin() as session:
        event = last(session, world)
        assert event.data["corrected"] == {"producer_name": ["Ama 黄桃合作社", "阿妈黄桃合作社"]}
        assert event.reason == "执照变更"


def test_a_number_that_another_has_and_a_wrong_one_are_refused_at_the_field(world: World) -> None:
    for number, says in ((USCC["ben"], "已经登记过"), (USCC["other"][:-1], "18")):
        with pytest.raises(Invalid, match=says) as refused:
            rename(world, world.chen, number=number)
        assert refused.value.field == "number"
    rename(world, world.chen, number=USCC["other"])
    assert world.get(Producer, world.ama.producer_id).uscc == USCC["other"]


def test_neither_paper_nor_reason_may_be_missing(world: World) -> None:
    for field, wrong in {"file": {"paper": False}, "reason": {"reason": " "}}.items():
        with pytest.raises(Invalid) as refused:
            rename(world, world.chen, name="阿妈黄桃合作社", **wrong)
        assert refused.value.field == field


def test_an_individuals_number_is_told_by_no_event(world: World) -> None:
    with world.db.write.begin() as session:
        typed = ("王某", "individual", "", "11010519491231002X", "430225", "霞阳镇", "王某", "13800000000")
        form = producers.ProducerForm(*typed)
        secrets = world.installation.secrets
        row = producers.submit_producer(session, world.chen, world.installation.policy, secrets, form)
        with pytest.raises(Conflict, match="还没有审核通过"):
            producer_corrections.change_identity(
                session, world.chen, secrets, row, name="王某某", number="", reason="写错了", paper=None
            )
        producers.approve_producer(session, world.chen, row)
        assert row.state is Review.APPROVED
        mark, paper = row.identity_mark, ("身份证.pdf", io.BytesIO(pdf("id")))
        producer_corrections.change_identity(
            session,
            world.chen,
            secrets,
            row,
            name="王某",
            number="110105195001010039",
            reason="号码写错了",
            paper=paper,
        )
        assert row.identity_mark != mark
        event = log.events_of(session, row)[-1]
        assert event.data["corrected"] == {"producer_resident_id": ["before", "after"]}
        assert "110105195001010039" not in str(event.data) and str(row.identity_mark) not in str(event.data)
