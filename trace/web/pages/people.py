"""For the owner of a producer: its people, invited, given another place, helped to a new password, and taken out. On the
producer's blueprint. The page that an invited person opens is in `auth`."""

import base64

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session
from wtforms import SelectField, StringField

from ...access.actor import Actor, own_producer
from ...accounts import invitations
from ...accounts import people as account_people
from ...audit import log
from ...clock import day_of
from ...codes.qr import link
from ...errors import N_
from ...models import Account, Invitation
from .. import forms, slips
from ..blueprints import producer as bp
from ..guard import service
from ..mending import MendForm
from ..page_number import shown

SYMBOL_MM = 40  # read at arm's length from a slip


class InviteForm(forms.Form):
    needed = frozenset({"name"})
    name = StringField()
    position = SelectField(validate_choice=False)


class PositionForm(MendForm):
    position = SelectField(validate_choice=False)


@bp.route("/people", methods=["GET", "POST"])
def people(session: Session, actor: Actor) -> ResponseReturnValue:
    """Who acts for the producer, and the form that invites one more; it answers with the slip to print."""
    producer, form = own_producer(session, actor), InviteForm()
    form.position.choices = _positions(N_("请选择"))
    if made := form.save(session, lambda: invitations.invite(session, actor, **form.typed())):
        return _slip(*made)
    everybody = account_people.people_of(session, producer)
    page = render_template(
        "producer/people.html",
        form=form,
        people=shown([each for each in everybody if not each.disabled_at]),
        gone=shown([each for each in everybody if each.disabled_at], "gone"),
        invited=invitations.open_of(session, actor),
        most=invitations.MOST_OPEN,
        days=invitations.LASTS.days,
    )
    return page, form.status


def _positions(empty: str | None = None) -> list[tuple[str, str]]:
    return forms.choices(account_people.POSITION_WORDS.items(), empty)


def _slip(row: Invitation, word: str) -> ResponseReturnValue:
    """The slip with the link. It is told this once."""
    address = service().installation.settings.base_url.rstrip("/") + url_for("auth.invited", word=word)
    symbol = base64.b64encode(link.svg(address, SYMBOL_MM).encode()).decode()
    told = {"address": address.removesuffix(word), "word": word, "symbol": symbol, "until": day_of(row.until)}
    return render_template("producer/invitation.html", row=row, **told)


@bp.post("/people/invitations/<ref>/withdraw")
def withdraw_invitation(session: Session, actor: Actor, found: Invitation) -> ResponseReturnValue:
    invitations.withdraw(session, actor, found)
    flash(gettext("给“%(name)s”的邀请已撤回，那张纸上的网址打不开了。", name=found.name))
    return redirect(url_for("producer.people"))


@bp.route("/people/<ref>", methods=["GET", "POST"])
def person(session: Session, actor: Actor, found: Account) -> ResponseReturnValue:
    """One person: the place, and what was done with the account."""
    form = PositionForm(position=found.position)
    form.position.choices = _positions()
    form.compare(session, found, lambda: {"position": str(found.position)})
    typed = form.position.data or ""
    if form.done(session, lambda: account_people.change_position(session, actor, found, typed)):
        flash(gettext("“%(name)s”的岗位已改，从下一页起就按新的岗位。", name=found.name))
        return redirect(url_for("producer.people"))
    page = render_template("producer/person.html", form=form, person=found, events=log.events_of(session, found))
    return page, form.status


@bp.post("/people/<ref>/out")
def take_out(session: Session, actor: Actor, found: Account) -> ResponseReturnValue:
    account_people.take_out(session, actor, found)
    flash(gettext("“%(name)s”已移出，已登录的设备马上退出；做过的事都留着名字。", name=found.name))
    return redirect(url_for("producer.people"))


@bp.post("/people/<ref>/reset")
def reset_person(session: Session, actor: Actor, found: Account) -> ResponseReturnValue:
    code = account_people.allow_new_password(session, actor, found)
    return slips.of_password(found, code, url_for("producer.person", ref=found.id), actor.at)
