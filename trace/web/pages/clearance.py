"""What a batch's page says of the record of its plots and of its tests, for growers and officers alike."""

from sqlalchemy.orm import Session

from ...access.actor import Actor
from ...farm import clearance, entry_pictures, holds, inspections
from ...farm.clearance import Clearance
from ...models import Batch


def facts(session: Session, batch: Batch, judged: Clearance | None = None) -> dict[str, object]:
    """What a batch's page says of the record and of tests; `judged` where the batch has been judged for the page before."""
    return {
        "fitness": judged or clearance.clearance(session, batch),
        "asked": holds.open_of(session, batch),
        "tests": inspections.of(session, batch),
    }


def facts_for_officers(session: Session, actor: Actor, batch: Batch) -> dict[str, object]:
    """The same, and the uses of inputs that belong to the batch, which may be of other producers' plots; photographs only of those
    that the officer may know of."""
    uses = clearance.uses_of(session, batch)
    return facts(session, batch) | {"uses": uses, "pictures": entry_pictures.seen(session, actor, uses)}
