"""What a batch's page says of the record of its plots and of its tests, for growers and officers alike."""

from typing import Any

from sqlalchemy.orm import Session

from .. import clearing, farmcases, inspections
from ..models import Batch


def facts(session: Session, batch: Batch) -> dict[str, Any]:
    """What a batch's page says of the record and of tests."""
    return {
        "fitness": clearing.clearance(session, batch),
        "asked": farmcases.open_of(session, batch),
        "tests": inspections.of(session, batch),
    }
