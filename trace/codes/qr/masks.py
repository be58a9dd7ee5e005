"""The scores of the masks: every symbol under all eight, by the rule of `qrcode`. The lowest score is taken.

ISO/IEC 18004, 7.8.3 counts runs of one colour, blocks of 2 by 2, patterns like a finder's, and the share of dark
modules. The planes hold the modules twice, by rows and by columns, so that neighbours in a line are neighbours in
memory.
"""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from .bitplanes import Planes, tally


def lines(modules: NDArray[np.intp]) -> NDArray[np.intp]:
    """An array with one number per module (side, side) as (place in the line, line): all rows, then all columns."""
    return np.concatenate([modules.T, modules], axis=1)


def lost_points(planes: Planes, side: int) -> NDArray[np.int64]:
    """The penalty of every symbol, as `qrcode.util.lost_point` counts it.

    `planes` is (side, 2 side, words), see `lines`. A run of n equal modules costs n - 2: 1 for every five in a row and 2
    for the run. A block costs 3, a false finder 40.
    """
    worth: list[tuple[int, Planes]] = []
    for part in (planes[:, :side], planes[:, side:]):  # one after the other, so that more stays in the cache
        differ = part[1:] ^ part[:-1]
        same = ~differ
        three = same[:-1] & same[1:]
        runs, starts = _runs(differ, three)
        worth += [(1, _flat(runs)), (2, _flat(starts)), (40, _flat(_finders(part, differ, same, three)))]
    worth.append((3, _squares(planes[:, :side])))
    dark = tally([(1, _flat(np.ascontiguousarray(planes[:, :side])))])
    return tally(worth) + _balance(side)[dark]


def _flat(planes: Planes) -> Planes:
    return planes.reshape(-1, planes.shape[-1])


def _runs(differ: Planes, three: Planes) -> tuple[Planes, Planes]:
    """Feature 1: the places where five equal modules begin, and of these the first of each run, which costs 2 more."""
    five = three[:-2] & three[2:]
    starts = five.copy()
    starts[1:] &= differ[: len(five) - 1]
    return five, _any_of(starts, 5)  # two runs of five cannot begin less than five apart


def _any_of(planes: Planes, step: int) -> Planes:
    """One plane for each `step` neighbours in a line, of which at most one can be set."""
    whole = len(planes) - len(planes) % step
    merged = planes[0:whole:step] | planes[1:whole:step]
    for n in range(2, step):
        merged |= planes[n:whole:step]
    if whole == len(planes):
        return merged
    return np.concatenate([merged, np.bitwise_or.reduce(planes[whole:], axis=0, keepdims=True)])


def _squares(rows: Planes) -> Planes:
    """Feature 2: blocks of 2 by 2 modules of one colour. Overlapping blocks are all counted."""
    along, across = rows[1:] ^ rows[:-1], rows[:-1, 1:] ^ rows[:-1, :-1]
    across |= along[:, :-1]
    across |= along[:, 1:]
    return _flat(np.invert(across, out=across))


def _finders(planes: Planes, differ: Planes, same: Planes, three: Planes) -> Planes:
    """Feature 3: dark and light in 1:1:3:1:1 with four light modules before or behind, within the symbol."""
    last = len(planes) - 10  # places where eleven modules begin
    four = three[:-1] & same[2:]
    single = differ[:-1] & differ[1:]
    core = planes[: last + 4] & single[: last + 4]
    core &= three[2 : last + 6]
    core &= single[4 : last + 8]
    behind = core[:last] & differ[6 : last + 6]
    behind &= four[7 : last + 7]
    before = core[4:] & differ[3 : last + 3]
    before &= four[:last]
    before |= behind
    return _any_of(before, 4)  # such patterns cannot begin less than four apart


@cache
def _balance(side: int) -> NDArray[np.int64]:
    """Feature 4: the points for each number of dark modules, with the rounding of `qrcode.util`."""
    total = side * side
    return np.array([int(abs(float(dark) / total * 100 - 50) / 5) * 10 for dark in range(total + 1)], np.int64)
