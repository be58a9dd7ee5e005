"""Pictures of products for tests: drawn in one colour, and sent, or sent and approved."""

import io
from dataclasses import replace

from PIL import Image
from sqlalchemy.orm import Session

from yipin.access.actor import Actor
from yipin.models import Product
from yipin.register import product_pictures
from yipin.uploads import sanitise


def upload(colour: tuple[int, int, int]) -> bytes:
    """The file of a photograph in one colour, as it is sent."""
    file = io.BytesIO()
    Image.new("RGB", (64, 48), colour).save(file, "PNG")
    return file.getvalue()


def kept(colour: tuple[int, int, int]) -> bytes:
    """What the service keeps of it."""
    return sanitise.small_jpeg(io.BytesIO(upload(colour)))


def shown_picture(session: Session, grower: Actor, city: Actor, product: Product, jpeg: bytes) -> str:
    """A picture that county and city have agreed to; returns its mark."""
    mark = product_pictures.submit(session, grower, product, jpeg).mark
    product_pictures.approve(
        session, replace(city, account_id=None), product, mark
    )  # the county's word: another person
    product_pictures.approve(session, city, product, mark)
    return mark
