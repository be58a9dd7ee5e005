"""What the bureau counts: each indicator of the policy against its target, always with the rule and the day.

A board is all indicators as of one day. Every figure on it is a tuple of lines (`measures`), so it can be answered for.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from sqlalchemy.orm import Session

from ..errors import N_, Message
from ..policy.policy import Policy, Target
from . import measures, source
from .line import Goods, Line
from .measures import Count, Lines, Period, Totals, Year, totals
from .units import named


@dataclass(frozen=True)
class Progress:
    """两品一标 against its target, always with the rule and the day of the count."""

    indicator: str  # 农产品“两品一标”
    counted: int
    target: int
    period: str  # "2023—2025"
    rule: Message = field(hash=False)  # it follows from the target
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
    count: Count
    in_main: frozenset[Goods] = frozenset()  # the products with a certificate in force in the main indicator

    @cached_property
    def first(self) -> Totals:
        """首次新增 in figures."""
        return totals(self.count.first)

    @cached_property
    def stock(self) -> Totals:
        """有效存量 in figures."""
        return totals(self.count.stock)

    @cached_property
    def pending(self) -> Totals:
        """待核 in figures."""
        return totals(self.count.pending)

    @cached_property
    def demonstrations(self) -> int:
        """How many demonstration lines are in its first-time figure, which public pages carry."""
        return sum(line.demonstration for line in self.count.first)

    @cached_property
    def years(self) -> tuple[Year, ...]:
        """Its years up to the day of the count."""
        return measures.years(self.count)

    @cached_property
    def path(self) -> tuple[tuple[date, int], ...]:
        """首次新增 added up by quarter."""
        return measures.path(self.count)

    @cached_property
    def also_counted(self) -> Lines:
        """What is in force here and, by another certificate of the same product, in the main indicator too."""
        return tuple(line for line in self.count.stock if line.unit.goods in self.in_main)

    @cached_property
    def counties(self) -> tuple[Group, ...]:
        """The figures of each county in which there is a line."""
        return self._groups(lambda line: line.county, [])

    def by_county(self, policy: Policy) -> list[Group]:
        """Every county of the city in the policy's order; then whatever lies in none of them."""
        found = {group.key: group for group in self.counties}
        inside = [found.pop(key, Group(key)) for key in policy.counties]
        return [*inside, *(group for group in found.values() if any(group.first + group.stock + group.pending))]

    def by_scheme(self) -> tuple[Group, ...]:
        """The schemes that the target counts, in its order."""
        return self.schemes

    @cached_property
    def schemes(self) -> tuple[Group, ...]:
        """The figures of each scheme that the target counts."""
        return self._groups(lambda line: line.scheme, [*self.target.counts, *self.target.brands])

    def _groups(self, key: Callable[[Line], str], names: Sequence[str]) -> tuple[Group, ...]:
        """The figures of each group of lines: of `names` in any case, then of all others that there are."""
        count = self.count
        parts = [
            measures.grouped(lines, key)
            for lines in (count.first, count.at_end, count.at_base, count.stock, count.pending)
        ]
        found = []
        for name in [*names, *sorted({name for part in parts for name in part} - set(names))]:
            first, end, base, stock, pending = (part.get(name, ()) for part in parts)
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
        lists = [lines for one in counts for lines in (one.first, one.stock, one.at_base, one.at_end, one.pending)]
        return len({line.id for lines in lists for line in lines if line.demonstration})


def board(session: Session, policy: Policy, day: date) -> Board:
    """Count every indicator afresh."""
    return count_all(named(source.lines(session, policy)), policy, day)


def count_all(lines: Sequence[Line], policy: Policy, day: date) -> Board:
    """Count every indicator over lines that have their units."""
    counts = {ref: measures.count(lines, period_of(target), day) for ref, target in policy.targets.items()}
    main = policy.main_target_on(day)
    in_main = frozenset(line.unit.goods for line in counts[_ref(policy, main)].stock)
    return Board(
        day,
        {
            ref: Indicator(ref, target, counts[ref], in_main if target.key != main.key else frozenset())
            for ref, target in policy.targets.items()
        },
    )


def _ref(policy: Policy, target: Target) -> str:
    return next(ref for ref, one in policy.targets.items() if one is target)


def period_of(target: Target) -> Period:
    """What a target counts, for the measures."""
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
