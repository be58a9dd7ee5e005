"""What the bureau counts: each indicator of the policy against its target, always with the rule and the day.

A board is all indicators as of one day. Every figure on it is a set of lines (`measures`), so it can be answered for.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
from sqlalchemy.orm import Session

from ..errors import N_, Message
from ..policy.policy import Policy, Target
from . import measures, source
from .line_table import LineSet, LineTable
from .measures import Count, Period, Totals, Year, totals
from .units import Ints


@dataclass(frozen=True)
class Progress:
    """两品一标 against its target, always with the rule and the day of the count."""

    indicator: str  # 农产品“两品一标”
    counted: int
    target: int
    period: str  # "2023—2025"
    rule: Message
    as_of: date
    source: str  # the policy document and its clause
    draft: bool = True  # the policy is a draft for comment (征求意见稿)
    demonstrations: int = 0  # lines of demonstration data in the figure


RULE = N_("首次新增：%(start)s至 %(end)s间首次获证、经核实的证书数，续证不计")
NET_RULE = N_("净增：%(until)s有效的数，减去基准日 %(base)s有效的数")
STOCK_RULE = N_("有效存量：%(day)s当天有效、经核实的数")
PENDING_RULE = N_("待核：已申报、还没有核实的数，不计入上面三个数")
DEMONSTRATION_RULE = N_("演示数据不计入；整个系统都是演示时才计入，并注明有几条")
UNIT_RULE = N_("计数单位：证书上的一个产品算一项；同一产品有两种认证，算两项、一个产品")


@dataclass(frozen=True)
class Group:
    """A part of an indicator (a county, a scheme): its figures."""

    key: str
    first: Totals = Totals(0, 0, 0)
    net: int = 0
    stock: Totals = Totals(0, 0, 0)
    pending: Totals = Totals(0, 0, 0)


@dataclass(frozen=True)
class Indicator:
    """One target with its count."""

    ref: str  # in addresses: the key, with its first year for a further period
    target: Target
    ledger: LineTable
    count: Count
    others: Ints | None = None  # the products (things) of which the main indicator has a certificate in force

    @cached_property
    def first(self) -> Totals:
        return totals(self.count.first)

    @cached_property
    def stock(self) -> Totals:
        return totals(self.count.stock)

    @cached_property
    def pending(self) -> Totals:
        return totals(self.count.pending)

    @cached_property
    def demonstrations(self) -> int:
        """How many demonstration lines are in its first-time figure, which public pages carry."""
        return int(np.count_nonzero(self.count.first.of("demonstration")))

    @cached_property
    def years(self) -> tuple[Year, ...]:
        return measures.years(self.ledger, self.count)

    @cached_property
    def path(self) -> tuple[tuple[date, int], ...]:
        return measures.path(self.count)

    @cached_property
    def also_counted(self) -> LineSet:
        """What is in force here and, by another certificate of the same product, in the main indicator too."""
        stock = self.count.stock
        return stock.where(np.isin(stock.thing, [] if self.others is None else self.others))

    @cached_property
    def counties(self) -> tuple[Group, ...]:
        return self._groups("county", [])

    def by_county(self, policy: Policy) -> list[Group]:
        """Every county of the city in the policy's order; then whatever lies in none of them."""
        found = {group.key: group for group in self.counties}
        inside = [found.pop(key, Group(key)) for key in policy.counties]
        return [*inside, *(group for group in found.values() if any(group.first + group.stock + group.pending))]

    def by_scheme(self) -> tuple[Group, ...]:
        return self.schemes

    @cached_property
    def schemes(self) -> tuple[Group, ...]:
        return self._groups("scheme", [*self.target.counts, *self.target.brands])

    def _groups(self, column: str, names: Sequence[str]) -> tuple[Group, ...]:
        """The figures of each word of a column: of `names` in any case, then of all others that there are."""
        count = self.count
        parts = [
            measures.by_word(lines, column)
            for lines in (count.first, count.at_end, count.at_base, count.stock, count.pending)
        ]
        names = [*names, *sorted({name for part in parts for name in part} - set(names))]
        none = measures.nothing(self.ledger)
        found = []
        for name in names:
            first, end, base, stock, pending = (part.get(name, none) for part in parts)
            found.append(Group(name, totals(first), len(end) - len(base), totals(stock), totals(pending)))
        return tuple(found)

    def rules(self) -> tuple[Message, ...]:
        """How it is counted, in sentences; never shown without them."""
        target, count = self.target, self.count
        return (
            Message(RULE, {"start": target.start, "end": target.end}),
            Message(NET_RULE, {"until": count.until, "base": target.base}),
            Message(STOCK_RULE, {"day": count.as_of}),
            Message(PENDING_RULE),
            Message(UNIT_RULE),
            Message(DEMONSTRATION_RULE),
        )


@dataclass(frozen=True)
class Board:
    """All indicators as of the end of one day, by their `ref`."""

    as_of: date
    indicators: dict[str, Indicator]

    @cached_property
    def demonstrations(self) -> int:
        """How many demonstration lines are in its figures, which a page must say."""
        counts = [one.count for one in self.indicators.values()]
        shown = [
            lines.where(lines.of("demonstration") > 0).at
            for count in counts
            for lines in (count.first, count.stock, count.at_base, count.at_end, count.pending)
        ]
        return len(np.unique(np.concatenate(shown))) if shown else 0


def board(session: Session, policy: Policy, day: date) -> Board:
    """Count every indicator afresh."""
    return count_all(LineTable(source.lines(session, policy)), policy, day)


def count_all(ledger: LineTable, policy: Policy, day: date) -> Board:
    found = {
        ref: Indicator(ref, target, ledger, measures.count(ledger, period_of(target), day))
        for ref, target in policy.targets.items()
    }
    main = found[_ref(policy, policy.main_target_on(day))]
    others = main.count.stock.thing
    return Board(day, {ref: _beside(one, main, others) for ref, one in found.items()})


def _beside(one: Indicator, main: Indicator, others: Ints) -> Indicator:
    if one.target.key == main.target.key:
        return one
    return Indicator(one.ref, one.target, one.ledger, one.count, others)


def _ref(policy: Policy, target: Target) -> str:
    return next(ref for ref, one in policy.targets.items() if one is target)


def period_of(target: Target) -> Period:
    return Period(frozenset([*target.counts, *target.brands]), target.start, target.end, target.base)


def line_of(board: Board, policy: Policy, ref: str | None = None) -> Progress:
    """One indicator as the line that public pages carry; the main one if none is named."""
    one = board.indicators[ref or _ref(policy, policy.main_target_on(board.as_of))]
    target = one.target
    return Progress(
        target.name,
        one.first.units,
        target.value,
        target.period,
        one.rules()[0],
        board.as_of,
        f"{policy.title} {target.clause}",
        policy.draft,
        one.demonstrations,
    )
