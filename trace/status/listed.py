"""What of the record goes into the status bundle: batches that are not on sale, and packs whose labels are void."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..codes.idnumber import batch_integer
from ..codes.units import UnitPermutation
from ..models import Batch, BatchState, PrintRun, PrintState, RecoveredLine, VoidUnit
from ..models.recovered import Told
from .parts import Standings, State, batches_part, voids_part

STATES = {BatchState.ON_HOLD: State.HELD, BatchState.RECALLED: State.RECALLED, BatchState.WITHDRAWN: State.WITHDRAWN}
BATCHES, VOIDS = "batches", "voids-{}"


def parts(session: Session, secret: bytes) -> dict[str, bytes]:
    """All parts by name: `batches`, and `voids-430225` for each county with void packs. `secret` keys the numbers of packs."""
    return {BATCHES: batches_part(standings(session))} | {
        VOIDS.format(county): part for county, part in _voids(secret, _void_runs(session)).items()
    }


def standings(session: Session) -> Standings:
    """How the batches stand that are not on sale. Demonstration rows too: their labels are read like any other."""
    rows = session.execute(sa.select(Batch.id_number, Batch.state).where(Batch.state != BatchState.ON_SALE))
    found = {**_lost(session), **{number: state for number, state in rows}}
    return {(int(number[:6]), batch_integer(number)): STATES[state] for number, state in found.items()}


def _lost(session: Session) -> dict[str, BatchState]:
    """The same of batches whose own rows were lost with a restore: the public log tells how they stand."""
    states = [Told(state.value) for state in BatchState]
    rows = sa.select(RecoveredLine.number, RecoveredLine.told).where(
        RecoveredLine.batch_id.is_(None), RecoveredLine.told.in_(states)
    )
    last = {number: BatchState(told.value) for number, told in session.execute(rows.order_by(RecoveredLine.leaf))}
    return {number: state for number, state in last.items() if state is not BatchState.ON_SALE}


@dataclass(frozen=True, order=True)
class Run:
    """Void packs of a batch that follow each other: its ID number, the first ordinal, how many."""

    id_number: str
    first: int
    count: int


def _void_runs(session: Session) -> tuple[Run, ...]:
    single = sa.select(Batch.id_number, VoidUnit.ordinal, sa.literal(1)).join(VoidUnit.batch)
    whole = sa.select(Batch.id_number, PrintRun.first, PrintRun.count).join(PrintRun.batch)
    rows = [*session.execute(single), *session.execute(whole.where(PrintRun.state == PrintState.VOID))]
    return tuple(sorted(Run(*row) for row in rows))


@lru_cache(maxsize=2)  # the numbers cost some time, and are asked for again and again
def _voids(secret: bytes, runs: tuple[Run, ...]) -> Mapping[str, bytes]:
    """The part of each county, by its six digits."""
    found: dict[str, dict[int, frozenset[int]]] = {}
    for number, ordinals in _by_batch(runs).items():
        units = UnitPermutation(secret, number).numbers(np.array(sorted(ordinals), np.int64))
        found.setdefault(number[:6], {})[batch_integer(number)] = frozenset(map(int, units))
    return {county: voids_part(voids) for county, voids in sorted(found.items())}


def _by_batch(runs: Iterable[Run]) -> dict[str, set[int]]:
    found: dict[str, set[int]] = {}
    for run in runs:
        found.setdefault(run.id_number, set()).update(range(run.first, run.first + run.count))
    return found
