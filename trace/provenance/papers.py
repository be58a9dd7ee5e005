"""Which certificates vouch for goods: those of whoever grew or made them, as far as every part of the goods has one.

What is split, put together or received keeps a scheme (绿色食品, 有机产品 …) only if all of it has a certificate of that scheme; what
is processed has those of who made it, and none of its raw materials.
"""

from collections.abc import Mapping, Sequence

from ..models import Certification, Scheme
from .goods import Goods, Way

Papers = dict[Scheme, tuple[Certification, ...]]


def carried(way: Way, naming: Mapping[int, Sequence[Certification]]) -> dict[int, Papers]:
    """The certificates that vouch for each of the goods on a way, by scheme. `naming`: those in force, by the row number of
    the product that they name."""
    found: dict[int, Papers] = {}
    for number, one in way.items():
        found[number] = _own(one, naming) if one.is_made else _common([found[source.id] for source in one.sources])
    return found


def _own(one: Goods, naming: Mapping[int, Sequence[Certification]]) -> Papers:
    papers: Papers = {}
    for row in naming.get(one.product_id, ()):
        if row.producer_id == one.producer_id:
            papers[row.scheme] = (*papers.get(row.scheme, ()), row)
    return papers


def _common(sources: Sequence[Papers]) -> Papers:
    """The schemes that all sources have, each with the certificates of all of them."""
    if not sources:
        return {}
    schemes = set(sources[0]).intersection(*sources)
    return {scheme: tuple(dict.fromkeys(row for each in sources for row in each[scheme])) for scheme in schemes}
