"""Looks at packs, as the service answers them: the code is presented, the look is written down, the answer tells the
total. What the service keeps between two looks (facts of batches, its desk for counting), a test's world keeps as well."""

from datetime import datetime

from world import NOW, World
from yipin.installation.installation import Installation
from yipin.scan import looks, lookup
from yipin.scan.answer import Answer
from yipin.scan.looks import Reader
from yipin.scan.pack import counted
from yipin.scan.verdicts import Verdict

PERSON = Reader.of("203.0.113.9", "Mozilla/5.0 (Linux; Android 7.0)")


def look(world: World, digits: str, reader: Reader = PERSON, at: datetime = NOW) -> Answer:
    """Somebody scans a code, and the look is counted, as for GET."""
    with world.db.read.begin() as session:
        found = lookup.present(session, world.installation, digits, at, world.facts)
    if found.pack is None:
        return found.answer
    return counted(found.answer, *world.desk.count(reader, found.pack.unit, found.pack.verdict, at))


def told(world: World, digits: str, installation: Installation | None = None) -> Answer:
    """What is said of a code without counting a look, as for HEAD."""
    with world.db.read.begin() as session:
        found = lookup.present(session, installation or world.installation, digits, NOW, world.facts)
        if found.pack is None:
            return found.answer
        return counted(found.answer, looks.total(session, found.pack.unit, world.installation.policy.clone, NOW))


def verdict(world: World, digits: str) -> Verdict:
    """What a code is today, without counting a look."""
    return told(world, digits).verdict
