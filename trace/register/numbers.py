"""ID numbers that are not in use yet."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..codes.idnumber import new_id_number
from ..models import Batch, Product


def unused_number(session: Session, kind: type[Product] | type[Batch], county: str) -> str:
    """An ID number that no product and no batch has: the two share the page's search box."""
    while True:
        number = new_id_number(county)
        taken = session.scalar(sa.select(Product.id).where(Product.id_number == number))
        if not taken and not session.scalar(sa.select(Batch.id).where(Batch.id_number == number)):
            return number
