"""What the rule about copied labels finds, and whom it alarms wrongly: `_clones.py FOLDER` writes table and plot there.

Packs are invented with seeds and judged by the product's own `facts_of` and `weigh` under the policy file that it comes with.
The assumptions stand below as constants, and in docs/clones.md in words.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from yipin.policy.clones import CloneRule, CloneSign
from yipin.policy.policy import load
from yipin.scan.clones import Course, Met, PackFacts, facts_of, weigh

RULE = load("zhuzhou").clone
COPIES, SHARES = (20, 50, 100, 300), (0.05, 0.20)  # copies of one label; share of packs that anybody scans
DISPLAY, DISPLAY_READERS = 0.005, 15  # share of packs that stand on display, and their readers on average
MORE = 0.31  # how likely it is that after one reader of a household another one looks, or the same on another day
REGIONS, WRONG, UNKNOWN = 10, 0.05, 0.20  # readers put into a wrong region, or in networks that the table does not have
PRESENTS = 0.10  # share of households that live where the goods were not shipped
CONFIRM = 0.5  # share of packs of which a shop says that they are sold
DAYS, AFTER = 30, 4  # for how long a batch is on sale, and how long after its sale a pack is looked at on average
BEGIN_OF_SALE = datetime(2026, 7, 20, tzinfo=UTC)
NAMES = (*(f"region {n}" for n in range(REGIONS)), "")  # the last, -1, is not known

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Knowledge:
    """What a bureau knows besides the readers."""

    name: str
    regions: bool
    shipments: bool
    sales: bool
    rule: CloneRule = RULE


CROWD = CloneRule(50, 24, signs=(CloneSign("", 10, {"readers": 12}),))
KNOWN = (
    Knowledge("another rule: 12 readers", False, False, False, CROWD),
    Knowledge("readers alone", False, False, False),
    Knowledge("sold confirmations", False, False, True),
    Knowledge("regions", True, False, False),
    Knowledge("regions, shipments", True, True, False),
    Knowledge("all", True, True, True),
)


@dataclass(frozen=True)
class Packs:
    """Simulated packs, and their readers in the order of the packs.

    Of each reader the pack's number, the region as the bureau's table gives it (0: where the batch was shipped, -1: unknown), the
    household, whose network it shares, and when it looked and when the pack was sold, in days of its time on sale.
    """

    count: int
    pack: Ints
    region: Ints
    household: Ints
    at: Floats
    sold: Floats
    confirmed: NDArray[np.bool_]

    def alarmed(self, known: Knowledge) -> int:
        """How many packs an officer would be shown."""
        return sum(weigh(facts, known.rule) is not None for facts in self.facts(known))

    def facts(self, known: Knowledge) -> Iterator[PackFacts]:
        """Of each pack that has readers enough for any sign: what the product's own `facts_of` makes of them."""
        starts = np.searchsorted(self.pack, np.arange(self.count + 1))
        for pack in np.flatnonzero(np.diff(starts) >= (known.rule.fewest_readers or 1)):
            yield facts_of(
                self._met(known, slice(starts[pack], starts[pack + 1])), self._course(known, pack), known.rule
            )

    def _met(self, known: Knowledge, some: slice) -> list[Met]:
        people = zip(self.at[some], self.region[some], self.household[some], strict=True)
        return [Met(_moment(at), NAMES[where] if known.regions else "", str(home)) for at, where, home in people]

    def _course(self, known: Knowledge, pack: int) -> Course:
        sold = _moment(self.sold[pack]) if known.sales and self.confirmed[pack] else None
        shipped = frozenset({NAMES[0]}) if known.shipments else None
        return Course(shipped, sold, NAMES[0] if sold and known.regions else "")


def _moment(days: float) -> datetime:
    return BEGIN_OF_SALE + timedelta(days=float(days))


def _households(chance: np.random.Generator, count: int) -> Ints:
    """The readers of so many scanned packs, each counted once a day."""
    return chance.geometric(1 - MORE, count)


def _as_known(chance: np.random.Generator, true: Ints) -> Ints:
    """The regions as the bureau's table gives them."""
    said = np.where(chance.random(true.size) < WRONG, (true + chance.integers(1, REGIONS, true.size)) % REGIONS, true)
    return np.where(chance.random(true.size) < UNKNOWN, -1, said)


def _elsewhere(chance: np.random.Generator, count: int) -> Ints:
    """The regions in which the households of genuine packs live: where the goods went, but for presents and journeys."""
    return np.where(chance.random(count) < PRESENTS, chance.integers(1, REGIONS, count), 0)


def genuine(chance: np.random.Generator, count: int, share: float) -> Packs:
    """Packs of which none is copied. A household looks once it has bought; one on display is looked at before it is sold."""
    readers = np.where(chance.random(count) < share, _households(chance, count), 0)
    shown = np.where(chance.random(count) < DISPLAY, chance.poisson(DISPLAY_READERS, count), 0)
    sold = chance.random(count) * DAYS
    buyers, lookers = np.repeat(np.arange(count), readers), np.repeat(np.arange(count), shown)
    at = np.concatenate(
        [sold[buyers] + chance.exponential(AFTER, buyers.size), sold[lookers] * chance.random(lookers.size)]
    )
    true = np.concatenate([_elsewhere(chance, count)[buyers], np.zeros(lookers.size, int)])
    # each who looks at a display comes from a network of its own
    home = np.concatenate([buyers, count + np.arange(lookers.size)])
    pack, known = np.concatenate([buyers, lookers]), _as_known(chance, true)
    order = np.argsort(pack, kind="stable")
    confirmed = chance.random(count) < CONFIRM
    return Packs(count, pack[order], known[order], home[order], at[order], sold, confirmed)


def copied(chance: np.random.Generator, sets: int, copies: int, share: float) -> Packs:
    """Sets of copies of one label, sold evenly over the regions and over the time; the genuine pack is sold at some time in it."""
    each = chance.binomial(copies, share, sets)
    of_set = np.repeat(np.arange(sets), each)
    region, bought = chance.integers(0, REGIONS, of_set.size), chance.random(of_set.size) * DAYS
    homes = _households(chance, of_set.size)
    home = np.repeat(np.arange(of_set.size), homes)
    at = bought[home] + chance.exponential(AFTER, home.size)
    sold, confirmed = chance.random(sets) * DAYS, chance.random(sets) < CONFIRM
    return Packs(sets, of_set[home], _as_known(chance, region[home]), home, at, sold, confirmed)


@dataclass(frozen=True)
class Row:
    """One row of the table: shares from 0 to 1. `false_of_seen`: of the packs that anybody looked at."""

    known: Knowledge
    share: float
    false: float
    false_of_seen: float
    found: tuple[float, ...]


def rows(packs: int, sets: int, seed: int = 2026) -> list[Row]:
    """The table, of so many genuine packs and sets of copies for each share."""
    table = []
    for share in SHARES:
        chance = np.random.default_rng([seed, round(share * 100)])
        normal = genuine(chance, packs, share)
        clones = [copied(chance, sets, copies, share) for copies in COPIES]
        for known in KNOWN:
            found = tuple(each.alarmed(known) / sets for each in clones)
            false = normal.alarmed(known)
            table.append(Row(known, share, false / packs, false / np.unique(normal.pack).size, found))
    return table


HEAD = (
    "| what is known | packs scanned | false: of all packs | of packs looked at | "
    + " | ".join(f"{n} copies" for n in COPIES)
    + " |"
)


def table(of: list[Row]) -> str:
    """The rows as they stand in the paper."""
    lines = [HEAD, "|---|" + "---:|" * (len(COPIES) + 3)]
    for row in of:
        found = " | ".join(f"{share:.1%}" for share in row.found)
        lines.append(f"| {row.known.name} | {row.share:.0%} | {row.false:.4%} | {row.false_of_seen:.3%} | {found} |")
    return "\n".join(lines)


WIDTH, HEIGHT, LEFT, TOP = 720, 300, 48, 40  # px
COLOURS = ("#c9a0a0", "#8a8a8a", "#b35c00", "#8a4fb0", "#1f6f54", "#0b3d91")


def plot(of: list[Row]) -> str:
    """Detection by number of copies, one panel a share of packs scanned."""
    parts = [f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>']
    for panel, share in enumerate(SHARES):
        parts += _panel(LEFT + panel * 340, f"{share:.0%} of packs scanned", [row for row in of if row.share == share])
    x = LEFT
    for colour, known in zip(COLOURS, KNOWN, strict=True):
        parts.append(f'<rect x="{x}" y="{HEIGHT - 18}" width="10" height="10" fill="{colour}"/>')
        parts.append(f'<text x="{x + 15}" y="{HEIGHT - 9}">{known.name}</text>')
        x += 40 + 6 * len(known.name)
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="11">'
    return "\n".join([head, "<title>Sets of copies found, by number of copies</title>", *parts, "</svg>", ""])


def _panel(left: int, title: str, of: list[Row]) -> Iterator[str]:
    across, high = 280 / (len(COPIES) - 1), HEIGHT - TOP - 60
    yield f'<text x="{left}" y="{TOP - 18}" font-weight="bold">{title}</text>'
    for level in (0, 50, 100):
        y = TOP + high * (1 - level / 100)
        yield f'<path d="M{left} {y:.0f}h280" stroke="#ddd"/><text x="{left - 6}" y="{y + 4:.0f}" text-anchor="end">{level}</text>'
    for n, copies in enumerate(COPIES):
        yield f'<text x="{left + n * across:.0f}" y="{TOP + high + 18}" text-anchor="middle">{copies}</text>'
    for colour, row in zip(COLOURS, of, strict=True):
        dashes = ' stroke-dasharray="6 4"' if row.known is KNOWN[-1] else ""  # it covers the one before
        points = " ".join(
            f"{left + n * across:.0f},{TOP + high * (1 - found):.1f}" for n, found in enumerate(row.found)
        )
        yield f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2.5"{dashes}/>'


BEGIN, END = "<!-- scripts/clones writes from here -->", "<!-- to here -->"


def main(folder: Path) -> None:
    found = rows(packs=1_000_000, sets=3_000)
    paper = folder / "clones.md"
    before, rest = paper.read_text("utf-8").split(BEGIN)
    paper.write_text(f"{before}{BEGIN}\n{table(found)}\n{END}{rest.split(END)[1]}", "utf-8")
    (folder / "clones.svg").write_text(plot(found), "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
