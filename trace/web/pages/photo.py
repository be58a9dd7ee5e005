"""For anyone: a photograph of a label is read here, where a browser cannot read the label by its camera. On the public blueprint."""

from flask import make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from wtforms import FileField

from ...access.actor import Actor
from ...errors import N_, Invalid, ProofWanted
from ...scan import photograph
from ...uploads.sanitise import LARGEST
from .. import contentpolicy, forms, proofs
from ..blueprints import public as bp
from ..guard import service


class PhotoForm(forms.Form):
    needed = frozenset({"photo"})
    photo = FileField()


@bp.route("/photo", methods=["GET", "POST"])
def photo(session: Session, actor: Actor) -> ResponseReturnValue:
    """Ask for a photograph, and look up what its codes say. The picture is not kept."""
    form, status = PhotoForm(), None
    try:
        if asked := form.save(session, _asked):
            return redirect(url_for("public.find", q=asked), 303)
    except ProofWanted as wanted:
        service().db.give_up(session)
        proofs.ask(form, wanted)
        status = wanted.status
    page = render_template("public/photo.html", form=form)
    return contentpolicy.working(make_response(page, status or form.status))


def _asked() -> str:
    proofs.is_paid()  # raises where this network sent many
    sent = request.files.get("photo")
    if not sent:
        raise Invalid("photo", N_("请拍一张标签的照片，或者选一张"))
    return photograph.asked(sent.stream.read(LARGEST + 1))
