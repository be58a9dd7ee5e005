"""One skeleton for the names of brands, producers, products, inputs, crops, suppliers, lots and log-ins.

Two spellings of one thing have the same skeleton (`normal_form`), and so have two names that the eye does not tell apart:
炎陵黄桃 and 炎陵黃桃. It is for comparing alone; what people typed is what is shown.
"""

import re
import unicodedata
from functools import cache, lru_cache
from importlib.resources import files

# What is drawn as nothing: the code points that Unicode calls default-ignorable (DerivedCoreProperties.txt), and blanks that
# are no spaces, Braille without a dot and a note without a head.
_UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164\ufe00-\ufe0f"
    "\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d159\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
# Accents of every script (Combining Diacritical Marks and the blocks that go on with them).
_ACCENT = re.compile("[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]")
_PASSES = 4  # what one pass leaves over, the next one folds


def normal_form(name: str) -> str:
    """The skeleton of a name: NFKC, case folded; no spaces, nothing invisible, no accents that belong to no letter; one kind of
    bracket and of percent sign; one character for those that are forms of each other (Unihan) or are drawn alike (UTS #39).

    `50% 多菌灵`, `５０％多菌灵` and `50 % 多菌靈` are one name. The order of the words stays, and so do their figures.
    A name with nothing visible in it is its own skeleton, so that it is never part of another name.
    """
    text = name
    for _ in range(_PASSES):
        before, text = text, _folded(text)
        if text == before:
            break
    return text or name


def _folded(text: str) -> str:
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    seen = unicodedata.normalize("NFKC", "".join(map(_unified, _UNSEEN.sub("", folded))))
    return _ACCENT.sub("", seen.translate(_lookalikes()))


def bare(normal: str) -> str:
    """A skeleton without its signs, which is how it is looked for inside another: 炎陵·黄桃 is 炎陵黄桃 to the eye."""
    return "".join(filter(str.isalnum, normal))


def is_unseen(character: str) -> bool:
    """Whether it is drawn as nothing, and yet is no space."""
    return _UNSEEN.fullmatch(character) is not None


def is_accent(character: str) -> bool:
    """Whether it is drawn upon the character before it."""
    return _ACCENT.fullmatch(character) is not None


def near(one: str, other: str) -> bool:
    """Whether two bare skeletons differ by one character at most, put in, left out or exchanged; or one holds the other.

    Of less than three characters, only the same is near: 黄桃 and 黄豆 have nothing to do with each other.
    """
    if one == other or not (one and other):
        return one == other
    short, long = sorted((one, other), key=len)
    if len(short) < 3:
        return False
    return short in long or len(long) - len(short) < 2 and _one_slip(short, long)


def _one_slip(short: str, long: str) -> bool:
    first = next((place for place, pair in enumerate(zip(short, long)) if pair[0] != pair[1]), len(short))  # noqa: B905
    return short[first + (len(short) == len(long)) :] == long[first + 1 :]


@lru_cache(20_000)
def _unified(character: str) -> str:
    """The character as it counts: NFKC has unified the wide and small forms of signs, but not all signs of one kind."""
    kind = unicodedata.category(character)
    return "" if kind[0] in "CZ" else {"Ps": "(", "Pe": ")"}.get(kind, character)


@cache
def _lookalikes() -> dict[int, str]:
    """What each character counts as, if not as itself. `scripts/lookalikes.py` writes the file."""
    lines = (files("yipin.data") / "lookalikes.txt").read_text("utf-8").splitlines()
    pairs = (line.split("\t") for line in lines if not line.startswith("# "))
    return {ord(other): one for one, others in pairs for other in others}


def without(name: str, brand: str, plain: str | None) -> str:
    """The name of a product with what the produce is called (`plain`) in place of a brand that stands in it, in whatever
    spelling."""
    called = plain or "农产品"
    if brand in name:
        return name.replace(brand, called)
    return called if bare(normal_form(brand)) in bare(normal_form(name)) else name
