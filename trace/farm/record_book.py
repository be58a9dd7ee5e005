"""The record book (生产记录档案) of a producer and season as a PDF of A4 pages, to be filed or shown to an inspector. It has every
entry of every plot, corrected entries too, and says when each was written."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from ..clock import SHANGHAI
from ..codes.paper.document import Column as Col
from ..codes.paper.document import Document, write_document
from ..codes.paper.glyphs import FontFile
from ..codes.paper.pdf import SheetFile
from ..fields import plain
from ..models import EntryKind, FarmEntry, Plot, Producer
from .record import corrections, free_from
from .words import CROP_WORDS, ENTRY_WORDS, INPUT_WORDS

COLUMNS = [Col("日期", 20), Col("作业", 18), Col("内容", 82), Col("操作人", 20), Col("记录于", 30)]
Book = dict[Plot, list[FarmEntry]]
NOTHING_CORRECTED: Mapping[int, Sequence[str]] = {}


def file_name(producer: Producer, season: int) -> str:
    """The name under which the book is downloaded."""
    return f"{producer.name} {season} 生产记录.pdf"


def write(
    path: Path,
    producer: Producer,
    season: int,
    book: Book,
    printed: str,
    font: FontFile,
    corrected: Mapping[int, Sequence[str]] = NOTHING_CORRECTED,
) -> SheetFile:
    """Write the book; `printed` is the day of printing, as the paper says it, `corrected` the lines of what was mended of each
    plot, see `book_corrections`."""
    foot = f"{producer.name} · {season} 生产季 生产记录 · 打印于 {printed}"

    def draw(document: Document) -> None:
        document.title("农产品生产记录", f"{producer.name} · {season} 生产季")
        if producer.demonstration:
            document.text("演示数据，不是真实的生产记录。")
        document.text(
            f"统一社会信用代码：{producer.uscc or '—'}　联系人：{producer.contact}　地址：{producer.township}"
        )
        document.text(
            "依据农产品质量安全法第二十七条：保存至少两年，不得伪造、变造。记录只增不改：写错的由新的一条更正，两条都在。",
            soft=True,
        )
        if not book:
            document.text("这个生产季没有记录。")
        for plot, entries in book.items():
            _plot(document, plot, entries, corrected.get(plot.id, ()))
        document.signatures(["生产主体（盖章）：", "负责人：", "日期："])

    return write_document(path, f"{producer.name} {season} 生产记录", foot, draw, font)


def _plot(document: Document, plot: Plot, entries: Sequence[FarmEntry], corrected: Sequence[str]) -> None:
    later = corrections(entries)
    shown = [entry for entry in entries if not entry.withdrawn]
    standing = sum(entry.id not in later for entry in shown)
    document.heading(f"{plot.name}　{plot.place}　{plain(plot.area_mu)} 亩", least=45)
    document.text(f"有效记录 {standing} 条，更正或划去 {len(shown) - standing} 条。", soft=True)
    for line in corrected:
        document.text(line, soft=True)
    rows = [
        [_days(entry), ENTRY_WORDS[entry.kind], _fate(entry, later) + content(entry), entry.operator, _recorded(entry)]
        for entry in shown
    ]
    document.table(COLUMNS, rows, size=8.5)


def _days(entry: FarmEntry) -> str:
    return (
        entry.day.isoformat()
        if entry.last_day == entry.day
        else f"{entry.day.isoformat()} 至 {entry.last_day.isoformat()}"
    )


def content(entry: FarmEntry) -> str:
    """All that an entry says, in the order in which the law asks."""
    said = [f"作物：{entry.crop}（{CROP_WORDS[entry.crop_kind]}）"]
    if entry.attached_farmer is not None:
        said.append(f"挂靠农户：{entry.attached_farmer.name}")
    if entry.kind is EntryKind.INPUT:
        said += _use(entry)
    if entry.kind is EntryKind.HARVEST:
        said.append(f"采收：{plain(entry.quantity)} {entry.unit}")
    if entry.what:
        said.append(
            ("备注：" if entry.kind in (EntryKind.INPUT, EntryKind.HARVEST) else "") + " ".join(entry.what.split())
        )
    if entry.pictures:
        said.append(f"照片：{len(entry.pictures)} 张")
    return "；".join(said)


def _use(entry: FarmEntry) -> list[str]:
    kind = INPUT_WORDS[entry.input_kind] if entry.input_kind else "投入品"
    area = entry.area_mu and f"{plain(entry.area_mu)} 亩"
    told = [
        (kind, entry.input_name),
        ("登记证号", entry.registration),
        ("生产企业", entry.maker),
        ("批号", entry.lot),
        ("来源", entry.source),
        ("防治对象", entry.target),
        ("用法", entry.method),
        ("用量", entry.dose),
        ("面积", area),
        ("停用日期", entry.last_day.isoformat()),
    ]
    lines = [f"{word}：{value}" for word, value in told if value]
    if entry.input_kind and entry.input_kind.has_interval:
        free = free_from(entry)
        lines.append(
            f"安全间隔期：{entry.interval_days} 天，{free} 起可采收" if free else "安全间隔期：没有写，无法判定"
        )
    return lines


def _fate(entry: FarmEntry, later: dict[int, FarmEntry]) -> str:
    """What became of an entry, before what it says."""
    after = later.get(entry.id)
    if after is not None:
        return f"【{'已划去' if after.withdrawn else '已更正'} {_written(after)[:10]}，理由：{after.reason}】"
    return "【更正后】" if entry.corrects_id else ""


def _written(entry: FarmEntry) -> str:
    return f"{entry.recorded_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"


def _recorded(entry: FarmEntry) -> str:
    """When it was written, and by whose account."""
    return _written(entry) + (f" {entry.recorder.name}" if entry.recorder else "")
