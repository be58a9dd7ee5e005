"""Attached files and pictures of products, for people who are signed in and may know of the row that they belong to."""

from urllib.parse import quote

from flask import Response
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from ...access.actor import Actor
from ...errors import N_, NotFound
from ...models import Attachment, Product
from ...register import product_pictures
from ..blueprints import files as bp

ALONE = "sandbox; default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"


@bp.get("/<ref>")
def attachment(session: Session, actor: Actor, found: Attachment) -> ResponseReturnValue:
    return answer(found)


@bp.get("/<ref>/preview.jpg")
def preview(session: Session, actor: Actor, found: Attachment) -> ResponseReturnValue:
    """The file as a small picture: of a PDF its first page. A picture that was kept before small ones were made is sent whole."""
    shown = found.file.preview or (found.file.content if found.is_picture else None)
    if shown is None:
        raise NotFound(N_("没有这张图"))
    return _served(shown, "image/jpeg", "inline")


@bp.get("/products/<ref>/<mark>.jpg")
def product_picture(session: Session, actor: Actor, found: Product, mark: str) -> ResponseReturnValue:
    """A product's picture, approved or not."""
    return _served(product_pictures.one_of(session, found, mark).jpeg, "image/jpeg", "inline")


def answer(attachment: Attachment) -> Response:
    """The file itself: a picture to look at, a PDF to save."""
    kind = "inline" if attachment.is_picture else "attachment"
    return _served(
        attachment.file.content, attachment.file.media, f"{kind}; filename*=UTF-8''{quote(attachment.name, safe='')}"
    )


def _served(content: bytes, media: str, disposition: str) -> Response:
    headers = {
        "Content-Disposition": disposition,
        "Content-Security-Policy": ALONE,
        "Cross-Origin-Resource-Policy": "same-origin",
    }
    return Response(content, mimetype=media, headers=headers)
