"""The printed forms of the commitment certificate (承诺达标合格证), as data: chosen by the day of issue and the party."""

import tomllib
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from importlib.resources import files

from ..errors import N_, NotNow


class Party(StrEnum):
    """Who promises: the producer that grew the goods, or the purchaser that bought them and sells them on."""

    PRODUCER = "producer"
    PURCHASER = "purchaser"


class Basis(StrEnum):
    """What the promise rests on (承诺依据); at least one."""

    CONTROL = "control"  # 质量安全控制符合要求
    SELF_TEST = "self_test"  # 自行检测合格
    COMMISSIONED_TEST = "commissioned_test"  # 委托检测合格


TESTS = frozenset({Basis.SELF_TEST, Basis.COMMISSIONED_TEST})
BASIS_WORDS = {
    Basis.CONTROL: N_("质量安全控制符合要求"),
    Basis.SELF_TEST: N_("自行检测合格"),
    Basis.COMMISSIONED_TEST: N_("委托检测合格"),
}
WORDS = N_("承诺达标合格证")
"""What must stand plainly beside the QR where the label carries the certificate."""


@dataclass(frozen=True)
class Template:
    """A form as it held from `valid_from` to `valid_to`; `lead`, `promise`, the words of each basis and of each field
    (`words`) are fixed texts."""

    key: str
    name: str
    title: str
    party: Party
    valid_from: date
    valid_to: date | None
    lead: str
    promise: tuple[str, ...]
    basis: dict[Basis, str]
    words: dict[str, str]
    source: str

    def holds_on(self, day: date) -> bool:
        """Whether it is the form of that day, both ends included."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


@cache
def templates() -> dict[str, Template]:
    """All forms by their key, the oldest first."""
    raw = tomllib.loads((files("yipin.data") / "commitments.toml").read_text("utf-8"))
    rows = (
        Template(
            t["key"],
            t["name"],
            t["title"],
            Party(t["party"]),
            t["valid_from"],
            t.get("valid_to"),
            t["lead"],
            tuple(t["promise"]),
            {Basis(key): word for key, word in t["basis"].items()},
            t["words"],
            t["source"],
        )
        for t in raw["template"]
    )
    return {row.key: row for row in rows}


def template_on(day: date, party: Party) -> Template:
    """The form that holds on a day. Before 2026-02-01 purchasers had none of their own: they used the producers'.

    Raises NotNow for a day before there was any.
    """
    held = [row for row in templates().values() if row.holds_on(day)]
    own = [row for row in held if row.party is party]
    if not held:
        raise NotNow(N_("%(day)s还没有承诺达标合格证的样式"), day=day)
    return (own or held)[0]
