"""The barcode of a product in shops (商品条形码): EAN-13, by the GS1 General Specifications.

It is the same on every pack and anybody may print it, so it says which product a pack claims to be and proves nothing.
"""

from ..errors import N_, Invalid
from .checkdigits import all_digits, plain
from .typed import DASHES

DIGITS = 13
DEMONSTRATIONS = "952"  # the prefix that GS1 keeps for examples
# Prefixes that name no product everywhere (GS1 Prefixes): given out by a shop or a company for itself, and those of what is no
# product.
_INSIDE = ("0000000", "02", "04", "2")
_NO_PRODUCT = ("05", "977", "978", "979", "98", "99")
_BARE = str.maketrans("", "", DASHES)


def looks_like_barcode(typed: str) -> bool:
    """Whether somebody typed or scanned thirteen digits and nothing else, which no number of ours is."""
    number = plain(typed).translate(_BARE)
    return len(number) == DIGITS and all_digits(number)


def parse_barcode(typed: str) -> str:
    """The typed barcode, 13 digits. Raises Invalid (barcode), which says what is wrong."""
    number = plain(typed).translate(_BARE)
    if len(number) != DIGITS or not all_digits(number):
        raise Invalid("barcode", N_("商品条形码应是 13 位数字，印在条纹下面；这里是“%(typed)s”"), typed=number[:24])
    if number[-1] != ean_check(number[:-1]):
        raise Invalid("barcode", N_("商品条形码抄错了一位，或有相邻两位颠倒；请对照包装上的条形码逐位核对"))
    if number.startswith(_INSIDE):
        raise Invalid("barcode", N_("这是店里自己编的店内码，换一家店就不是这个产品了；请填包装上印的商品条形码"))
    if number.startswith(_NO_PRODUCT):
        raise Invalid("barcode", N_("这是书刊或优惠券的条码，不是商品条形码"))
    return number


def ean_check(digits: str) -> str:
    """The check digit of the first twelve digits: weights 1 and 3 in turns from the left."""
    return str(-sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(digits)) % 10)


def example_barcode(number: int) -> str:
    """A barcode that no product has, for a demonstration."""
    body = f"{DEMONSTRATIONS}{number:09d}"
    return body + ean_check(body)
