"""For the owner: everything of the producer as one file (我的资料). On the producer's blueprint."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session
from wtforms import BooleanField

from ...access.actor import Actor, own_producer
from ...portability.parts import PARTS
from .. import forms, my_data_job
from ..blueprints import producer as bp


class MyDataForm(forms.Form):
    """Whether papers, files and pictures are left out."""

    rows_only = BooleanField()


@bp.route("/my-data", methods=["GET", "POST"])
def my_data(session: Session, actor: Actor) -> ResponseReturnValue:
    """What the file holds, and the button that has it made."""
    producer, form = own_producer(session, actor), MyDataForm()
    if form.save(session, lambda: my_data_job.order(session, actor, whole=not form.rows_only.data)):
        flash(gettext("正在后台打包，做好后在这里下载，保留 7 天。"))
        return redirect(url_for("jobs.jobs"))
    counted = [(part, part.count(session, producer)) for part in PARTS]
    return render_template("producer/my_data.html", form=form, counted=counted), form.status
