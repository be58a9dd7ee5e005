"""For anyone: what is proven here, by whom and since when, what is not, and how to check it oneself. On the public blueprint.

Nothing is told of that this installation does not have: a way to check is shown if its address answers.
"""

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from flask import current_app, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from ...access.actor import Actor
from ...clock import day_of
from ...codes.keylist import KeyStatus
from ...disclosure.log_state import log_state
from ...errors import N_
from ...installation.installation import published
from ...models import DrawSeed, Event
from ..blueprints import public as bp
from ..guard import service

KEY_WORDS = {
    KeyStatus.ACTIVE: N_("在用"),
    KeyStatus.RETIRED: N_("已停用，仍能验码"),
    KeyStatus.COMPROMISED: N_("已泄露，不能单凭它认码"),
}


@dataclass(frozen=True)
class Way:
    """A way to check something oneself: its address, and in msgids its name and what it is for."""

    address: str
    name: str
    what: str


WAYS = (
    Way("/check", N_("离线核验"), N_("打开过一次以后，没有网络也能扫码核对。")),
    Way("/keys.json", N_("公开密钥"), N_("存下它，就能不经过我们验任何一个码。")),
    Way("/log/checkpoint", N_("日志的检查点"), N_("今天的记一份，以后的日志必须是从它接着写的。")),
    Way("/status/latest", N_("状态清单"), N_("冻结和召回的批次，签过名，可以带走。")),
    Way("/progress", N_("公开计数"), N_("每个数点进去，就是它背后的证书。")),
    Way("/open/certificates", N_("计数背后的证书"), N_("下载下来，自己按规则数一遍。")),
    Way("/open/recalls", N_("召回公告"), N_("结了案的也在，可以和自己存的对照。")),
    Way("/open/draws", N_("随机抽查"), N_("按公布的种子和名单，自己再抽一次。")),
    Way("/open/reports", N_("报告的哈希"), N_("手里的报告有没有被改过，一比就知道。")),
)


def ways() -> tuple[Way, ...]:
    """Those whose address answers here."""
    return tuple(way for way in WAYS if _answers(way.address))


def _answers(address: str) -> bool:
    """Whether a page of its own has this address; every other single word is taken for a code."""
    try:
        endpoint, _ = current_app.url_map.bind("").match(address)
    except RequestRedirect:
        return True
    except HTTPException:
        return False
    return bool(endpoint != "public.unit")


@bp.get("/trust")
def trust(session: Session, actor: Actor) -> ResponseReturnValue:
    found = published(service().installation.keys, service().installation.settings, actor.at)
    return render_template(
        "public/trust.html",
        ways=ways(),
        has={way.address for way in ways()},
        keys=sorted(found.keys, key=lambda key: key.number),
        signing=[key for key in found.keys if key.may_sign(actor.at)],
        key_words=KEY_WORDS,
        log=log_state(session, service().installation.settings.log_policy),
        began=_began(session),
        commitment=session.scalars(_open_commitment()).first(),
        today=day_of(actor.at),
    )


def _began(session: Session) -> date | None:
    """The day of the first event of the record."""
    first = session.scalar(sa.select(sa.func.min(Event.at)))
    return day_of(first) if first else None


def _open_commitment() -> sa.Select[DrawSeed]:
    return sa.select(DrawSeed).where(DrawSeed.draw_id.is_(None)).order_by(DrawSeed.id).limit(1)
