"""How often a password may be tried.

The first failures are free. Beyond them each try needs a proof of work, so that the owner gets through from a device that
is not known yet, whatever strangers do. A known device has a count of its own, which strangers cannot raise.

One address gets at most 20 wrong tries an hour at one account, which is 480 a day, and one network (/24, /48) 200 an hour,
4,800 a day. From everywhere together 30 in a quarter of an hour, 2,880 a day, are free. Each further one costs at least
131,000 hashes, and the work doubles with every hundred until it is 4,200,000.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from ..db import Database
from ..errors import N_, ProofWanted, Throttled
from ..models import Account
from . import attempts, budget, devices
from .attempts import Limit
from .proof import Proof

WINDOW, HOUR = timedelta(minutes=15), timedelta(hours=1)
PURPOSE = "login"
# Failures that are free: of one login from one address, of one network, of one login from anywhere.
FREE = tuple(Limit(name, most, WINDOW) for name, most in (("pair", 5), ("client", 40), ("login", 30)))
# Failures at one login after which an address or a network gets no further try, whatever it shows.
MOST = (Limit("pair_hour", 20, HOUR), Limit("network_hour", 200, HOUR))
DEVICE = Limit("device", 10, WINDOW)  # failures of one known device at its own account
_MORE = N_("登录失败的次数多了，要多确认一下。登录名还在，请再输一次密码。")


@dataclass(frozen=True)
class Client:
    """The sender of a log-in: its address and network, the cookie of known devices, and the proof of work, if any."""

    address: str
    network: str = ""
    device: str = ""
    proof: Proof | None = None


@dataclass(frozen=True)
class Try:
    """One try: under which marks it counts if it fails."""

    limits: tuple[Limit, ...]
    marks: dict[str, str]

    def failed(self, session: Session, now: datetime) -> None:
        """Count the failure."""
        for limit in self.limits:
            attempts.count(session, limit, self.marks[limit.name], now)


def admit(db: Database, login: str, account: Account | None, client: Client, key: bytes, now: datetime) -> Try:
    """Let one try at a login begin. `account` is the login's, if there is one.

    Raises Throttled when this address or network has failed too often, and ProofWanted when it must show work first.
    """
    with db.transaction(writes=False) as session:
        if found := _of_known_device(session, account, client, key, now):
            return found
        marks = _marks(login, client, key)
        _refuse(session, marks, now)
        beyond = max(attempts.counted(session, each, marks[each.name], now) - each.most for each in FREE)
    if (bits := budget.bits_beyond(beyond)) and not budget.is_spent_now(db, client.proof, marks["waited"], now):
        raise ProofWanted(PURPOSE, bits, _MORE)
    return Try((*FREE, *MOST), marks)


def _of_known_device(
    session: Session, account: Account | None, client: Client, key: bytes, now: datetime
) -> Try | None:
    token = account and devices.known(key, client.device, account, now)
    if not token:
        return None
    mark = attempts.mark(key, DEVICE.name, token)
    return None if attempts.minutes_to_wait(session, DEVICE, mark, now) else Try((DEVICE,), {DEVICE.name: mark})


def _marks(login: str, client: Client, key: bytes) -> dict[str, str]:
    network = client.network or client.address
    pair = f"{login}\0{client.address}"
    texts = {"pair": pair, "client": network, "login": login, "pair_hour": pair, "network_hour": f"{login}\0{network}"}
    return {name: attempts.mark(key, name, text) for name, text in (texts | {"waited": network}).items()}


def _refuse(session: Session, marks: dict[str, str], now: datetime) -> None:
    for limit in MOST:
        if minutes := attempts.minutes_to_wait(session, limit, marks[limit.name], now):
            raise Throttled(
                N_(
                    "登录失败次数太多，请 %(minutes)d 分钟后再试；急用请换一个网络（如手机流量），"
                    "或用以前登录过的手机、电脑。"
                ),
                minutes=minutes,
            )
