"""Jobs: what works in the background for the person who looks, how far it is, and what came of it."""

from flask import flash, redirect, render_template, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from ...access.actor import Actor
from ...errors import N_, Conflict, Message
from ...imports.work import KINDS
from ...jobs import desk, importing, printing, reporting, results
from ...models import ImportState, Job, JobState, Role
from .. import export_job
from ..blueprints import jobs as bp
from ..guard import service
from ..words import JOB_STATE_WORDS
from . import imports

IMPORT_WORDS = {
    ImportState.CHECKING: N_("%(table)s：检查 %(n)s 行"),
    ImportState.ENTERING: N_("%(table)s：存入 %(n)s 行"),
}


@bp.get("/", endpoint="jobs")
def listed(session: Session, actor: Actor) -> ResponseReturnValue:
    """The person's jobs of the last days. The page looks again by itself while one of them is to be done."""
    jobs = desk.recent(session, actor)
    return render_template(
        "office/jobs.html",
        jobs=jobs,
        title_of=title_of,
        page_of=lambda job: page_of(session, actor, job),
        has_file=lambda job: results.path_of(service().installation, job) is not None,
        failure_of=desk.failure_of,
        may_fetch=lambda job: job.account_id == actor.account_id,
        may_repeat=lambda job: may_repeat(session, actor, job),
        words=JOB_STATE_WORDS,
        working=any(job.is_live for job in jobs),
        stalled=desk.is_stalled(session, actor.at),
        everybodys=actor.role is Role.ADMINISTRATOR,
        days=desk.SHOWN.days,
    )


def title_of(job: Job) -> Message:
    """What a job is, in words."""
    if job.kind == printing.KIND.name:
        return Message(N_("打印标签（%(n)s 枚）"), {"n": job.data["count"]})
    if job.kind == export_job.KIND.name:
        return Message(N_("导出 Excel：%(list)s"), {"list": Message(export_job.title_of(job.data))})
    if job.kind == reporting.KIND.name:
        return Message(N_("导出 Excel：%(list)s"), {"list": job.data["title"]})
    if job.kind == importing.KIND.name:
        words = IMPORT_WORDS[ImportState(str(job.data["state"]))]
        return Message(words, {"table": Message(KINDS[str(job.data["table"])].title), "n": job.data["rows"]})
    return Message(job.kind)


def may_repeat(session: Session, actor: Actor, job: Job) -> bool:
    """Whether this person may have a job done again. A table that was refused or given up must be uploaded again."""
    return job.account_id == actor.account_id and (job.kind != importing.KIND.name or importing.waits(session, job))


def page_of(session: Session, actor: Actor, job: Job) -> str | None:
    """The page of what a job is about, if there is one for this person."""
    if job.kind == importing.KIND.name and job.account_id == actor.account_id:
        row = importing.table_of(session, job)
        return imports.page_of(row) if row else None
    if job.kind == printing.KIND.name and actor.role is Role.PRODUCER:
        return url_for("producer.print_run", ref=job.data["run"])
    return None


@bp.get("/<ref>/result")
def result(session: Session, actor: Actor, found: Job) -> ResponseReturnValue:
    """The file that a job has made. It is the own account's alone."""
    if found.account_id != actor.account_id:
        raise Conflict(N_("文件只给申请它的人下载"))
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
