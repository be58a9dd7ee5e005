"""Scans as the service answers them: the code looked up, the look written for good, the answer with the count in it."""

from datetime import datetime

from yipin.installation.installation import Installation
from yipin.scan import looks, lookup
from yipin.scan.answer import Answer
from yipin.scan.look_writer import LookWriter
from yipin.scan.looks import Look, Reader
from yipin.scan.pack import counted

from . import NOW, World

PERSON = Reader.of("203.0.113.9", "Mozilla/5.0 (Linux; Android 7.0)")


def scanned(world: World, digits: str, reader: Reader = PERSON, now: datetime = NOW) -> Answer:
    """The answer to a code that a reader scans; the look is counted."""
    with world.db.read.begin() as session:
        found = lookup.present(session, world.office, digits, now)
    if found.pack is None:
        return found.answer
    look = Look(reader, found.pack.unit, found.pack.verdict, now)
    assert LookWriter(world.db, world.office.policy.clone).settle([look])
    return counted(found.answer, look.seen)


def asked(world: World, digits: str, now: datetime = NOW, office: Installation | None = None) -> Answer:
    """The answer to a code without a look, as to a HEAD request."""
    office = office or world.office
    with world.db.read.begin() as session:
        found = lookup.present(session, office, digits, now)
        if found.pack is None:
            return found.answer
        return counted(found.answer, looks.total(session, found.pack.unit, office.policy.clone, now))
