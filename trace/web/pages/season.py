"""For producers: the calendar of the season, a month at a time, and what comes next. On the producer's blueprint."""

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from ...access.actor import Actor, own_producer
from ...clock import day_of
from ...models import Batch, BrandLicence, Certification, FarmEntry, InsurancePolicy, Producer
from ...paging import cut
from ...season import happenings
from ...season.happenings import Happening, Span
from ...season.month import Month, month_of, read_month
from ..blueprints import producer as bp
from ..caller import who
from ..page_number import page_number
from ..rights import RULES


@bp.get("/farm/calendar")
def season(session: Session, actor: Actor) -> ResponseReturnValue:
    """A month of the producer, or of one of its plots."""
    producer, today = own_producer(session, actor), day_of(actor.at)
    month, plot = read_month(request.args.get("month", ""), today), _plot_asked(producer)
    found = happenings.happenings(session, actor, producer, Span(month.first, month.last, plot))
    return render_template(
        "producer/season.html",
        producer=producer,
        month=month,
        weeks=month.weeks(found),
        total=len(found),
        coming=cut(happenings.coming(session, actor, producer, today, plot), page_number("coming"), "coming"),
        today=today,
        this_month=month_of(today),
        plots=producer.fields_in_use,
        chosen=plot,
        leads=_leads_to,
        at=lambda other: _address(other, plot),
    )


def _plot_asked(producer: Producer) -> int | None:
    """The producer's plot that the address names; what names none of them asks for all."""
    asked = request.args.get("plot", "")
    return next((plot.id for plot in producer.plots if str(plot.id) == asked), None)


def _address(month: Month, plot: int | None) -> str:
    return url_for("producer.season", month=str(month), plot=plot)


def _leads_to(happening: Happening) -> str | None:
    """The page of the row that says what happens, if its reader may open that."""
    row = happening.row
    if isinstance(row, FarmEntry):
        return url_for("producer.farm_plot", ref=row.plot_id, season=row.season, _anchor=f"entry-{row.id}")
    endpoint, ref = _page_of(row)
    return url_for(endpoint, ref=ref) if RULES[endpoint, "GET"].lets(who()) else None


def _page_of(row: Batch | Certification | BrandLicence | InsurancePolicy) -> tuple[str, str | None]:
    """The endpoint, and what its address names."""
    if isinstance(row, Batch):
        return "producer.batch", row.id_number
    if isinstance(row, Certification):
        return "producer.certificate", str(row.id)
    return ("producer.brands" if isinstance(row, BrandLicence) else "producer.insurance"), None
