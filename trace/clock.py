"""The one clock. Stored in UTC, shown and counted in days of Asia/Shanghai."""

from datetime import UTC, date, datetime, time, timedelta, timezone

# China has kept one zone without summer time since 1991; a fixed offset needs no zone files on the machine.
SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")


def now() -> datetime:
    """This moment, aware, in UTC."""
    return datetime.now(UTC)


def day_of(moment: datetime) -> date:
    """The day in Shanghai on which an aware moment falls."""
    return moment.astimezone(SHANGHAI).date()


def written(day: date) -> str:
    """2026年7月18日: a day in Chinese."""
    return f"{day.year}年{day.month}月{day.day}日"


def start_of(day: date) -> datetime:
    """The moment at which a day begins in Shanghai."""
    return datetime.combine(day, time(), SHANGHAI)
