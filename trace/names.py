"""One normal form for the names of inputs, crops, suppliers and lots. Two spellings of one thing have the same normal form."""

import unicodedata

BLANKS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800")  # drawn as nothing, though their category does not say so


def normal_form(name: str) -> str:
    """A name for comparing: NFKC, case folded, no spaces, nothing invisible, one kind of bracket and of percent sign.

    `50% 多菌灵`, `５０％多菌灵` and `50 % 多菌灵` are one name. The order of the words stays, and so do their figures.
    A name with nothing visible in it is its own normal form, so that it is never part of another name.
    """
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    return unicodedata.normalize("NFKC", "".join(map(_unified, folded))) or name


def _unified(character: str) -> str:
    """The character as it counts: NFKC has unified the wide and small forms of signs, but not all signs of one kind."""
    kind = unicodedata.category(character)
    if kind[0] in "CZ" or character in BLANKS or _selects_a_variant(character):
        return ""
    return {"Ps": "(", "Pe": ")"}.get(kind, "%" if character == "٪" else character)


def _selects_a_variant(character: str) -> bool:
    """Whether it only chooses how the character before it is drawn (The Unicode Standard, 23.4)."""
    return any(first <= character <= last for first, last in ("\u180b\u180f", "\ufe00\ufe0f", "\U000e0100\U000e01ef"))
