"""The picture of a product. `sanitise` makes it small and harmless; `register.product_pictures` says who sees it."""

from typing import IO

from . import sandbox
from .sanitise import LARGEST


def small_jpeg(file: IO[bytes]) -> bytes:
    """The small picture made of an upload, as JPEG. Raises Invalid for anything but a JPEG, PNG, WebP or HEIC within bounds."""
    return sandbox.small_jpeg(file.read(LARGEST + 1))
