"""For the bureau: frozen reports, listed by quarter, as page, XLSX and PDF. On the bureau's blueprint."""

import io
import tempfile
from datetime import date

from flask import flash, redirect, render_template, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session
from wtforms import StringField

from ...access.actor import Actor
from ...clock import day_of
from ...codes.paper.glyphs import find_font
from ...codes.paper.pdf import in_memory
from ...disclosure.certificates import COUNTED_WORDS
from ...indicators import report_files, reports
from ...jobs import reporting
from ...models import Report
from .. import forms
from ..blueprints import bureau as bp
from ..export_address import AT_ONCE_UP_TO
from ..guard import service
from ..page_number import shown_of

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class FreezeForm(forms.Form):
    needed = frozenset({"reason"})
    day = StringField()
    reason = StringField()


@bp.get("/reports", endpoint="reports")
def listed(session: Session, actor: Actor) -> ResponseReturnValue:
    return _list(session, actor)


def _list(session: Session, actor: Actor, form: FreezeForm | None = None) -> ResponseReturnValue:
    page = render_template(
        "bureau/reports.html",
        listed=shown_of(session, reports.listed()),
        today=day_of(actor.at),
        form=form or FreezeForm(formdata=None),
        may_freeze=actor.is_city_officer,
        policy=service().installation.policy,
    )
    return page, 422 if form else 200


@bp.post("/reports")
def freeze_report(session: Session, actor: Actor) -> ResponseReturnValue:
    form = FreezeForm()
    policy = service().installation.policy
    made = form.save(session, lambda: reports.freeze(session, actor, policy, **form.typed()))
    if made is None:
        return _list(session, actor, form)
    flash(gettext("已定稿：%(quarter)s 第 %(number)s 份。从此不再改变。", quarter=made.quarter, number=made.number))
    return redirect(url_for("bureau.report", ref=made.id))


@bp.get("/reports/<ref>")
def report(session: Session, actor: Actor, found: Report) -> ResponseReturnValue:
    """A frozen report, and how it differs from the one that it corrects."""
    content, before = reports.read(found), None
    changes: list[reports.Change] = []
    if found.replaces_id:
        before = session.get_one(Report, found.replaces_id)
        changes = reports.difference(reports.read(before), content)
    return render_template(
        "bureau/report.html",
        report=found,
        content=content,
        before=before,
        changes=changes,
        words=COUNTED_WORDS,
        figures=report_files.FIGURE_WORDS,
        policy=service().installation.policy,
        date=date.fromisoformat,
        events=reports.events(session, found),
    )


@bp.get("/reports/<ref>/report.xlsx")
def report_xlsx(session: Session, actor: Actor, found: Report) -> ResponseReturnValue:
    """The workbook, or for one of many rows a page that offers to make it in the background."""
    content = reports.read(found)
    if (rows := report_files.rows_behind(content)) > AT_ONCE_UP_TO:
        return render_template("office/large_export.html", title=report_files.title(found), rows=rows)
    out = tempfile.TemporaryFile()  # noqa: SIM115 - closed by the server when it is sent
    report_files.workbook(out, found, content, actor.county)
    out.seek(0)
    return send_file(out, XLSX, as_attachment=True, download_name=f"{report_files.title(found)}.xlsx")


@bp.post("/reports/<ref>/report.xlsx")
def order_report(session: Session, actor: Actor, found: Report) -> ResponseReturnValue:
    reporting.order(session, actor, found)
    return redirect(url_for("jobs.jobs"))


@bp.get("/reports/<ref>/report.pdf")
def report_pdf(session: Session, actor: Actor, found: Report) -> ResponseReturnValue:
    font = find_font(service().installation.settings.font)
    paper = in_memory(lambda path: report_files.paper(path, found, reports.read(found), font))
    return send_file(
        io.BytesIO(paper), "application/pdf", as_attachment=True, download_name=f"{report_files.title(found)}.pdf"
    )
