"""The barcode of shops: read with its check digit, and refused where it names no product."""

import pytest

from yipin.codes.barcode import ean_check, example_barcode, looks_like_barcode, parse_barcode
from yipin.errors import Invalid

KNOWN = ("4006381333931", "6901234567892", "5901234123457", "0036000291452")  # printed in every textbook of EAN-13
GOOD = KNOWN[1]


@pytest.mark.parametrize("number", KNOWN)
def test_the_check_digit_is_that_of_barcodes_in_shops(number: str) -> None:
    assert ean_check(number[:-1]) == number[-1] and parse_barcode(number) == number


def test_it_may_be_typed_in_groups_and_in_full_width_forms() -> None:
    wide = "".join(chr(ord(digit) + 0xFEE0) for digit in GOOD)
    for typed in ("6 901234 567892", "6901234-567892", f" {GOOD}\t", wide):
        assert parse_barcode(typed) == GOOD and looks_like_barcode(typed)


@pytest.mark.parametrize("place", range(13))
def test_every_wrong_digit_is_caught(place: int) -> None:
    for digit in set("0123456789") - {GOOD[place]}:
        with pytest.raises(Invalid, match="抄错了一位|店内码|不是商品条形码"):
            parse_barcode(GOOD[:place] + digit + GOOD[place + 1 :])


@pytest.mark.parametrize(
    "typed", ["", "69", GOOD[:-1], GOOD + "1", "69012345678９X", "²901234567892", "https://x/" + GOOD]
)
def test_what_is_no_barcode_is_refused(typed: str) -> None:
    assert not looks_like_barcode(typed)
    with pytest.raises(Invalid, match="13 位"):
        parse_barcode(typed)


SHOPS_OWN = ("210000000001", "020000000001", "000000000000")
PRINT = ("978000000000", "990000000000")


@pytest.mark.parametrize("body", SHOPS_OWN + PRINT)
def test_a_number_that_names_no_product_everywhere_is_refused(body: str) -> None:
    with pytest.raises(Invalid, match="店内码" if body in SHOPS_OWN else "书刊"):
        parse_barcode(body + ean_check(body))


def test_a_demonstration_takes_the_prefix_that_is_kept_for_examples() -> None:
    assert parse_barcode(example_barcode(1)) == "9520000000011" and example_barcode(2) != example_barcode(1)
