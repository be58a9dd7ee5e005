"""What the tests of the farm's record share: an entry that would be accepted, with changes."""

from dataclasses import replace

import sqlalchemy as sa

from world import World
from yipin.access.actor import Actor
from yipin.farm import entries
from yipin.models import FarmEntry


def form(world: World, who: Actor, key: str, **changes: str) -> entries.EntryForm:
    """A spray of 阿维菌素 on 1 July 2026 with an interval of 7 days."""
    with world.db.read.begin() as session:
        plot = session.scalar(sa.text(f"SELECT min(id) FROM plots WHERE producer_id = {who.producer_id}"))
    made = entries.EntryForm(
        key,
        "input",
        str(plot),
        "2026",
        "2026-07-01",
        "黄桃",
        "fruit",
        "Ama",
        input_kind="pesticide",
        input_name="阿维菌素",
        maker="某厂",
        source="县农资店",
        target="红蜘蛛",
        method="喷雾",
        dose="30 毫升/亩",
        interval_days="7",
        lot="L-1",
    )
    return replace(made, **changes)


def write(world: World, who: Actor, key: str, **changes: str) -> FarmEntry:
    wanted = form(world, who, key, **changes)
    with world.db.write.begin() as session:
        return entries.record_entry(session, who, wanted).entry


def correct(
    world: World, who: Actor, entry: FarmEntry, key: str, reason: str = "日期记错了", **changes: str
) -> FarmEntry:
    wanted = form(world, who, key, **changes)
    with world.db.write.begin() as session:
        return entries.correct(session, who, session.get_one(FarmEntry, entry.id), wanted, reason).entry
