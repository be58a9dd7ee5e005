"""The picture of a product. `sanitise` makes it small and harmless."""

import hashlib
from typing import IO

from sqlalchemy.orm import Session

from ..access.actor import Actor
from ..audit import log
from ..models import Action, Product, ProductPicture
from . import sandbox
from .sanitise import LARGEST


def small_jpeg(file: IO[bytes]) -> bytes:
    """The small picture made of an upload, as JPEG. Raises Invalid for anything but a JPEG, PNG, WebP or HEIC within bounds."""
    return sandbox.small_jpeg(file.read(LARGEST + 1))


def keep(session: Session, actor: Actor, product: Product, jpeg: bytes) -> None:
    """Make this the product's picture."""
    session.flush()
    row = session.get(ProductPicture, product.id) or ProductPicture(product_id=product.id)
    row.jpeg, row.mark = jpeg, hashlib.sha256(jpeg).hexdigest()[:16]
    session.add(row)
    log.record(session, actor, Action.PRODUCT_PICTURE, product, mark=row.mark)
