"""Files that people, and others, might upload: papers, photographs, bombs and things in disguise."""

import functools
import io
import struct
import zipfile
import zlib
from functools import cache
from typing import Any

from PIL import Image
from reportlab.pdfgen import canvas


def encoded(picture: Image.Image, kind: str = "JPEG", **options: Any) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def pdf(*words: str) -> bytes:
    """A PDF with a page for each word."""
    paper = canvas.Canvas(out := io.BytesIO())
    for word in words:
        paper.drawString(72, 720, word)
        paper.showPage()
    paper.save()
    return out.getvalue()


def raw_pdf(*objects: bytes) -> bytes:
    """A PDF of these objects, the first of which is its root."""
    out, places = bytearray(b"%PDF-1.7\n"), []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return bytes(
        out
    ) + b"xref\n0 %d\n0000000000 65535 f \n%btrailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1,
        table,
        len(objects) + 1,
        len(out),
    )


def stream(body: bytes, head: bytes = b"") -> bytes:
    return b"<<%b/Length %d>>stream\n%b\nendstream" % (head, len(body), body)


def png(width: int, height: int, rows: bytes = bytes(99)) -> bytes:
    """A PNG that says it is so large, with this data."""
    parts = [
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(rows)),
        (b"IEND", b""),
    ]
    chunks = (
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body)) for name, body in parts
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def zipped(name: str = "payload.html", body: bytes = b"<script>alert(1)</script>") -> bytes:
    with zipfile.ZipFile(out := io.BytesIO(), "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, body)
    return out.getvalue()


def zlib_bomb(megabytes: int, layers: int = 1) -> bytes:
    """So much of nothing, packed in so many layers."""
    packer, nothing = zlib.compressobj(1), bytes(1 << 20)
    body = b"".join(packer.compress(nothing) for _ in range(megabytes)) + packer.flush()
    for _ in range(layers - 1):
        body = zlib.compress(body, 9)
    return body


def pdf_bomb(megabytes: int, layers: int = 1) -> bytes:
    """A page whose drawing unpacks to so much."""
    filters = b"/Filter[" + b"/FlateDecode " * layers + b"]"
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 500 700]/Contents 4 0 R>>"
    return raw_pdf(
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        page,
        stream(zlib_bomb(megabytes, layers), filters),
    )


def pdf_with_picture_bomb(side: int) -> bytes:
    """A page with a picture of one colour that is so wide and high."""
    head = (
        b"/Type/XObject/Subtype/Image/Width %d/Height %d/ColorSpace/DeviceRGB/BitsPerComponent 8/Filter/FlateDecode"
        % (side, side)
    )
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 500 700]/Contents 4 0 R/Resources<</XObject<</I 5 0 R>>>>>>"
    return raw_pdf(
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        page,
        stream(b"500 0 0 700 0 0 cm /I Do"),
        stream(zlib_bomb(side * side * 3 >> 20), head),
    )


def pdf_that_acts() -> bytes:
    """A PDF with every act that one can hold: scripts, launching, attached files, forms, links."""
    script = b"<</S/JavaScript/JS(app.alert\\(1\\))>>"
    launch = b"<</S/Launch/F(calc.exe)>>"
    root = (
        b"<</Type/Catalog/Pages 2 0 R/OpenAction %b/AA<</WC %b>>/Names<</JavaScript<</Names[(a) %b]>>/EmbeddedFiles"
        b"<</Names[(x) 6 0 R]>>>>/AcroForm<</Fields[5 0 R]/XFA 7 0 R>>>>"
    ) % (script, script, script)
    page = (
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 500 700]/Contents 4 0 R/AA<</O %b>>/Annots[5 0 R<</Type/Annot"
        b"/Subtype/Link/Rect[0 0 90 90]/A %b>>]/Resources<</Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>>>"
    ) % (launch, launch)
    field = b"<</Type/Annot/Subtype/Widget/FT/Tx/T(t)/Rect[9 9 99 99]/AA<</K %b>>/A %b>>" % (script, script)
    return raw_pdf(
        root,
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        page,
        stream(b"BT /F 30 Tf 72 600 Td (Paper) Tj ET"),
        field,
        b"<</Type/Filespec/F(x)/EF<</F 8 0 R>>>>",
        stream(b"<xdp:xdp/>"),
        stream(b"MZ"),
    )


SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script>alert(1)</script></svg>'
EPS = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n(%pipe%id) (r) file\n"


@cache
@functools.cache
def refused_files() -> dict[str, bytes]:
    """Everything that no upload may be, by name; none larger than an upload may be."""
    small = encoded(Image.new("RGB", (9, 9)))
    kinds = {kind: encoded(Image.new("RGB", (9, 9)), kind) for kind in ("GIF", "BMP", "TIFF", "ICO")}
    return kinds | {
        "empty": b"",
        "text": b"hello",
        "SVG": SVG,
        "EPS": EPS,
        "EPS in a JPEG's name": EPS + small,
        "program": b"MZ\x90",
        "zip": zipped(),
        "zip bomb": zipped("0", bytes(120 << 20)),
        "HTML": b"<!doctype html><script>alert(1)</script>",
        "PNG that says 20,000 × 20,000": png(20_000, 20_000),
        "PNG that says 2³¹ × 2³¹": png(2**31 - 1, 2**31 - 1),
        "PNG of 0 × 0": png(0, 0),
        "PNG bomb": png(16_000, 16_000, bytes(16_000 * 48_001 // 4)),
        "progressive JPEG": encoded(Image.new("L", (7000, 7000)), progressive=True),
        "JPEG cut short": small[:200],
        "PDF of nothing": b"%PDF-1.7\n%%EOF",
        "PDF after a zip": zipped() + pdf("a"),
        "PDF after junk": b"GIF89a" + pdf("a"),
        "PDF before a zip": pdf("a") + zipped(),
        "PDF before a page": pdf("a") + b"<script>alert(1)</script>",
        "PDF cut short": pdf("a")[:400],
        "PDF of 200 pages": pdf(*("a" * 200)),
        "PDF drawing bomb": pdf_bomb(400),
        "PDF bomb in layers": pdf_bomb(400, 3),
        "PDF picture bomb": pdf_with_picture_bomb(11_000),
    }
