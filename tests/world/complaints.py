"""What is not as it should be when bad input is sent to a form: shared by the tests of the forms."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from flask.testing import FlaskClient

from world import World
from world.reading import CHINESE, digest, see

SCRIPT = "<script>alert(1)</script>"
# What was typed, and what the record calls things, is repeated as it is in either language.
QUOTED = re.compile("“[^”]*”|（[^）]*）|抽检待复核|抽检不合格")
NOT_REPEATED = {"password", "old", "picture"}  # a password is never repeated, and a browser lets no page fill in a file


@dataclass(frozen=True)
class Bad:
    """One wrong input in a form that would be right without it; `told` is what the message must say."""

    told: str
    typed: dict[str, str] = field(default_factory=dict)
    keeps: bool = True  # not where the thing is settled for good and there is nothing left to send again


def complaints(world: World, browser: FlaskClient, path: str, right: dict[str, str], cases: list[Bad]) -> Iterator[str]:
    """What is not as it should be when each bad input is sent to a form, in Chinese and in English."""
    before, heard = digest(world.db), set()
    for case in cases:
        sent = right | case.typed
        for lang in ("zh",) if case.told in heard else ("zh", "en"):
            heard.add(case.told or str(case.typed))
            answer = browser.post(path, query_string={"lang": lang}, data=sent)
            page, where = see(answer.text), f"{path} {case.typed} in {lang}: "
            said = " ".join(page.messages)
            if answer.status_code != 422:
                yield f"{where}status {answer.status_code}"
            if lang == "zh" and case.told not in said:
                yield f"{where}it says {said!r}, not {case.told!r}"
            if lang == "en" and (not said or page.lang != "en" or CHINESE.search(QUOTED.sub("", said))):
                yield f"{where}it says {said!r}, which is not English"
            for name, value in sent.items():
                if case.keeps and name not in NOT_REPEATED and value not in page.values.get(name, []):
                    yield f"{where}{name} was {value!r} and is {page.values.get(name)}"
            if SCRIPT in answer.text:
                yield f"{where}the script came back alive"
    if (after := digest(world.db)) != before:
        yield f"{path}: refused, and yet changed {[name for name in after if after[name] != before[name]]}"


def refuse_complaints(found: Iterator[str]) -> None:
    wrong = list(found)
    assert not wrong, "\n".join(wrong)


NAMES = [
    Bad("“🍑”（U+1F351）", {"name": "黄桃🍑"}),
    Bad("“<”（U+003C）", {"name": SCRIPT}),
    Bad("U+0007", {"name": "黄\x07桃"}),
    Bad("太长", {"name": "桃" * 5000}),
    Bad("请填写", {"name": "  "}),
    Bad("U+202E", {"name": "黄桃\u202e"}),
    Bad("U+E000", {"name": "黄桃\ue000"}),
    Bad("U+200B", {"name": "黄\u200b桃"}),
]


MEASURES = {
    "name": "我的标签",
    "page_width": "210",
    "page_height": "297",
    "columns": "3",
    "rows": "8",
    "label_width": "70",
    "label_height": "37",
    "left": "0",
    "top": "0.5",
    "pitch_x": "70",
    "pitch_y": "37",
}
