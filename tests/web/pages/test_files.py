"""Attached files as they are served: to whom it concerns, and so that they can do nothing in a browser."""

import io

import pytest
import sqlalchemy as sa
from flask import Flask
from PIL import Image

from world import World, signed_in
from world.pace import Took, in_time, worked
from world.uploads import encoded, pdf, refused_files
from yipin.models import Attachment, Product
from yipin.uploads import attachments

on_one_database = pytest.mark.parametrize("kind", ["sqlite"], indirect=True)


def keep(world: World, name: str, content: bytes) -> int:
    with world.db.write.begin() as session:
        product = session.scalars(sa.select(Product).order_by(Product.id)).first()
        assert product
        return attachments.keep(session, world.ama, product, name, content).id


@on_one_database
def test_a_picture_is_shown_and_a_paper_is_saved_and_neither_can_do_anything(world: World, app: Flask) -> None:
    picture, paper = (
        keep(world, "果园.png", encoded(Image.new("RGB", (9, 9)), "PNG")),
        keep(world, "证书.pdf", pdf("a")),
    )
    ama = signed_in(app, "ama")
    for number, media, disposition in ((picture, "image/jpeg", "inline"), (paper, "application/pdf", "attachment")):
        answer = ama.get(f"/files/{number}")
        assert answer.mimetype == media and answer.headers["Content-Disposition"].startswith(
            f"{disposition}; filename*="
        )
        assert "sandbox" in answer.headers["Content-Security-Policy"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff" and answer.headers["Cache-Control"] == "no-store"
    preview = ama.get(f"/files/{paper}/preview.jpg")
    assert preview.mimetype == "image/jpeg" and Image.open(io.BytesIO(preview.data)).height == 1200
    assert Image.open(io.BytesIO(ama.get(f"/files/{picture}/preview.jpg").data)).size == (9, 9)
    assert signed_in(app, "ben").get(f"/files/{paper}").status_code == 404
    assert app.test_client().get(f"/files/{paper}").status_code == 302


@pytest.mark.long
@on_one_database
@pytest.mark.usefixtures("untraced")
def test_bombs_sent_through_a_form_are_refused_in_time_and_nothing_typed_is_lost(world: World, app: Flask) -> None:
    ama, bombs = signed_in(app, "ama"), refused_files()
    for name in ("SVG", "EPS", "zip bomb", "PNG bomb", "progressive JPEG", "PDF before a zip", "PDF drawing bomb"):

        def send(name: str = name) -> None:
            form = {"name": "白桃", "brand": "", "description": "脆甜", "picture": (io.BytesIO(bombs[name]), "a.jpg")}
            answer = ama.post("/producer/products/new", data=form, content_type="multipart/form-data")
            assert answer.status_code == 422 and 'value="白桃"' in answer.text and "脆甜" in answer.text, name

        in_time(lambda _, name=name, send=send: [Took(name, worked(send), 2)])
    with world.db.read.begin() as session:
        assert not session.scalars(sa.select(Attachment)).all() and len(session.scalars(sa.select(Product)).all()) == 2


@on_one_database
def test_a_hundred_megabytes_are_refused_before_they_are_read(app: Flask) -> None:
    ama = signed_in(app, "ama")
    body = Sender()
    environ = {
        "REQUEST_METHOD": "POST",
        "CONTENT_LENGTH": str(100 << 20),
        "CONTENT_TYPE": "multipart/form-data; boundary=x",
        "wsgi.input": body,
    }
    answer = ama.open("/producer/products/new", environ_overrides=environ)
    assert answer.status_code == 413 and "8 MB" in answer.text and body.taken <= 1 << 20


class Sender(io.BytesIO):
    """A sender that notes how much is taken of it."""

    taken = 0

    def read(self, size: int | None = -1, /) -> bytes:
        self.taken += size or 0
        return bytes(max(size or 0, 0))
