"""Texts as a spreadsheet may hold them.

A text that a person typed must stay a text. If a cell begins with "=" and is taken for a formula, it runs on the
computer of the person who opens the list (CSV injection, CWE-1236).
"""

import re
import unicodedata

LONGEST = 32_767  # characters: the most that a cell of Excel holds
CUT = "…（已截断）"
STARTERS = "=+-@\t\r\n"  # Excel, WPS and LibreOffice begin a formula with these, or skip them before one

_REFUSED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")  # XML 1.0 cannot hold them
_ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")  # Excel reads "_x0041_" as "A" unless its underscore is escaped


def text(value: str) -> str:
    """`value` as XLSX can hold it: only characters of XML 1.0, lines ended by LF, at most 32,767 characters."""
    clean = _REFUSED.sub("\ufffd", value.replace("\r\n", "\n").replace("\r", "\n"))
    if len(clean) > LONGEST:
        clean = clean[: LONGEST - len(CUT)] + CUT
    return clean


def escaped(value: str) -> str:
    """A clean text as it stands in the file, so that Excel shows it letter for letter."""
    return _ESCAPED.sub("_x005F_", value)


def starts_a_formula(value: str) -> bool:
    """Whether a spreadsheet program could take this text for a formula.

    Full-width signs count too, and invisible characters before the sign do not hide it.
    """
    if value[:1] in ("\t", "\r", "\n"):
        return True
    seen = unicodedata.normalize("NFKC", value).lstrip(_UNSEEN)
    return seen[:1] in STARTERS if seen else False


_UNSEEN = "".join(chr(code) for code in range(0x21)) + "\x7f\x85\xa0\xad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff'\""
