"""docs/notices.md tells of every act that tells somebody, and whom."""

import re
from pathlib import Path

from yipin.notices.table import TELLS
from yipin.web.noticewords import SENTENCES

PAPER = Path(__file__).parents[2] / "docs/notices.md"


def test_the_document_holds_the_table_of_the_program() -> None:
    rows = re.findall(r"^\| `([a-z_.]+)` \| (.*) \| (.*) \|$", PAPER.read_text("utf-8"), re.M)
    told = [(str(act), "; ".join(each.word for each in circles), SENTENCES[act]) for act, circles in TELLS.items()]
    assert rows == told
