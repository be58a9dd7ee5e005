"""What was mended of the plots and attached farmers that a record book (生产记录档案) names: a book that was printed before says the old
words, so the new one says from what to what they were changed, and when."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from ..audit import log
from ..clock import day_of
from ..models import AttachedFarmer, Event, FarmEntry, Plot
from ..register import plots
from . import farmers
from .record_book import Book

WORDS = plots.CORRECTED | farmers.CORRECTED


def corrected(session: Session, book: Book) -> dict[int, list[str]]:
    """The lines of each plot, by its row number: "更正：地块名称 屋后坡 → 后坡（2026-11-30，某某）"."""
    return {
        plot.id: [line for event in _events(session, plot, entries) for line in _lines(event)]
        for plot, entries in book.items()
    }


def _events(session: Session, plot: Plot, entries: Sequence[FarmEntry]) -> Sequence[Event]:
    named: dict[AttachedFarmer, None] = {row.attached_farmer: None for row in entries if row.attached_farmer}
    return log.events_of(session, plot, *named)


def _lines(event: Event) -> list[str]:
    by = f"（{day_of(event.at).isoformat()}，{event.actor_name}）"
    return [
        f"更正：{WORDS[name]} {was} → {now}{by}"
        for name, (was, now) in event.data.get("corrected", {}).items()
        if name in WORDS
    ]
