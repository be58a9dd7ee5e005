"""What the rule about copied labels finds, and whom it alarms wrongly: `_clones.py FOLDER` writes table and plot there.

Packs are invented with seeds and judged by the product's own `weigh` under the policy file that it comes with. The assumptions
stand below as constants, and in docs/clones.md in words.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from yipin.policy.clones import CloneRule, CloneSign
from yipin.policy.policy import load
from yipin.scan.clones import PackFacts, weigh

RULE = load("zhuzhou").clone
COPIES, SHARES = (20, 50, 100, 300), (0.05, 0.20)  # copies of one label; share of packs that anybody scans
DISPLAY, DISPLAY_READERS = 0.005, 15  # share of packs that stand on display, and their readers on average
MORE = 0.31  # how likely it is that after one reader of a household another one looks, or the same on another day
REGIONS, WRONG, UNKNOWN = 10, 0.05, 0.20  # readers put into a wrong region, or in networks that the table does not have
CONFIRM = 0.5  # share of packs of which a shop says that they are sold

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Knowledge:
    """What a bureau knows besides the readers."""

    name: str
    regions: bool
    sales: bool
    rule: CloneRule = RULE


CROWD = CloneRule(50, 24, signs=(CloneSign("", 10, {"readers": 12}),))
KNOWN = (
    Knowledge("another rule: 12 readers", False, False, CROWD),
    Knowledge("readers alone", False, False),
    Knowledge("with sold confirmations", False, True),
    Knowledge("with regions", True, False),
    Knowledge("all", True, True),
)


@dataclass(frozen=True)
class Packs:
    """Simulated packs. Each reader has a region (0: where it was shipped, -1: unknown) and tells of the pack by its number."""

    count: int
    pack: Ints
    region: Ints
    after_sale: NDArray[np.bool_]
    confirmed: NDArray[np.bool_]

    def facts(self, known: Knowledge) -> Iterator[PackFacts]:
        """Of each pack that has readers enough for any sign."""
        readers = np.bincount(self.pack, minlength=self.count)
        sold = np.bincount(self.pack[self.after_sale], minlength=self.count)
        where = np.zeros((self.count, REGIONS), bool)
        elsewhere = self.region > 0
        where[self.pack[elsewhere], self.region[elsewhere]] = True
        for pack in np.flatnonzero(readers >= (known.rule.fewest_readers or 1)):
            yield PackFacts(
                int(readers[pack]),
                places_elsewhere=int(where[pack].sum()) if known.regions else None,
                readers_after_sale=int(sold[pack]) if known.sales and self.confirmed[pack] else None,
            )

    def alarmed(self, known: Knowledge) -> int:
        """How many packs an officer would be shown."""
        return sum(weigh(facts, known.rule) is not None for facts in self.facts(known))


def _households(chance: np.random.Generator, count: int) -> Ints:
    """The readers of so many scanned packs, each counted once a day."""
    return chance.geometric(1 - MORE, count)


def _as_known(chance: np.random.Generator, true: Ints) -> Ints:
    """The regions as the bureau's table gives them."""
    said = np.where(chance.random(true.size) < WRONG, (true + chance.integers(1, REGIONS, true.size)) % REGIONS, true)
    return np.where(chance.random(true.size) < UNKNOWN, -1, said)


def genuine(chance: np.random.Generator, count: int, share: float) -> Packs:
    """Packs of which none is copied. A household looks once it has bought; one on display is looked at before it is sold."""
    readers = np.where(chance.random(count) < share, _households(chance, count), 0)
    shown = np.where(chance.random(count) < DISPLAY, chance.poisson(DISPLAY_READERS, count), 0)
    pack = np.concatenate([np.repeat(np.arange(count), readers), np.repeat(np.arange(count), shown)])
    after = np.arange(pack.size) < readers.sum()
    return Packs(count, pack, _as_known(chance, np.zeros(pack.size, int)), after, chance.random(count) < CONFIRM)


def copied(chance: np.random.Generator, sets: int, copies: int, share: float) -> Packs:
    """Sets of copies of one label, sold evenly over the regions and over the time; the genuine pack is sold at some time in it."""
    each = chance.binomial(copies, share, sets)
    of_set = np.repeat(np.arange(sets), each)
    region = chance.integers(0, REGIONS, of_set.size)
    homes = _households(chance, of_set.size)
    pack, true = np.repeat(of_set, homes), np.repeat(region, homes)
    after = np.repeat(chance.random(of_set.size), homes) > chance.random(sets)[pack]
    return Packs(sets, pack, _as_known(chance, true), after, chance.random(sets) < CONFIRM)


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
COLOURS = ("#c9a0a0", "#8a8a8a", "#b35c00", "#1f6f54", "#0b3d91")


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
