"""Which unit (证项) each line counts for. Pure: columns in, columns out.

A renewal carries its unit on to a new holder or name, so that a paper more is no unit more. The columns are in the order
of the ledger (grant, certificate, line), and words are numbers there.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
NONE = -(1 << 40)  # no number


@dataclass(frozen=True)
class Units:
    """The unit of each line, the holder's product (`thing`) of each unit, and the line that each line carries on (its
    place; -1 where it renews none)."""

    unit: Ints
    thing: Ints
    before: Ints
    example: Ints  # the place of a line that has the unit by its own words
    number: Ints  # the product's number of each unit; 0 where it has words alone


def units(column: Mapping[str, Ints]) -> Units:
    """Name the lines. A product is known by its number, and by its words where no line of the holder has a number."""
    own, thing, example, number = _own(column)
    before = _before(column)
    return Units(_carried(own, before), thing, before, example, number)


def _own(column: Mapping[str, Ints]) -> tuple[Ints, Ints, Ints, Ints]:
    """The unit that each line has by its own words; and of each unit its thing, a line of it, its product's number."""
    subject, word, scheme = column["subject"], column["product"], column["scheme"]
    number = np.maximum(column["product_id"], 0)
    words, schemes = _size(word), _size(scheme)
    _, pair = np.unique(subject * words + word, return_inverse=True)
    of_pair = np.zeros(_size(pair), dtype=np.int64)
    of_pair[pair[number > 0]] = number[number > 0]  # the latest line's number stands
    number = np.where(number > 0, number, of_pair[pair])
    thing = subject * (words + _size(number)) + np.where(number > 0, words + number, word)
    whole, example, own = np.unique(thing * schemes + scheme, return_index=True, return_inverse=True)
    return own.astype(np.int64), whole // schemes, example, number[example]


def _size(codes: Ints) -> int:
    return int(codes.max(initial=0)) + 1


def _before(column: Mapping[str, Ints]) -> Ints:
    """The line of the renewed certificate with the same product; else its only line, if there is one on either paper."""
    paper, word, number = column["certification"], column["product"], column["product_id"]
    places = np.argsort(paper, kind="stable")
    new = np.diff(paper[places], prepend=NONE) != 0
    first, of = np.flatnonzero(new), np.empty(len(paper), dtype=np.int64)
    of[places] = np.cumsum(new) - 1
    papers, sizes = paper[places[first]], np.diff(first, append=len(paper))
    found = np.full(len(paper), -1, dtype=np.int64)
    later = np.flatnonzero(column["renews"] != NONE)
    old = np.searchsorted(papers, column["renews"][later])
    there = old < len(papers)
    there[there] = papers[old[there]] == column["renews"][later[there]]
    later, old = later[there], old[there]
    alone = (sizes[old] == 1) & (sizes[of[later]] == 1)
    found[later[alone]] = places[first[old[alone]]]
    later, old, turn = later[~alone], old[~alone], 0
    while len(later):
        place = places[first[old] + turn]
        same = (word[place] == word[later]) | ((number[place] > 0) & (number[place] == number[later]))
        found[later[same]] = place[same]
        turn += 1
        more = ~same & (sizes[old] > turn)
        later, old = later[more], old[more]
    return found


def _carried(own: Ints, before: Ints) -> Ints:
    """The units with those that a renewal carried on to another holder or name: the few lines that this concerns are
    gone through one by one, in order."""
    odd = before >= 0
    odd[odd] = own[before[odd]] != own[odd]
    unit, taken = own.copy(), dict[int, int]()
    for place in np.flatnonzero(np.isin(own, own[odd])).tolist():
        if 0 <= before[place] < place:
            taken.setdefault(int(own[place]), int(unit[before[place]]))
        unit[place] = taken.get(int(own[place]), int(own[place]))
    return unit
