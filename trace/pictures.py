"""Pictures that people upload: decoded, shrunk and encoded again by us, so that nothing of the file survives but
what it shows."""

import hashlib
import io
from typing import IO

from PIL import Image, ImageOps, UnidentifiedImageError
from sqlalchemy.orm import Session

from . import audit
from .accounts import Actor
from .errors import N_, Invalid
from .models import Product, ProductPicture

WIDTH, HEIGHT = 480, 360  # pixels
HEAVIEST = 14_000  # bytes: the whole public page stays under 50 KB
# A 50-megapixel phone photograph passes, a decompression bomb does not. A PNG is decoded whole, and a few kilobytes
# of one colour would fill a gigabyte.
MOST_PIXELS = {"JPEG": 60_000_000, "PNG": 15_000_000}


def small_jpeg(file: IO[bytes]) -> bytes:
    """A JPEG of 480×360 pixels and at most 14 kB from an uploaded PNG or JPEG, cut to the middle.

    Raises Invalid for anything that is not such a picture.
    """
    try:
        with Image.open(file, formats=("PNG", "JPEG")) as picture:
            most = MOST_PIXELS[picture.format or "PNG"]
            if picture.width * picture.height > most:
                raise Invalid("picture", N_("照片太大：最多 %(most)d 万像素"), most=most // 10_000)
            picture.draft("RGB", (WIDTH * 2, HEIGHT * 2))  # a large JPEG is decoded small at once
            upright = ImageOps.exif_transpose(picture)
            small = ImageOps.fit(_on_white(upright), (WIDTH, HEIGHT))
            small.info.clear()  # the file's comment would be written again
            return _encoded(small)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        raise Invalid("picture", N_("这个文件不是能打开的照片；请传 JPG 或 PNG")) from None


def _on_white(picture: Image.Image) -> Image.Image:
    if picture.mode in ("RGBA", "LA", "P"):
        clear = picture.convert("RGBA")
        white = Image.new("RGBA", clear.size, "white")
        return Image.alpha_composite(white, clear).convert("RGB")
    return picture.convert("RGB")


def _encoded(picture: Image.Image) -> bytes:
    """The best quality that is light enough; noise that stays heavy is made smaller."""
    for quality in (82, 72, 62, 50, 38, 25, 12):
        out = io.BytesIO()
        picture.save(out, "JPEG", quality=quality, optimize=True, progressive=True)
        if out.tell() <= HEAVIEST:
            return out.getvalue()
    return _encoded(picture.resize((picture.width // 2, picture.height // 2)))


def keep(session: Session, actor: Actor, product: Product, jpeg: bytes) -> None:
    """Make this the product's picture."""
    session.flush()
    row = session.get(ProductPicture, product.id) or ProductPicture(product_id=product.id)
    row.jpeg, row.mark = jpeg, hashlib.sha256(jpeg).hexdigest()[:16]
    session.add(row)
    audit.record(session, actor, "product.picture", product, mark=row.mark)
