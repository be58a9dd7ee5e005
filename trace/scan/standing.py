"""How a batch stands today: on sale, held or recalled. Asked at each scan by itself, never remembered."""

from dataclasses import dataclass
from datetime import datetime

from ..models import BatchState


@dataclass(frozen=True, slots=True)
class Standing:
    """The officer's word on a batch: since when (aware UTC) and why. For a batch on sale neither is told."""

    state: BatchState
    since: datetime | None = None
    reason: str | None = None


ON_SALE = Standing(BatchState.ON_SALE)
