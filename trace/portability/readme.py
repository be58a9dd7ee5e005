"""The README of a producer's data: every file, every column, and its unit, from the same table by which they are written."""

from collections.abc import Callable, Iterable, Iterator, Mapping

from ..errors import N_, Message
from .part import KIND_WORDS, Part
from .parts import PARTS

HEAD = (
    N_("这是“%(source)s”上一个生产主体的全部资料，由它的负责人导出。"),
    N_("sheets/ 里是 Excel 表，一类一份；rows/ 里是同样的行，JSON 格式，一行一条，供程序读。两边一一对应。"),
    N_("papers/ 里是生产记录册和有效的合格证（PDF）；files/ 里是附件；pictures/ 里是产品照片。"),
    N_("manifest.json 列出每个文件的大小和 SHA-256，并写明有没有没能放进来的、为什么。"),
    N_("JSON 里的数量是文字，不带多余的零；日期是 年-月-日，时间按 ISO 8601 带时区。空的是 null。"),
    N_("里面没有密码和密钥，没有个人的身份证号码，也没有别的主体的资料；交易对方只有您自己写下的名称。"),
)
TAKEN, STAYS = N_("可以移到另一个平台"), N_("不能移到另一个平台：%(why)s")
Said = Callable[[str, str | Message], str]


def text(lang: str, said: Said, source: str, files: Iterable[Mapping[str, object]]) -> str:
    """The README in one language, as Markdown."""
    rows = {str(each["kind"]): each["rows"] for each in files if "kind" in each}
    lines = [f"# {said(lang, N_('我的资料'))}", ""]
    for each in HEAD:
        lines += [said(lang, Message(each, {"source": source})), ""]
    for part in PARTS:
        lines += _part(lang, said, part, rows.get(part.key, 0))
    return "\n".join(lines) + "\n"


def _part(lang: str, said: Said, part: Part, rows: object) -> Iterator[str]:
    yield f"## {said(lang, part.title)}"
    yield ""
    count = said(lang, Message(N_("共 %(n)s 行"), {"n": rows}))
    yield f"`sheets/{part.key}.xlsx`, `rows/{part.key}.json` · {count}"
    yield ""
    yield said(lang, Message(STAYS, {"why": Message(part.stays)}) if part.stays else TAKEN)
    yield ""
    heads = (N_("列（JSON）"), N_("是什么"), N_("怎么写"), N_("单位"))
    yield "| " + " | ".join(said(lang, each) for each in heads) + " |"
    yield "|---|---|---|---|"
    for col in part.columns:
        unit = said(lang, col.unit) if col.unit else ""
        values = said(lang, KIND_WORDS[col.kind])
        if col.words:
            values = ", ".join(f"`{_plain(key)}` {said(lang, word)}" for key, word in col.words.items())
        yield f"| `{col.key}` | {said(lang, col.title)} | {values} | {unit} |"
    yield ""


def _plain(key: object) -> str:
    return str(key).lower() if isinstance(key, bool) else str(key)
