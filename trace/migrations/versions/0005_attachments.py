"""Papers and photographs that belong to a row of the record."""

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Nothing yet."""
