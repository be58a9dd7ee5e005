"""Claim notices: filed by anyone from the scan page of an insured batch, answered by the insurer, seen by the officers of
the county. On the public and the bureau's blueprints."""

from collections.abc import Callable

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session
from wtforms import HiddenField, MultipleFileField, SelectField, TextAreaField

from ... import paging
from ...access.actor import Actor
from ...audit import log
from ...cases import case, claims, complaints
from ...clock import day_of
from ...errors import N_, NotFound, ProofWanted, Throttled
from ...insurance import coverage
from ...insurance.coverage import COVER_WORDS
from ...models import CaseState, ClaimNotice
from ...uploads import attachments
from .. import forms, passes, proofs
from ..blueprints import bureau as bureau_pages
from ..blueprints import public as public_pages
from ..guard import service
from ..page_number import page_number
from .complaint_desk import NoteForm
from .complaints import code_of


@forms.fills(claims.ClaimForm)
class ClaimForm(forms.Form):
    policy = SelectField(validate_choice=False)
    what = TextAreaField()
    file = MultipleFileField()
    key = HiddenField()


@public_pages.route("/claim", methods=["GET", "POST"])
def claim(session: Session, actor: Actor) -> ResponseReturnValue:
    form = (
        ClaimForm()
        if request.method == "POST"
        else ClaimForm(code=code_of(request.args.get("code", "")[:600]), key=forms.fresh_key())
    )
    try:
        filed = form.save(session, lambda: _file(session, actor, form))
    except ProofWanted as wanted:
        service().db.give_up(session)
        proofs.ask(form, wanted)
        return proofs.answer(_claim_page(session, actor, form), form, wanted.status)
    except Throttled as error:
        service().db.give_up(session)
        form.refusal = error.message
        return _claim_page(session, actor, form), error.status
    if filed is None:
        proofs.ahead(form, *proofs.of_filing())
        return proofs.answer(_claim_page(session, actor, form), form, 422 if form.is_submitted() else 200)
    return redirect(url_for("public.claimed", key=filed.form_key), 303)


def _file(session: Session, actor: Actor, form: ClaimForm) -> ClaimNotice:
    is_paid = proofs.is_paid()
    wanted = form.into(claims.ClaimForm)
    photos = complaints.photos([(file.filename or "", file.stream) for file in request.files.getlist("file") if file])
    return claims.file(
        session,
        service().installation,
        actor,
        wanted,
        form.key.data or "",
        request.remote_addr or "",
        photos,
        passes.gate(),
        is_paid=is_paid,
    )


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
    found = case.sent_before(session, ClaimNotice, key) if len(key) == 64 else None
    if found is None:
        raise NotFound(N_("没有这一页，或者您无权查看"))
    return render_template("public/claimed.html", case=found)


@bureau_pages.get("/claim-notices")
def claim_notices(session: Session, actor: Actor) -> ResponseReturnValue:
    closed, page = request.args.get("state") == CaseState.CLOSED, page_number()
    rows, total = claims.queue(session, actor, closed, page)
    return render_template(
        "bureau/claim_notices.html",
        rows=rows,
        total=total,
        closed=closed,
        page=page,
        pages=paging.pages(total),
        today=day_of(actor.at),
        policy=service().installation.policy,
    )


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
    return page, 422 if note or close else 200


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
