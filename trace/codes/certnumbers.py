"""Certificate numbers, by scheme: normalises a printed number, or refuses it and shows a right one.

The forms are those that the schemes print today and printed earlier. Some schemes publish no form (announcements, trade
marks): there only a text that cannot be a number is refused. `oddities` warns of numbers that are possible but strange.
"""

import re
import unicodedata
from collections.abc import Container
from dataclasses import dataclass

from ..errors import N_, Invalid, Message


@dataclass(frozen=True)
class Form:
    """The form of a scheme's numbers: a pattern for the whole number, an example, and the rule in words."""

    pattern: str
    example: str
    words: str  # msgid: what is expected


_GREEN = Form(
    r"LB-\d{2}-(\d{10,11}(A|AA)|\d{10})",
    "LB-00-24010000000A",
    N_("绿色食品产品编号应是 LB-、两位类别、-、10 或 11 位数字、A 或 AA（老编号没有字母）"),
)
_ORGANIC = Form(
    r"(\d{3,4}|F\d{2})OP\d{7}(-\d+)?",
    "000OP2400000",
    N_("有机证书编号应是 3 或 4 位机构代码（或 F 加 2 位）、OP、7 位数字，子证书再加 -1"),
)
_AGI = Form(r"AGI\d{5}", "AGI00000", N_("农产品地理标志登记证书编号应是 AGI 加 5 位数字"))
_MARK = Form(r"\d{4,9}[A-Z]?", "00000000", N_("商标注册号应是 4 到 9 位数字，最后可以有一个字母"))
_ANNOUNCED = Form(r"(?=.*\d).{3,60}", "2024年第000号", N_("地理标志产品应填批准公告的编号，里面有数字"))
FORMS = {
    "green": _GREEN,
    "organic": _ORGANIC,
    "organic_conversion": _ORGANIC,
    "geographical": _AGI,
    "gi_product": _ANNOUNCED,
    "gi_mark": _MARK,
    "gi_collective": _MARK,
}
# Other numbers that stand on packs and papers beside the certificate number, and what they are.
_OTHERS = (
    (r"GF\d{12}", N_("%(typed)s 是绿色食品企业信息码（包装上印的那个），不是证书上的产品编号")),
    (r"AGI\d{4}-\d{2}-\d{4}", N_("%(typed)s 是质量控制技术规范编号，不是登记证书编号")),
    (r"\d{17}", N_("%(typed)s 是 17 位有机码，每一枚有机标志一个，不是证书编号")),
)
MARK_CODES = {
    "green": Form(r"GF\d{12}", "GF430225000000", N_("企业信息码应是 GF 加 12 位数字")),
    "geographical": Form(
        r"AGI\d{4}-\d{2}-\d{4}", "AGI2024-00-0000", N_("质量控制技术规范编号应是 AGI 加年份、-、两位数字、-、四位数字")
    ),
}


def plain(typed: str) -> str:
    """The form in which numbers are kept and compared: half width, capitals, no spaces, one kind of hyphen."""
    text = unicodedata.normalize("NFKC", typed).upper()
    return re.sub(r"[‐‑‒–—―−－]", "-", re.sub(r"\s+", "", text))


def number(scheme: str, typed: str) -> str:
    """A certificate's number as it is kept. Raises Invalid (number), which says what is wrong and what is expected."""
    text, form = plain(typed), FORMS[scheme]
    if not text:
        raise Invalid("number", N_("请填写证书编号，如 %(example)s"), example=form.example)
    for other, told in _OTHERS:
        if re.fullmatch(other, text, re.ASCII):
            raise Invalid(
                "number",
                N_("%(what)s；%(expected)s，如 %(example)s"),
                what=Message(told, {"typed": text}),
                expected=Message(form.words),
                example=form.example,
            )
    return _like(form, "number", text)


def mark_code(scheme: str, typed: str) -> str | None:
    """The code that is printed beside the mark (GF…, AGI…-…-…), or None if empty. Raises Invalid (mark_code)."""
    text = plain(typed)
    if not text:
        return None
    if scheme not in MARK_CODES:
        raise Invalid("mark_code", N_("这一种证书没有企业信息码或质量控制规范编号，请留空"))
    return _like(MARK_CODES[scheme], "mark_code", text)


def _like(form: Form, field: str, text: str) -> str:
    if not re.fullmatch(form.pattern, text, re.ASCII):
        raise Invalid(
            field,
            N_("“%(typed)s”不对：%(expected)s，如 %(example)s"),
            typed=text[:40],
            expected=Message(form.words),
            example=form.example,
        )
    return text


def oddities(scheme: str, number: str, mark_code: str | None, counties: Container[str]) -> tuple[Message, ...]:
    """Warnings about well-formed numbers that are possible but strange. An officer looks at them; none is refused.

    `counties` holds the GB/T 2260 codes of this city's counties, former ones included.
    """
    found = []
    month = number[8:10] if scheme == "green" else ""
    if month and not "01" <= month <= "12":
        found.append(Message(N_("产品编号里的月份是 %(month)s，应在 01 到 12 之间"), {"month": month}))
    if mark_code and scheme == "green" and mark_code[2:8] not in counties:
        found.append(Message(N_("企业信息码里的县市区代码 %(code)s 不属于本市"), {"code": mark_code[2:8]}))
    return tuple(found)
