"""How a batch stands today: on sale, held, recalled or withdrawn. Asked at each scan by itself, never remembered."""

from dataclasses import dataclass
from datetime import datetime

from ..models import BatchState, StoppedBy


@dataclass(frozen=True, slots=True)
class Standing:
    """How a batch stands: since when (aware UTC), why, and by whom. For a batch on sale none of them is told."""

    state: BatchState
    since: datetime | None = None
    reason: str | None = None
    by: StoppedBy | None = None


ON_SALE = Standing(BatchState.ON_SALE)
