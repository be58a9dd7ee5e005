"""By what a record knows the data directory that it belongs to."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from ..db.columns import Base

INSTALLATION = "installation"  # the name of the row with the installation's own id


class Fingerprint(Base):
    """A mark of the installation, of a secret or of a signing key, by its name. None of them helps to guess a secret."""

    __tablename__ = "fingerprints"

    name: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    mark: Mapped[str] = mapped_column(sa.String(64))
