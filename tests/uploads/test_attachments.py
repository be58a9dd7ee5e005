"""Files attached to rows of the record: kept once, told in the log, read by whoever may know of the row."""

import io

import pytest
import sqlalchemy as sa
from PIL import Image
from sqlalchemy.orm import Session

from world import World
from world.uploads import encoded, pdf
from yipin.access.actor import Actor
from yipin.access.visibility import find, visible
from yipin.errors import Invalid, NotFound
from yipin.models import Attachment, Event, KeptFile, Product
from yipin.uploads import attachments
from yipin.uploads.sanitise import Made

PAPER = Made("application/pdf", b"%PDF-1", None, 1)


def products(session: Session) -> list[Product]:
    return list(session.scalars(sa.select(Product).order_by(Product.id)))


def test_the_same_file_twice_is_one_attachment_and_elsewhere_the_same_bytes(world: World) -> None:
    with world.db.write.begin() as session:
        mine, bens = products(session)
        one = attachments.keep(session, world.ama, mine, "证书.pdf", PAPER)
        assert attachments.keep(session, world.ama, mine, "again.pdf", PAPER) is one
        attachments.keep(session, world.ben, bens, "证书.pdf", PAPER)
        assert [row.name for row in attachments.of(session, mine)] == ["证书.pdf"]
        assert len(attachments.of(session, mine, bens)) == 2 and not attachments.of(session)
    with world.db.read.begin() as session:
        assert len(session.scalars(sa.select(KeptFile)).all()) == 1
        told = session.scalars(sa.select(Event).where(Event.action == "attachment.keep")).all()
        assert [event.data["of"] for event in told] == ["products 1", "products 2"]


def test_only_who_may_know_of_the_row_may_read_its_files(world: World) -> None:
    with world.db.write.begin() as session:
        kept = attachments.keep(session, world.ama, products(session)[0], "证书.pdf", PAPER)
    known = (world.ama, world.chen, world.officer_of("430225"))
    unknown = (world.ben, world.officer_of("430203"), Actor("", world.ama.at))
    with world.db.read.begin() as session:
        for actor in known:
            assert find(session, actor, Attachment, str(kept.id)).id == kept.id
        for actor in unknown:
            with pytest.raises(NotFound):
                find(session, actor, Attachment, str(kept.id))
            assert not session.scalars(visible(actor, Attachment)).all()


def test_one_row_has_at_most_twenty_files(world: World) -> None:
    with world.db.write.begin() as session:
        product = products(session)[0]
        for number in range(20):
            attachments.keep(session, world.ama, product, "x.pdf", PAPER._replace(content=bytes([number])))
        with pytest.raises(Invalid, match="最多附 20 个"):
            attachments.keep(session, world.ama, product, "x.pdf", PAPER)


@pytest.mark.parametrize("content", [encoded(Image.new("RGB", (9, 9))), io.BytesIO(encoded(Image.new("RGB", (9, 9))))])
@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_bytes_and_open_files_are_made_harmless(world: World, content: bytes) -> None:
    with world.db.write.begin() as session:
        row = attachments.keep(session, world.ama, products(session)[0], "IMG_1.png", content)
    with world.db.read.begin() as session:
        kept = session.get_one(KeptFile, row.sha256)
        assert (row.name, kept.media, kept.size) == ("IMG_1.jpg", "image/jpeg", len(kept.content))


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_what_is_no_paper_and_no_picture_is_not_attached(world: World) -> None:
    with pytest.raises(Invalid, match="JPG|PDF"), world.db.write.begin() as session:
        attachments.keep(session, world.ama, products(session)[0], "x.pdf", b"<svg>")
    with world.db.read.begin() as session:
        assert not session.scalars(sa.select(Attachment)).all()


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("证书 2026.PDF", "证书 2026.pdf"),
        ("C:\\Users\\a\\证书.jpeg", "证书.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("", "文件.pdf"),
        (".pdf", "文件.pdf"),
        ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie x.pdf"),
        ('<b>"x"</b>', "b.pdf"),
        ("长" * 200 + ".pdf", "长" * 80 + ".pdf"),
        ("a\u202efdp.exe", "afdp.pdf"),
    ],
)
def test_a_name_is_that_of_a_file_and_of_its_kind(typed: str, kept: str) -> None:
    assert attachments.file_name(typed, "application/pdf") == kept


def test_an_upload_through_a_page_ends_as_a_file_one_can_read(world: World) -> None:
    """The words of a paper survive the way through."""
    made = attachments.made_harmless(pdf("Scope of the certificate"))
    with world.db.write.begin() as session:
        row = attachments.keep(session, world.ama, products(session)[0], "x.pdf", made)
    with world.db.read.begin() as session:
        file = session.get_one(KeptFile, row.sha256)
        assert file.content == made.content and file.preview == made.preview and file.pages == 1
