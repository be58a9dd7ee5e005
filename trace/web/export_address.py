"""The address of each list's file: a small list is given out at once, a large one is made by a job."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from .. import paging
from ..access.actor import Actor
from . import export_job
from .export_file import Export, note, send, sheet
from .guard import service
from .language import say

AT_ONCE_UP_TO = 2_000
"""Rows that are written in about half a second."""


def register(export: Export, blueprint: Blueprint) -> None:
    """Give a list its address. The table of rights needs a line for it, as for every address."""

    def view(session: Session, actor: Actor) -> ResponseReturnValue:
        return _answer(session, actor, export)

    export_job.know(export)
    blueprint.add_url_rule(f"/exports/{export.key}.xlsx", f"export_{export.key}", view, methods=["GET", "POST"])


def _answer(session: Session, actor: Actor, export: Export) -> ResponseReturnValue:
    """GET: the finished file, or for a large list a page that offers to make it. POST: it is made by a job."""
    if request.method == "POST":
        export_job.order(session, actor, export, request.args)
        return redirect(url_for("jobs.jobs"))
    rows = paging.count(session, export.rows(actor, request.args))
    if rows > AT_ONCE_UP_TO:
        return render_template("office/large_export.html", title=export.title, rows=rows)
    policy = service().installation.policy
    return send(
        actor, say(export.title), sheet(session, actor, export, request.args, policy, note(actor, request.args))
    )
