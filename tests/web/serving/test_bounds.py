"""On the real server: what is too large is refused before it costs anything, and slow senders keep nobody else waiting."""

import socket
import threading
import time

import pytest

from world import PASSWORD
from world.pace import Took, in_time
from world.served import HOST, Person, Served, allowed, p99

MEGABYTE = 1 << 20


def test_what_is_too_large_is_refused_before_it_is_read_and_scans_stay_fast(running: Served, scan: str) -> None:
    answers: list[tuple[int, str]] = []

    def post() -> None:
        try:
            told = {"X-Forwarded-For": "203.0.113.5", "Content-Type": "application/x-www-form-urlencoded"}
            answer = running.person("203.0.113.5").send("POST", "/report", b"a&" * (12 * MEGABYTE), told)
            answers.append((answer.status, answer.text))
        except OSError:  # the answer came before all was sent, and the connection was closed
            answers.append((413, "内容太多"))

    def flood(_: int) -> list[Took]:
        answers.clear()
        threads = [threading.Thread(target=post) for _ in range(4)]
        rest = running.at_rest(scan)
        with running.scanning(scan) as took:
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            time.sleep(0.5)
        assert [status for status, _ in answers] == [413] * 4 and all("内容太多" in text for _, text in answers)
        return [Took("p99 of the scans", p99(took), allowed(rest))]

    in_time(flood)
    assert running.memory() < 350 * MEGABYTE


CHUNK = b"%x\r\n" % 2_000 + b"a&" * 1_000 + b"\r\n"


def test_the_fields_of_a_body_without_a_length_are_counted_while_it_comes(running: Served) -> None:
    with socket.create_connection((HOST, running.port), 10) as line:
        line.sendall(
            b"POST /report HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n"
            b"Content-Type: application/x-www-form-urlencoded\r\n\r\n" + CHUNK * 4
        )
        answer = line.recv(9_000)
    assert answer[9:12] == b"400" and "请求里的项太多" in answer.decode("utf-8", "replace")


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("/?" + "a&" * 200, {}, 400),
        ("/?a=" + "x" * 9_000, {}, 400),
        ("/", {f"X-{number}": "a" for number in range(80)}, 431),
        ("/", {"X-Long": "a" * 40_000}, 431),
    ],
)
def test_the_address_and_the_headers_have_their_bounds_too(
    running: Served, path: str, headers: dict[str, str], status: int
) -> None:
    answer = running.person("203.0.113.5").ask(path, **headers)
    assert answer.status == status and "<h1" in answer.text


def act(person: Person) -> float:
    """Seconds of a log-in, from the page to the answer."""
    began = time.monotonic()
    assert person.sign_in("chen", PASSWORD).status == 302
    return time.monotonic() - began


def test_slow_senders_keep_no_other_network_and_not_even_their_neighbours_waiting(running: Served) -> None:
    act(running.person("198.51.100.9"))
    with running.slow(240, "203.0.113"):
        time.sleep(1)
        in_time(lambda _: [Took("another network", act(running.person("198.51.100.9")), 2)])
        in_time(lambda _: [Took("a neighbour", act(running.person("203.0.113.77")), 2)])


def test_a_village_behind_one_address_gets_its_photographs_through(running: Served) -> None:
    """30 telephones, among 250 connections of the same network that hardly send anything."""
    statuses: list[int] = []

    def upload() -> None:
        with socket.create_connection((HOST, running.port), 30) as line:
            line.sendall(
                b"POST /report HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 203.0.113.5\r\nConnection: close\r\n"
                b"Content-Type: multipart/form-data; boundary=b\r\nContent-Length: 40000\r\n\r\n"
            )
            for _ in range(16):
                line.sendall(b"y" * 2_500)
                time.sleep(0.25)
            statuses.append(int(line.recv(9_000)[9:12]))

    with running.slow(250, "203.0.113"):
        time.sleep(1.5)
        threads = [threading.Thread(target=upload) for _ in range(30)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert statuses == [400] * 30  # Flask has read them all, and found no token of a form
