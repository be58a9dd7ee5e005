"""The words for how the public log and its witnesses stand."""

from datetime import datetime

from flask import Flask

from .. import clock
from ..errors import N_, Message
from ..log.witness_state import WitnessState
from ..models import Trouble

TROUBLE_WORDS = {
    Trouble.AWAY: N_("连不上"),
    Trouble.SLOW: N_("没有按时回答"),
    Trouble.REFUSED: N_("没有签，回答了 HTTP %(n)s"),
    Trouble.RUBBISH: N_("回答的不是联署"),
    Trouble.BAD_SIGNATURE: N_("签名不对"),
    Trouble.CLOCK: N_("签名的时间差了 %(n)s 秒"),
    Trouble.AHEAD: N_("它看到过第 %(n)s 条，本系统没有这么多：本系统的日志倒退过"),
    Trouble.FORK: N_("它看到过另一份历史，本系统的日志接不上"),
}
HOUR, DAY = 60, 24 * 60


def lag(state: WitnessState, now: datetime | None = None) -> Message:
    """How far a witness is behind what is published, in time and in entries."""
    if not state.behind:
        return Message(N_("没有落后"))
    minutes = state.minutes_behind(now or clock.now())
    if minutes < 1:
        return Message(N_("落后不到 1 分钟 / %(n)s 条"), {"n": state.behind})
    if minutes < HOUR:
        return Message(N_("落后 %(m)s 分钟 / %(n)s 条"), {"m": minutes, "n": state.behind})
    if minutes < DAY:
        return Message(N_("落后 %(m)s 小时 / %(n)s 条"), {"m": minutes // HOUR, "n": state.behind})
    return Message(N_("落后 %(m)s 天 / %(n)s 条"), {"m": minutes // DAY, "n": state.behind})


def trouble(state: WitnessState) -> Message | None:
    """What is the matter with a witness; None for one that signs."""
    return Message(TROUBLE_WORDS[state.trouble], {"n": state.detail}) if state.trouble else None


def init_app(app: Flask) -> None:
    """Give templates the words."""
    app.jinja_env.globals.update(lag_of=lag, trouble_of=trouble)
