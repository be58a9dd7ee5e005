"""For officers: packs whose labels may have been copied (可能被复制), one by one, and what is done about them. On the bureau's
blueprint."""

from collections.abc import Callable

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from ...access.actor import Actor
from ...audit import log
from ...chain import shipping
from ...clock import day_of
from ...errors import N_
from ...models import CloneCase, CloneState
from ...policy.policy import Policy
from ...scan import clone_cases, pack_course, pack_facts
from ...scan.clone_cases import CLONE_CASES
from .. import forms, list_frame
from ..blueprints import bureau as bp
from ..drawing import charts, readerdays
from ..guard import service
from ..language import say
from ..words import CLONE_WORDS

list_frame.shown_at("bureau.clone_cases", CLONE_CASES)


@bp.get("/copies", endpoint="clone_cases")
def listed(session: Session, actor: Actor) -> ResponseReturnValue:
    found = list_frame.framed(session, actor, CLONE_CASES)
    return render_template(
        "bureau/clone_cases.html", found=found, policy=service().installation.policy, state_words=CLONE_WORDS
    )


@bp.get("/copies/<ref>", endpoint="clone_case")
def case(session: Session, actor: Actor, found: CloneCase) -> ResponseReturnValue:
    return _page(session, actor, found)


def _page(
    session: Session, actor: Actor, found: CloneCase, refused: forms.ReasonForm | None = None
) -> ResponseReturnValue:
    """A pack with its facts, a map and the days of its readers. It shows the refused form, if one was refused."""
    policy = service().installation.policy
    course = pack_course.course_of(session, policy, found.batch, found.ordinal)
    page = render_template(
        "bureau/clone_case.html",
        case=found,
        course=course,
        policy=policy,
        days_ago=(day_of(actor.at) - day_of(course.total.first_at)).days if course else 0,
        region_word=lambda code: _region(policy, code),
        went=pack_facts.shipped_to(shipping.shipments_of(session, found.batch), found.ordinal),
        tiles=_tiles(course) if course else None,
        timeline=_timeline(course) if course else None,
        colour_of=readerdays.colours(course.by_region) if course else {},
        state_words=CLONE_WORDS,
        is_open=found.state in clone_cases.OPEN,
        is_new=found.state is CloneState.NEW,
        form=refused or forms.ReasonForm(formdata=None),
        events=log.events_of(session, found),
    )
    return page, forms.status_of(refused)


def _region(policy: Policy, code: str) -> str:
    """What a region is called in the reader's language: of places outside the city only their own name is known."""
    if not code:
        return str(gettext("不明"))
    return say(policy.counties[code].name) if code in policy.counties else code


def _tiles(course: pack_course.PackCourse) -> object:
    """The counties of the city as tiles with their readers; None without their places in the policy file."""
    readers, policy = dict(course.by_region), service().installation.policy
    tiles = [
        charts.Tile(*county.tile, say(county.name), readers.get(county.code, 0))
        for county in policy.counties.values()
        if county.tile
    ]
    if tiles and (outside := sum(many for code, many in readers.items() if code and code not in policy.counties)):
        last = max(tile.row for tile in tiles)
        is_free = all((tile.column, tile.row) != (0, last) for tile in tiles)
        tiles.append(charts.Tile(0, last if is_free else last + 1, gettext("外地"), outside))
    return charts.tile_map(tiles, gettext("在本市各县市区查过的人，颜色越深越多")) if tiles else None


def _timeline(course: pack_course.PackCourse) -> object:
    return readerdays.picture(course.by_day, readerdays.colours(course.by_region))


@bp.post("/copies/<ref>/look")
def look_into_clone(session: Session, actor: Actor, found: CloneCase) -> ResponseReturnValue:
    clone_cases.look_into(session, actor, found)
    flash(gettext("由您核查。"))
    return redirect(url_for("bureau.clone_case", ref=found.id))


@bp.post("/copies/<ref>/explain")
def explain_clone(session: Session, actor: Actor, found: CloneCase) -> ResponseReturnValue:
    return _end(session, actor, found, clone_cases.explain, N_("已记下解释。再有很多人查，会重新提醒。"))


@bp.post("/copies/<ref>/close")
def close_clone(session: Session, actor: Actor, found: CloneCase) -> ResponseReturnValue:
    return _end(session, actor, found, clone_cases.close, N_("已办结。"))


@bp.post("/copies/<ref>/reopen")
def reopen_clone(session: Session, actor: Actor, found: CloneCase) -> ResponseReturnValue:
    return _end(session, actor, found, clone_cases.reopen, N_("已重新打开，由您核查。"))


def _end(
    session: Session, actor: Actor, found: CloneCase, act: Callable[[Session, Actor, CloneCase, str], None], done: str
) -> ResponseReturnValue:
    form = forms.ReasonForm()
    if not form.done(session, lambda: act(session, actor, found, form.reason.data or "")):
        return _page(session, actor, found, form)
    flash(gettext(done))
    return redirect(url_for("bureau.clone_case", ref=found.id))
