"""For officers and administrators: a datum of a person is deleted at the person's request. On the bureau's blueprint."""

import sqlalchemy as sa
from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session
from wtforms import BooleanField, SelectField, StringField

from ...access.actor import Actor
from ...audit import log
from ...erasure import acts, data
from ...erasure.acts import Asker
from ...erasure.data import Datum, Subject
from ...errors import N_
from ...jobs import erasing
from ...models import Account, Action, AttachedFarmer, Complaint, Event, Producer
from .. import forms
from ..blueprints import bureau as bp
from ..guard import service

ASKER_WORDS = {Asker.SELF: N_("本人"), Asker.AGENT: N_("本人委托的人"), Asker.FAMILY: N_("近亲属（本人已去世）")}
TABLE_WORDS = {
    "accounts": N_("账号"),
    "attached_farmers": N_("挂靠农户"),
    "attachments": N_("附件的文件名"),
    "batches": N_("批次"),
    "case_notes": N_("投诉举报的记录"),
    "certifications": N_("证书"),
    "commitment_certificates": N_("承诺达标合格证"),
    "complaints": N_("投诉举报"),
    "events": N_("操作记录"),
    "farm_entries": N_("生产记录"),
    "jobs": N_("后台任务"),
    "partners": N_("客户和供货人"),
    "producers": N_("生产主体"),
    "shipments": N_("发货记录"),
}


class ErasureForm(forms.Form):
    """What is deleted, who asked, why; `everywhere` says that the words elsewhere mean the same person."""

    needed = frozenset({"datum", "asker", "reason", "confirmed"})
    datum = SelectField(validate_choice=False)
    asker = SelectField(validate_choice=False)
    reason = StringField()
    everywhere = BooleanField()
    confirmed = StringField()


@bp.route("/producers/<ref>/erase", methods=["GET", "POST"])
def erase_producer(session: Session, actor: Actor, found: Producer) -> ResponseReturnValue:
    farmers = sa.select(AttachedFarmer).where(AttachedFarmer.producer_id == found.id).order_by(AttachedFarmer.id)
    return _page(
        session,
        actor,
        found,
        found.name,
        url_for("bureau.producer", ref=found.id),
        farmers=session.scalars(farmers).all(),
    )


@bp.route("/farmers/<ref>/erase", methods=["GET", "POST"])
def erase_farmer(session: Session, actor: Actor, found: AttachedFarmer) -> ResponseReturnValue:
    return _page(session, actor, found, found.name, url_for("bureau.erase_producer", ref=found.producer_id))


@bp.route("/complaints/<ref>/erase", methods=["GET", "POST"])
def erase_complaint(session: Session, actor: Actor, found: Complaint) -> ResponseReturnValue:
    return _page(session, actor, found, found.number, url_for("bureau.complaint", ref=found.id))


@bp.route("/accounts/<ref>/erase", methods=["GET", "POST"])
def erase_account(session: Session, actor: Actor, found: Account) -> ResponseReturnValue:
    return _page(session, actor, found, found.login, url_for("bureau.account", ref=found.id))


def _page(session: Session, actor: Actor, found: Subject, title: str, back: str, **more: object) -> ResponseReturnValue:
    installation, form = service().installation, ErasureForm()
    there = data.of(session, installation.secrets, found)
    form.datum.choices = [(each.key, _shown(each)) for each in there]
    form.asker.choices = forms.choices((each.value, word) for each, word in ASKER_WORDS.items())
    erased = form.save(session, lambda: _erase(session, actor, found, form))
    if erased is not None:
        flash(_told(erased))
        return redirect(request.path)
    page = render_template(
        "bureau/erasure.html",
        title=title,
        back=back,
        form=form,
        there=there,
        confirmation=acts.CONFIRMATION,
        events=[each for each in log.events_of(session, found) if _is_erasure(each)],
        **more,
    )
    return page, form.status


def _erase(session: Session, actor: Actor, found: Subject, form: ErasureForm) -> acts.Erased:
    typed = form.typed("asker", "reason", "confirmed")
    key, everywhere = form.datum.data or "", bool(form.everywhere.data)
    erased = acts.erase(session, service().installation, actor, found, key, **typed, everywhere=everywhere)
    erasing.order(session, actor)
    return erased


def _is_erasure(event: Event) -> bool:
    return event.action == Action.LOG_FORGET.value


def _shown(datum: Datum) -> str:
    """A datum as it is chosen. A telephone is masked, and who complained is not named: whoever may see it opens it on its page."""
    if datum.key == "case_contact":
        return str(gettext(datum.word))
    said = "、".join(
        str(each.without(each.words, masked=True)) if each.is_number else each.words for each in datum.needles
    )
    return str(gettext("%(what)s：%(said)s", what=gettext(datum.word), said=said))


def _told(erased: acts.Erased) -> str:
    said: str = gettext("已删除（%(rows)s）；数据库文件里的痕迹由后台任务抹去。", rows=_tables(erased.blanked))
    if erased.kept:
        said += gettext("依法保存的合格证 %(n)s 张，到期以前姓名留着。", n=erased.kept)
    if erased.left:
        said += gettext("同样的文字还在：%(rows)s。", rows=_tables(erased.left))
    return said


OTHER = N_("其他")


def _tables(counted: acts.Counted) -> str:
    words = ((gettext(TABLE_WORDS.get(table, OTHER)), n) for table, n in sorted(counted.items()) if n)
    return "、".join(gettext("%(what)s %(n)s 处", what=word, n=n) for word, n in words)
