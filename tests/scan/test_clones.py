"""Which packs an officer is to look at because their label may have been copied."""

import importlib.util
import re
import sys
from datetime import timedelta
from pathlib import Path
from types import ModuleType

import pytest

from world import NOW
from yipin.errors import Unavailable
from yipin.policy import policy
from yipin.policy.clones import FACTS, CloneRule, CloneSign
from yipin.scan.clones import Course, Met, PackFacts, facts_of, weigh

ROOT = Path(__file__).resolve().parents[2]
RULE = policy.load("zhuzhou").clone


def judged(**facts: int | None) -> list[dict[str, int]]:
    """The signs that speak of such a pack, if it is one to look at."""
    found = weigh(PackFacts(**facts), RULE)  # type: ignore[arg-type]
    return [dict(sign.least) for sign in found.signs] if found else []


def test_a_sign_may_ask_each_fact_of_a_pack_and_no_other() -> None:
    assert set(PackFacts.__slots__) == FACTS


def test_readers_where_the_batch_never_went_are_a_sign() -> None:
    assert judged(readers=4, places_elsewhere=3) == [{"readers": 4, "places_elsewhere": 3}]
    assert not judged(readers=4, places_elsewhere=2)


def test_where_it_is_not_known_who_reads_where_no_place_is_elsewhere() -> None:
    assert not judged(readers=11, places_elsewhere=None)


def met(*regions: str, day: int = 0, network: str = "") -> list[Met]:
    """Readers in these regions, each from a network of its own if none is said."""
    at = NOW + timedelta(days=day)
    return [Met(at, region, network or f"{day}-{number}") for number, region in enumerate(regions)]


def test_places_are_counted_where_readers_are_known_to_be_and_against_where_the_goods_went() -> None:
    facts = facts_of(met("a", "b", "b", "c", ""), Course(frozenset({"a", "d"})), RULE)
    assert (facts.readers, facts.places, facts.places_elsewhere) == (5, 3, 2)
    assert facts_of(met("a", "b"), Course(), RULE).places_elsewhere is None


def test_after_a_sale_new_readers_count_and_those_elsewhere_apart() -> None:
    readers = [*met("a", "b"), *met("a", "b", "c", "", day=8)]
    facts = facts_of(readers, Course(frozenset({"c"}), NOW + timedelta(days=3), "a"), RULE)
    assert (facts.readers_after_sale, facts.readers_elsewhere_after_sale) == (4, 1)


def test_of_one_network_a_shelf_full_of_lookers_counts_as_a_few_each_day() -> None:
    crowd = [one for day in range(2) for _ in range(40) for one in met("a", day=day, network="shop")]
    assert facts_of(crowd, Course(), RULE).readers == 2 * RULE.per_network


def test_a_sold_pack_that_travels_with_a_present_is_no_sign_and_one_that_many_read_is() -> None:
    present = facts_of([*met("a"), *met("b", "b", "b", day=4)], Course(frozenset({"a"}), NOW, "a"), RULE)
    assert present.readers_elsewhere_after_sale == 3 and weigh(present, RULE) is None
    many = facts_of([*met("a"), *met(*"bbbbbbbbcc", day=4), *met("a", day=9)], Course(frozenset({"a"}), NOW, "a"), RULE)
    assert weigh(many, RULE) is not None


def test_a_family_of_five_and_a_pack_on_display_are_no_sign() -> None:
    assert not judged(readers=5, places_elsewhere=0, readers_after_sale=5)
    assert not judged(readers=30, places_elsewhere=1, readers_after_sale=2)


def test_a_void_label_that_people_read_is_a_sign_by_itself() -> None:
    assert judged(readers=3, readers_after_void=3) == [{"readers_after_void": 3}]


def test_two_small_signs_make_a_pack_one_to_look_at_and_either_alone_does_not() -> None:
    assert len(judged(readers=12, readers_after_shelf_life=5)) == 2
    assert not judged(readers=12)
    assert not judged(readers=5, readers_after_shelf_life=5)


@pytest.mark.parametrize("least", [{}, {"colour": 3}, {"readers": 0}])
def test_a_sign_that_asks_nothing_or_what_no_pack_has_is_refused(least: dict[str, int], tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="odd"):
        CloneSign.of({"reason": "odd", "points": 10, "least": least})
    file = tmp_path / "other.toml"
    text = (ROOT / "trace/data/zhuzhou.toml").read_text("utf-8")
    file.write_text(text.replace("{ readers = 60 }", "{ colour = 60 }"), "utf-8")
    with pytest.raises(Unavailable):
        policy.load(str(file))


def test_a_rule_without_signs_asks_nobody_to_look() -> None:
    rule = CloneRule.of({"readers": 50, "hours": 24})
    assert rule.fewest_readers is None
    assert weigh(PackFacts(10_000, 99, 99, 99, 99, 99, 99), rule) is None


@pytest.fixture(scope="module")
def simulated() -> ModuleType:
    """The script of the simulation."""
    spec = importlib.util.spec_from_file_location("simulated", ROOT / "scripts/_clones.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["simulated"] = module  # dataclasses look themselves up there
    spec.loader.exec_module(module)
    return module


def test_a_small_run_of_the_simulation_meets_the_aim_with_regions_and_not_without(simulated: ModuleType) -> None:
    of = {(row.known.name, row.share): row for row in simulated.rows(packs=40_000, sets=200)}
    hundred = simulated.COPIES.index(100)
    assert of["all", 0.2].found[hundred] >= 0.95
    assert of["all", 0.2].false <= 0.0005
    assert of["regions", 0.2].false <= 0.0005
    assert of["sold confirmations", 0.2].found[hundred] < 0.95


def test_the_same_seed_gives_the_same_table(simulated: ModuleType) -> None:
    small = {"packs": 5_000, "sets": 20}
    assert simulated.table(simulated.rows(**small)) == simulated.table(simulated.rows(**small))
    assert simulated.table(simulated.rows(**small)) != simulated.table(simulated.rows(**small, seed=1))


def test_the_papers_table_has_the_scripts_form_and_its_figures_meet_the_aim(simulated: ModuleType) -> None:
    paper = (ROOT / "docs/clones.md").read_text("utf-8")
    lines = paper.split(simulated.BEGIN)[1].split(simulated.END)[0].strip().splitlines()
    assert lines[0] == simulated.HEAD
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]
    assert [(row[0], row[1]) for row in cells] == [
        (known.name, f"{share:.0%}") for share in simulated.SHARES for known in simulated.KNOWN
    ]
    assert all(re.fullmatch(r"\d+\.\d+%", cell) for row in cells for cell in row[2:])
    [aim] = [row for row in cells if row[:2] == ["all", "20%"]]
    assert float(aim[2].strip("%")) <= 0.05
    assert float(aim[4 + simulated.COPIES.index(100)].strip("%")) >= 95
    best = cells[-1]
    assert float(best[2].rstrip("%")) <= 0.05
    assert float(best[4 + simulated.COPIES.index(100)].rstrip("%")) >= 95


def test_the_plot_is_an_image_with_a_line_for_each_row(simulated: ModuleType) -> None:
    drawn = (ROOT / "docs/clones.svg").read_text("utf-8")
    assert drawn.count("<polyline") == len(simulated.SHARES) * len(simulated.KNOWN)
