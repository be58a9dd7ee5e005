"""What people are told reaches a program of their own, and a telephone by the bureau's gateway: signed, once, and not for ever."""

from collections.abc import Iterator
from datetime import datetime

import pytest
import sqlalchemy as sa

from world import World, told
from world.receiver import Receiver, listening
from yipin import clock
from yipin.accounts import addresses, hooks
from yipin.audit import holds
from yipin.errors import Conflict, Unavailable
from yipin.installation.settings import Settings
from yipin.jobs import postman
from yipin.models import Account, Batch, Channel, Delivery, DeliveryState, Notification, PhoneNumber, WebHook
from yipin.notices import deliveries, webhook
from yipin.web import jobkinds

GATEWAY = webhook.shown(b"the bureau's own secret, 32 byte")


@pytest.fixture
def receiver(world: World) -> Iterator[Receiver]:
    """A program in our own network, into which this installation's operator lets web hooks lead."""
    jobkinds.load()
    with listening() as receiver:
        settings(world, 'private_hooks = "yes"\n')
        yield receiver


def settings(world: World, more: str) -> None:
    with (world.settings.data / "yipin.toml").open("a") as file:
        file.write(more)
    world.installation.settings = Settings.load(world.settings.data, {})


def hooked(world: World, url: str, login: str = "ama", language: str = "zh") -> str:
    with world.db.write.begin() as session:
        return hooks.set_up(session, world.actor(login, clock.now()), world.installation, url, language)


def hold(world: World, reason: str = "送检结果未出") -> None:
    batch = world.declare(quantity=str(100 + len(reason)))
    with world.db.write.begin() as session:
        holds.hold(session, world.actor("chen", clock.now()), session.get_one(Batch, batch.id), reason)


def deliver(world: World) -> int:
    return postman.deliver(world.db, world.installation)


def queued(world: World) -> list[Delivery]:
    with world.db.read.begin() as session:
        return list(session.scalars(sa.select(Delivery).order_by(Delivery.id)))


def due_again(world: World) -> None:
    with world.db.write.begin() as session:
        for row in session.scalars(sa.select(Delivery).where(Delivery.state == DeliveryState.WAITING)):
            row.due_at = clock.now()


def test_what_a_grower_is_told_is_posted_once_and_signed(world: World, receiver: Receiver) -> None:
    secret = hooked(world, receiver.url)
    hold(world, "张三举报")
    assert (deliver(world), deliver(world)) == (1, 0)
    (taken,) = receiver.taken
    assert taken.is_signed_by(secret)
    assert taken.body["type"] == "batch.hold" and taken.body["data"]["about"]["kind"] == "batches"
    assert "已冻结" in taken.body["data"]["text"] and "张三" not in taken.raw.decode()
    assert taken.body["data"]["page"].startswith("https://t.example.cn/inbox/#n")
    assert datetime.fromisoformat(taken.body["timestamp"]).tzinfo is not None


def test_it_is_posted_in_the_language_in_which_the_hook_was_set_up(world: World, receiver: Receiver) -> None:
    hooked(world, receiver.url, language="en")
    hold(world)
    deliver(world)
    assert "is on hold" in receiver.taken[0].body["data"]["text"]


def test_a_program_that_is_away_is_asked_again_with_the_same_id_and_given_up_at_last(
    world: World, receiver: Receiver
) -> None:
    hooked(world, receiver.url)
    hold(world)
    receiver.status = 503
    for attempt in range(deliveries.MOST_ATTEMPTS):
        assert (deliver(world), queued(world)[0].attempts) == (0, attempt + 1)
        assert deliver(world) == 0  # it rests
        due_again(world)
    assert {taken.mark for taken in receiver.taken} == {receiver.taken[0].mark}
    assert len(receiver.taken) == deliveries.MOST_ATTEMPTS
    (row,) = queued(world)
    assert (row.state, row.failure) == (DeliveryState.GIVEN_UP, "HTTP 503")


def test_one_program_that_is_away_holds_up_no_other(world: World, receiver: Receiver) -> None:
    hooked(world, "http://127.0.0.1:9/", "ama")  # the port of nobody
    hooked(world, receiver.url, "chen")
    hold(world)
    hold(world, "再查一次看看")
    with world.db.write.begin() as session:
        hooks.try_out(session, world.actor("chen", clock.now()))
    assert deliver(world) == 1 and len(receiver.taken) == 1
    with world.db.read.begin() as session:
        ama = session.scalars(sa.select(Account.id).where(Account.login == "ama")).one()
    waiting = [row for row in queued(world) if row.account_id == ama]
    assert [(row.attempts, row.failure) for row in waiting] == [
        (1, "对方没有开这个端口"),
        (0, None),
    ]  # asked once in a round


def test_who_answers_gone_is_asked_no_more_until_the_owner_says_so(world: World, receiver: Receiver) -> None:
    hooked(world, receiver.url)
    hold(world)
    receiver.status = 410
    deliver(world)
    assert [(row.state, row.attempts) for row in queued(world)] == [(DeliveryState.GIVEN_UP, 1)]
    with world.db.read.begin() as session:
        assert session.get_one(WebHook, world.ama.account_id).since is None
        assert told.lines(session, world.ama)[0].event.action == "account.hook_gone"
    receiver.status = 204
    hold(world, "再查一次看看")
    assert deliver(world) == 0 and len(queued(world)) == 1
    with world.db.write.begin() as session:
        hooks.switch(session, world.actor("ama", clock.now()), True)
    hold(world, "第三次再查一次看看")
    assert deliver(world) == 1


def test_an_address_set_meanwhile_outlives_the_end_of_the_one_before(world: World, receiver: Receiver) -> None:
    hooked(world, receiver.url)
    with world.db.write.begin() as session:
        hooks.end(session, clock.now(), world.ama.account_id or 0, "https://former.example.cn/")
        assert session.get_one(WebHook, world.ama.account_id).since is not None


def test_nothing_is_posted_to_who_does_not_want_it_any_more(world: World, receiver: Receiver) -> None:
    hooked(world, receiver.url)
    hold(world)
    deliveries.fill(world.db, clock.now(), [Channel.HOOK])
    with world.db.write.begin() as session:
        session.execute(sa.update(Notification).values(read_at=clock.now()))
    assert deliver(world) == 0
    with world.db.write.begin() as session:
        hooks.switch(session, world.ama, False)
    hold(world, "再查一次看看")
    assert deliver(world) == 0
    with world.db.write.begin() as session:
        hooks.remove(session, world.ama)
    assert receiver.taken == [] and [row.state for row in queued(world)] == [DeliveryState.DROPPED]


def test_the_secret_lies_sealed_and_a_new_one_takes_its_place(world: World, receiver: Receiver) -> None:
    first, second = hooked(world, receiver.url), hooked(world, receiver.url)
    assert first != second
    row = world.get(WebHook, world.ama.account_id)
    assert webhook.read_secret(second) not in row.sealed
    assert webhook.shown(world.installation.secrets.open_hook(row.sealed)) == second


def test_an_address_inside_that_was_let_in_is_shut_when_the_operator_shuts_it(world: World, receiver: Receiver) -> None:
    hooked(world, receiver.url)
    hold(world)
    world.installation.settings = Settings.load(world.settings.data, {"YIPIN_PRIVATE_HOOKS": "no"})
    assert deliver(world) == 0 and receiver.taken == []
    assert "地址在内网或本机" in (queued(world)[0].failure or "")


def test_trials_are_few(world: World, receiver: Receiver) -> None:
    with world.db.write.begin() as session, pytest.raises(Conflict, match="还没有推送地址"):
        hooks.try_out(session, world.ama)
    hooked(world, receiver.url)
    with world.db.write.begin() as session:
        for _ in range(hooks.MOST_TRIALS):
            hooks.try_out(session, world.actor("ama", clock.now()))
        session.flush()
        with pytest.raises(Conflict, match="明天再试"):
            hooks.try_out(session, world.actor("ama", clock.now()))


def test_a_telephone_is_confirmed_by_a_code_and_told_by_the_bureaus_gateway(world: World, receiver: Receiver) -> None:
    settings(world, f'gateway_url = "{receiver.url}"\ngateway_secret = "{GATEWAY}"\n')
    ama = world.actor("ama", clock.now())
    with world.db.write.begin() as session:
        addresses.ask(session, ama, "+86 138-0000-0001", "zh", addresses.PHONE)
    assert deliver(world) == 1
    code = receiver.taken[0].body
    assert code["type"] == "message.code" and code["data"]["to"] == "13800000001"
    with world.db.write.begin() as session:
        secret = world.installation.secrets.session
        word = addresses.code_of(secret, session.get_one(PhoneNumber, ama.account_id))
        assert word in code["data"]["text"] and addresses.confirm(session, ama, secret, word, addresses.PHONE)
    hold(world)
    assert deliver(world) == 1
    told = receiver.taken[1]
    assert told.is_signed_by(GATEWAY) and told.body["type"] == "message.notice"
    assert told.body["data"]["to"] == "13800000001" and "已冻结" in told.body["data"]["text"]


def test_while_the_gateway_is_away_the_others_wait(world: World, receiver: Receiver) -> None:
    settings(world, f'gateway_url = "{receiver.url}"\ngateway_secret = "{GATEWAY}"\n')
    receiver.status = 500
    for login in ("ama", "ben"):
        with world.db.write.begin() as session:
            addresses.ask(session, world.actor(login, clock.now()), "13800000001", "zh", addresses.PHONE)
    assert deliver(world) == 0 and len(receiver.taken) == 1


@pytest.mark.parametrize(
    ("more", "name"),
    [
        ('private_hooks = "perhaps"\n', "private_hooks"),
        ('gateway_url = "https://sms.example.cn/"\n', "gateway_secret"),
        ('gateway_url = "sms"\n', "gateway_url"),
        (f'gateway_url = "ftp://sms.example.cn/"\ngateway_secret = "{GATEWAY}"\n', "gateway_url"),
    ],
)
def test_settings_that_do_not_fit_stop_the_start(world: World, more: str, name: str) -> None:
    with pytest.raises(Unavailable) as told:
        settings(world, more)
    assert name in str(told.value.message) + str(told.value.message.values)
    assert "the bureau" not in repr(world.installation.settings)
