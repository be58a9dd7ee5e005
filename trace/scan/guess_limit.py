"""Limits guessing of tiny codes. Whoever sent too many wrong ones must show work (`accounts.proof`) before the next one.

The check of a tiny code has 48 bits. That is enough if nobody can try codes without end: 20,000 wrong codes of a batch in
10 minutes are 2,880,000 a day in each process, and the first right one is to be expected after 97,000,000 days. The counts
are kept in the memory of one process, so that many guesses do not cause many writes. A restart forgets them, which helps a
guesser little. Networks are those of `looks`, and are kept only as a hash, under a key of this process.
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

from ..accounts.budget import bits_beyond
from ..accounts.proof import Paid, Proof
from ..errors import N_, ProofWanted, Throttled
from ..register.hints import HintLimit

WINDOW = timedelta(minutes=10)
PURPOSE = "scan"
# Wrong codes in the window that are free: of one client (network and browser), of its network, and of one batch.
CLIENT_LIMIT, NETWORK_LIMIT, BATCH_LIMIT = 20, 60, 2_000
UNDER_ATTACK = 2  # wrong codes of one network for a batch beyond its limit; a network that sent none is not affected
MOST_OF_BATCH = 20_000  # beyond it, networks that sent wrong codes get no answer for this batch, whatever they show
WORTH = {Paid.WORK: 5, Paid.WAITING: 1}  # wrong codes that one proof is good for
MOST_WAITED = 100  # of one network: wrong codes that were paid by waiting
MOST_KEPT = 20_000  # clients, and as many networks, batches and proofs
CLOCKS = timedelta(minutes=1)  # a window that begins later than this was opened by a clock that was wrong
_PAY = N_(
    "从您所在的网络来了好几个不对的贴纸小码，要先确认一下再查，几秒钟就好。"
    "这不说明您手里的这一件是真是假：查到结果之前，请先不要凭贴纸购买或食用。"
)


@dataclass(frozen=True)
class Client:
    """The sender of a code: its network and browser family as in `looks.Reader`, and the proof that it shows, if any."""

    network: str
    agent: str = ""
    proof: Proof | None = None


@dataclass
class _Count:
    since: datetime
    wrong: int = 0


class _Counts:
    """Counts by key, the oldest forgotten first."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Hashable, _Count] = OrderedDict()

    def of(self, key: Hashable, now: datetime) -> _Count:
        found = self._kept.get(key)
        return found if found and found.since <= now + CLOCKS and now < found.since + WINDOW else _Count(now)

    def add(self, key: Hashable, now: datetime) -> None:
        count = self.of(key, now)
        count.wrong += 1
        if self._kept.get(key) is not count:
            self._kept[key] = count
            self._kept.move_to_end(key)
            while len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)

    def __len__(self) -> int:
        return len(self._kept)


class GuessLimit:
    """Counts the wrong tiny codes that came to this process within the last 10 minutes, and beside them the hints at
    mistyped numbers (`hints`)."""

    def __init__(self) -> None:
        self._key, self._lock, self.hints = secrets.token_bytes(32), Lock(), HintLimit()
        self._clients, self._networks, self._batches, self._proofs = (_Counts() for _ in range(4))

    def refuse(self, client: Client, batch: int, now: datetime) -> None:
        """Raises ProofWanted for a client that has sent too many wrong codes, whatever it sends now (`now`: aware UTC).
        Raises Throttled for its whole network when the batch is under attack beyond all bounds.

        It is called before the code is checked, so that a guesser does not learn which of many guesses is right.
        """
        with self._lock:
            network = self._networks.of(self._mark(client.network), now)
            wrong = self._batches.of(batch, now).wrong
            beyond = self._beyond(client, network.wrong, wrong, now)
            is_paid = self._is_paid(client, now)
        if wrong >= MOST_OF_BATCH and network.wrong >= UNDER_ATTACK:
            raise Throttled(
                N_(
                    "这一批的贴纸小码正被人大量试猜，从您所在的网络暂停查验，请 %(minutes)d 分钟后再扫；"
                    "急用可换一个网络（如手机流量）再扫。"
                    "这不说明您手里的这一件是真是假：查到结果之前，请先不要凭贴纸购买或食用。"
                ),
                minutes=math.ceil((network.since + WINDOW - now) / timedelta(minutes=1)),
            )
        if beyond >= 0 and not is_paid:
            raise ProofWanted(PURPOSE, bits_beyond(beyond), _PAY)

    def _beyond(self, client: Client, of_network: int, of_batch: int, now: datetime) -> int:
        """By how many wrong codes this client, its network or the batch is beyond what is free; below 0 if it is not."""
        mine = self._clients.of(self._mark(client.network, client.agent), now).wrong
        is_attacked = of_batch >= BATCH_LIMIT and of_network >= UNDER_ATTACK
        return max(mine - CLIENT_LIMIT, of_network - NETWORK_LIMIT, 0 if is_attacked else -1)

    def _is_paid(self, client: Client, now: datetime) -> bool:
        shown = client.proof
        if shown is None or self._proofs.of(shown.mark, now).wrong >= WORTH[shown.paid]:
            return False
        return shown.paid is Paid.WORK or self._proofs.of(self._waited(client), now).wrong < MOST_WAITED

    def wrong(self, client: Client, batch: int, now: datetime) -> None:
        """Count a wrong code of this batch from this client."""
        with self._lock:
            self._clients.add(self._mark(client.network, client.agent), now)
            self._networks.add(self._mark(client.network), now)
            self._batches.add(batch, now)
            if client.proof:
                self._proofs.add(client.proof.mark, now)
            if client.proof and client.proof.paid is Paid.WAITING:
                self._proofs.add(self._waited(client), now)

    def _waited(self, client: Client) -> bytes:
        return self._mark(client.network, "waited")

    def _mark(self, *texts: str) -> bytes:
        return hmac.digest(self._key, "\0".join(texts).encode("utf-8", "replace"), hashlib.sha256)[:16]

    def __len__(self) -> int:
        return sum(map(len, (self._clients, self._networks, self._batches, self._proofs)))
