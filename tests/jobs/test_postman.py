"""Mail: what people are told reaches them by a real mail server, once, later if it must be, and never for ever."""

import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from world import World, told
from world.mailbox import PASSWORD, Mailbox, opened
from yipin import clock
from yipin.accounts import addresses
from yipin.audit import holds
from yipin.installation.settings import Settings
from yipin.jobs import postman
from yipin.models import Account, Batch, Delivery, DeliveryState, MailAddress, Notification, RecallKind
from yipin.notices import deliveries
from yipin.recall import acts
from yipin.web import jobkinds

ADDRESS = "ama@farm.example.cn"


@pytest.fixture
def box(world: World) -> Iterator[Mailbox]:
    """A mail server that the world's settings name."""
    jobkinds.load()
    with opened() as box:
        with (world.settings.data / "yipin.toml").open("a") as file:
            file.write(box.toml())
        world.installation.settings = Settings.load(world.settings.data, {})
        yield box


def ask(world: World, login: str = "ama", address: str = ADDRESS, language: str = "zh") -> None:
    with world.db.write.begin() as session:
        addresses.ask(session, world.actor(login, clock.now()), address, language)


def confirmed(world: World, box: Mailbox, login: str = "ama", language: str = "zh") -> None:
    """The person asks for a code, gets it, and enters it."""
    ask(world, login, f"{login}@farm.example.cn", language)
    deliver(world)
    code = box.letters[-1].get_content().split()[0].rpartition("：")[2]
    code = code if len(code) == 8 else box.letters[-1].get_content().split("is: ")[1][:8]
    with world.db.write.begin() as session:
        secret = world.installation.secrets.session
        assert addresses.confirm(session, world.actor(login, clock.now()), secret, f" {code.lower()}")


def deliver(world: World) -> int:
    return postman.deliver(world.db, world.installation)


def hold(world: World, reason: str = "送检结果未出") -> None:
    batch = world.declare(quantity=str(100 + len(reason)))
    with world.db.write.begin() as session:
        holds.hold(session, world.actor("chen", clock.now()), session.get_one(Batch, batch.id), reason)


def queued(world: World) -> list[Delivery]:
    with world.db.read.begin() as session:
        wanted = sa.select(Delivery).where(Delivery.notification_id.is_not(None))
        return list(session.scalars(wanted.order_by(Delivery.id)))


def due_again(world: World) -> datetime:
    """Let what waits be due at once. Returns until when it would have rested."""
    with world.db.write.begin() as session:
        row = session.scalars(sa.select(Delivery).where(Delivery.state == DeliveryState.WAITING)).one()
        before, row.due_at = row.due_at, clock.now()
        return before


def test_a_recall_reaches_the_growers_inbox_and_their_mail_once(world: World, box: Mailbox) -> None:
    batch = world.declare()
    confirmed(world, box)
    with world.db.write.begin() as session:
        chen = world.actor("chen", clock.now())
        acts.act(session, chen, RecallKind.RECALL, [batch.id], cause="同一批农药", reason="张三举报")
    assert deliver(world) == 1
    with world.db.read.begin() as session:
        line = told.lines(session, world.ama)[0]
        assert line.event.action == "recall.recall"
    letter = box.letters[-1]
    assert (letter["To"], letter["From"]) == (ADDRESS, "notice@t.example.cn")
    assert letter["Subject"] == "一品一码：成批召回：同一批农药"
    text = letter.get_content()
    assert f"https://t.example.cn/inbox/#n{line.id}" in text
    assert "张三" not in text
    assert (deliver(world), len(box.letters)) == (0, 2)
    assert box.passwords == [PASSWORD, PASSWORD]


def test_a_letter_is_in_the_language_in_which_the_address_was_given(world: World, box: Mailbox) -> None:
    confirmed(world, box, language="en")
    hold(world)
    deliver(world)
    assert "is on hold" in box.letters[-1]["Subject"] and "Sign in to see more" in box.letters[-1].get_content()


def test_a_server_that_is_busy_is_asked_again_later_with_the_same_message_id(
    world: World, box: Mailbox, caplog: pytest.LogCaptureFixture
) -> None:
    confirmed(world, box)
    hold(world)
    box.busy = True
    with caplog.at_level(logging.DEBUG):
        assert (deliver(world), deliver(world)) == (0, 0)
    assert queued(world)[0].attempts == 1 and "451" in (queued(world)[0].failure or "")
    assert PASSWORD not in caplog.text and PASSWORD not in repr(world.installation.settings)
    assert due_again(world) > clock.now() + deliveries.BACK_OFF * 0.9
    box.busy = False
    assert deliver(world) == 1
    first = box.letters[-1]
    with world.db.write.begin() as session:  # as if the process had died before it could write that it was sent
        session.get_one(Delivery, queued(world)[0].id).state = DeliveryState.WAITING
    due_again(world)
    assert deliver(world) == 1
    assert box.letters[-1]["Message-ID"] == first["Message-ID"]


def test_what_is_never_taken_is_given_up_with_its_reason(world: World, box: Mailbox) -> None:
    confirmed(world, box)
    hold(world)
    box.busy = True
    for _ in range(deliveries.MOST_ATTEMPTS - 1):
        assert deliver(world) == 0
        due_again(world)
    deliver(world)
    assert [row.state for row in queued(world)] == [DeliveryState.GIVEN_UP]
    box.busy, box.nobody = False, {ADDRESS}
    hold(world, "再查一次看看")
    deliver(world)
    assert (queued(world)[1].state, queued(world)[1].attempts) == (DeliveryState.GIVEN_UP, 1)
    assert "no such person" in (queued(world)[1].failure or "")


def test_a_letter_in_hand_is_not_taken_by_another_process_until_its_lease_is_over(world: World, box: Mailbox) -> None:
    confirmed(world, box)
    hold(world)
    deliveries.fill(world.db, clock.now())
    taken = deliveries.claim(world.db, clock.now())
    assert taken is not None and deliveries.claim(world.db, clock.now()) is None
    later = clock.now() + deliveries.LEASE + timedelta(seconds=1)
    assert deliveries.claim(world.db, later) is not None
    assert not deliveries.end(world.db, taken, DeliveryState.SENT, later)  # it is another's now


def test_nothing_is_mailed_to_who_does_not_want_it_any_more(world: World, box: Mailbox) -> None:
    confirmed(world, box)
    hold(world)
    deliveries.fill(world.db, clock.now())
    with world.db.write.begin() as session:
        session.execute(sa.update(Notification).values(read_at=clock.now()))
    assert deliver(world) == 0
    with world.db.write.begin() as session:
        addresses.send_at_once(session, world.ama, False)
    hold(world, "再查一次看看")
    assert deliver(world) == 0
    with world.db.write.begin() as session:
        addresses.send_at_once(session, world.actor("ama", clock.now()), True)
        addresses.remove(session, world.ama)
        assert session.get(MailAddress, world.ama.account_id) is None
    hold(world, "第三次再查一次看看")
    assert deliver(world) == 0
    assert [row.state for row in queued(world)] == [DeliveryState.DROPPED]


def test_an_address_is_used_only_once_its_code_was_typed_and_few_codes_can_be_tried(world: World, box: Mailbox) -> None:
    ask(world)
    hold(world)
    deliver(world)
    assert [letter["Subject"] for letter in box.letters] == ["一品一码：确认您的邮箱"]
    secret = world.installation.secrets.session
    for _ in range(addresses.MOST_TRIES):
        with world.db.write.begin() as session:
            assert not addresses.confirm(session, world.actor("ama", clock.now()), secret, "AAAAAAAA")
    with world.db.write.begin() as session:
        code = addresses.code_of(secret, session.get_one(MailAddress, world.ama.account_id))
        with pytest.raises(addresses.Conflict, match="输错太多次"):
            addresses.confirm(session, world.actor("ama", clock.now()), secret, code)
    for _ in range(addresses.MOST_CODES - 1):
        ask(world)
    with pytest.raises(addresses.Conflict, match="今天已经发了"):
        ask(world)


def test_without_a_mail_server_nothing_is_queued(world: World) -> None:
    ask(world)
    assert postman.deliver(world.db, replace(world.installation)) == 0
    with world.db.read.begin() as session:
        assert session.get_one(Account, world.ama.account_id).disabled_at is None
        assert session.scalars(sa.select(Delivery.attempts)).all() == [0]
