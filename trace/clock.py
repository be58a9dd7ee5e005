"""The one clock. Moments are stored in UTC. Days are shown and counted in the time of Asia/Shanghai."""

from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import lru_cache

# China has kept one zone without summer time since 1991; a fixed offset needs no zone files on the machine.
SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")


def now() -> datetime:
    """The present moment: aware, in UTC."""
    return datetime.now(UTC)


@lru_cache(maxsize=256)  # the looks of a group are asked for the same moments
def day_of(moment: datetime) -> date:
    """The day in Shanghai on which the aware moment falls."""
    return moment.astimezone(SHANGHAI).date()


def written(day: date) -> str:
    """A day as it is written in Chinese: 2026年7月18日."""
    return f"{day.year}年{day.month}月{day.day}日"


def start_of(day: date) -> datetime:
    """The aware moment at which the day begins in Shanghai."""
    return datetime.combine(day, time(), SHANGHAI)


def years_before(day: date, years: int) -> date:
    """The same day some years back. 29 February becomes 28 February where there is none."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)
