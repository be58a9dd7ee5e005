"""The text of a label: the facts of its batch, and the lines made of them, with shorter forms of each line.

It is kept when a run is planned, so that a reprint says the same. `layout` places it on the stock.
"""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import Any

from ...clock import written
from ...errors import N_, Invalid
from ..paper.linebreak import DOTS, WORDS, Breaks

RESERVED_ORDINAL = "第 999999 枚"


@dataclass(frozen=True)
class LabelText:
    """The words on every label of a batch. `host` is the address in plain text, to compare with the scan.

    `commitment` is the name of the certificate to which the symbol leads (承诺达标合格证), if there is one. `made` says that
    `harvest_date` is a day of production (生产日期). `best_before` is the last day of the shelf life.
    """

    name: str
    brand: str | None
    producer: str
    county: str
    harvest_date: date
    net_content: str
    id_number: str
    host: str
    extra: tuple[str, ...] = ()
    commitment: str | None = None
    made: bool = False
    best_before: date | None = None

    @property
    def says_more(self) -> bool:
        """Whether it has a line that fresh produce without a certificate does not have."""
        return bool(self.commitment or self.best_before)

    def as_dict(self) -> dict[str, object]:
        """The fields, as a print run keeps them, with days as 2026-07-18."""
        days = {
            "harvest_date": self.harvest_date.isoformat(),
            "best_before": self.best_before.isoformat() if self.best_before else None,
        }
        return asdict(self) | days | {"extra": list(self.extra)}

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> "LabelText":
        """The text that a print run kept. Raises Invalid (text) if the record is damaged."""
        try:
            values = dict(plain, extra=tuple(plain["extra"]))
            days = {
                name: date.fromisoformat(values[name]) for name in ("harvest_date", "best_before") if values.get(name)
            }
            text = cls(**values | days)
        except (TypeError, KeyError, ValueError) as error:
            raise Invalid("text", N_("标签文字的记录不完整或已损坏，请重新打印这一批。")) from error
        if not all(isinstance(line, str) for _, line in text.texts()):
            raise Invalid("text", N_("标签文字的记录不完整或已损坏，请重新打印这一批。"))
        return text

    def texts(self) -> Iterator[tuple[str, str]]:
        """Every text with its field, for the check of the font's characters."""
        for field in fields(self):
            value = getattr(self, field.name)
            if field.name == "extra":
                yield from (("extra", line) for line in value)
            elif not isinstance(value, date | bool) and value is not None:
                yield field.name, value


@dataclass(frozen=True)
class Row:
    """One row of a label: its forms from the best to the shortest, and how it looks. `gap` is in body sizes."""

    field: str
    forms: tuple[tuple[str, ...], ...]
    ratio: float = 1.0
    gap: float = 0.0
    mono: bool = False
    bold: bool = False
    rule: bool = False
    breaks: Breaks = WORDS


def rows_of(text: LabelText, caption: bool) -> tuple[list[Row], list[Row]]:
    """The rows beside the symbol, and the rows at the foot. With `caption` the ID number has a heading."""
    origin = ((f"{text.brand} · {text.county}",), (text.brand, text.county)) if text.brand else ((text.county,),)
    if text.brand and text.brand in text.name and text.says_more and not caption:
        origin = ((text.county,),)  # to save room, since the name holds the brand already
    groups = [text.id_number[i : i + 4] for i in range(0, len(text.id_number), 4)]
    number = tuple(tuple(" ".join(groups[i : i + n]) for i in range(0, len(groups), n)) for n in (4, 2, 1))
    facts = [
        Row("name", ((text.name,),), ratio=1.7, bold=True),
        Row("brand" if text.brand else "county", origin, gap=0.25),
        Row("producer", ((text.producer,),)),
        _dated("harvest_date", ("生产日期", "生产") if text.made else ("采收日期", "采收"), text.harvest_date),
        *([_dated("best_before", ("保质期至", "保质至"), text.best_before)] if text.best_before else []),
        Row("net_content", ((f"净含量 {text.net_content}",), ("净含量", text.net_content))),
        *(Row("extra", ((line,),)) for line in text.extra),
    ]
    if text.commitment:
        facts.insert(1, Row("commitment", ((text.commitment,),), ratio=1.1, bold=True))
    foot = [Row("id_number", (("身份证号",),), ratio=0.75)] if caption else []
    foot.append(Row("id_number", number, ratio=1.12, mono=True, breaks=()))
    foot.append(Row("host", ((text.host,),), ratio=0.8, gap=0.1, breaks=DOTS))
    foot.append(Row("ordinal", ((RESERVED_ORDINAL,),), ratio=0.8))
    return facts, foot


def _dated(field: str, words: tuple[str, str], day: date) -> Row:
    """A day with its word: the full word, the shorter one, or the word on a line above."""
    told = written(day)
    return Row(field, ((f"{words[0]} {told}",), (f"{words[1]} {told}",), (words[0], told)))
