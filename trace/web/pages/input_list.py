"""The list of inputs (投入品清单): officers enter its lines and take them off, growers read it. On both blueprints."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session
from wtforms import SelectField, StringField

from ... import paging
from ...access.actor import Actor
from ...access.visibility import find
from ...audit import log
from ...errors import N_
from ...farm import input_list, record
from ...farm.words import CROP_WORDS
from ...fields import plain
from ...models import FarmInput
from ...paging import Page
from .. import forms
from ..blueprints import bureau as bureau_pages
from ..blueprints import producer as producer_pages
from ..page_number import shown, shown_of

TABS = {"": N_("现行的"), "ended": N_("移出的"), "examples": N_("示例（不判断）")}


class LineForm(forms.Form):
    needed = frozenset({"name", "source"})
    banned = StringField()
    name = StringField()
    registration = StringField()
    crop = StringField()
    crop_kind = SelectField(validate_choice=False)
    max_uses = StringField()
    interval_days = StringField()
    source = StringField()


@bureau_pages.get("/inputs", endpoint="farm_inputs")
def for_officers(session: Session, actor: Actor) -> ResponseReturnValue:
    return _listed(session, "bureau")


@producer_pages.get("/farm/inputs", endpoint="farm_inputs")
def for_growers(session: Session, actor: Actor) -> ResponseReturnValue:
    return _listed(session, "producer")


def _listed(session: Session, blueprint: str) -> ResponseReturnValue:
    """The lines in force, the ended lines, or the program's examples, a page at a time."""
    words = request.args.get("q", "")[:40].strip()
    tab = request.args.get("state", "") if request.args.get("state") in TABS else ""
    rows: Page[FarmInput] = shown(input_list.examples())
    if tab != "examples":
        rows = shown_of(session, input_list.found(words, tab == "ended"))
    bans = 0 if tab else paging.count(session, input_list.found(words).where(FarmInput.banned))
    return render_template(
        "office/inputs.html", rows=rows, bans=bans, words=words, tab=tab, tabs=TABS, blueprint=blueprint
    )


@bureau_pages.route("/inputs/new", methods=["GET", "POST"])
def new_input(session: Session, actor: Actor) -> ResponseReturnValue:
    """Enter a line. With ?copy=… it starts from another line."""
    form = LineForm(data=None if request.method == "POST" else _start(session, actor))
    form.crop_kind.choices = forms.choices(CROP_WORDS.items(), N_("不分类别"))
    typed = form.typed("name", "registration", "crop", "crop_kind", "max_uses", "interval_days", "source")
    banned = form.banned.data == "yes"
    if row := form.save(session, lambda: input_list.enter(session, actor, banned=banned, **typed)):
        flash(gettext("已列入清单，从现在起按它判断。"))
        return redirect(url_for("bureau.farm_input", ref=row.id))
    return render_template("bureau/input_form.html", form=form), 422 if form.is_submitted() else 200


def _start(session: Session, actor: Actor) -> dict[str, str]:
    """The values that the form starts with: those of the line that `copy` names, if it names one."""
    copied = request.args.get("copy", "")
    if not copied:
        return {"banned": "no"}
    row: FarmInput = find(session, actor, FarmInput, copied)
    values = {name: plain(getattr(row, name)) for name in (*input_list.SAYS, "source")}
    return values | {"banned": "yes" if row.banned else "no"}


@bureau_pages.get("/inputs/<ref>", endpoint="farm_input")
def line(session: Session, actor: Actor, found: FarmInput) -> ResponseReturnValue:
    return _line_page(session, actor, found)


def _line_page(
    session: Session, actor: Actor, found: FarmInput, refused: forms.ReasonForm | None = None
) -> ResponseReturnValue:
    page = render_template(
        "bureau/input.html",
        row=found,
        form=refused or forms.ReasonForm(formdata=None),
        met=shown(record.spoken_of(session, actor, found)),
        events=log.events_of(session, found),
    )
    return page, 422 if refused else 200


@bureau_pages.post("/inputs/<ref>/end")
def end_input(session: Session, actor: Actor, found: FarmInput) -> ResponseReturnValue:
    form = forms.ReasonForm()
    if not form.done(session, lambda: input_list.end(session, actor, found, form.reason.data or "")):
        return _line_page(session, actor, found, form)
    flash(gettext("“%(name)s”已移出清单，从现在起不再按它判断。", name=found.name))
    return redirect(url_for("bureau.farm_inputs"))
