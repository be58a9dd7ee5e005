"""What a batch's page says of the record of its plots and of its tests, for growers and officers alike."""

from typing import Any

from sqlalchemy.orm import Session

from ...farm import clearance, holds, inspections
from ...models import Batch


def facts(session: Session, batch: Batch) -> dict[str, Any]:
    """What a batch's page says of the record and of tests."""
    return {
        "fitness": clearance.clearance(session, batch),
        "asked": holds.open_of(session, batch),
        "tests": inspections.of(session, batch),
    }
