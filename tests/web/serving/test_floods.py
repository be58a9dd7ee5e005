"""Floods against the real server: the owner and the neighbours get through within two seconds, the attackers stay bounded."""

import random
import threading
import time
from collections import Counter
from collections.abc import Callable

import pytest

from world import PASSWORD, World
from world.pace import Took, in_time
from world.paying import answer_to
from world.served import Person, Reply, Served, allowed, hidden, p99
from yipin import clock
from yipin.accounts import attempts, budget
from yipin.codes import tiny
from yipin.codes.kinds import CodeKind
from yipin.issue.codes import CodeOrder, issue_codes
from yipin.models import Batch
from yipin.web.serving.bridge import HASHERS

MEGABYTE = 1 << 20


def at_once(count: int, act: Callable[[int], Reply]) -> list[Reply]:
    """What so many people are answered who act at the same moment."""
    found: list[Reply] = []
    threads = [threading.Thread(target=lambda number=number: found.append(act(number))) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def paid(person: Person, path: str, refused: Reply, **form: str) -> tuple[Reply, float]:
    """Send a form again with its proof of work; the seconds without the work itself."""
    told = hidden(refused.text)
    told["proof"] = answer_to(told["ticket"])
    began = time.monotonic()
    return person.ask(path, told | form), time.monotonic() - began


@pytest.mark.long
def test_sixteen_log_ins_at_once_delay_no_scan_and_another_networks_log_in_gets_its_turn(
    running: Served, scan: str
) -> None:
    """Unknown names, whose passwords are compared with a hash as strong as in earnest."""

    def flood(round_: int) -> list[Took]:
        def fail(number: int) -> Reply:
            return running.person(f"203.{round_}.113.{number}").sign_in(f"nobody{round_}-{number}", "wrong password")

        rest = running.at_rest(scan)
        with running.scanning(scan) as took:
            crowd = threading.Thread(target=at_once, args=(16, fail))
            crowd.start()
            time.sleep(0.3)
            owner = running.person("198.51.100.9").sign_in("chen", PASSWORD)
            crowd.join()
        assert owner.status == 302
        return [Took("the owner", owner.took, 2), Took("p99 of the scans", p99(took), allowed(rest))]

    in_time(flood)
    assert running.memory() < 350 * MEGABYTE


def test_a_flood_of_new_accounts_is_paid_for_and_a_neighbour_gets_one_within_two_seconds(
    world: World, running: Served, scan: str
) -> None:
    free, secret = budget.JOINS.free, world.installation.secrets.session

    def flood(round_: int) -> list[Took]:
        network = f"203.0.{113 + round_}"
        with world.db.write.begin() as session:
            for _ in range(free.most - 2):
                attempts.count(session, free, attempts.mark(secret, free.name, f"{network}.0/24"), clock.now())

        def join(number: int) -> Reply:
            person = running.person(f"{network}.{number}")
            return person.fill("/join", login=f"grower{round_}-{number}", name="Dora", password="some plain sentence")

        with running.scanning(scan) as took:
            statuses = Counter(reply.status for reply in at_once(24, join))
        assert statuses == {302: statuses[302], 429: 24 - statuses[302]}
        assert 2 <= statuses[302] <= 2 + HASHERS  # those under way together are checked before they are counted
        neighbour = running.person(f"{network}.250")
        form = {"login": f"neighbour{round_}", "name": "Ning", "password": "some plain sentence"}
        joined, seconds = paid(neighbour, "/join", neighbour.ask("/join"), **form)
        assert joined.status == 302
        # each new account is an event, after which the pack is read from the record again
        return [Took("the slowest scan", max(took), 2), Took("the neighbour", seconds, 2)]

    in_time(flood)


def test_a_hundred_wrong_tries_from_twenty_addresses_do_not_stop_the_owner(running: Served) -> None:
    known = running.person("198.51.100.9")
    assert known.sign_in("chen", PASSWORD).status == 302
    for number in range(100):
        stranger = running.person(f"203.0.{number % 20}.9")
        stranger.ask("/login", hidden(stranger.ask("/login").text) | {"login": "chen", "password": "wrong"})

    def owner(_: int) -> list[Took]:
        known.cookies = {"device": known.cookies["device"]}  # the next day
        again = known.sign_in("chen", PASSWORD)
        assert again.status == 302
        unknown = running.person("192.0.2.9")
        refused = unknown.sign_in("chen", PASSWORD)
        assert refused.status == 429
        entered, seconds = paid(unknown, "/login", refused, login="chen", password=PASSWORD)
        assert entered.status == 302
        return [Took("a known device", again.took, 2), Took("another", seconds, 2)]

    in_time(owner)


def test_wrong_stickers_of_one_phone_do_not_stop_its_neighbours(world: World, running: Served) -> None:
    batch = world.declare()
    with world.db.write.begin() as session:
        order = CodeOrder(3, "tiny", CodeKind.TINY)
        codes = issue_codes(session, world.ama, world.installation, session.get_one(Batch, batch.id), order)
    world.release(world.print(codes, "sticker-18x18"))
    good, chance = world.codes(codes)[0], random.Random(1)
    start = tiny.from_digits(good)[:9]
    phone, said = running.person("203.0.113.5"), Counter[int]()
    for _ in range(40):
        said[phone.ask(f"/{tiny.to_digits(start + chance.randbytes(6))}").status] += 1
    assert said == {200: 20, 429: 20}  # bounded

    def neighbours(_: int) -> list[Took]:
        neighbour = running.person("203.0.113.6", agent="Mozilla/5.0 (iPhone)").ask(f"/{good}")
        assert neighbour.status == 200 and "is-genuine" in neighbour.text
        alike = running.person("203.0.113.7")  # the same browser in the same network: it shows work
        refused = alike.ask(f"/{good}")
        ticket = hidden(refused.text)["ticket"]
        shown = alike.ask(f"/{good}?ticket={ticket}&proof={answer_to(ticket)}")
        assert refused.status == 429 and shown.status == 200 and "is-genuine" in shown.text
        return [Took("another browser", neighbour.took, 2), Took("the same one", shown.took, 2)]

    in_time(neighbours)
