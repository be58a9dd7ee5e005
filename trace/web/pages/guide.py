"""Help: a page for each kind of user, for anyone to read, in the frame of whoever is signed in."""

from functools import cache
from pathlib import Path

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from PIL import Image
from sqlalchemy.orm import Session

from ...access.actor import Actor
from ...errors import N_, NotFound
from ...models import Position, Role
from ..blueprints import public as bp
from ..caller import who
from ..guidewords import GUIDES, Reader
from ..language import chosen

PICTURES = Path(__file__).parents[1] / "static" / "help"
OF_ROLE = {
    Role.PRODUCER: Reader.GROWER,
    Role.OFFICER: Reader.OFFICER,
    Role.INSURER: Reader.INSURER,
    Role.ADMINISTRATOR: Reader.ADMINISTRATOR,
}


@bp.get("/help")
def guide(session: Session, actor: Actor) -> ResponseReturnValue:
    """The way to the reader's own page; a consumer's for those who are not signed in."""
    return redirect(url_for("public.guide_for", reader=_own(who())))


def _own(actor: Actor) -> Reader:
    if actor.role is Role.PRODUCER and actor.position is Position.CLERK:
        return Reader.CLERK
    return OF_ROLE[actor.role] if actor.role else Reader.CONSUMER


@bp.get("/help/<reader>")
def guide_for(session: Session, actor: Actor, reader: str) -> ResponseReturnValue:
    """The page of one kind of user."""
    if reader not in GUIDES:
        raise NotFound(N_("没有这一页，或者您无权查看"))
    kind = Reader(reader)
    return render_template(
        "guide/guide.html",
        frame="office/layout.html" if current_user.is_authenticated else "public/base.html",
        guides=GUIDES,
        reader=kind,
        shown=GUIDES[kind],
        pictures={each.key: picture(kind, each.key, chosen()) for each in GUIDES[kind].topics if each.has_picture},
    )


@cache
def picture(reader: Reader, key: str, language: str) -> tuple[str, int, int]:
    """The file of a topic's picture below `static`, and how wide and high it is shown, in px: two thirds of its size, so that it
    stays sharp."""
    name = f"{reader}-{key}.{language}.webp"
    with Image.open(PICTURES / name) as found:
        return f"help/{name}", found.width * 2 // 3, found.height * 2 // 3
