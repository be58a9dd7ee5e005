"""The workbook of a large frozen report as a job: it holds a row for each certificate behind each figure."""

from sqlalchemy.orm import Session

from ..access.actor import Actor
from ..access.visibility import find
from ..errors import N_, Message
from ..indicators import report_files, reports
from ..models import Job, Report
from . import desk, registry, results
from .context import Context
from .registry import Data, Kind


def order(session: Session, actor: Actor, report: Report) -> Job:
    """Have the workbook of a report made. The same one that waits already is not made twice."""
    about = f"{actor.account_id}:report:{report.id}"
    title = report_files.title(report)
    return desk.add(session, actor, KIND.name, about=about, report=report.id, title=title)


def _title(data: Data) -> Message:
    return Message(N_("导出 Excel：%(list)s"), {"list": data["title"]})


def _work(context: Context) -> Data | None:
    with context.db.transaction(writes=False) as session:
        report = find(session, context.actor, Report, str(context.data["report"]))
        content = reports.read(report)
    total = report_files.rows_behind(content)
    with results.writing(context, "xlsx") as (name, file):
        rows = report_files.workbook(
            file, report, content, context.actor.county, lambda done: context.tell(done, total)
        )
        return {"file": name, "name": f"{report_files.title(report)}.xlsx", "rows": rows}


KIND = registry.register(Kind("report", _work, _title))
