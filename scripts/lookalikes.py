"""Writes trace/data/lookalikes.txt: which characters count as one where names are compared (see trace/names.py).

    python scripts/lookalikes.py Unihan_Variants.txt confusables.json

`Unihan_Variants.txt` is of the Unicode Character Database (Debian: package `unicode-data`, packed as .bz2): traditional and
variant forms. `confusables.json` holds the characters that are drawn alike, of Unicode Technical Standard 39, as the package
`confusable-homoglyphs` on PyPI brings them. Both are data of Unicode, Inc., under its licence.
"""

import bz2
import json
import sys
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path

OUT = Path(__file__).parents[1] / "trace" / "data" / "lookalikes.txt"
NOTICE = """\
# Characters that count as one where names are compared: first the one that stands for all, then, after a tab, the others.
# Made by scripts/lookalikes.py of Unicode's data (Unihan_Variants.txt; the confusables of UTS #39), which it changed: it chose,
# joined and turned round. Copyright (c) Unicode, Inc. All rights reserved. Permission is granted to use, copy, modify, merge,
# publish, distribute and sell copies of the data, provided that this notice appears with all copies. The data are provided
# "as is", without warranty of any kind. The whole licence: https://www.unicode.org/license.txt
"""
# How a character may be another form of one, the surest kind first. Two common characters of the mainland are one only where the
# one is the traditional form of the other, as 乾 is of 干: what Unihan calls equal in meaning may be two words there (她, 他).
WRITTEN_OTHERWISE = ("kSimplifiedVariant", "kZVariant", "kSemanticVariant", "kTraditionalVariant", "kSpoofingVariant")

Pair = tuple[str, str]


def rank(character: str) -> tuple[int, int]:
    """The lower, the rather it stands for the others: digits, letters, the characters of GB 2312 by their level."""
    if character.isascii():
        return (0 if character.isdigit() else 1 if character.isalpha() else 2), ord(character)
    try:
        first = character.encode("gb2312")[0]
    except UnicodeEncodeError:
        return 6 + (character > "\uffff"), ord(character)
    return (5 if first < 0xB0 else 4 if first >= 0xD8 else 3), ord(character)


def is_common(character: str) -> bool:
    """Whether it is a character of GB 2312, which holds those that are written on the mainland."""
    return rank(character)[0] in (3, 4)


def counts(character: str) -> bool:
    """Whether it is left of a name when everything else has been done to it: folded in width and case, no bracket."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", character).casefold())
    return folded == character and len(character) == 1 and unicodedata.category(character)[0] not in "CMZ"


def variants(path: str) -> Iterator[Pair]:
    """Each character with the best of those that it is another form of."""
    found: dict[str, list[tuple[int, tuple[int, int], str]]] = {}
    for one, kind, other in _forms(path):
        simplified = kind == WRITTEN_OTHERWISE[0]
        if one != other and (simplified if is_common(one) else rank(other) < rank(one)):
            found.setdefault(one, []).append((WRITTEN_OTHERWISE.index(kind), rank(other), other))
    for one, others in found.items():
        yield one, min(others)[2]


def _forms(path: str) -> Iterator[tuple[str, str, str]]:
    with bz2.open(path, "rt") if path.endswith(".bz2") else open(path, encoding="utf-8") as lines:
        for line in lines:
            character, kind, forms = line.rstrip("\n").split("\t") if line.startswith("U+") else ("", "", "")
            if kind in WRITTEN_OTHERWISE:
                yield from ((_of(character), kind, _of(form.split("<")[0])) for form in forms.split())


def _of(number: str) -> str:
    return chr(int(number[2:], 16))


def drawn_alike(path: str) -> Iterator[list[str]]:
    """The classes of texts that are drawn alike; in the file, a class hangs together by the text that stands for it. A sign is
    never one with a letter: where names are compared, signs are left out and letters are not."""
    table: dict[str, list[dict[str, str]]] = json.loads(Path(path).read_text("utf-8"))
    for centre, others in table.items():
        texts = [_bare(other["c"]) for other in others]
        texts.append(
            centre.casefold() if len(texts) > 1 else centre
        )  # O, and so o, stands for many that are drawn like it
        for of_letters in (True, False):
            yield [text for text in texts if is_word(text) is of_letters]


def is_word(text: str) -> bool:
    """Whether it is letters and digits. The radicals of Chinese characters, which Unicode counts as signs, are letters."""
    return all(character.isalnum() or "\u2e80" <= character <= "\u2fdf" for character in text)


def _bare(text: str) -> str:
    return text.replace("\u200e", "")


def classes(joined: Iterable[Iterable[str]]) -> dict[str, set[str]]:
    """What hangs together, by the text that stands for all."""
    of: dict[str, set[str]] = {}
    for texts in joined:
        whole = set().union(*(of.get(text, {text}) for text in texts))
        of |= dict.fromkeys(whole, whole)
    return {min(whole, key=lambda text: (len(text), rank(text[0]), text)): whole for whole in of.values()}


def stands_for(whole: set[str]) -> str:
    """A single character; but "rn" for what is drawn like those two letters, since two characters cannot become one."""
    letters = sorted(text for text in whole if len(text) > 1 and text.isascii() and text.isalnum() and text.islower())
    return letters[0] if letters else min((text for text in whole if counts(text)), key=rank, default="")


def lines(found: Iterable[set[str]]) -> Iterator[tuple[str, str]]:
    """What stands for all, and the others. What stands for an "œ" is folded as well: it is no "oe" but "0e"."""
    stands = {character: stands_for(whole) for whole in found for character in filter(counts, whole)}
    others: dict[str, str] = {}
    for character, one in sorted(stands.items()):
        folded = "".join(stands.get(each, each) for each in one)
        if folded and folded != character:
            others[folded] = others.get(folded, "") + character
    return iter(sorted(others.items()))


def main(unihan: str, confusables: str) -> None:
    alike = ([text for text in texts if len(text) > 1 or counts(text)] for texts in drawn_alike(confusables))
    found = classes([*variants(unihan), *alike]).values()
    OUT.write_text(NOTICE + "".join(f"{one}\t{others}\n" for one, others in lines(found)), "utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
