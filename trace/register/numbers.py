"""ID numbers that are not in use yet."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..codes.idnumber import new_id_number
from ..models import Batch, Product, RecoveredLine


def unused_number(session: Session, kind: type[Product] | type[Batch], county: str) -> str:
    """An ID number that no product and no batch has, also no batch that was lost with a restore: they share the page's search box."""
    while True:
        number = new_id_number(county)
        columns = (Product.id_number, Batch.id_number, RecoveredLine.number)
        if not any(session.scalar(sa.select(column).where(column == number).limit(1)) for column in columns):
            return number
