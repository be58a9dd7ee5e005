"""What a workbook holds beside the rows that are read: each thing is named, with what comes of it, so that nothing is left out
silently."""

from collections.abc import Iterator, Sequence

from openpyxl.utils.cell import get_column_letter

from ..errors import N_, Message
from ..sheets.reader import Row, Sheet, Unread

NAMED = 20  # row numbers of one note


def found(
    sheet: Sheet, unread: Sequence[Unread], rows: Sequence[Row], asked: set[int], mark: int, head: Row
) -> Iterator[Message]:
    """The notes on a sheet: `rows` are those below `head`, `asked` the columns that are read, `mark` that of the kinds of row."""
    for other in unread:
        yield _not_read(sheet.name, other)
    if hidden := [row.number for row in rows if row.is_hidden]:
        more = {"rows": _listed(hidden), "n": len(hidden)}
        yield Message(N_("第 %(rows)s 行在 Excel 里是隐藏的（共 %(n)s 行），照样当作表里的行；不要的请先删掉"), more)
    for column in sorted(asked & set(sheet.beside.hidden)):
        yield Message(N_("%(column)s 列在 Excel 里是隐藏的，照样读取"), {"column": get_column_letter(column)})
    yield from _strange(rows, asked | {mark}, head)
    if sheet.beside.beyond:
        yield Message(N_("太靠右的 %(n)s 格（第 60 列以后）没有读"), {"n": sheet.beside.beyond})
    if sheet.has_pictures:
        yield Message(N_("表里的图片没有读；证书、照片请在网页上另外上传"))


def _not_read(name: str, other: Unread) -> Message:
    said = {"name": name[:31], "other": other.name[:31], "n": "?" if other.rows is None else f"{other.rows:,}"}
    if other.is_hidden:
        return Message(N_("只读了工作表“%(name)s”；隐藏的工作表“%(other)s”里有 %(n)s 行有内容，没有读"), said)
    return Message(
        N_("只读了工作表“%(name)s”；“%(other)s”里有 %(n)s 行有内容，没有读：要导入请另存成单独的文件再传"), said
    )


def _strange(rows: Sequence[Row], known: set[int], head: Row) -> Iterator[Message]:
    """Columns that the template does not have, and in which something stands."""
    filled = sorted({column for row in rows for column in (*row.texts, *row.faults)} - known)
    for column in filled:
        said = {"column": get_column_letter(column), "title": head.text(column)[:24]}
        if said["title"]:
            yield Message(N_("%(column)s 列“%(title)s”不是模板里的列，或者重复了，没有读"), said)
        else:
            yield Message(N_("%(column)s 列没有表头，没有读"), said)


def _listed(numbers: Sequence[int]) -> str:
    return "、".join(map(str, numbers[:NAMED])) + ("…" if len(numbers) > NAMED else "")
