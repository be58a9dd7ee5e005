"""Claim notices: filed by anyone from the scan page of an insured batch, answered by the insurer, seen by the officers of
the county. On the public and the bureau's blueprints."""

from collections.abc import Callable

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session
from wtforms import HiddenField, MultipleFileField, SelectField, TextAreaField

from ...access.actor import Actor
from ...audit import log
from ...audit.again import TWIN
from ...cases import case, claims
from ...cases.lists import CLAIM_NOTICES
from ...clock import day_of
from ...errors import N_
from ...insurance import coverage
from ...insurance.coverage import COVER_WORDS
from ...models import ClaimNotice
from ...uploads import attachments
from .. import filing, forms, list_frame, passes
from ..blueprints import bureau as bureau_pages
from ..blueprints import public as public_pages
from ..filing import Filing
from ..guard import service
from .complaint_desk import NoteForm


@forms.fills(claims.ClaimForm)
class ClaimForm(forms.Form):
    needed = frozenset({"happened_on", "what", "phone"})
    again = TWIN
    policy = SelectField(validate_choice=False)
    what = TextAreaField()
    file = MultipleFileField()
    key = HiddenField()


CLAIMS = Filing(claims.ClaimForm, claims.file, "public.claimed")


@public_pages.route("/claim", methods=["GET", "POST"])
def claim(session: Session, actor: Actor) -> ResponseReturnValue:
    form = filing.opened(ClaimForm)
    return CLAIMS.answer(session, actor, form, lambda: _claim_page(session, actor, form))


def _claim_page(session: Session, actor: Actor, form: ClaimForm) -> str:
    installation = service().installation
    about = claims.insured(session, installation, actor, form.code.data or "", passes.gate())
    form.policy.choices = forms.choices(
        ((row.id, f"{row.insurer.name} · {gettext(coverage.POLICY_KIND_WORDS[row.kind])}") for row in about.policies),
        N_("请选择"),
    )
    return render_template(
        "public/claim.html",
        form=form,
        about=about,
        keep=installation.policy.cases.keep_contact,
        covers=COVER_WORDS,
        today=day_of(actor.at),
    )


@public_pages.get("/claimed/<key>")
def claimed(session: Session, actor: Actor, key: str) -> ResponseReturnValue:
    """The number to note down. Only the person who sent the form knows this address."""
    return render_template("public/claimed.html", case=filing.sent(session, ClaimNotice, key))


list_frame.shown_at("bureau.claim_notices", CLAIM_NOTICES)


@bureau_pages.get("/claim-notices")
def claim_notices(session: Session, actor: Actor) -> ResponseReturnValue:
    found, policy = list_frame.framed(session, actor, CLAIM_NOTICES), service().installation.policy
    return render_template("bureau/claim_notices.html", found=found, today=day_of(actor.at), policy=policy)


@bureau_pages.get("/claim-notices/<ref>")
def claim_notice(session: Session, actor: Actor, found: ClaimNotice) -> ResponseReturnValue:
    return _page(session, actor, found)


def _page(
    session: Session,
    actor: Actor,
    found: ClaimNotice,
    contact: case.Contact | None = None,
    note: NoteForm | None = None,
    close: forms.ReasonForm | None = None,
) -> ResponseReturnValue:
    """A notice with everything about it. It shows the refused form, if one was refused."""
    page = render_template(
        "bureau/claim_notice.html",
        case=found,
        contact=contact,
        today=day_of(actor.at),
        note=note or NoteForm(formdata=None),
        close=close or forms.ReasonForm(formdata=None),
        notes=case.notes_of(session, found),
        photos=attachments.of(session, found),
        events=log.events_of(session, found),
        kinds=coverage.POLICY_KIND_WORDS,
        answers=claims.may_answer(session, actor, found),
        desk=claims.has_account(session, found.insurer_id),
    )
    return page, forms.status_of(note, close)


def _done(
    session: Session, form: forms.Form, act: Callable[[], None], found: ClaimNotice, said: str
) -> ResponseReturnValue | None:
    """Do the act and say so. None when the form was refused."""
    if not form.done(session, act):
        return None
    flash(gettext(said))
    return redirect(url_for("bureau.claim_notice", ref=found.id))


@bureau_pages.post("/claim-notices/<ref>/take")
def take_claim(session: Session, actor: Actor, found: ClaimNotice) -> ResponseReturnValue:
    claims.take(session, actor, found)
    flash(gettext("已接收，由您办理。"))
    return redirect(url_for("bureau.claim_notice", ref=found.id))


@bureau_pages.post("/claim-notices/<ref>/note")
def note_claim(session: Session, actor: Actor, found: ClaimNotice) -> ResponseReturnValue:
    form = NoteForm()
    done = _done(
        session,
        form,
        lambda: claims.note(session, actor, found, form.text.data or "", bool(form.to_sender.data)),
        found,
        N_("已记下。"),
    )
    return done or _page(session, actor, found, note=form)


@bureau_pages.post("/claim-notices/<ref>/close")
def close_claim(session: Session, actor: Actor, found: ClaimNotice) -> ResponseReturnValue:
    form = forms.ReasonForm()
    done = _done(
        session,
        form,
        lambda: claims.close(session, service().installation, actor, found, form.reason.data or ""),
        found,
        N_("已办结，答复已显示在进度页。"),
    )
    return done or _page(session, actor, found, close=form)


@bureau_pages.post("/claim-notices/<ref>/contact")
def claim_contact(session: Session, actor: Actor, found: ClaimNotice) -> ResponseReturnValue:
    """The contact, shown on this page only. The log records each look at it."""
    return _page(session, actor, found, claims.contact_of(session, service().installation, actor, found))
