"""Turns what people type into values. A wrong text raises Invalid, which says what is wrong and what is expected.

The rules of each kind of field stand here once; forms, command line and imports call the same functions. `field` is the
name of the input, which Invalid carries.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from types import TracebackType
from typing import ParamSpec, TypeVar, cast

from .codes.idnumber import parse_id_number
from .errors import N_, BadIdNumber, Invalid, Message, Mistyped, Numbered
from .names import is_accent, is_unseen

Kind = TypeVar("Kind", bound=StrEnum)
Typed = ParamSpec("Typed")
Read = TypeVar("Read")

EARLIEST_HARVEST = date(2020, 1, 1)  # day 0 of the harvest-day field in a unit code
LARGEST_AMOUNT = Decimal(100_000_000)  # 100,000 t in kg: no batch is larger, so a larger number is a typing error
YEARS = range(1900, 2200)  # of the days that a record can speak of


class Together:
    """Reads the fields of a form one after another and tells of all that are wrong at once, when its `with` block ends:

        with Together() as read:
            day = read(fields.day, "day", form.day)
            packs = read(fields.count, "packs", form.packs, 100)

    What `read` returns is a value only after the block. The block raises the first Invalid, which has the `others`.
    """

    def __init__(self) -> None:
        self._wrong: list[Invalid] = []

    def __enter__(self) -> "Together":
        return self

    def __call__(self, read: Callable[Typed, Read], *args: Typed.args, **kwargs: Typed.kwargs) -> Read:
        """The value of a field; nothing, if it is wrong. The block does not end well then."""
        try:
            return read(*args, **kwargs)
        except Invalid as wrong:
            self._wrong += [wrong, *wrong.others]
            return cast(Read, None)

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if error is None and self._wrong:
            first, *first.others = self._wrong
            raise first


def line(field: str, typed: str, least: int = 1, most: int = 60) -> str:
    """One line of text, fit for a label: Unicode form NFC, no control characters, nothing invisible, no emoji, no < >.

    `least` and `most` are its length in characters. Raises Invalid.
    """
    text = unicodedata.normalize("NFC", " ".join(typed.split()))
    for before, character in zip(" " + text, text, strict=False):
        _refuse_odd(field, before, character)
    if len(text) < least:
        raise Invalid(field, N_("请填写，至少 %(least)d 个字"), least=least)
    if len(text) > most:
        raise Invalid(field, N_("太长：%(length)d 个字，最多 %(most)d 个字"), length=len(text), most=most)
    return text


def _refuse_odd(field: str, before: str, character: str) -> None:
    """An accent belongs on a letter: upon a Chinese character or a sign it only makes one name look like another."""
    code = f"U+{ord(character):04X}"
    if is_unseen(character) or is_accent(character) and not (before.isalpha() and before < "\u2e80"):
        raise Invalid(field, N_("这里有一个看不见或多余的字符（%(code)s）；请删掉这一处，重新输入"), code=code)
    if character in "<>" or not _printable(character):
        raise Invalid(
            field,
            N_("这里不能有“%(character)s”（%(code)s）；请只用汉字、字母、数字和常用标点"),
            character=character if character.isprintable() else "�",
            code=code,
        )


def name(field: str, typed: str, least: int = 1, most: int = 60) -> str:
    """What something or somebody is called: a line with a letter or a figure in it. Raises Invalid.

    `least` 0 is for a name that may be left out; "" then.
    """
    text = line(field, typed, least, most)
    if text and not any(map(str.isalnum, text)):
        raise Invalid(field, N_("名称里要有汉字、字母或数字"))
    return text


def paragraph(field: str, typed: str, least: int = 0, most: int = 300) -> str:
    """A free text such as a reason, kept on one line. Same rules as `line`; raises Invalid."""
    return line(field, typed, least, most)


def story(field: str, typed: str, least: int = 2, most: int = 500) -> str:
    """A report in a person's own words, with line breaks. `least` and `most` are its length in characters.

    It is shown on pages and never printed on a label, so emoji are allowed. Control characters and direction marks are
    removed. Raises Invalid for a text that is too short or too long.
    """
    text = unicodedata.normalize("NFC", typed.replace("\r\n", "\n"))
    text = "".join(c for c in text if c == "\n" or unicodedata.category(c)[0] in "LMNPSZ").strip()
    if sum(not is_unseen(character) for character in text) < least:
        raise Invalid(field, N_("请填写，至少 %(least)d 个字"), least=least)
    if len(text) > most:
        raise Invalid(field, N_("太长：%(length)d 个字，最多 %(most)d 个字"), length=len(text), most=most)
    return text


def reason(typed: str) -> str:
    """The reason for an act, 2 to 300 characters. Raises Invalid (reason)."""
    return line("reason", typed, least=2, most=300)


def _printable(character: str) -> bool:
    """Whether it is a letter, mark, digit, punctuation, space or a symbol of trade; no emoji, no private use."""
    category = unicodedata.category(character)
    if category == "Me" or "\ufe00" <= character <= "\ufe0f" or character in "◽◾":
        return False  # selectors that turn a plain character into an emoji, and two emoji of Unicode's class of maths
    return category[0] in "LMNPZ" or character in "+=~^|℃°％‰$¥￥" or category == "Sm"


def _without_thousands(typed: str) -> str:
    """The digits in half width, without commas between thousands. "2,5" keeps its comma and is refused later."""
    text = unicodedata.normalize("NFKC", typed).strip()
    return text.replace(",", "") if re.fullmatch(r"\d{1,3}(,\d{3})+(\.\d*)?", text, re.ASCII) else text


def number(field: str, typed: str, largest: Decimal = LARGEST_AMOUNT) -> Decimal:
    """A positive number with at most two decimals, not above `largest`. Raises Invalid."""
    text = _without_thousands(typed)
    if not text:
        raise Invalid(field, N_("请填大于 0 的数，如 1200 或 2.5"))
    if not re.fullmatch(r"\d{1,30}(\.\d{0,6})?", text, re.ASCII):
        raise Invalid(field, N_("“%(typed)s”不是数；请填大于 0 的数，如 1200 或 2.5"), typed=typed.strip()[:24])
    return _hundredths(field, Fraction(text), largest)


def _hundredths(field: str, value: Fraction, largest: Decimal) -> Decimal:
    """An exact value as the record keeps it. Raises Invalid for what it cannot keep."""
    if value <= 0:
        raise Invalid(field, N_("应大于 0"))
    if value > Fraction(largest):
        raise Invalid(field, N_("太大：最多 %(largest)s；请看看是不是多打了零"), largest=f"{largest:,f}")
    if (value * 100).denominator != 1:
        raise Invalid(field, N_("最多两位小数"))
    return (Decimal(int(value * 100)) / 100).quantize(Decimal("0.01"))


# What people write behind a number, and how much it is of the first of its kind.
WEIGHTS = {"kg": Fraction(1), "公斤": Fraction(1), "千克": Fraction(1), "斤": Fraction(1, 2), "市斤": Fraction(1, 2)}
WEIGHTS |= {"jin": Fraction(1, 2), "两": Fraction(1, 20), "g": Fraction(1, 1000), "克": Fraction(1, 1000)}
WEIGHTS |= {"t": Fraction(1000), "吨": Fraction(1000)}
VOLUMES = {"l": Fraction(1), "升": Fraction(1), "ml": Fraction(1, 1000), "毫升": Fraction(1, 1000)}
AREAS = {"亩": Fraction(1), "mu": Fraction(1), "分": Fraction(1, 10), "公顷": Fraction(15), "ha": Fraction(15)}
AREAS |= dict.fromkeys(
    ("m2", "平方米", "平米"), Fraction(15, 10_000)
)  # 15 亩 are a hectare: the State Council's rule of 1984
LARGEST_AREA = Decimal(1_000_000)  # 亩

_DIGITS = r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]*)?|[0-9]{1,30}(?:\.[0-9]{0,6})?"
_MEASURED = re.compile(rf"\+?(?:(?P<number>{_DIGITS})|(?P<half>半))\s*(?P<word>[^\W\d_半]{{1,3}}2?)?(?P<more>半)?")


def amount(field: str, typed: str, unit: str | None, largest: Decimal = LARGEST_AMOUNT) -> Decimal:
    """A positive amount in `unit`, as people type it: 1200, "１，２００", "1.5 吨", "300斤", "半吨", "3 斤半". A bare number is of
    the unit itself; None where that is not known.

    It is exact: what the record cannot keep in hundredths of its unit is refused, never rounded. Raises Invalid.
    """
    own = (unit or "").lower()
    kind = next((each for each in (WEIGHTS, VOLUMES) if own in each), {own: Fraction(1)})
    value = _measured(field, typed, kind, unit)
    if (value * 100).denominator != 1 and value < Fraction(largest):
        raise Invalid(
            field,
            N_("最多两位小数：%(value)s %(unit)s记不下，最小记到 0.01 %(unit)s"),
            value=f"{float(value):g}",
            unit=unit or "",
        )
    return _hundredths(field, value, largest)


def area(field: str, typed: str) -> Decimal:
    """An area in 亩, typed as 亩, 公顷, 分 or ㎡. What was typed in another unit is rounded to the hundredth. Raises Invalid."""
    value = _measured(field, typed, AREAS, "亩")
    if not re.fullmatch(r"[\d.,，．\s]*(亩|mu)?", typed.strip(), re.IGNORECASE):
        value = max(Fraction(int(value * 100 + Fraction(1, 2)), 100), Fraction(1, 100) if value > 0 else value)
    return _hundredths(field, value, LARGEST_AREA)


_EXAMPLES = {id(WEIGHTS): N_("1200、2.5，或带单位：1.5 吨、300 斤"), id(AREAS): N_("8、8亩、0.5 公顷或 500 ㎡")}


def _measured(field: str, typed: str, kind: Mapping[str, Fraction], unit: str | None) -> Fraction:
    """A number with or without a unit of its `kind`, as so many of `unit`."""
    text = unicodedata.normalize("NFKC", typed).strip()
    told = {"typed": text[:24], "example": Message(_EXAMPLES.get(id(kind), N_("1200 或 2.5")))}
    if not text:
        raise Invalid(field, N_("请填大于 0 的数，如 %(example)s"), **told)
    found = _MEASURED.fullmatch(text)
    if found is None:
        raise Invalid(field, N_("“%(typed)s”不是数；请填大于 0 的数，如 %(example)s"), **told)
    word, halves = (found["word"] or "").lower(), bool(found["half"]) + bool(found["more"])
    if word and word not in kind:
        raise Invalid(field, N_("“%(typed)s”的单位不对；这里可以填 %(example)s"), **told)
    if halves == 2 or halves and not word:
        raise Invalid(field, N_("“%(typed)s”说不准是多少；请写数字，如 %(example)s"), **told)
    value = Fraction((found["number"] or "0").replace(",", "")) + Fraction(halves, 2)
    return value * kind[word] / kind[(unit or "").lower()] if word else value


def count(field: str, typed: str, largest: int) -> int:
    """A whole number from 1 to `largest`. Raises Invalid."""
    text = _without_thousands(typed)
    if not re.fullmatch(r"\d{1,30}", text, re.ASCII):
        raise Invalid(
            field,
            N_("“%(typed)s”不是整数；请填 1 到 %(largest)d 之间的整数"),
            typed=typed.strip()[:24],
            largest=largest,
        )
    if not 1 <= int(text) <= largest:
        raise Invalid(field, N_("应在 1 到 %(largest)d 之间"), largest=largest)
    return int(text)


def days(field: str, typed: str, most: int) -> int | None:
    """A number of whole days from 0 to `most`; None where nothing is typed. Raises Invalid as `count` does."""
    text = typed.strip()
    return None if not text else 0 if text == "0" else count(field, text, most)


def plain(value: object) -> str:
    """A value as a person types it into a form: 1250.5 rather than 1,250.50, and "" for None."""
    text = f"{value:f}" if isinstance(value, Decimal) else "" if value is None else str(value)
    return text.rstrip("0").rstrip(".") if "." in text and isinstance(value, Decimal) else text


def day(field: str, typed: str) -> date:
    """A calendar day, typed as 2026-07-18, 2026/7/18, 2026年7月18日 or 20260718. Raises Invalid."""
    text = unicodedata.normalize("NFKC", typed).strip()
    found = re.fullmatch(r"(\d{4})(?:[-/.年])(\d{1,2})(?:[-/.月])(\d{1,2})日?", text, re.ASCII)
    found = found or re.fullmatch(r"(\d{4})(\d{2})(\d{2})", text, re.ASCII)
    if not found:
        raise Invalid(field, N_("“%(typed)s”不是日期；请按 2026-07-18 的样子填"), typed=text[:24])
    try:
        typed_day = date(*(int(part) for part in found.groups()))
    except ValueError:
        raise Invalid(field, N_("没有 %(typed)s 这一天"), typed=text[:24]) from None
    if typed_day.year not in YEARS:  # days are added to it and moments made of it, which the ends of time do not bear
        raise Invalid(field, N_("年份应在 %(first)d 年到 %(last)d 年之间"), first=YEARS[0], last=YEARS[-1])
    return typed_day


def span(first: str, last: str) -> tuple[date, date]:
    """The first and the last day of a period, both included. Raises Invalid (first, last)."""
    begun, ended = day("first", first), day("last", last)
    if ended < begun:
        raise Invalid("last", N_("截止日 %(end)s早于起始日 %(start)s"), end=ended, start=begun)
    return begun, ended


def harvest_day(typed: str, today: date) -> date:
    """The day of harvest, from 2020-01-01 (the earliest day that a unit code can hold) to `today` (Shanghai).

    Raises Invalid (harvest_date).
    """
    value = day("harvest_date", typed)
    if value > today:
        raise Invalid("harvest_date", N_("采收日期 %(value)s还没到；最晚填今天 %(today)s"), value=value, today=today)
    if value < EARLIEST_HARVEST:
        raise Invalid("harvest_date", N_("采收日期不能早于 %(earliest)s"), earliest=EARLIEST_HARVEST)
    return value


def phone(typed: str, field: str = "phone") -> str:
    """A mainland mobile or land line, or a 400 or 95 service number, in digits and hyphens. Raises Invalid."""
    text = unicodedata.normalize("NFKC", typed).replace(" ", "").strip()
    if not re.fullmatch(r"(\+86)?1\d{10}|0\d{2,3}-?\d{7,8}|400-?\d{3}-?\d{4}|9\d{4,7}", text, re.ASCII):
        raise Invalid(field, N_("电话号码不对；应是 11 位手机号或带区号的座机号，如 0731-12345678"))
    return text


def https_address(field: str, typed: str) -> str:
    """An address that a page may link to: https, a host with a dot, no user name, no character that needs quoting.

    Raises Invalid.
    """
    text = typed.strip()
    if (
        len(text) > 300
        or not re.fullmatch(r"https://([a-z0-9-]+\.)+[a-z0-9-]{2,}(:\d{1,5})?(/[!-~]*)?", text, re.ASCII)
        or any(sign in text for sign in "<>\"'`\\")
    ):
        raise Invalid(field, N_("网址不对；应以 https:// 开头，域名用小写，如 https://www.example.cn/claim"))
    return text


def choice(field: str, kind: type[Kind], typed: str) -> Kind:
    """The member of the enumeration `kind` that has this value. Raises Invalid for any other text."""
    try:
        return kind(typed)
    except ValueError:
        raise Invalid(field, N_("请从列表里选一项")) from None


def id_number(field: str, typed: str, *of: Numbered) -> str:
    """An ID number as the record keeps it: capitals, no spaces, the check character right. Raises Mistyped, which says what it
    was to be a number `of`."""
    try:
        return parse_id_number(typed)
    except BadIdNumber as bad:
        raise Mistyped(field, typed, of, bad.message.template, **bad.message.values) from None
