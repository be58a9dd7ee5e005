"""A web hook: signed as the Standard Webhooks say, posted to where its person may have it posted, and nowhere else."""

import base64
import socket
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from world.receiver import Receiver, listening
from yipin.errors import Invalid
from yipin.notices import reaching, webhook
from yipin.notices.mailing import NotSent
from yipin.notices.webhook import Post

NOW = datetime(2026, 7, 20, 8, tzinfo=UTC)
SECRET = b"three plums and two dozen bytes.."


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with listening() as receiver:
        yield receiver


def post(url: str, private: bool = True) -> Post:
    return Post(url, SECRET, "yipin.1", {"type": "test", "data": {"text": "测试"}}, private)


def test_the_signature_is_that_of_the_published_example() -> None:
    """The example of the specification's own libraries (standard-webhooks, `test_sign_function`)."""
    secret = base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    said = webhook.signature(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}')
    assert said == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_a_secret_is_read_as_it_is_shown_and_no_short_one_is() -> None:
    secret = webhook.new_secret()
    assert webhook.shown(secret).startswith("whsec_") and webhook.read_secret(webhook.shown(secret)) == secret
    for wrong in ("", "whsec_", "whsec_eA==", "whsec_?", webhook.shown(b"x" * 65)):
        with pytest.raises(Invalid):
            webhook.read_secret(wrong)


def test_what_is_posted_can_be_checked_by_who_has_the_secret(receiver: Receiver) -> None:
    webhook.send(post(receiver.url), NOW)
    (taken,) = receiver.taken
    assert (taken.path, taken.mark, taken.at) == ("/hook?who=ama", "yipin.1", int(NOW.timestamp()))
    assert taken.body == {"type": "test", "data": {"text": "测试"}}
    assert taken.is_signed_by(webhook.shown(SECRET)) and not taken.is_signed_by(webhook.shown(b"x" * 32))


@pytest.mark.parametrize(("status", "for_good"), [(302, False), (307, False), (404, False), (500, False), (410, True)])
def test_what_is_not_taken_is_told_by_its_status_and_no_redirect_is_followed(
    receiver: Receiver, status: int, for_good: bool
) -> None:
    receiver.status = status
    with pytest.raises(NotSent, match=f"HTTP {status}") as told:
        webhook.send(post(receiver.url), NOW)
    assert told.value.for_good is for_good and len(receiver.taken) == 1


def test_a_program_that_never_answers_is_not_waited_for(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webhook, "PATIENCE", 0.2)
    receiver.silent.set()
    begun = time.monotonic()
    with pytest.raises(NotSent):
        webhook.send(post(receiver.url), NOW)
    assert time.monotonic() - begun < 5


def test_a_program_that_answers_a_byte_at_a_time_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webhook, "PATIENCE", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as server:
        ended = threading.Event()

        def drip() -> None:
            line, _ = server.accept()
            with line:
                while not ended.wait(0.05):
                    try:
                        line.sendall(b"H")
                    except OSError:
                        return

        thread = threading.Thread(target=drip)
        thread.start()
        with pytest.raises(NotSent):
            webhook.send(post(f"http://127.0.0.1:{server.getsockname()[1]}/"), NOW)
        ended.set()
        thread.join()


def test_nothing_is_posted_into_our_own_network_unless_the_operator_allows_it(receiver: Receiver) -> None:
    for url in (receiver.url, receiver.url.replace("127.0.0.1", "localhost")):
        with pytest.raises(NotSent, match="地址在内网或本机"):
            webhook.send(post(url, private=False), NOW)
    assert receiver.taken == []


def test_a_name_is_looked_up_once_and_what_was_looked_at_is_connected_to(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that says a public address first and an inner one a moment later (DNS rebinding)."""
    answers = [["93.184.215.14"], ["127.0.0.1"]]
    monkeypatch.setattr(reaching, "looked_up", lambda host, port: answers.pop(0))
    to: list[object] = []
    monkeypatch.setattr(socket, "create_connection", lambda address, timeout: to.append(address) or _fail())
    with pytest.raises(NotSent):
        webhook.send(post("https://rebind.example.cn/", private=False), NOW)
    assert to == [("93.184.215.14", 443)] and answers == [["127.0.0.1"]]


def _fail() -> None:
    raise OSError


def test_a_name_with_one_inner_address_among_public_ones_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reaching, "looked_up", lambda host, port: ["93.184.215.14", "10.0.0.1"])
    with pytest.raises(reaching.Refused):
        reaching.connected("two.example.cn", 443, 1, private=False)


@pytest.mark.parametrize(
    ("address", "open_", "near"),
    [
        ("93.184.215.14", True, True),
        ("2606:2800:21f:cb07:6820:80da:af6b:8b2c", True, True),
        ("127.0.0.1", False, True),
        ("::1", False, True),
        ("10.1.2.3", False, True),
        ("192.168.1.1", False, True),
        ("fd00::1", False, True),
        ("::ffff:127.0.0.1", False, True),
        ("::ffff:10.0.0.1", False, True),
        ("64:ff9b::7f00:1", False, True),
        ("64:ff9b::a9fe:a9fe", False, False),
        ("2002:7f00:1::", False, True),
        ("169.254.169.254", False, False),
        ("::ffff:169.254.169.254", False, False),
        ("fe80::1", False, False),
        ("fe80::1%eth0", False, False),
        ("0.0.0.0", False, False),
        ("::", False, False),
        ("224.0.0.1", False, False),
        ("ff02::1", False, False),
        ("100.64.0.1", False, False),
        ("240.0.0.1", False, False),
        ("255.255.255.255", False, False),
        ("not an address", False, False),
    ],
)
def test_an_address_is_public_or_near_or_neither(address: str, open_: bool, near: bool) -> None:
    assert (reaching.may_reach(address, private=False), reaching.may_reach(address, private=True)) == (open_, near)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "网址不对"),
        ("ftp://example.cn/", "网址不对"),
        ("https://user:word@example.cn/", "网址不对"),
        ("https://example.cn/#part", "网址不对"),
        ("https://example.cn:0/", "网址不对"),
        ("https://example.cn:99999/", "网址不对"),
        ("https://example.cn/a b", "网址不对"),
        ("https://例.cn/", "网址不对"),
        ("https://example.cn/" + "x" * 500, "网址不对"),
        ("http://example.cn/", "https:// 开头"),
        ("https://localhost/", "内网或本机"),
        ("https://127.0.0.1/", "内网或本机"),
        ("https://2130706433/", "内网或本机"),
        ("https://[::1]/", "内网或本机"),
        ("https://[fe80::1]:8443/", "内网或本机"),
        ("https://169.254.169.254/latest/meta-data", "内网或本机"),
    ],
)
def test_an_address_that_cannot_be_posted_to_is_told_so_at_once(typed: str, words: str) -> None:
    with pytest.raises(Invalid, match=words):
        webhook.url("url", typed, private=False)


def test_plain_http_is_for_our_own_network_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    assert webhook.url("url", "http://127.0.0.1:8080/hook", private=True)
    assert webhook.url("url", " https://www.example.cn/hook?a=1 ", private=False) == "https://www.example.cn/hook?a=1"

    class Line(socket.socket):
        def getpeername(self) -> tuple[str, int]:
            return "93.184.215.14", 80

    monkeypatch.setattr(reaching, "connected", lambda *args: Line())
    with pytest.raises(NotSent, match="地址在内网或本机"):
        webhook.send(post("http://www.example.cn/", private=True), NOW)
