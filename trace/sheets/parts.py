"""The parts of a workbook beside its sheets: the order of the sheets, the shared texts, the styles that show dates."""

import posixpath
import zipfile
from dataclasses import dataclass, field

from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format

from ..errors import N_, Invalid
from . import safe, xml

MOST_TEXTS = 400_000  # shared between cells
MOST_STYLES = 65_000  # Excel's own limit is 65,490
_CHINESE_DATES = frozenset({*range(27, 37), *range(50, 59)})  # built-in formats of Chinese Excel (ECMA-376, 18.8.30)


@dataclass(frozen=True)
class OtherSheet:
    """A sheet of the workbook that is not read. `part` is its name in the archive."""

    part: str
    name: str
    is_hidden: bool


@dataclass(frozen=True)
class Book:
    """What the cells of the first visible sheet refer to, and the sheets beside it."""

    sheet: str  # the name of the sheet's part in the archive
    name: str
    texts: list[str]
    dates: frozenset[int]  # numbers of the styles that show a date or a time
    from_1904: bool
    others: tuple[OtherSheet, ...] = ()


def book(archive: zipfile.ZipFile) -> Book:
    """Read the parts that the first visible sheet needs. Raises Invalid when the workbook has no such sheet."""
    found, targets = _Workbook(), _targets(archive)
    xml.whole(archive, "xl/workbook.xml", found.start)
    names = set(archive.namelist())
    sheets = [OtherSheet(targets.get(relation, ""), name, hidden) for name, relation, hidden in found.sheets]
    sheets = [sheet for sheet in sheets if sheet.part in names]
    for sheet in sheets:
        if not sheet.is_hidden:
            others = tuple(other for other in sheets if other is not sheet)
            texts, dates = _texts(archive, names), _dates(archive, names)
            return Book(sheet.part, sheet.name, texts, dates, found.from_1904, others)
    raise Invalid("file", N_("这个文件里没有可读的工作表；请用下载的模板填写"))


@dataclass
class _Workbook:
    sheets: list[tuple[str, str, bool]] = field(default_factory=list)  # name, relation, hidden; as the tabs stand
    from_1904: bool = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "sheet":
            relation = next((value for key, value in attributes.items() if key.endswith(":id")), "")
            hidden = attributes.get("state", "visible") != "visible"
            self.sheets.append((attributes.get("name", ""), relation, hidden))
        elif tag == "workbookPr":
            self.from_1904 = attributes.get("date1904", "0") in ("1", "true")


def _targets(archive: zipfile.ZipFile) -> dict[str, str]:
    """The part that each relation of the workbook points to. Links to other files, and sheets without cells, are left out."""
    found: dict[str, str] = {}

    def start(tag: str, attributes: dict[str, str]) -> None:
        kind = attributes.get("Type", "").rpartition("/")[2]
        if (
            tag == "Relationship"
            and attributes.get("TargetMode") != "External"
            and kind not in ("chartsheet", "dialogsheet")
        ):
            target = attributes.get("Target", "")
            part = target[1:] if target.startswith("/") else posixpath.normpath(posixpath.join("xl", target))
            found[attributes.get("Id", "")] = part

    name = "xl/_rels/workbook.xml.rels"
    if name in archive.namelist():
        xml.whole(archive, name, start)
    return found


@dataclass
class _Texts:
    """The handlers of the shared strings. The runs of a rich text are joined; phonetic readings (rPh) are left out."""

    texts: list[str] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)
    taking: bool = False
    reading: bool = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "si":
            self.pieces.clear()
        self.reading = self.reading or tag == "rPh"
        self.taking = tag == "t" and not self.reading

    def end(self, tag: str) -> None:
        self.taking = False
        if tag == "rPh":
            self.reading = False
        elif tag == "si":
            self.texts.append("".join(self.pieces)[: safe.LONGEST])
            if len(self.texts) > MOST_TEXTS:
                raise Invalid("file", N_("这个表格太大；请分成几个文件，每个最多 5 万行"))

    def characters(self, text: str) -> None:
        if self.taking:
            self.pieces.append(text)


def _texts(archive: zipfile.ZipFile, names: set[str]) -> list[str]:
    found = _Texts()
    if "xl/sharedStrings.xml" in names:
        xml.whole(archive, "xl/sharedStrings.xml", found.start, found.end, found.characters)
    return found.texts


@dataclass
class _Styles:
    formats: dict[int, str] = field(default_factory=dict)
    used: list[int] = field(default_factory=list)  # the format number of each style
    inside: bool = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "numFmt":
            self.formats[number(attributes.get("numFmtId"))] = attributes.get("formatCode", "")
        elif tag == "cellXfs":
            self.inside = True
        elif tag == "xf" and self.inside:
            self.used.append(number(attributes.get("numFmtId")))
            if len(self.used) > MOST_STYLES:
                raise xml.Document

    def end(self, tag: str) -> None:
        if tag == "cellXfs":
            raise xml.Document

    def is_date(self, number: int) -> bool:
        code = self.formats.get(number) or BUILTIN_FORMATS.get(number, "")
        return number in _CHINESE_DATES or bool(code) and is_date_format(code[:255])


def number(text: str | None) -> int:
    """An attribute that holds a number of at most eight digits; 0 for anything else."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 9 else 0


def _dates(archive: zipfile.ZipFile, names: set[str]) -> frozenset[int]:
    found = _Styles()
    if "xl/styles.xml" in names:
        xml.whole(archive, "xl/styles.xml", found.start, found.end)
    return frozenset(style for style, number in enumerate(found.used) if found.is_date(number))
