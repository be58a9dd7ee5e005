"""The demonstration's certificates, one for each state that a certificate can have. Three wait for the officer.

Their numbers of zeros belong to nobody, and their papers say 演示.
"""

import io
from collections.abc import Callable
from datetime import date, timedelta

import sqlalchemy as sa
from PIL import Image, ImageDraw, ImageFont
from sqlalchemy.orm import Session

from ..access.actor import Actor
from ..certification import claims
from ..certification.lists import anniversary
from ..certification.paper import DeclaredCertificate, Line
from ..certification.schemes import SCHEME_WORDS
from ..clock import day_of
from ..codes.paper.glyphs import find_font
from ..installation.installation import Installation
from ..models import Certification, Product
from ..uploads import attachments

# Whose, scheme, number, years, days left (None: begins today), state it is left in.
PAPERS: tuple[tuple[str, str, str, int, int | None, str], ...] = (
    ("grower", "green", "LB-00-00010000001A", 3, 45, "verified"),
    ("grower2", "green", "LB-00-00010000002A", 3, 700, "verified"),
    ("grower3", "organic", "000OP0000001", 1, 20, "verified"),
    ("grower", "organic_conversion", "000OP0000002", 1, None, "declared"),
    ("grower2", "organic", "000OP0000003", 1, None, "declared"),
    ("grower3", "green", "LB-00-00010000003A", 3, None, "declared"),
    ("grower2", "organic_conversion", "000OP0000004", 1, None, "returned"),
)


def add(session: Session, installation: Installation, actor_of: Callable[[Session, str], Actor]) -> None:
    """Declare each paper as its grower, and deal with it as the city's officer."""
    officer = actor_of(session, "officer")
    for login, scheme, number, years, left, state in PAPERS:
        grower = actor_of(session, login)
        row = _declared(
            session, installation, grower, DeclaredCertificate(scheme, number, *_term(day_of(grower.at), years, left))
        )
        if state == "verified":
            claims.verify(session, officer, row)
        if state == "returned":
            claims.send_back(session, officer, row, "演示：扫描件上看不清年度数量，请重新拍照。")


def _term(today: date, years: int, left: int | None) -> tuple[str, str]:
    """First and last day, as typed."""
    if left is None:
        return today.isoformat(), (anniversary(today, years) - timedelta(days=1)).isoformat()
    last = today + timedelta(days=left)
    return (anniversary(last, -years) + timedelta(days=1)).isoformat(), last.isoformat()


def _declared(session: Session, installation: Installation, grower: Actor, paper: DeclaredCertificate) -> Certification:
    product = session.scalars(
        sa.select(Product).where(Product.producer_id == grower.producer_id).order_by(Product.id)
    ).first()
    assert product is not None
    lines = (Line(str(product.id), "", "50", "t"),)
    row = claims.declare(
        session,
        grower,
        DeclaredCertificate(
            paper.scheme, paper.number, paper.valid_from, paper.valid_to, issuer="演示机构（非真实）", lines=lines
        ),
    )
    attachments.keep(session, grower, row, "演示证书.png", _paper(installation, row, product.name))
    return row


def _paper(installation: Installation, row: Certification, product: str) -> bytes:
    """A picture in place of a scan: it says what was typed, and that it is no certificate."""
    font = find_font(installation.settings.font)
    words = [
        "演示样张，不是证书",
        SCHEME_WORDS[row.scheme],
        f"编号 {row.number}",
        f"持证人 {row.holder}",
        f"产品 {product}，每年 50 吨",
        f"有效期 {row.valid_from} 至 {row.valid_to}",
    ]
    page = Image.new("RGB", (900, 640), "#fffdf5")
    draw = ImageDraw.Draw(page)
    draw.rectangle((20, 20, 880, 620), outline="#8a6d3b", width=6)
    for number, text in enumerate(words):
        size = 48 if number < 2 else 32
        draw.text(
            (450, 90 + number * 92),
            text,
            fill="#333",
            anchor="mm",
            font=ImageFont.truetype(font.path, size, index=font.index),
        )
    out = io.BytesIO()
    page.save(out, "PNG")
    return out.getvalue()
