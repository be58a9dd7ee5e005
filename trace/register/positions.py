"""A position on the earth as people and telephones write it, in degrees of WGS-84 (what satellites give).

Maps sold in China are drawn in GCJ-02, or BD-09, which lie some hundred metres beside it. A number does not say of which kind it
is, so nothing is converted here: a form tells, and the record keeps from where a position came.
"""

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal

from ..errors import N_, Invalid

FINEST = Decimal("0.00001")  # degrees; about a metre
CHINA = (
    (Decimal("3.8"), Decimal("53.6")),
    (Decimal("73.5"), Decimal("135.1")),
)  # of latitude and of longitude; no number is in both
_SIGNS = str.maketrans("度分秒′’、", "°'\"'',")
_NUMBER = re.compile(
    r"(\d{1,3}(?:\.\d{1,12})?)°?(?:(\d{1,2}(?:\.\d{1,9})?)'?(?:(\d{1,2}(?:\.\d{1,9})?)\"?)?)?", re.ASCII
)
_WORDS = re.compile(r"北纬|东经|纬度|经度|lat(?:itude)?|lon(?:gitude)?|[NE:：=]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Position:
    """Degrees north and east."""

    latitude: Decimal
    longitude: Decimal

    def __str__(self) -> str:
        return f"{self.latitude}, {self.longitude}"


def position(field: str, typed: str) -> Position | None:
    """A position typed as 27.80123, 113.10456, or in degrees, minutes and seconds, in either order; None where nothing is typed.

    Raises Invalid for anything else, and for a place outside China.
    """
    text = _WORDS.sub(" ", unicodedata.normalize("NFKC", typed).translate(_SIGNS).replace("''", '"'))
    parts = [part for part in re.split(r"[,;\s]+", _together(text).strip(" ,;")) if part]
    if not parts:
        return None
    degrees = [_degrees(part) for part in parts] if len(parts) == 2 else [None]
    first, *rest = degrees
    if first is None or not rest or rest[0] is None:
        raise Invalid(field, N_("“%(typed)s”看不懂；请写纬度和经度，如 27.80123, 113.10456"), typed=typed.strip()[:40])
    return _in_china(field, first, rest[0])


def _together(text: str) -> str:
    """Degrees, minutes and seconds with blanks between them as one word."""
    return re.sub(r"(?<=[°'])\s+(?=\d)", "", text)


def _degrees(text: str) -> Decimal | None:
    found = _NUMBER.fullmatch(text)
    if found is None or found[2] and "°" not in text:
        return None
    whole, minutes, seconds = (Decimal(each or 0) for each in found.groups())
    if minutes >= 60 or seconds >= 60:
        return None
    return (whole + minutes / 60 + seconds / 3600).quantize(FINEST)


def _in_china(field: str, one: Decimal, other: Decimal) -> Position:
    (south, north), (west, east) = CHINA
    for latitude, longitude in ((one, other), (other, one)):
        if south <= latitude <= north and west <= longitude <= east:
            return Position(latitude, longitude)
    raise Invalid(field, N_("这个位置不在中国：纬度应在 4 到 53 之间，经度在 74 到 135 之间"))
