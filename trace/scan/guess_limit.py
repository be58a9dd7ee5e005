"""Limits guessing of tiny codes: a client that sends too many wrong ones gets no answer for a while.

The check of a tiny code has 48 bits. That is enough if nobody can try codes without end. The counts are kept in the
memory of one process, so that many guesses do not cause many writes. A restart forgets them, which helps a guesser
little. All addresses of one network count as one client, as in `looks`. The network is kept only as a hash, under a key
of this process.
"""

import hashlib
import hmac
import math
import secrets
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock

from ..errors import N_, Throttled

WINDOW = timedelta(minutes=10)
CLIENT_LIMIT = 20  # wrong codes of one client in the window
BATCH_LIMIT = 2000  # wrong codes of one batch in the window, from all clients; beyond that it is under attack
UNDER_ATTACK = 2  # wrong codes that one client may send for such a batch; a client that sent none is not affected
MOST_KEPT = 20_000  # clients, and as many batches


@dataclass
class _Count:
    since: datetime
    wrong: int = 0


class _Counts:
    """Counts by key, the oldest forgotten first."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Hashable, _Count] = OrderedDict()

    def of(self, key: Hashable, now: datetime) -> _Count | None:
        found = self._kept.get(key)
        return found if found and found.since <= now < found.since + WINDOW else None  # a future one: a wrong clock

    def add(self, key: Hashable, now: datetime) -> None:
        if self.of(key, now) is None:
            self._kept[key] = _Count(now)
            self._kept.move_to_end(key)
            while len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)
        self._kept[key].wrong += 1

    def __len__(self) -> int:
        return len(self._kept)


class GuessLimit:
    """Counts the wrong tiny codes that came to this process within the last 10 minutes."""

    def __init__(self) -> None:
        self._key, self._lock = secrets.token_bytes(32), Lock()
        self._clients, self._batches = _Counts(), _Counts()

    def refuse(self, network: str, batch: int, now: datetime) -> None:
        """Raises Throttled for a network that has sent too many wrong codes, whatever it sends now (`now`: aware UTC).

        It is called before the code is checked, so that a guesser does not learn which of many guesses is right.
        """
        with self._lock:
            mine, all_of_batch = self._clients.of(self._mark(network), now), self._batches.of(batch, now)
        limit = UNDER_ATTACK if all_of_batch and all_of_batch.wrong >= BATCH_LIMIT else CLIENT_LIMIT
        if mine and mine.wrong >= limit:
            minutes = math.ceil((mine.since + WINDOW - now) / timedelta(minutes=1))
            raise Throttled(
                N_(
                    "从您所在的网络来了太多不对的贴纸小码，暂停查验，请 %(minutes)d 分钟后再扫；急用可换一个网络（如手机流量）再扫。"
                    "这不说明您手里的这一件是真是假：查到结果之前，请先不要凭贴纸购买或食用。"
                ),
                minutes=minutes,
            )

    def wrong(self, network: str, batch: int, now: datetime) -> None:
        """Count a wrong code of this batch from this network."""
        with self._lock:
            self._clients.add(self._mark(network), now)
            self._batches.add(batch, now)

    def _mark(self, network: str) -> bytes:
        return hmac.digest(self._key, network.encode("utf-8", "replace"), hashlib.sha256)[:16]

    def __len__(self) -> int:
        return len(self._clients) + len(self._batches)
