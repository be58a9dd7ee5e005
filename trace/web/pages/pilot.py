"""The pilot page of the bureau: what is counted over a period, and who takes part; on the bureau's blueprint."""

from datetime import date

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session
from wtforms import SelectField, StringField

from ... import fields
from ...access.actor import Actor
from ...brands import directory
from ...clock import day_of
from ...errors import N_, Invalid, Message
from ...insurance import pilot, pilot_figures
from ...models import PilotMember
from .. import forms
from ..blueprints import bureau as bp
from ..drawing import charts
from ..guard import service
from ..language import say
from ..page_number import shown

PICTURES = (("products", N_("参加试点的产品")), ("covered", N_("承保的批次")), ("claims", N_("报案")))


class JoinForm(forms.Form):
    needed = frozenset({"product_number"})
    product_number = StringField()
    brand = SelectField(validate_choice=False)
    joined_on = StringField()


class LeaveForm(forms.Form):
    needed = frozenset({"reason"})
    left_on = StringField()
    reason = StringField()


@bp.get("/pilot", endpoint="pilot")
def pilot_page(session: Session, actor: Actor) -> ResponseReturnValue:
    return _page(session, actor)


def _page(session: Session, actor: Actor, join: JoinForm | None = None) -> ResponseReturnValue:
    """The figures of the period asked for, or of this year so far. It shows the refused form, if one was refused."""
    policy, today = service().installation.policy, day_of(actor.at)
    first, last, problem = _period(today)
    form = join or JoinForm(formdata=None, joined_on=today.isoformat())
    form.brand.choices = forms.choices(
        ((row.key, row.name) for row in directory.directory(session) if actor.county in (None, row.county)), N_("不选")
    )
    count = pilot_figures.count(session, policy, actor, first, last)
    page = render_template(
        "bureau/pilot.html",
        count=count,
        policy=policy,
        pilot=policy.pilot,
        pictures=_pictures(count),
        problem=problem,
        typed=(request.args.get("first") or first.isoformat(), request.args.get("last") or last.isoformat()),
        members=shown(pilot_figures.members(session, actor)),
        form=form,
        leave=LeaveForm(formdata=None),
        today=today,
    )
    return page, 422 if problem or join else 200


def _period(today: date) -> tuple[date, date, Message | None]:
    """The first and last day that were typed. If they are wrong: this year so far, and what is wrong."""
    first, last = date(today.year, 1, 1), today
    typed = (request.args.get(name, "").strip() for name in ("first", "last"))
    try:
        begun, ended = fields.span(*(text or day.isoformat() for text, day in zip(typed, (first, last), strict=True)))
    except Invalid as error:
        return first, last, error.message
    return begun, ended, None


def _pictures(count: pilot_figures.Count) -> list[tuple[str, object]]:
    """A map of the counties for each main figure. An officer of one county gets none."""
    counties = service().installation.policy.counties
    if len(count.counties) < 2:
        return []
    return [
        (
            word,
            charts.tile_map(
                [
                    charts.Tile(*one.tile, say(one.name), getattr(count.of(one.code), name))
                    for one in counties.values()
                    if one.tile
                ],
                gettext("颜色越深，数越大"),
            ),
        )
        for name, word in PICTURES
    ]


@bp.post("/pilot/join")
def join_pilot(session: Session, actor: Actor) -> ResponseReturnValue:
    form = JoinForm()
    if not form.save(session, lambda: pilot.join(session, actor, **form.typed())):
        return _page(session, actor, form)
    flash(gettext("已加入试点。"))
    return redirect(url_for("bureau.pilot"))


@bp.route("/pilot/<ref>/leave", methods=["GET", "POST"])
def leave_pilot(session: Session, actor: Actor, found: PilotMember) -> ResponseReturnValue:
    """Ask on a separate page, since leaving cannot be undone."""
    form = LeaveForm() if request.method == "POST" else LeaveForm(left_on=day_of(actor.at).isoformat())
    if not form.done(
        session,
        lambda: pilot.leave(session, actor, found, left_on=form.left_on.data or "", reason=form.reason.data or ""),
    ):
        name = pilot_figures.name_of(session, found)
        page = render_template("bureau/pilot_leave.html", form=form, row=found, name=name, today=day_of(actor.at))
        return page, 422 if form.is_submitted() else 200
    flash(gettext("已退出试点。"))
    return redirect(url_for("bureau.pilot"))
