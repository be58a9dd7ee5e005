"""For officers: a producer with its accounts, and what an officer corrects of it. On the bureau's blueprint.

The review of producers that wait is in `reviews`."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session
from wtforms import FileField, HiddenField, StringField

from ...access.actor import Actor
from ...accounts import links, people
from ...audit import log
from ...brands import likeness
from ...models import Producer
from ...register import lists, producer_corrections
from ...uploads import attachments
from .. import forms
from ..blueprints import bureau as bp
from ..guard import service


class BindForm(forms.Form):
    needed = frozenset({"login"})
    login = StringField()


class ResetForm(forms.Form):
    """Which of a producer's owners gets a one-time password."""

    account = HiddenField()


class IdentityForm(forms.Form):
    """A producer's name and identity number as they should be, and what the change rests on."""

    needed = frozenset({"name", "reason"})
    name = StringField()
    number = StringField()
    reason = StringField()
    file = FileField()


@bp.get("/producers/<ref>")
def producer(session: Session, actor: Actor, found: Producer) -> ResponseReturnValue:
    return producer_page(session, found)


def producer_page(
    session: Session,
    found: Producer,
    form: forms.ReasonForm | None = None,
    bound: BindForm | None = None,
    identity: IdentityForm | None = None,
    reset: ResetForm | None = None,
) -> ResponseReturnValue:
    """A producer with everything about it. It shows the refused form, if one was refused."""
    accounts = people.people_of(session, found)
    page = render_template(
        "bureau/producer.html",
        producer=found,
        form=form or forms.ReasonForm(formdata=None),
        policy=service().installation.policy,
        events=log.events_of(session, found, *accounts),
        products=lists.products_of(session, found.id),
        likenesses=likeness.of_producer(session, found),
        accounts=accounts,
        papers=attachments.of(session, found),
        bound=bound or BindForm(formdata=None),
        identity=identity or IdentityForm(formdata=None, name=found.name),
        reset=reset,
    )
    return page, forms.status_of(form, bound, identity, reset)


@bp.post("/producers/<ref>/account")
def bind_account(session: Session, actor: Actor, found: Producer) -> ResponseReturnValue:
    """Give a producer that an officer entered or imported to the account of its grower."""
    form = BindForm()
    account = form.save(session, lambda: links.bind(session, actor, found, form.login.data or ""))
    if account is None:
        return producer_page(session, found, bound=form)
    flash(gettext("账号“%(login)s”现在归“%(name)s”使用。", login=account.login, name=found.name))
    return redirect(url_for("bureau.producer", ref=found.id))


@bp.post("/producers/<ref>/identity")
def correct_producer(session: Session, actor: Actor, found: Producer) -> ResponseReturnValue:
    """Set right the name or the identity number of an approved producer."""
    form, secrets = IdentityForm(), service().installation.secrets
    typed, paper = form.typed("name", "number", "reason"), forms.upload(form.file)
    if not form.done(
        session, lambda: producer_corrections.change_identity(session, actor, secrets, found, **typed, paper=paper)
    ):
        return producer_page(session, found, identity=form)
    flash(gettext("已更正“%(name)s”。", name=found.name))
    return redirect(url_for("bureau.producer", ref=found.id))
