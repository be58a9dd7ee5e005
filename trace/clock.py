"""The one clock. Stored in UTC, shown and counted in days of Asia/Shanghai."""

from datetime import UTC, date, datetime, timedelta, timezone

# China has kept one zone without summer time since 1991; a fixed offset needs no zone files on the machine.
SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")


def now() -> datetime:
    """This moment, aware, in UTC."""
    return datetime.now(UTC)


def day_of(moment: datetime) -> date:
    """The day in Shanghai on which an aware moment falls."""
    return moment.astimezone(SHANGHAI).date()
