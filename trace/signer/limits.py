"""How much is signed: so many codes a minute and a day. Whoever has broken into the service cannot sign more than that unnoticed.

What may have been signed today is kept in a file, so that a restart gives no second day: some more than was signed, so that not every
question waits for the disk.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from ..clock import day_of
from ..diskfiles import write_whole
from ..errors import N_, Unavailable

FILE = "signed.json"
MINUTE = timedelta(minutes=1)
AHEAD = 10_000  # codes that a restart may lose of a day


@dataclass
class Limits:
    """Counts what is signed. `now` gives the moment (aware UTC); a day is one of Shanghai."""

    folder: Path
    a_minute: int
    a_day: int
    now: Callable[[], datetime]
    _since: datetime | None = field(default=None, init=False)
    _minute: int = field(default=0, init=False)
    _day: str = field(default="", init=False)
    _signed: int = field(default=0, init=False)  # today
    _reserved: int = field(default=0, init=False)  # of today, on the disk

    def take(self, count: int) -> None:
        """Count so many more. Raises Unavailable, and counts none, beyond a limit or if the count cannot be kept."""
        now = self.now()
        if self._since is None or not self._since <= now < self._since + MINUTE:
            self._since, self._minute = now, 0
        self._begin(day_of(now).isoformat())
        if self._minute + count > self.a_minute:
            raise Unavailable(N_("超过每分钟 %(most)d 枚的上限，请过一分钟再试"), most=self.a_minute)
        if self._signed + count > self.a_day:
            raise Unavailable(N_("超过每天 %(most)d 枚的上限，今天不再签名"), most=self.a_day)
        if self._signed + count > self._reserved:
            self._reserve(min(self.a_day, self._signed + count + AHEAD))
        self._minute, self._signed = self._minute + count, self._signed + count

    def _begin(self, day: str) -> None:
        """Begin a day with what is on the disk of it. One before the day that was kept is none: the clock was put back."""
        if self._day and day <= self._day:
            return
        kept, count = self._kept()
        self._day = max(day, kept)
        self._signed = self._reserved = count if day <= kept else 0

    def _kept(self) -> tuple[str, int]:
        try:
            told = json.loads((self.folder / FILE).read_bytes())
            return str(told["day"]), int(told["count"])
        except FileNotFoundError:
            return "", 0

    def _reserve(self, count: int) -> None:
        try:
            write_whole(self.folder / FILE, json.dumps({"day": self._day, "count": count}).encode())
        except OSError as error:
            raise Unavailable(N_("签名的数目写不下来：%(why)s"), why=error.strerror or "") from None
        self._reserved = count
