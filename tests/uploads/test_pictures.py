"""Uploaded pictures: only what they show survives, and nothing that is no picture passes."""

import io
import random
import struct
import zlib
from typing import Any

import pytest
from PIL import Image

from yipin.errors import Invalid
from yipin.uploads import sanitise

RED, GREEN, BLUE = (200, 30, 30), (30, 160, 30), (30, 30, 200)


def encoded(picture: Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def made(upload: bytes) -> Image.Image:
    """What the service keeps of an upload."""
    jpeg = sanitise.small_jpeg(io.BytesIO(upload))
    assert len(jpeg) <= sanitise.HEAVIEST
    picture = Image.open(io.BytesIO(jpeg), formats=("JPEG",))
    picture.load()
    return picture


def refused(upload: bytes) -> str:
    with pytest.raises(Invalid) as answer:
        sanitise.small_jpeg(io.BytesIO(upload))
    assert answer.value.field == "picture"
    return str(answer.value)


def near(seen: Any, wanted: tuple[int, int, int]) -> bool:
    return all(abs(a - b) < 25 for a, b in zip(seen, wanted, strict=True))


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_picture_comes_out_as_a_small_jpeg_cut_to_the_middle(kind: str) -> None:
    wide = Image.new("RGB", (3000, 600), RED)
    wide.paste(GREEN, (1000, 0, 2000, 600))
    kept = made(encoded(wide, kind))
    assert kept.size == (480, 360)
    assert near(kept.getpixel((10, 180)), GREEN) and near(kept.getpixel((470, 180)), GREEN)


def test_a_photograph_taken_upright_stands_upright() -> None:
    picture, exif = Image.new("RGB", (480, 360), BLUE), Image.Exif()
    picture.paste(RED, (0, 0, 240, 360))  # the left half: after a quarter turn clockwise, the top
    exif[0x0112] = 6
    kept = made(encoded(picture, "JPEG", exif=exif))
    assert near(kept.getpixel((240, 40)), RED) and near(kept.getpixel((240, 320)), BLUE)


def test_nothing_of_the_file_survives_but_what_it_shows() -> None:
    """A phone writes where it stood into its photographs."""
    exif = Image.Exif()
    exif[0x010E] = "at home"
    exif.get_ifd(0x8825)[1] = "N"
    upload = encoded(Image.new("RGB", (640, 480), RED), "JPEG", exif=exif, comment=b"my secret") + b"<script>trailing"
    jpeg = sanitise.small_jpeg(io.BytesIO(upload))
    for left in (b"at home", b"Exif", b"my secret", b"script"):
        assert left in upload and left not in jpeg


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_what_is_clear_becomes_white(mode: str) -> None:
    clear = Image.new("RGBA", (480, 360), (*BLUE, 0))
    clear.paste((*RED, 255), (0, 0, 240, 360))
    left = (200, 30, 30) if mode != "LA" else (81, 81, 81)
    kept = made(encoded(clear.convert(mode)))
    assert near(kept.getpixel((60, 180)), left) and near(kept.getpixel((420, 180)), (255, 255, 255))


@pytest.mark.parametrize("mode", ["1", "L", "I;16", "CMYK"])
def test_grey_and_printers_pictures_pass(mode: str) -> None:
    kind = "JPEG" if mode == "CMYK" else "PNG"
    kept = made(encoded(Image.new("L", (500, 400), 90).convert(mode), kind))
    assert kept.mode == "RGB" and kept.width * 3 == kept.height * 4


def test_noise_is_made_as_light_as_everything_else() -> None:
    noise = Image.frombytes("RGB", (1600, 1200), random.Random(1).randbytes(1600 * 1200 * 3))
    assert made(encoded(noise)).width * 3 == made(encoded(noise)).height * 4


@pytest.mark.parametrize("size", [(1, 1), (1, 4000), (20_000, 1)])
def test_a_picture_of_an_odd_shape_passes(size: tuple[int, int]) -> None:
    assert made(encoded(Image.new("RGB", size, GREEN))).size == (480, 360)


SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script>alert(1)</script></svg>'
EPS = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n(%pipe%id) (r) file\n"


@pytest.mark.parametrize(
    "upload",
    [
        b"",
        b"\x00",
        b"hello",
        SVG,
        EPS,
        b"%PDF-1.7",
        b"MZ\x90",
        b"\xff\xd8\xff",
        b"\x89PNG\r\n\x1a\n",
        *(encoded(Image.new("RGB", (9, 9)), kind) for kind in ("GIF", "BMP", "TIFF", "ICO")),
    ],
    ids=lambda upload: repr(upload[:6]),
)
def test_what_is_no_picture_that_is_kept_is_refused_whatever_its_name(upload: bytes) -> None:
    """The file's name plays no part, so a GIF renamed to .jpg is a GIF; EPS would run Ghostscript."""
    assert any(word in refused(upload) for word in ("JPG", "PDF", "重新选"))


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_picture_cut_short_is_refused(kind: str) -> None:
    noise = Image.frombytes("RGB", (300, 300), random.Random(2).randbytes(270_000))
    whole = encoded(noise, kind)
    assert made(whole)
    for share in (0.01, 0.1, 0.5, 0.9):
        refused(whole[: int(len(whole) * share)])


def png(width: int, height: int) -> bytes:
    """A PNG of that many black pixels in one row of data: a few bytes that say they are huge."""
    parts = [
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(bytes(99))),
        (b"IEND", b""),
    ]
    chunks = (
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body)) for name, body in parts
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def test_a_decompression_bomb_is_refused_before_it_is_opened() -> None:
    refused(png(20_000, 20_000))
    refused(png(2**31 - 1, 2**31 - 1))
    refused(png(0, 0))
    assert "最多 1500 万像素" in refused(png(5000, 3001))  # decoded whole, this would take a gigabyte


def test_a_large_photograph_of_a_phone_is_not_a_bomb() -> None:
    photograph = encoded(Image.new("RGB", (8160, 6120), GREEN), "JPEG", quality=50)  # 50 megapixels
    assert near(made(photograph).getpixel((240, 180)), GREEN)
    assert "最多 6000 万像素" in refused(encoded(Image.new("L", (9000, 6700)), "JPEG"))


@pytest.mark.filterwarnings("ignore")  # the reader warns of what is corrupt
def test_a_damaged_picture_never_raises_anything_but_invalid() -> None:
    chance, exif = random.Random(3), Image.Exif()
    exif[0x0112], exif[0x010E] = 6, "x" * 40
    picture = Image.effect_noise((60, 45), 60).convert("RGB")
    whole = [
        encoded(picture, "JPEG", exif=exif),
        encoded(picture, exif=exif),
        encoded(picture.convert("P"), transparency=3),
    ]
    answers = set()
    for _ in range(300):
        upload = bytearray(chance.choice(whole))
        for _ in range(chance.choice((1, 2, 8))):
            upload[chance.randrange(min(len(upload), 400))] = chance.randrange(256)
        try:
            answers.add(len(sanitise.small_jpeg(io.BytesIO(upload))) <= sanitise.HEAVIEST)
        except Invalid:
            answers.add(None)
    assert answers == {True, None}
