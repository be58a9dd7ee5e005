"""For anyone: where a reader saw a pack, if it likes to say so. No script and no location: a choice from a list. On the public
blueprint."""

from flask import render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from wtforms import HiddenField, RadioField

from ...access.actor import Actor
from ...errors import N_, Invalid
from ...scan import looks, lookup, network_lists, regions
from .. import forms, passes
from ..blueprints import public as bp
from ..guard import service
from ..language import say
from .public import reader_of

MOST_OTHERS = 30  # places outside the city that are offered


class WhereForm(forms.Form):
    needed = frozenset({"region"})
    code = HiddenField()
    region = RadioField(validate_choice=False)


@bp.route("/where", methods=["GET", "POST"])
def where(session: Session, actor: Actor) -> ResponseReturnValue:
    """The counties of the city, and the places that the bureau's table of networks names."""
    form = WhereForm(data=None if request.method == "POST" else {"code": request.args.get("code", "")[:300]})
    form.region.choices = offered = _offered(session)
    said = form.done(session, lambda: _say(session, actor, form.code.data or "", form.region.data or "", dict(offered)))
    return render_template("public/where.html", form=form, said=said), 200 if said else form.status


def _offered(session: Session) -> list[tuple[str, str]]:
    policy, table = service().installation.policy, network_lists.in_force(session)
    known = {one.region for one in regions.networks_of(table.content)} if table else set[str]()
    others = sorted(one for one in known if one not in policy.counties)[:MOST_OTHERS]
    return [*((code, say(county.name)) for code, county in policy.counties.items()), *((one, one) for one in others)]


def _say(session: Session, actor: Actor, code: str, region: str, offered: dict[str, str]) -> None:
    """Note it. Raises Invalid (region) for a place that was not offered; who has not looked at the pack today tells nothing."""
    if region not in offered:
        raise Invalid("region", N_("请从列表里选"))
    found = lookup.present(session, service().installation, code, actor.at, service().facts, passes.gate())
    if found.pack is not None:
        unit, reader = found.pack.unit, reader_of(request.environ)
        session.commit()  # the store of looks has a transaction of its own
        with service().db.looks.turn(), service().db.looks.transaction(writes=True) as store:
            looks.say_where(store, reader, unit, region, actor.at)
