"""For officers and administrators: the bureau's table of networks, by which it is known where readers of labels are. On the bureau's
blueprint."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_wtf.file import FileField
from sqlalchemy.orm import Session

from ...access.actor import Actor
from ...scan import network_lists, regions
from .. import forms
from ..blueprints import bureau as bp
from ..guard import TABLES, service
from ..language import say
from ..page_number import shown

TABLES.add("bureau.networks")


class NetworksForm(forms.Form):
    needed = frozenset({"file"})
    file = FileField()


@bp.route("/networks", methods=["GET", "POST"])
def networks(session: Session, actor: Actor) -> ResponseReturnValue:
    form, policy = NetworksForm(), service().installation.policy
    if form.done(session, lambda: network_lists.enter(session, actor, policy, forms.upload(form.file))):
        flash(gettext("网段表已更新，半分钟内起用。"))
        return redirect(url_for("bureau.networks"))
    table = network_lists.in_force(session)
    page = render_template(
        "bureau/networks.html",
        table=table,
        lines=shown(regions.networks_of(table.content) if table else [], "lines"),
        region_word=lambda code: say(policy.counties[code].name) if code in policy.counties else code,
        policy=policy,
        may_replace=network_lists.may_enter(actor),
        form=form,
    )
    return page, form.status
