"""What is kept of a picture shows what the picture showed, whatever its kind; a kind that is not kept is told what to do."""

import io

import cv2
import numpy as np
import pillow_heif
import pytest
from PIL import Image, ImageChops, ImageStat

from world.uploads import encoded, pdf, zipped
from yipin.errors import Invalid
from yipin.uploads import sandbox, sanitise

pillow_heif.register_heif_opener()
SIZE = (480, 360)
QUICK = {"preset": "ultrafast", "x265:pools": "none", "x265:frame-threads": "1"}


def page(mode: str = "RGB") -> Image.Image:
    """A page as it is scanned: paper that is not quite white, grey fields from dark to light, and a coloured seal."""
    paper = Image.new("L", SIZE, 235)
    for number in range(8):
        paper.paste(20 + 25 * number, (20 + 55 * number, 40, 60 + 55 * number, 200))
    if mode == "L":
        return paper
    whole = paper.convert("RGB")
    whole.paste((190, 30, 40), (300, 230, 420, 320))
    return whole.convert(mode)


def of_16_bits(picture: Image.Image) -> bytes:
    """A PNG of 16 bits a channel, its lower bits in use."""
    grey = np.asarray(picture).astype(np.uint16) * 257
    return cv2.imencode(".png", grey[..., ::-1] if grey.ndim == 3 else grey)[1].tobytes()


def with_alpha() -> bytes:
    clear = page("RGBA")
    clear.paste((0, 0, 0, 0), (0, 330, 480, 360))
    return encoded(clear, "PNG")


def without_one_colour(mode: str) -> bytes:
    """A PNG that names one colour as clear, and has no alpha channel."""
    picture, black = page(mode), (0, 0, 0) if mode == "RGB" else 0
    picture.paste(black, (0, 330, 480, 360))
    return encoded(picture, "PNG", transparency=black)


def shown(mode: str) -> Image.Image:
    """The page with its foot clear, as it looks on white."""
    picture = page(mode).convert("RGB")
    picture.paste("white", (0, 330, 480, 360))
    return picture


GREY = page("L").convert("RGB")
KINDS = {
    "JPEG": (encoded(page(), quality=95), page()),
    "MPO": (encoded(page(), "MPO", save_all=True, append_images=[Image.new("RGB", SIZE)], quality=95), page()),
    "progressive JPEG": (encoded(page(), progressive=True), page()),
    "JPEG for printers": (encoded(page("CMYK"), quality=95), page()),
    "PNG": (encoded(page(), "PNG"), page()),
    "PNG of a palette": (encoded(page().quantize(64), "PNG"), page()),
    "PNG of 16 bits, grey": (of_16_bits(page("L")), GREY),
    "PNG of 16 bits, colour": (of_16_bits(page()), page()),
    "PNG of 8 bits, grey": (encoded(page("L"), "PNG"), GREY),
    "PNG with alpha": (with_alpha(), shown("RGB")),
    "PNG with a clear colour": (without_one_colour("RGB"), shown("RGB")),
    "PNG with a clear grey": (without_one_colour("L"), shown("L")),
    "WebP": (encoded(page(), "WEBP", quality=95), page()),
    "WebP without loss": (encoded(page(), "WEBP", lossless=True), page()),
    "HEIC": (encoded(page(), "HEIF", quality=90, enc_params=QUICK), page()),
}


def difference(one: Image.Image, other: Image.Image) -> float:
    """The mean difference of two pictures, from 0 to 255."""
    return max(ImageStat.Stat(ImageChops.difference(one, other)).mean)


@pytest.mark.parametrize("kind", KINDS)
def test_a_kept_picture_shows_what_its_source_showed(kind: str) -> None:
    upload, source = KINDS[kind]
    kept = Image.open(io.BytesIO(sanitise.sanitised(upload).content))
    small = Image.open(io.BytesIO(sanitise.small_jpeg(io.BytesIO(upload))))
    assert (kept.format, kept.mode, kept.size) == ("JPEG", "RGB", SIZE)
    assert difference(kept, source) < 4 and difference(small, source) < 4


def test_the_process_of_its_own_reads_what_a_telephone_takes() -> None:
    """Within its bounds of memory: a photograph of 12 megapixels, as HEIC."""
    photograph = encoded(page().resize((4032, 3024)), "HEIF", quality=40, enc_params=QUICK)
    kept = Image.open(io.BytesIO(sandbox.sanitised(photograph).content))
    assert kept.size == (2000, 1500) and difference(kept.resize(SIZE), page()) < 6


def test_the_measure_notices_a_white_page() -> None:
    white = Image.new("RGB", SIZE, "white")
    assert min(difference(source, white) for _, source in KINDS.values()) > 25


def test_a_telephone_held_upright_is_kept_upright_in_every_kind() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    for kind in ("JPEG", "PNG", "WEBP", "HEIF"):
        more = {"enc_params": QUICK} if kind == "HEIF" else {}
        kept = Image.open(io.BytesIO(sanitise.sanitised(encoded(page(), kind, exif=exif.tobytes(), **more)).content))
        assert kept.size == SIZE[::-1], kind
        assert difference(kept, page().transpose(Image.Transpose.ROTATE_270)) < 6, kind


TOLD = {
    "nothing": (b"", "是空的"),
    "GIF": (encoded(page(), "GIF"), "GIF 图片.*另存为 JPG"),
    "BMP": (encoded(page(), "BMP"), "BMP 图片.*另存为 JPG"),
    "TIFF": (encoded(page(), "TIFF"), "TIFF 图片.*另存为 JPG"),
    "TIFF of a Macintosh": (b"MM\0*" + bytes(40), "TIFF 图片.*另存为 JPG"),
    "AVIF": (b"\0\0\0\x20ftypavif" + bytes(40), "AVIF 图片.*另存为 JPG"),
    "JPEG XL": (b"\xff\x0a" + bytes(40), "JPEG XL 图片.*另存为 JPG"),
    "video": (b"\0\0\0\x18ftypmp42" + bytes(40), "视频.*截一张图"),
    "iPhone's video": (b"\0\0\0\x14ftypqt  " + bytes(40), "视频.*截一张图"),
    "Word": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(40), "导出为 PDF"),
    "zip": (zipped(), "压缩包.*取出来传"),
    "rar": (b"Rar!\x1a\x07\x01\0", "先解压"),
    "web page": (b"\n<!DOCTYPE html><title>x</title>", "截图或导出为 PDF"),
    "text": (b"hello", "存成 JPG.*导出为 PDF"),
    "JPEG cut short": (encoded(page())[:700], "坏了.*重新拍一张"),
    "HEIC cut short": (KINDS["HEIC"][0][:900], "坏了.*重新拍一张"),
    "WebP cut short": (KINDS["WebP"][0][:90], "坏了.*重新拍一张"),
}


@pytest.mark.parametrize("kind", TOLD)
def test_a_kind_that_is_not_kept_is_told_what_to_do(kind: str) -> None:
    upload, told = TOLD[kind]
    for look, field in ((sanitise.sanitised, "file"), (lambda data: sanitise.small_jpeg(io.BytesIO(data)), "picture")):
        with pytest.raises(Invalid, match=told) as refused:
            look(upload)
        assert refused.value.field == field


def test_a_pdf_is_no_picture_of_a_product() -> None:
    with pytest.raises(Invalid, match="这是 PDF.*截图"):
        sanitise.small_jpeg(io.BytesIO(pdf("a")))


@pytest.mark.parametrize("kind", ["WEBP", "HEIF"])
def test_more_pixels_than_a_telephone_takes_are_refused_before_they_are_decoded(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sanitise.MOST_PIXELS, kind, 100_000)
    with pytest.raises(Invalid, match="最多 10 万像素"):
        sanitise.sanitised(KINDS["HEIC" if kind == "HEIF" else "WebP"][0])
