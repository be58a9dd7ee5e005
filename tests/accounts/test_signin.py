"""Signing in: the same answer for an unknown user and a wrong password, throttling, and accounts that end at once."""

import importlib.util
import re
import secrets
import threading
import time
from datetime import timedelta
from types import ModuleType

import pytest
import sqlalchemy as sa

from world import NOW, PASSWORD, World
from yipin.access.actor import Actor
from yipin.accounts import devices, signin, throttle
from yipin.accounts.budget import WAITED, bits_beyond
from yipin.accounts.proof import Paid, Proof
from yipin.accounts.throttle import FREE, MOST, Client
from yipin.audit import log
from yipin.errors import Invalid, ProofWanted, Throttled
from yipin.models import Account, LoginFailure, Role

KEY = b"k" * 32


def client_at(address: str, device: str = "", shown: Proof | None = None) -> Client:
    return Client(address, address.rpartition(".")[0], device, shown)


def attempt(
    world: World, login: str, password: str, client: str | Client = "203.0.113.9", minutes: float = 0
) -> str | None:
    """The login of whoever comes in."""
    told = client_at(client) if isinstance(client, str) else client
    with world.db.write.begin() as session:
        account = signin.sign_in(world.db, session, login, password, told, KEY, NOW + timedelta(minutes=minutes))
        return account.login if account else None


def work() -> Proof:
    """A proof of work, fresh each time."""
    return Proof("login", Paid.WORK, secrets.token_hex(32))


def fail(world: World, times: int, login: str = "ama", client: str = "203.0.113.9") -> None:
    for _ in range(times):
        assert attempt(world, login, "wrong password", client) is None


def add(world: World, **changes: str) -> Account:
    parts = {"login": "new.person", "name": "New", "role": "producer", "password": PASSWORD, "county": ""} | changes
    with world.db.write.begin() as session:
        return signin.add_account(session, Actor("founder", NOW), world.installation.policy, **parts)


def test_a_log_in_name_that_looks_like_another_one_is_taken(world: World) -> None:
    add(world, login="grower-10")
    for login in ("grower-1o", "grower-l0", "ｇｒｏｗｅｒ-lo"):
        with pytest.raises(Invalid, match="看上去和别人的一样") as refused:
            add(world, login=login)
        assert refused.value.field == "login"
    with pytest.raises(Invalid, match="已经有人用了"):
        add(world, login="ＧＲＯＷＥＲ-10")
    assert attempt(world, "grower-1o", PASSWORD) is None
    assert attempt(world, "ｇｒｏｗｅｒ-１０\u200b", PASSWORD) == "grower-10"


def test_the_right_password_opens_however_the_login_is_written(world: World) -> None:
    assert attempt(world, "ama", PASSWORD) == "ama"
    assert attempt(world, "  AMA ", PASSWORD) == "ama"


WRONG = [
    ("ama", ""),
    ("ama", PASSWORD + " "),
    ("ama", PASSWORD.upper()),
    ("ama", "a pear in a tre"),
    ("nobody", PASSWORD),
    ("", ""),
    ("ben", PASSWORD[:-1]),
    ("ama\x00", "x"),
    ("' OR 1=1 --", PASSWORD),
    ("x" * 9999, PASSWORD),
    ("ama", "x" * 99999),
    ("ama", "\ud800"),
    ("\ud800", PASSWORD),
    ("ama", PASSWORD + "\x00"),
]


def test_anything_else_does_not_and_is_counted(world: World) -> None:
    for number, (login, password) in enumerate(WRONG, 1):
        assert attempt(world, login, password, f"203.0.{number}.9") is None
        with world.db.read.begin() as session:
            assert session.scalar(sa.select(sa.func.sum(LoginFailure.failures))) == 5 * number


def test_a_disabled_account_is_as_if_the_password_were_wrong(world: World) -> None:
    with world.db.write.begin() as session:
        signin.disable(session, world.chen, signin.account_called(session, "ama"))
    assert attempt(world, "ama", PASSWORD) is None


def in_earnest() -> ModuleType:
    """The module as a server loads it: the other tests run with a cheap hash."""
    spec = importlib.util.spec_from_file_location("yipin.accounts.signin_in_earnest", signin.__file__)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
@pytest.mark.usefixtures("untraced")
def test_an_unknown_user_takes_as_long_as_a_wrong_password(world: World) -> None:
    """Each path does one such piece of work, or its time would tell who exists."""
    earnest = in_earnest()
    assert not earnest.HASHER.check_needs_rehash(earnest._NOBODY)
    with world.db.write.begin() as session:
        earnest.set_password(session, world.chen, signin.account_called(session, "ama"), PASSWORD)
    times: dict[str, list[float]] = {"ama": [], "nobody": []}
    for number in range(5):
        for login in times:
            with world.db.write.begin() as session:
                began = time.process_time()
                assert (
                    earnest.sign_in(
                        world.db, session, login, "wrong password", client_at(f"203.0.{number}.9"), KEY, NOW
                    )
                    is None
                )
                times[login].append(time.process_time() - began)
    known, unknown = map(min, times.values())  # other work only adds to it
    assert abs(known - unknown) < 0.25 * max(known, unknown)
    assert min(known, unknown) > 0.02  # it was the slow hash


def test_after_five_failures_an_address_shows_work_for_each_further_try(world: World) -> None:
    fail(world, 5)
    for minutes in (0.5, 14.5):
        with pytest.raises(ProofWanted):
            attempt(world, "ama", PASSWORD, minutes=minutes)
    assert attempt(world, "ama", PASSWORD, "198.51.100.1", minutes=1) == "ama"  # from elsewhere it is free
    assert attempt(world, "ben", PASSWORD, minutes=1) == "ben"  # and there to another
    assert attempt(world, "ama", PASSWORD, client_at("203.0.113.9", shown=work()), minutes=1) == "ama"
    fail(world, 5)
    assert attempt(world, "ama", PASSWORD, minutes=15) == "ama"


def test_a_proof_is_good_once(world: World) -> None:
    fail(world, 5)
    shown = work()
    assert attempt(world, "ama", "wrong password", client_at("203.0.113.9", shown=shown)) is None
    with pytest.raises(ProofWanted):
        attempt(world, "ama", PASSWORD, client_at("203.0.113.9", shown=shown))


def test_one_address_gets_twenty_wrong_tries_an_hour_whatever_it_shows(world: World) -> None:
    for number in range(20):
        wrong = client_at("203.0.113.9", shown=work())
        assert attempt(world, "ama", "wrong password", wrong, minutes=number) is None
    with pytest.raises(Throttled, match="请 41 分钟后再试") as refused:
        attempt(world, "ama", PASSWORD, client_at("203.0.113.9", shown=work()), minutes=20)
    assert not isinstance(refused.value, ProofWanted)
    assert attempt(world, "ama", PASSWORD, client_at("198.51.100.9"), minutes=20) == "ama"


def test_a_network_gets_200_wrong_tries_an_hour_at_one_account(world: World) -> None:
    for number in range(200):
        wrong = client_at(f"203.0.113.{number}", shown=work())
        assert attempt(world, "ama", "wrong password", wrong) is None
    with pytest.raises(Throttled, match="换一个网络"):
        attempt(world, "ama", PASSWORD, client_at("203.0.113.250", shown=work()))
    assert attempt(world, "ben", PASSWORD, client_at("203.0.113.250", shown=work())) == "ben"


def test_the_tries_at_one_account_in_a_day_are_as_many_as_is_said() -> None:
    """What `throttle` tells at its top, from its own figures."""
    per_day = {limit.name: limit.most * int(timedelta(days=1) / limit.window) for limit in (*FREE, *MOST)}
    assert (per_day["pair_hour"], per_day["network_hour"], per_day["login"]) == (480, 4_800, 2_880)
    for figure in ("480 a day", "4,800 a day", "2,880 a day"):
        assert figure in (throttle.__doc__ or "")
    assert [bits_beyond(n) for n in (-1, 0, 99, 100, 499, 10_000)] == [0, 17, 17, 18, 21, 22]


def test_waiting_is_free_and_therefore_a_network_can_wait_for_few_tries(world: World) -> None:
    for number in range(40):
        fail(world, 1, f"person{number}", "203.0.113.8")
    for number in range(WAITED.most):
        waited = client_at("203.0.113.9", shown=Proof("login", Paid.WAITING, f"{number}"))
        assert attempt(world, f"other{number}", "wrong password", waited) is None
    with pytest.raises(ProofWanted):
        attempt(world, "ben", PASSWORD, client_at("203.0.113.8", shown=Proof("login", Paid.WAITING, "x")))
    assert attempt(world, "ben", PASSWORD, client_at("203.0.113.8", shown=work())) == "ben"


def test_strangers_failures_never_stop_the_owner(world: World) -> None:
    """100 wrong tries from 20 addresses, with and without work. A known device passes; an unknown one shows work once."""
    with world.db.read.begin() as session:
        cookie = devices.added(KEY, "", signin.account_called(session, "ama"), NOW)
    for number in range(100):
        stranger = client_at(f"198.51.{number % 20}.1", shown=work())
        assert attempt(world, "ama", "wrong password", stranger) is None
    assert attempt(world, "ama", PASSWORD, client_at("198.51.3.1", cookie)) == "ama"  # even at a stranger's address
    with pytest.raises(ProofWanted):
        attempt(world, "ama", PASSWORD, "192.0.2.1")
    assert attempt(world, "ama", PASSWORD, client_at("192.0.2.1", shown=work())) == "ama"


def test_a_stolen_device_gives_ten_tries_in_a_quarter_of_an_hour_and_then_no_more_than_any_other(world: World) -> None:
    with world.db.read.begin() as session:
        cookie = devices.added(KEY, "", signin.account_called(session, "ama"), NOW)
    for _ in range(10 + 5):
        assert attempt(world, "ama", "wrong password", client_at("203.0.113.9", cookie)) is None
    with pytest.raises(ProofWanted):
        attempt(world, "ama", PASSWORD, client_at("203.0.113.9", cookie))


def test_a_device_is_known_to_its_own_accounts_alone_and_until_the_password_changes(world: World) -> None:
    with world.db.read.begin() as session:
        ama, ben = (signin.account_called(session, login) for login in ("ama", "ben"))
    cookie = devices.added(KEY, devices.added(KEY, "", ama, NOW), ben, NOW)
    assert devices.known(KEY, cookie, ama, NOW) and devices.known(KEY, cookie, ben, NOW)
    assert not devices.known(KEY, devices.added(KEY, "", ben, NOW), ama, NOW)
    assert not devices.known(b"x" * 32, cookie, ama, NOW) and not devices.known(KEY, "nonsense", ama, NOW)
    assert not devices.known(KEY, cookie, ama, NOW + devices.LASTS)
    assert not re.search("ama|ben|Ama|Ben", cookie)
    with world.db.write.begin() as session:
        signin.set_password(session, world.chen, session.get_one(Account, ama.id), "another pear tree")
    with world.db.read.begin() as session:
        assert not devices.known(KEY, cookie, signin.account_called(session, "ama"), NOW)


def test_an_unknown_login_is_throttled_like_a_known_one(world: World) -> None:
    """Or the throttle would tell who exists."""
    for login in ("ama", "nobody"):
        fail(world, 5, login, f"192.0.2.{len(login)}")
        with pytest.raises(ProofWanted):
            attempt(world, login, PASSWORD, f"192.0.2.{len(login)}")


def test_a_success_forgives_the_slips_before_it(world: World) -> None:
    for _ in range(3):
        fail(world, 4)
        assert attempt(world, "ama", PASSWORD) == "ama"


def test_a_network_that_tries_many_logins_shows_work(world: World) -> None:
    for county in world.installation.policy.counties:
        fail(world, 4, world.officer_of(county).name)
    fail(world, 4, "chen")
    with pytest.raises(ProofWanted):
        attempt(world, "ben", PASSWORD)
    assert attempt(world, "ben", PASSWORD, "198.51.100.1") == "ben"


def test_an_old_failure_is_not_added_to_a_new_one(world: World) -> None:
    fail(world, 4)
    assert attempt(world, "ama", "wrong password", minutes=16) is None
    with world.db.read.begin() as session:
        assert sorted(session.scalars(sa.select(LoginFailure.failures))) == [
            1,
            1,
            1,
            5,
            5,
        ]  # of a quarter and of an hour


def test_a_clock_that_was_a_year_ahead_for_a_moment_locks_nobody_out(world: World) -> None:
    year = 365 * 24 * 60
    for _ in range(5):
        assert attempt(world, "ama", "wrong password", minutes=year) is None
    assert attempt(world, "ama", PASSWORD) == "ama"
    fail(world, 5)  # and what is counted from now on is counted from now
    with pytest.raises(ProofWanted):
        attempt(world, "ama", PASSWORD, minutes=0.5)
    assert attempt(world, "ama", PASSWORD, minutes=16) == "ama"


def test_failures_at_the_same_time_are_all_counted(world: World) -> None:
    errors: list[Exception] = []

    def work() -> None:
        try:
            attempt(world, "ama", "wrong password")
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=work) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors
    with world.db.read.begin() as session:
        assert session.scalars(sa.select(LoginFailure.failures)).all() == [5] * 5


def test_what_is_remembered_of_a_failure_names_nobody(world: World) -> None:
    fail(world, 1)
    with world.db.read.begin() as session:
        for mark in session.scalars(sa.select(LoginFailure.mark)):
            assert len(mark) == 64 and "ama" not in mark and "203" not in mark


def test_a_password_easily_guessed_is_refused(world: World) -> None:
    for password in (
        "",
        "short",
        "123456789",
        "aaaaaaaaaaaa",
        "abababababab",
        "new.person1",
        "xxNEW.PERSONxx",
        "1111122222",
        "x" * 1025,
    ):
        with pytest.raises(Invalid) as answer:
            add(world, password=password)
        assert answer.value.field == "password"
        assert not password or password not in str(answer.value)


def test_any_long_sentence_is_a_password(world: World) -> None:
    for number, password in enumerate(
        (
            "一句很长的话当作密码用",
            "correct horse battery",
            "P" * 900 + "assword1",
            "tab\tand\x00nul1",
            "half \ud800 character",
        )
    ):
        add(world, login=f"person{number}", password=password)
        assert attempt(world, f"person{number}", password) == f"person{number}"


def test_each_wrong_field_of_an_account_is_named(world: World) -> None:
    wrong = {
        "login": ["", "ab", "ama", "AMA", "a b c", "-abc", "x" * 41, "用户名", "a/b/c", "abc\n\n\x00", "abc\ud800"],
        "name": ["", "<b>", "名🍑", "x" * 41],
        "role": ["", "king", "OFFICER"],
        "county": ["430225"],  # of a producer
    }
    for field, values in wrong.items():
        for value in values:
            with pytest.raises(Invalid) as answer:
                add(world, **{field: value})
            assert answer.value.field == field, value
    with pytest.raises(Invalid):
        add(world, role="officer", county="110105")


def test_an_account_keeps_no_password(world: World) -> None:
    account = add(world, login=" New.Officer ", role="officer", county="430225")
    assert (account.login, account.role, account.county) == ("new.officer", Role.OFFICER, "430225")
    assert account.password_hash.startswith("$argon2id$") and PASSWORD not in account.password_hash
    with world.db.read.begin() as session:
        told = log.events_of(session, account)[-1]
    assert told.action == "account.add" and PASSWORD not in str(told.data)


def test_a_person_changes_the_password_by_knowing_the_old_one(world: World) -> None:
    with world.db.read.begin() as session:
        account = signin.account_called(session, " AMA ")
    with world.db.write.begin() as session:
        with pytest.raises(Invalid) as answer:
            signin.change_own_password(session, world.ama, account, "wrong", "another pear tree")
        assert answer.value.field == "old"
        signin.change_own_password(session, world.ama, account, PASSWORD, "another pear tree")
    assert attempt(world, "ama", PASSWORD) is None
    assert attempt(world, "ama", "another pear tree") == "ama"
