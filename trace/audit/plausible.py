"""Which amounts look like a slip (多打了零、少点了小数点、单位弄错): far beyond what is usual for whoever states them. Every entrance of
an amount asks by these rules, so that nothing absurd is taken in silence.

What is usual is the median of the stater's own latest amounts of the same kind; it speaks from a few of them on. Amounts are
hundredths of their own unit: kg, yuan, 亩.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from statistics import median

from ..errors import N_, Message
from .sure import Question

TIMES = 10  # beyond so many times the usual an amount is asked about
FROM = 3  # of fewer amounts nobody can say what is usual
LATEST = 20  # amounts that the usual is made of
YES = Message(N_("没有写错，就是这个数"))


@dataclass(frozen=True, slots=True)
class Usual:
    """The median of `count` earlier amounts."""

    amount: Decimal
    count: int

    @property
    def most(self) -> Decimal:
        """The largest amount that nobody is asked about."""
        return self.amount * TIMES


@dataclass(frozen=True, slots=True)
class Measure:
    """One thing that an amount is held against: `stated` beyond `most` is asked about, in the words of `says`."""

    says: Message
    stated: Decimal
    most: Decimal

    def exceeded(self, factor: Decimal = Decimal(1)) -> bool:
        """Whether the amount is beyond `factor` times what is asked about."""
        return self.stated > self.most * factor


@dataclass(frozen=True, slots=True)
class Weighed:
    """What comes of holding an amount against its measures: what is to be asked, and why the county must confirm it first."""

    question: Question | None = None
    waits: Message | None = None


def usual_of(earlier: Iterable[Decimal]) -> Usual | None:
    """What is usual by these amounts, the latest first; None of too few."""
    latest = [amount for amount, _ in zip(earlier, range(LATEST), strict=False)]
    return Usual(Decimal(median(latest)), len(latest)) if len(latest) >= FROM else None


def question(says: Message) -> Question:
    """What is asked about an amount, with the tick that all of them have."""
    return Question("amount", says, YES)


def unusual(what: Message, stated: Decimal | None, earlier: Iterable[Decimal], unit: str = "") -> Question | None:
    """The question about an amount that is far beyond the usual; None where it is not, or where nothing is stated. `what` names
    the field, `unit` is a word of ours."""
    found = usual_of(earlier) if stated is not None else None
    if stated is None or found is None or stated <= found.most:
        return None
    told = {"what": what, "stated": figure(stated), "unit": Message(unit), **against(stated, found)}
    says = N_(
        "“%(what)s”写的是 %(stated)s %(unit)s。平常是 %(usual)s %(unit)s（以前 %(n)s 次的中位数），这次是它的 %(times)s 倍。"
    )
    return question(Message(says, told))


def against(stated: Decimal, found: Usual) -> dict[str, object]:
    """An amount beside the usual one, as words take it in."""
    return {
        "usual": figure(found.amount),
        "n": found.count,
        "times": figure((stated / found.amount).quantize(Decimal(1))),
    }


def figure(value: Decimal) -> str:
    """An amount as messages say it: 1,250.5."""
    text = f"{value.quantize(Decimal('0.01')):,f}"
    return text.rstrip("0").rstrip(".")
