"""The other ways: what a programmer would write with the usual libraries, each label complete with its signed code."""

import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import qrcode
import segno
import zxingcpp
from qrcode.constants import ERROR_CORRECT_M
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from yipin.codes.paper.glyphs import find_font

from .ours import JOB, PREFIX, Shop

MM = 72 / 25.4
SIDE = 20.5 * MM
FONT = "bench"

Place = Callable[[Canvas, str, float, float], None]
"""Puts the symbol of a code on the page, its corner at (x, y) in points."""


def naive(shop: Shop, count: int) -> Path:
    """qrcode draws each symbol, Pillow holds it, reportlab puts it on the page."""

    def place(canvas: Canvas, code: str, x: float, y: float) -> None:
        drawing = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=0)
        drawing.add_data(PREFIX + code)
        drawing.make(fit=True)
        canvas.drawImage(ImageReader(drawing.make_image().get_image()), x, y, SIDE, SIDE)

    return _sheets(shop, count, place)


def zxing_reportlab(shop: Shop, count: int) -> Path:
    """zxing-cpp draws each symbol in C++, reportlab puts it on the page as a mask of one bit a module."""

    def place(canvas: Canvas, code: str, x: float, y: float) -> None:
        dark = np.asarray(zxing(PREFIX + code)) < 128
        mask = np.packbits(dark, axis=1).tobytes().hex()
        canvas._code.append(
            f"q {SIDE} 0 0 {SIDE} {x} {y} cm BI /W {len(dark)} /H {len(dark)} /IM true /D [1 0] /F /AHx ID {mask}> EI Q"
        )

    return _sheets(shop, count, place)


def zxing(url: str) -> object:
    """One symbol by zxing-cpp, without quiet zone."""
    made = zxingcpp.create_barcode(url, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    return made.to_image(scale=1, add_quiet_zones=False)


def by_segno(code: str) -> object:
    """One symbol by segno, with the two segments that it does not find by itself."""
    return segno.make([PREFIX, code], error="m", boost_error=False, micro=False).matrix


def _sheets(shop: Shop, count: int, place: Place) -> Path:
    font = find_font()
    if FONT not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(TTFont(FONT, font.path, subfontIndex=font.index))
    stock, file = JOB.stock, io.BytesIO()
    canvas = Canvas(file, pagesize=(stock.page_width * MM, stock.page_height * MM))
    for n, (ordinal, code) in enumerate(shop.codes(count)):
        if n and n % stock.per_page == 0:
            canvas.showPage()
        x, y = stock.position(n % stock.per_page + 1)
        _label(canvas, x * MM, (stock.page_height - y - stock.label_height) * MM, ordinal)
        place(canvas, code, (x + 45) * MM, (stock.page_height - y - stock.label_height + 8) * MM)
    canvas.save()
    path = shop.folder / "peer.pdf"
    path.write_bytes(file.getvalue())
    return path


def _label(canvas: Canvas, x: float, y: float, ordinal: int) -> None:
    text = JOB.text
    words = (text.name, text.producer, f"{text.county} {text.harvest_date}", f"{text.host} 第 {ordinal + 1} 枚")
    canvas.setFont(FONT, 8)
    for line, words_of_line in enumerate(words):
        canvas.drawString(x + 4 * MM, y + (30 - 6 * line) * MM, words_of_line)
