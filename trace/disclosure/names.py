"""Names that may stand in open data. The name of a company or cooperative is public; that of a natural person is personal data
(个人信息保护法, article 28 and before), of which the surname alone is given.
"""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..models import Producer, ProducerKind


def people(session: Session) -> frozenset[int]:
    """The producers who are natural persons: individuals, and whoever has no code of an organisation."""
    natural = sa.or_(Producer.kind == ProducerKind.INDIVIDUAL, Producer.uscc.is_(None))
    return frozenset(session.scalars(sa.select(Producer.id).where(natural)))


def masked(name: str) -> str:
    """A person's name with all but its first character hidden: 张**."""
    return name[:1] + "*" * max(1, len(name) - 1)
