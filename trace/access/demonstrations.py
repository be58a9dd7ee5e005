"""One rule for demonstration data: it counts in no official figure, unless the whole installation is a demonstration.

An installation is one as long as it holds no producer but those of the demonstration. Then everything is counted, so that
the pages can be tried, and each of them says how many demonstration rows are in its figures.
"""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..models import Producer


def whole(session: Session) -> bool:
    """Whether all there is, is a demonstration."""
    return session.scalar(sa.select(Producer.id).where(Producer.demonstration.is_(False)).limit(1)) is None


def counts(session: Session) -> sa.ColumnElement[bool]:
    """Which producers' rows count, for a query that joins producers; rows without a producer count."""
    return sa.true() if whole(session) else sa.func.coalesce(Producer.demonstration, sa.false()).is_(sa.false())
