"""Check characters of identifiers: USCC (GB 32100), resident ID (GB 11643) and food licence (ISO 7064).

They are checked at registration, so that nobody is registered with a number that cannot exist. Our own ID number
(`idnumber`) uses the alphabet and the rule of GB 32100 too.
"""

import string
from datetime import date

from ..errors import N_, Invalid
from .typed import visible

# GB 32100-2015, table 2: digits and capitals without I, O, S, V, Z.
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
VALUE = {character: value for value, character in enumerate(ALPHABET)}

# GB 11643-1999: weights of the first 17 characters, and the check character for each remainder.
_RESIDENT_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_RESIDENT_CHECK = "10X98765432"

# Only ASCII letters become capitals: str.upper() would turn "ß" into two letters and "ı" into an I.
_CAPITALS = str.maketrans(string.ascii_lowercase, string.ascii_uppercase)


def plain(typed: str) -> str:
    """The typed text as it is seen (`typed.visible`), in capitals, without white space (U+3000 included)."""
    return "".join(visible(typed).translate(_CAPITALS).split())


def shown(character: str) -> str:
    """A character as a message shows it: in quotes, or as U+XXXX if it cannot be seen."""
    seen = character.isprintable() and not character.isspace()
    return f"“{character}”" if seen else f"U+{ord(character):04X}"


def all_digits(text: str) -> bool:
    """Whether the text has only ASCII digits, and at least one. `str.isdigit` alone would accept "٣" and "²"."""
    return text.isascii() and text.isdigit()


def gb32100_check(body: str) -> str:
    """The check character of `body` (characters of ALPHABET, any length) by GB 32100-2015, 4.5.

    Weights are 3^i mod 31. Because 31 is prime, every single wrong character and every swap of neighbours is detected.
    Raises Invalid (body) for a character outside the alphabet.
    """
    total, weight = 0, 1
    for position, character in enumerate(body, start=1):
        if character not in VALUE:
            raise Invalid(
                "body",
                N_("第 %(position)s 位%(character)s不能用：只能用数字和除 I、O、S、V、Z 以外的大写字母"),
                position=position,
                character=shown(character),
            )
        total += VALUE[character] * weight
        weight = weight * 3 % 31
    return ALPHABET[-total % 31]


def parse_uscc(typed: str) -> str:
    """The typed 统一社会信用代码, 18 characters (GB 32100-2015). Raises Invalid (uscc)."""
    code = plain(typed)
    if len(code) != 18:
        raise Invalid("uscc", N_("统一社会信用代码应为 18 位，这里有 %(count)s 位"), count=len(code))
    _check_uscc_characters(code)
    if code[17] != gb32100_check(code[:17]):  # any of the 18 may be the wrong one
        raise Invalid("uscc", N_("统一社会信用代码抄错了一位，或有相邻两位颠倒；请对照证件逐位核对"))
    return code


def _check_uscc_characters(code: str) -> None:
    for position, character in enumerate(code, start=1):
        # Places 3 to 8 are the GB/T 2260 code of the registering office.
        if 3 <= position <= 8 and not all_digits(character):
            template = N_("统一社会信用代码第 %(position)s 位应为数字（登记地区划代码），填的是%(character)s")
        elif character not in VALUE:
            template = N_(
                "统一社会信用代码第 %(position)s 位%(character)s不能用：只能用数字和除 I、O、S、V、Z 以外的大写字母"
            )
        else:
            continue
        raise Invalid("uscc", template, position=position, character=shown(character))


def parse_resident_id(typed: str) -> str:
    """The typed 公民身份号码, 18 characters (GB 11643-1999). Raises Invalid (resident_id).

    The number is personal data, so no message shows any character of it. The use-case, which knows the day, checks that
    the birth date is not in the future.
    """
    number = plain(typed)
    if len(number) != 18:
        raise Invalid("resident_id", N_("公民身份号码应为 18 位，这里有 %(count)s 位"), count=len(number))
    for position, character in enumerate(number[:17], start=1):
        if not all_digits(character):
            raise Invalid("resident_id", N_("公民身份号码第 %(position)s 位应为数字 0–9"), position=position)
    if number[17] not in _RESIDENT_CHECK:
        raise Invalid("resident_id", N_("公民身份号码第 18 位应为数字 0–9 或字母 X"))
    _check_birth_date(number[6:14])
    total = sum(int(digit) * weight for digit, weight in zip(number, _RESIDENT_WEIGHTS, strict=False))
    if number[17] != _RESIDENT_CHECK[total % 11]:
        raise Invalid("resident_id", N_("公民身份号码抄错了一位，或有相邻两位颠倒；请对照证件逐位核对"))
    return number


def _check_birth_date(text: str) -> None:
    try:
        born = date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        born = date.min
    if born.year < 1900:
        raise Invalid("resident_id", N_("公民身份号码第 7–14 位应为真实的出生日期（年月日）"))


def parse_food_licence(typed: str) -> str:
    """The typed 食品生产许可证编号: SC and 14 digits, of which the last is a check digit (GB/T 17710, ISO 7064 MOD 11,10).

    Raises Invalid (food_licence).
    """
    number = plain(typed)
    if len(number) != 16 or not number.startswith("SC") or not all_digits(number[2:]):
        raise Invalid(
            "food_licence", N_("食品生产许可证编号应是 SC 加 14 位数字，这里是“%(typed)s”"), typed=number[:24]
        )
    if number[-1] != mod_11_10_check(number[2:-1]):
        raise Invalid("food_licence", N_("食品生产许可证编号抄错了一位，或有相邻两位颠倒；请对照证件逐位核对"))
    return number


def mod_11_10_check(digits: str) -> str:
    """The check digit of a text of decimal digits by ISO 7064 MOD 11,10."""
    product = 10
    for digit in digits:
        product = ((product + int(digit)) % 10 or 10) * 2 % 11
    return str((11 - product) % 10)
