"""Jobs: what works in the background for the person who looks, how far it is, and what came of it."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import flash, redirect, render_template, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from ...access.actor import Actor
from ...errors import N_, Conflict, Forbidden, Message
from ...jobs import desk, importing, printing, registry, results
from ...models import Job, JobState, Role, TableImport
from .. import my_data_job
from ..blueprints import jobs as bp
from ..guard import service
from ..page_number import page_number
from ..words import JOB_STATE_WORDS
from . import imports


@dataclass(frozen=True)
class Row:
    """A job as the page shows it: the page of what it is about, why it failed, and what this person may do."""

    job: Job
    title: Message
    page: str | None
    failure: Message | None
    has_file: bool
    may_repeat: bool


@bp.get("/", endpoint="jobs")
def listed(session: Session, actor: Actor) -> ResponseReturnValue:
    """The person's jobs of the last days. The page looks again by itself while one of them is to be done."""
    jobs = desk.recent(session, actor, page_number())
    return render_template(
        "office/jobs.html",
        rows=rows_of(session, actor, jobs),
        listed=jobs,
        words=JOB_STATE_WORDS,
        working=any(job.is_live for job in jobs),
        stalled=desk.is_stalled(session, actor.at),
        everybodys=actor.role is Role.ADMINISTRATOR,
        days=desk.SHOWN.days,
    )


def rows_of(session: Session, actor: Actor, jobs: Sequence[Job]) -> list[Row]:
    """The rows of the page. However many they are, one question is asked for all."""
    tables = importing.tables_of(session, jobs)
    return [_row(actor, job, tables.get(job.id)) for job in jobs]


def _row(actor: Actor, job: Job, table: TableImport | None) -> Row:
    is_own = job.account_id == actor.account_id
    return Row(
        job,
        registry.title_of(job),
        _page_of(actor, job, table),
        desk.failure_of(job) if job.state is JobState.FAILED else None,
        is_own and job.state is JobState.DONE and results.path_of(service().installation, job) is not None,
        is_own and desk.may_repeat(job) and (job.kind != importing.KIND.name or importing.waits(job, table)),
    )


def _page_of(actor: Actor, job: Job, table: TableImport | None) -> str | None:
    """The page of what a job is about, if there is one for this person."""
    if table and job.account_id == actor.account_id:
        return imports.page_of(table)
    if job.kind == printing.KIND.name and actor.role is Role.PRODUCER:
        return url_for("producer.print_run", ref=job.data["run"])
    return None


@bp.get("/<ref>/result")
def result(session: Session, actor: Actor, found: Job) -> ResponseReturnValue:
    """The file that a job has made. It is the own account's alone."""
    if found.account_id != actor.account_id:
        raise Conflict(N_("文件只给申请它的人下载"))
    if not my_data_job.may_have(actor, found):
        raise Forbidden(N_("您的账号不能办这件事"))
    path = results.path_of(service().installation, found)
    if path is None or found.state is not JobState.DONE or found.result is None:
        raise Conflict(N_("文件还没有做好，或已过期删除；可以再做一次"))
    return send_file(path, as_attachment=True, download_name=str(found.result["name"]))


@bp.post("/<ref>/cancel")
def cancel(session: Session, actor: Actor, found: Job) -> ResponseReturnValue:
    desk.cancel(session, actor, found)
    flash(gettext("已取消，没有留下做了一半的东西。"))
    return redirect(url_for("jobs.jobs"))


@bp.post("/<ref>/again")
def again(session: Session, actor: Actor, found: Job) -> ResponseReturnValue:
    """Once more, for the person who asked for it first: the job is done with that person's rights."""
    if found.account_id != actor.account_id:
        raise Conflict(N_("请申请这件任务的人自己再做一次"))
    desk.again(session, actor, found)
    flash(gettext("已重新排队。"))
    return redirect(url_for("jobs.jobs"))
