"""`yipin demo`: a new data directory with the whole story in it. Every producer is plainly marked as a demonstration.

Everything goes through the use-cases that people use: submit, approve, declare, issue, print, release, recall.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from .. import bootstrap, clock
from ..access.actor import Actor
from ..accounts import invitations
from ..codes.keys import new_key
from ..db import Database
from ..diskfiles import private
from ..errors import Conflict
from ..installation.installation import Installation
from ..models import Position, Role
from . import brands, certificates, chains, complaints, farm, insurance, progress
from .harvests import Harvest
from .people import People
from .stories import STORIES, made_up_uscc
from .summary import AccountSummary, BatchSummary, ChainSummary, Summary

BATCHES = len(STORIES)
HIRED = (("clerk", "演示办事员", Position.CLERK), ("hand", "演示记录员", Position.FIELD_HAND))


def fill(data: Path, *, units: int, base_url: str, progress: Callable[[], None]) -> Summary:
    """Fill a new data directory and write `demo.json` (mode 600: it holds the passwords). Returns what it says.

    `units` is the number of codes of each batch; `progress` is called once a label. Raises Conflict when the directory
    holds a demonstration already.
    """
    if (data / "demo.json").exists():
        raise Conflict("目录 %(data)s 里已经有演示数据", data=str(data))
    actor = Actor("yipin demo", clock.now())
    settings = bootstrap.set_up(data, base_url=base_url, actor=actor)
    new_key(settings.keys, actor.at, settings.key_passphrase)
    db = Database(settings.database_url)
    try:
        told = Told(db, Installation.open(settings), actor, units, progress).told()
    finally:
        db.dispose()
    _write(data / "demo.json", settings.base_url, told)
    return told


def _write(path: Path, base_url: str, told: Summary) -> None:
    with open(path, "w", encoding="utf-8", opener=private) as file:
        json.dump({"base_url": base_url, **told}, file, ensure_ascii=False, indent=2)


@dataclass
class Told:
    """The whole story, told to a record by the people in it."""

    db: Database
    installation: Installation
    actor: Actor
    units: int
    progress: Callable[[], None]

    @property
    def people(self) -> People:
        return People(self.installation.policy, self.actor)

    def told(self) -> Summary:
        """Let it all happen. `units` codes of each batch; `progress` is called once a label. Raises Conflict, Invalid where it happened
        before."""
        with self.db.write.begin() as session:
            authorities = self.people.authorities(session)
        growers, batches = [], []
        for number in range(1, BATCHES + 1):
            grower, batch = self._harvested(number)
            growers.append(grower)
            batches.append(batch)
        self._surrounded()
        hired = [self._hired(*each) for each in HIRED]
        works, chain = self._chained()
        return {"accounts": [*growers, *authorities, works, *hired], "batches": batches, "chain": chain}

    def _harvested(self, number: int) -> tuple[AccountSummary, BatchSummary]:
        login = "grower" if number == 1 else f"grower{number}"
        with self.db.write.begin() as session:
            grower = self.people.account(session, login, "演示种植户", Role.PRODUCER)
        harvest = Harvest(self.installation, self.people, STORIES[number - 1], login, number, self.units)
        return grower, harvest.tell(self.db, self.progress)

    def _surrounded(self) -> None:
        """What happens around the batches: complaints, claims, certificates, brands, a report, the farm's record."""
        signed_in, policy = self.people.signed_in, self.installation.policy
        with self.db.write.begin() as session:
            complaints.add(session, self.installation, self.actor, 1)
            insurance.claims(session, self.installation, signed_in, 1)
            certificates.add(session, self.installation, signed_in)
            brands.add(session, policy, signed_in)
            progress.add(session, policy, signed_in(session, "officer"))
            farm.add(session, policy, signed_in)

    def _hired(self, login: str, name: str, position: Position) -> AccountSummary:
        """Somebody whom the first grower invited, and who has come."""
        with self.db.write.begin() as session:
            owner = self.people.signed_in(session, "grower")
            word = invitations.invite(session, owner, name=name, position=position)[1]
        return self.people.invited(self.db, word, login, name)

    def _chained(self) -> tuple[AccountSummary, ChainSummary]:
        with self.db.write.begin() as session:
            works = self.people.account(session, "works", "演示香干坊", Role.PRODUCER)
            officer = self.people.signed_in(session, "officer")
        uscc = made_up_uscc(chains.COUNTY, BATCHES + 1)
        chain = chains.add(
            self.db, self.installation, officer, lambda session: self.people.signed_in(session, "works"), uscc
        )
        return works, chain
