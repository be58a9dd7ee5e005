"""The record book as a paper: what is written is on it, corrections too, and a long season goes on over the page."""

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pypdfium2 as pdfium

from yipin.codes.paper.glyphs import find_font
from yipin.farm import record_book
from yipin.models import AttachedFarmer, CropKind, EntryKind, FarmEntry, InputKind, Plot, Producer

NOW = datetime(2026, 7, 20, 3, 0, tzinfo=UTC)


def entry(number: int, **changes: object) -> FarmEntry:
    values = {
        "kind": EntryKind.WORK,
        "day": date(2026, 7, 1),
        "crop": "黄桃",
        "crop_kind": CropKind.FRUIT,
        "what": f"锄草 {number}",
        "operator": "Ama",
        "recorded_at": NOW,
        "withdrawn": False,
    }
    made = FarmEntry(id=number, **values | changes)
    made.last_day = made.last_day or made.day
    return made


def text(path: Path) -> str:
    with pdfium.PdfDocument(path) as document:
        return "".join(page.get_textpage().get_text_range() for page in document).replace("\r\n", "")


def test_the_book_says_all_that_the_law_asks_and_keeps_what_was_corrected(tmp_path: Path) -> None:
    spray = entry(
        1,
        kind=EntryKind.INPUT,
        input_kind=InputKind.PESTICIDE,
        input_name="阿维菌素",
        registration="PD1",
        maker="某厂",
        source="县农资店",
        target="红蜘蛛",
        method="喷雾",
        dose="30 毫升/亩",
        area_mu=Decimal("2.50"),
        interval_days=7,
        what="",
        last_day=date(2026, 7, 3),
        attached_farmer=AttachedFarmer(name="老谭"),
    )
    entries = [
        spray,
        entry(2),
        entry(3, corrects_id=2, reason="写错了天"),
        entry(4, corrects_id=3, reason="没有这回事", withdrawn=True),
    ]
    entries += [entry(number) for number in range(5, 90)]
    producer = Producer(
        name="Ama 黄桃合作社", uscc="934302250000000019", contact="Ama", township="霞阳镇", demonstration=True
    )
    book = {Plot(name="屋后坡", place="山垄村", area_mu=Decimal(20)): entries}
    made = record_book.write(tmp_path / "book.pdf", producer, 2026, book, "2026-07-20", find_font(None))
    said = text(tmp_path / "book.pdf")
    parts = [
        "演示数据",
        "934302250000000019",
        "2026-07-01 至2026-07-03",
        "登记证号：PD1",
        "用量：30 毫升/亩",
        "面积：2.5 亩",
    ]
    parts += [
        "2026-07-10 起可采收",
        "挂靠农户：老谭",
        "写错了天",
        "没有这回事",
        "20 亩",
        "有效记录 86 条，更正或划去 2 条",
    ]
    for part in [*parts, "锄草 89", f"{made.pages} / {made.pages}"]:
        assert part.replace(" ", "") in said.replace(" ", ""), part
    assert made.pages > 2 and "〓" not in said
