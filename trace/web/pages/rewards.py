"""For the bureau: who is eligible for a reward, the evidence, the decision. On the bureau's blueprint."""

from flask import flash, redirect, render_template, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session
from wtforms import SelectField, StringField

from ...access.actor import Actor
from ...clock import day_of
from ...codes.paper.glyphs import find_font
from ...disclosure.certificates import COUNTED_WORDS
from ...errors import N_
from ...imports.tables import KIND_WORDS
from ...indicators import reward_pack as indicators_reward_pack
from ...indicators import rewards
from ...models import Certification, RewardOutcome
from .. import forms
from ..blueprints import bureau as bp
from ..guard import service
from ..page_number import shown
from ..words import REWARD_WORDS
from .indicators import address


class RewardForm(forms.Form):
    needed = frozenset({"reason"})
    outcome = SelectField(validate_choice=False)
    amount = StringField()
    reason = StringField()


@bp.get("/rewards", endpoint="rewards")
def listed(session: Session, actor: Actor) -> ResponseReturnValue:
    policy = service().installation.policy
    found = rewards.candidates(session, actor, policy)
    return render_template(
        "bureau/rewards.html",
        found={key: shown(each, key) for key, each in found.items()},
        policy=policy,
        words=COUNTED_WORDS,
        kinds=KIND_WORDS,
        outcomes=REWARD_WORDS,
        day=day_of(actor.at),
    )


def _candidate(session: Session, actor: Actor, found: Certification) -> rewards.Candidate:
    return rewards.candidate(session, actor, service().installation.policy, found)


@bp.get("/rewards/<ref>")
def reward(session: Session, actor: Actor, found: Certification) -> ResponseReturnValue:
    return _page(session, actor, found, _candidate(session, actor, found))


def _page(
    session: Session, actor: Actor, found: Certification, one: rewards.Candidate, form: RewardForm | None = None
) -> ResponseReturnValue:
    shown = form or RewardForm(formdata=None)
    shown.outcome.choices = forms.choices(REWARD_WORDS.items(), N_("请选择"))
    page = render_template(
        "bureau/reward.html",
        one=one,
        certificate=found,
        form=shown,
        words=COUNTED_WORDS,
        outcomes=REWARD_WORDS,
        kinds=KIND_WORDS,
        policy=service().installation.policy,
        may_decide=actor.is_city_officer,
        address=address,
        events=indicators_reward_pack.events(session, found, one.decisions),
    )
    return page, 422 if form else 200


@bp.post("/rewards/<ref>")
def decide_reward(session: Session, actor: Actor, found: Certification) -> ResponseReturnValue:
    one, form = _candidate(session, actor, found), RewardForm()
    policy = service().installation.policy
    made = form.save(session, lambda: rewards.decide(session, actor, policy, one, **form.typed()))
    if made is None:
        return _page(session, actor, found, one, form)
    flash(gettext("已记录决定：%(outcome)s。", outcome=gettext(REWARD_WORDS[RewardOutcome(made.outcome)])))
    return redirect(url_for("bureau.reward", ref=found.id))


@bp.get("/rewards/<ref>/evidence.zip")
def reward_pack(session: Session, actor: Actor, found: Certification) -> ResponseReturnValue:
    """The evidence as one file: the paper, the attachments, the data."""
    one, installation = _candidate(session, actor, found), service().installation
    packed = indicators_reward_pack.pack(
        session, actor, installation.policy, one, found, find_font(installation.settings.font)
    )
    return send_file(
        packed, "application/zip", as_attachment=True, download_name=gettext("奖励证据-%(n)s.zip", n=found.id)
    )
