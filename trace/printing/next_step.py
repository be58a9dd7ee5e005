"""What is to be done next with a batch, the one thing that its page puts on top: from what is missing to labels and delivery."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum

from ..issue.requirements import Key, Requirement
from ..models import Batch, BatchState, CodeRange, PrintRun, PrintState, RecoveredLine
from ..models.recovered import Told
from .plans import LIVE


class Next(StrEnum):
    """The kinds of next steps."""

    NOTHING = "nothing"  # withdrawn or recalled, or all is done
    WAIT = "wait"  # held: an officer acts, and its reason is shown
    RECORD = "record"  # the record of the farm stands against codes
    MISSING = "missing"  # a requirement of coding is unmet
    ISSUE = "issue"  # codes for all packs or some
    PRINT = "print"  # codes that are on no label yet
    MAKING = "making"  # labels that are being made, or were stopped or refused while they were
    RELEASE = "release"  # labels are made; put them on the packs
    SHIP = "ship"


@dataclass(frozen=True, slots=True)
class NextStep:
    """A next step; `codes` are those to print, `run` the print run that it is about."""

    kind: Next
    codes: CodeRange | None = None
    run: PrintRun | None = None


_AT_THE_PRINTER = {
    PrintState.READY: Next.RELEASE,
    PrintState.PLANNED: Next.MAKING,
    PrintState.FAILED: Next.MAKING,
    PrintState.STOPPED: Next.MAKING,
}
_ELSEWHERE = {Key.ON_SALE, Key.BRAND_LICENCE, Key.FARM_RECORD, Key.COMMITMENT, Key.QUOTA}


def missing(unmet: Collection[Requirement]) -> list[Requirement]:
    """The unmet requirements that somebody must see to before the form of issuing can be sent. What is stopped or coded to its
    last pack has none; the record and the promise stand where they are dealt with."""
    keys = {each.key for each in unmet}
    return [] if keys & {Key.ON_SALE, Key.QUOTA} else [each for each in unmet if each.key not in _ELSEWHERE]


def next_step(
    batch: Batch,
    unmet: Collection[Requirement],
    ranges: Sequence[CodeRange],
    runs: Sequence[PrintRun],
    shippable: bool,
    lost: Sequence[RecoveredLine] = (),
) -> NextStep:
    """The next step of a batch whose codes are `ranges` and print runs `runs`; `shippable` says whether packs or loose goods are
    still here, `lost` which labels were made before a restore (`plans.lost_of`)."""
    if batch.state is not BatchState.ON_SALE:
        return NextStep(Next.WAIT if batch.state is BatchState.ON_HOLD else Next.NOTHING)
    if run := next((each for each in runs if each.state in _AT_THE_PRINTER), None):
        return NextStep(_AT_THE_PRINTER[run.state], run=run)
    if codes := next((each for each in ranges if not is_printed(each, runs, lost)), None):
        return NextStep(Next.PRINT, codes=codes)
    keys = {each.key for each in unmet}
    if ranges or Key.QUOTA in keys:
        return NextStep(Next.SHIP if shippable else Next.NOTHING)
    return NextStep(Next.RECORD if Key.FARM_RECORD in keys else Next.MISSING if missing(unmet) else Next.ISSUE)


def is_printed(codes: CodeRange, runs: Sequence[PrintRun], lost: Sequence[RecoveredLine] = ()) -> bool:
    """Whether each unit of a range is in a live run, or was in one that is lost."""
    made = sum(run.count for run in runs if run.range_id == codes.id and run.state in LIVE)
    end = codes.first + codes.count
    made += sum(line.count for line in lost if line.told is Told.PLANNED and codes.first <= line.first < end)
    return made >= codes.count
