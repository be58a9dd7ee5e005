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
from ..models import packed
from .sure import Question

TIMES = 10  # beyond so many times the usual an amount is asked about
FROM = 3  # of fewer amounts nobody can say what is usual
MANY_PACKS = 100_000  # of goods bought or made, where nothing is usual yet; of a harvest the policy file says it
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
    """What is usual by these amounts, the latest first; None of too few. Nothing (a dose of 0 g) says nothing of the usual."""
    latest = [amount for amount, _ in zip(earlier, range(LATEST), strict=False) if amount > 0]
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


def by_packs(quantity: Decimal, pack_size: Decimal, unit: str, most: int) -> Measure:
    """Where nothing else can tell: the number of packs, of which nobody is asked about `most`."""
    packs = packed(quantity, pack_size).packs
    said = {"size": figure(pack_size), "unit": Message(unit), "packs": f"{packs:,}"}
    says = N_("每件 %(size)s %(unit)s，要分成 %(packs)s 件，也就是 %(packs)s 枚标签。")
    return Measure(Message(says, said), Decimal(packs), Decimal(most))


def stated(quantity: Decimal, unit: str, odd: Iterable[Message]) -> Message:
    """What was stated, and all that is odd about it, in one message."""
    said = Message(N_("这一批写的是 %(stated)s %(unit)s。"), {"stated": figure(quantity), "unit": Message(unit)})
    for each in odd:
        said = Message(N_("%(first)s%(second)s"), {"first": said, "second": each})
    return said


def by_custom(quantity: Decimal, unit: str, usual: Usual | None) -> Measure | None:
    """An amount beside what is usual; None where that is not known."""
    if usual is None:
        return None
    says = N_("平常一次是 %(usual)s %(unit)s（以前 %(n)s 次的中位数），这次是它的 %(times)s 倍。")
    return Measure(Message(says, {"unit": Message(unit), **against(quantity, usual)}), quantity, usual.most)


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
