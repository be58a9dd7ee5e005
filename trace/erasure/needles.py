"""What is looked for: the words of a datum as they may stand in a text, and what stands in their place afterwards."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import cast

import sqlalchemy as sa

MARK = "（已删除）"
LEAST = 2  # characters: a single one stands in words that have nothing to do with the person


@dataclass(frozen=True)
class Needle:
    """The words of a datum. `is_number`: a telephone, which is one person's wherever it stands, and is written with or without blanks;
    `is_own`: no two persons have it, as an address of e-mail."""

    words: str
    is_number: bool = False
    is_own: bool = False

    @property
    def is_one_persons(self) -> bool:
        """Whether it names the same person in whatever row it stands. Two people may have one name."""
        return self.is_number or self.is_own

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        if not self.is_number:
            return re.compile(re.escape(self.words), re.IGNORECASE if self.is_own else 0)
        return re.compile(rf"(?<!\d)(?:\+?86[ \-]?)?{'[ -]?'.join(self._digits)}(?!\d)")

    @property
    def _digits(self) -> str:
        return re.sub(r"\D", "", self.words.removeprefix("+86"))

    def may_be_in(self, column: sa.ColumnElement[object]) -> sa.ColumnElement[bool]:
        """A condition that holds for every text with the words, and for some others. JSON is kept with its characters escaped."""
        text = sa.cast(column, sa.Text)
        if self.is_number:
            return text.like("%" + "%".join(self._digits) + "%")
        spellings = {self.words, json.dumps(self.words)[1:-1]}
        return sa.or_(*(text.icontains(each, autoescape=True) for each in sorted(spellings)))

    @property
    def spellings(self) -> frozenset[bytes]:
        """The words as bytes of a file: as text of several kinds, and within JSON."""
        return frozenset(self.words.encode(kind) for kind in ("utf-8", "utf-16-le", "gb18030")) | {
            json.dumps(self.words)[1:-1].encode("ascii")
        }

    def is_in(self, value: object) -> bool:
        """Whether a text, or any text within a JSON value, has the words."""
        return self.without(value) != value

    def without(self, value: object, *, masked: bool = False) -> object:
        """The same value with a mark in the place of the words. `masked`: of a telephone three and four digits stay, for a paper that
        the law has kept."""
        if isinstance(value, str):
            return self._pattern.sub(self._mask if masked and self.is_number else MARK, value)
        if isinstance(value, Mapping):
            return {key: self.without(each, masked=masked) for key, each in cast(Mapping[str, object], value).items()}
        if isinstance(value, list):
            return [self.without(each, masked=masked) for each in value]
        return value

    def _mask(self, found: re.Match[str]) -> str:
        digits = re.sub(r"\D", "", found[0])
        return f"{digits[:3]}****{digits[-4:]}" if len(digits) >= 11 else MARK
