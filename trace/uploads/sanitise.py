"""Uploaded files made harmless: only what a file shows is kept.

Pictures are decoded, shrunk and encoded again. PDFs are set anew, page by page. Pure; `sandbox` runs this in a bounded
process of its own.
"""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, NamedTuple

import pypdfium2 as pdfium
from PIL import Image, ImageOps, UnidentifiedImageError

from ..errors import N_, Invalid
from .kinds import Kind, cure_of, kind_of

SMALL, HEAVIEST = (480, 360), 14_000  # pixels, bytes; so the whole public page stays under 50 KB
WIDEST = (2000, 2000)  # pixels; small print on a photographed certificate stays legible
PREVIEW = 1200  # pixels, the longer side of a PDF's first page
MOST_PAGES = 60
LARGEST = 8 << 20  # bytes, as sent and as kept
# A phone's photograph of 50 megapixels passes; a decompression bomb does not. A PNG and a progressive JPEG are decoded
# whole before they are made small, and a few kilobytes of one colour would fill a gigabyte; so are WebP and HEIC.
MOST_PIXELS = {"JPEG": 60_000_000, "progressive": 25_000_000, "PNG": 15_000_000, "WEBP": 15_000_000, "HEIF": 25_000_000}


class Made(NamedTuple):
    """What is kept of an upload. `preview` is a JPEG: the picture made small, or a PDF's first page; `pages` is the number of its
    pages."""

    media: str
    content: bytes
    preview: bytes | None = None
    pages: int | None = None


def sanitised(data: bytes, field: str = "file") -> Made:
    """What is kept of a PDF or picture: a PDF or a JPEG. Raises Invalid for anything else, and says what to do about it."""
    if kind_of(data) is Kind.PDF:
        return _pdf(data, field)
    with opened(data, field) as picture:
        shown = upright(picture, WIDEST)
        shown.thumbnail(WIDEST)
        return Made("image/jpeg", _jpeg(shown, 85), _smaller(shown))


def _smaller(picture: Image.Image) -> bytes:
    """The whole picture, small enough for a list of many on a slow network."""
    picture.thumbnail((SMALL[0], SMALL[0]))
    return _light(picture)


def small_jpeg(file: IO[bytes]) -> bytes:
    """A JPEG of 480×360 pixels and at most 14 kB from an uploaded picture, cut to the middle.

    Raises Invalid for anything that is not a JPEG, PNG, WebP or HEIC within bounds.
    """
    with opened(file.read(), "picture") as picture:
        return _light(ImageOps.fit(upright(picture, (SMALL[0] * 2, SMALL[1] * 2)), SMALL))


@contextmanager
def opened(data: bytes, field: str) -> Iterator[Image.Image]:
    """A picture that was sent, before its pixels are read. Raises Invalid for anything else, and for one beyond the bounds."""
    kind = kind_of(data)
    if kind is Kind.PDF:
        raise Invalid(field, N_("这是 PDF；这里要一张照片，请截图存成 JPG 再传"))
    if kind is None:
        text, values = cure_of(data)
        raise Invalid(field, text, **values)
    if kind is Kind.HEIF:
        _learn_heif()
    try:
        with Image.open(io.BytesIO(data), formats=(kind.value,)) as picture:
            most = MOST_PIXELS["progressive" if picture.info.get("progressive") else kind.value]
            if picture.width * picture.height > most:
                raise Invalid(field, N_("照片太大：最多 %(most)d 万像素"), most=most // 10_000)
            yield picture
    except _BROKEN:
        raise Invalid(field, N_("这张照片坏了，打不开；请重新拍一张，或在相册里打开它，另存为 JPG 再传")) from None


_BROKEN: tuple[type[Exception], ...] = (UnidentifiedImageError, OSError, ValueError, SyntaxError, MemoryError, EOFError)
_BROKEN += (RuntimeError, Image.DecompressionBombError)


def _learn_heif() -> None:
    """Let Pillow read what iPhones write. Its library is large, so only a process that needs it loads it."""
    import pi_heif

    pi_heif.options.DECODE_THREADS = 1
    pi_heif.register_heif_opener(thumbnails=False)


def upright(picture: Image.Image, wanted: tuple[int, int]) -> Image.Image:
    """The picture upright, with white where it was transparent. A large JPEG is decoded at a size near `wanted`."""
    picture.draft("RGB", wanted)
    upright = ImageOps.exif_transpose(_of_8_bits(picture))
    if upright.mode not in ("RGBA", "LA", "P", "PA") and "transparency" not in upright.info:
        return upright.convert("RGB")
    clear = upright.convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", clear.size, "white"), clear).convert("RGB")


def _of_8_bits(picture: Image.Image) -> Image.Image:
    """Grey of 16 bits by its upper 8 bits: a plain conversion cuts off what is brighter than 255 of 65,535, and a scanned page
    comes out white. Colour of 16 bits is read so by Pillow itself."""
    if not picture.mode.startswith("I;16"):
        return picture
    upper = picture.tobytes()[0 if picture.mode.endswith("B") else 1 :: 2]
    grey = Image.frombytes("L", picture.size, upper)
    grey.info = {name: value for name, value in picture.info.items() if name != "transparency"}
    return grey


def _jpeg(picture: Image.Image, quality: int) -> bytes:
    picture.info.clear()  # the file's comment would be written again
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=quality, optimize=True, progressive=True)
    return out.getvalue()


def _light(picture: Image.Image) -> bytes:
    """The best quality that is within HEAVIEST. A picture that is too heavy in every quality is made smaller."""
    for quality in (82, 72, 62, 50, 38, 25, 12):
        if len(jpeg := _jpeg(picture, quality)) <= HEAVIEST:
            return jpeg
    return _light(picture.resize((picture.width // 2, picture.height // 2)))


def _pdf(data: bytes, field: str) -> Made:
    """The pages alone, set anew, without scripts, actions, forms, attached files and anything after the end."""
    if data.rpartition(b"%%EOF")[2].strip(b"\0\t\n\f\r ") or b"%%EOF" not in data:
        raise Invalid(field, N_("PDF 的末尾缺了一段，或者后面还接着别的内容；请重新导出再传"))
    try:
        with pdfium.PdfDocument(data) as source:
            if not 1 <= len(source) <= MOST_PAGES:
                raise Invalid(field, N_("PDF 有 %(pages)d 页；最多 %(most)d 页"), pages=len(source), most=MOST_PAGES)
            return _set_anew(source, field)
    except pdfium.PdfiumError as error:
        if getattr(error, "err_code", None) == pdfium.raw.FPDF_ERR_PASSWORD:
            raise Invalid(field, N_("PDF 设有密码；请去掉密码再传")) from None
        raise Invalid(field, N_("这个 PDF 打不开；请重新导出，或者拍成照片再传")) from None


def _set_anew(source: pdfium.PdfDocument, field: str) -> Made:
    out = io.BytesIO()
    with pdfium.PdfDocument.new() as made:
        for number in range(len(source)):
            _refuse_vast_pictures(source[number], field)
            _set_page(source, number, made)
        first = made[0]
        scale = PREVIEW / max(first.get_size())
        preview = _jpeg(first.render(scale=scale).to_pil().convert("RGB"), 80)
        made.save(out)
        if out.tell() > LARGEST:
            raise Invalid(field, N_("文件太大：最多 %(most)d MB"), most=LARGEST >> 20)
        return Made("application/pdf", out.getvalue(), preview, len(made))


def _refuse_vast_pictures(page: pdfium.PdfPage, field: str) -> None:
    """A picture in a PDF has the same limit as a picture alone, because a person who opens the PDF unpacks it too."""
    for drawn in page.get_objects(filter=(pdfium.raw.FPDF_PAGEOBJ_IMAGE,), max_depth=4):
        width, height = drawn.get_px_size()
        if width * height > MOST_PIXELS["JPEG"]:
            raise Invalid(field, N_("照片太大：最多 %(most)d 万像素"), most=MOST_PIXELS["JPEG"] // 10_000)


def _set_page(source: pdfium.PdfDocument, number: int, made: pdfium.PdfDocument) -> None:
    """Draw one page on a fresh page. A seal or signature that stood as an annotation becomes part of the drawing."""
    page = source[number]
    pdfium.raw.FPDFPage_Flatten(page, pdfium.raw.FLAT_PRINT)
    page.close()
    drawing = source.page_as_xobject(number, made)  # turned as the page was
    fresh = made.new_page(*source[number].get_size())
    fresh.insert_obj(drawing.as_pageobject())
    fresh.gen_content()
    drawing.close()
