"""Threads and rooms are shared out network by network."""

import asyncio

import pytest

from yipin.web.bounds import FORM
from yipin.web.serving import bodies, lanes
from yipin.web.serving.bodies import Body, Room
from yipin.web.serving.lanes import Lane
from yipin.web.serving.refused import Refused


async def _come(lane: Lane, network: str, order: list[str], at_work: asyncio.Event) -> None:
    async with lane.place(network):
        order.append(network)
        await at_work.wait()


def test_one_network_cannot_hold_all_threads_and_the_others_come_before_its_many() -> None:
    async def run() -> list[str]:
        lane, order, at_work = Lane(3, 2), list[str](), asyncio.Event()
        tasks = [asyncio.create_task(_come(lane, "a", order, at_work)) for _ in range(9)]
        await asyncio.sleep(0)
        tasks += [asyncio.create_task(_come(lane, network, order, at_work)) for network in ("b", "c", "d")]
        await asyncio.sleep(0.01)
        assert order == ["a", "a", "b"]
        at_work.set()
        await asyncio.gather(*tasks)
        assert await _is_empty(lane)
        return order

    order = asyncio.run(run())
    assert sorted(order) == ["a"] * 9 + ["b", "c", "d"] and set(order[3:6]) >= {"c", "d"}


async def _is_empty(lane: Lane) -> bool:
    return not lane._running and not lane._waiting


def test_a_thread_that_nobody_waits_for_any_longer_is_given_to_the_next() -> None:
    async def run() -> None:
        lane, order, at_work = Lane(1, 1), list[str](), asyncio.Event()
        tasks = [asyncio.create_task(_come(lane, each, order, at_work)) for each in ("a", "b", "c")]
        await asyncio.sleep(0.01)
        tasks[1].cancel()
        at_work.set()
        await asyncio.gather(*tasks, return_exceptions=True)
        assert order == ["a", "c"] and await _is_empty(lane)

    asyncio.run(run())


def test_too_many_that_wait_are_told_to_come_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lanes, "MOST_OF_ONE", 2)
    monkeypatch.setattr(lanes, "PATIENCE", 0.05)

    async def run() -> list[object]:
        lane, order, at_work = Lane(1, 1), list[str](), asyncio.Event()
        tasks = [asyncio.create_task(_come(lane, "a", order, at_work)) for _ in range(4)]
        await asyncio.sleep(0.2)
        at_work.set()
        found = await asyncio.gather(*tasks, return_exceptions=True)
        assert await _is_empty(lane)
        return list(found)

    found = asyncio.run(run())
    assert found[0] is None and all(isinstance(each, Refused) and each.status == 503 for each in found[1:])


def test_the_room_for_bodies_is_bounded_and_the_greediest_network_loses_its_slowest(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(bodies, "MOST", 3)
    room = Room()
    first, second = Body(room, "a", FORM, True), Body(room, "a", FORM, True)
    other, last = Body(room, "b", FORM, True), Body(room, "c", FORM, True)
    first._began -= 60
    second._began -= 60
    second._keep(b"x" * 1_000)
    for body in (first, second, other, last):
        room.enter(body)
    assert [body._is_dropped for body in (first, second, other, last)] == [True, False, False, False]


def test_bodies_together_take_little_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "ALL_IN_MEMORY", 100_000)
    room = Room()
    many = [Body(room, "a", FORM, False) for _ in range(8)]
    for body in many:
        for _ in range(4):
            body._keep(b"x" * 8_000)
        assert room.in_memory <= 100_000
    for body in many:
        body.file.seek(0)
        assert len(body.file.read()) == 32_000
        body.close()
    assert room.in_memory == 0
