"""docs/corrections.md: each act names the acts that mend it, or the reason why there is none."""

import re
from pathlib import Path

from yipin.models import Action

ROOT = Path(__file__).parents[2]
ROW = re.compile(r"^\| `([a-z_.]+)` \| (.*?) \|(.*)\|$", re.M)
WORDS_ONLY = {
    "models",
    "notices",
    "web/words.py",
    "web/noticewords.py",
    "log/monitor.py",
    "recovery/replay.py",
}  # they speak of acts, and do none


def ways() -> list[tuple[str, list[str], str]]:
    """The rows of the document: an act, the acts that mend it, and what is said beside."""
    rows = ROW.findall((ROOT / "docs/corrections.md").read_text("utf-8"))
    return [(act, re.findall(r"`([a-z_.]+)`", back), why.strip()) for act, back, why in rows]


def done() -> set[str]:
    """The acts that some use-case does."""
    found = set()
    for path in (ROOT / "trace").rglob("*.py"):
        where = path.relative_to(ROOT / "trace").as_posix()
        if not any(where.startswith(each) for each in WORDS_ONLY):
            found |= {Action[name].value for name in re.findall(r"\bAction\.([A-Z_]+)\b", path.read_text("utf-8"))}
    return found


def test_each_act_has_one_row() -> None:
    assert sorted(act for act, *_ in ways()) == sorted(action.value for action in Action)


def test_each_act_is_mended_by_acts_that_are_done_or_says_why_not() -> None:
    mended = {act: back for act, back, _ in ways() if back}
    assert {back for each in mended.values() for back in each} <= done()
    assert [act for act, back, why in ways() if not back and len(why) < 12] == []


def test_a_reason_that_refers_to_another_act_refers_to_one_of_the_table() -> None:
    acts = {act for act, *_ in ways()}
    assert [why for *_, why in ways() if not set(re.findall(r"`([a-z]+\.[a-z_]+)`", why)) <= acts] == []
