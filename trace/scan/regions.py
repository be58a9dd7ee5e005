"""Where readers are: the bureau's own table of networks, each in a county of the city (its code) or another place (its name).

A reader's address is cut to a network before anything is kept (`looks.Reader`), and is looked up here by that alone. So no network
of the table is smaller than such a one: a region never says more of a person than a county does.
"""

import ipaddress
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import NamedTuple

from ..errors import N_, Invalid
from ..fields import name
from ..policy.policy import Policy

SMALLEST = {4: 24, 6: 48}  # bits: what an address is cut to
LARGEST = {4: 8, 6: 16}  # bits: a shorter prefix is a slip of the pen
LONGEST = 20  # characters of a place


class Network(NamedTuple):
    """A line of the table."""

    cidr: str
    region: str


def network(typed: str) -> str:
    """A network as the table writes it. Raises Invalid (network) for what is none, or is too small or too large."""
    try:
        found = ipaddress.ip_network(typed.strip(), strict=False)
    except ValueError:
        raise Invalid(
            "network", N_("“%(typed)s”不是网段；请写成 203.0.113.0/24 或 2001:db8::/32"), typed=typed[:50]
        ) from None
    if found.prefixlen > SMALLEST[found.version]:
        text = N_("“%(typed)s”太小，可能指到某一个人；IPv4 最小 /24，IPv6 最小 /48")
        raise Invalid("network", text, typed=typed[:50])
    if found.prefixlen < LARGEST[found.version]:
        raise Invalid("network", N_("“%(typed)s”太大，不会全在一个地方"), typed=typed[:50])
    return str(found)


def region(policy: Policy, typed: str) -> str:
    """The region that is meant: a county of the city by its code or name, or another place. Raises Invalid (region)."""
    text = name("region", typed, least=2, most=LONGEST)
    code = policy.county_today(text)
    if code in policy.counties:
        return code
    if text.isdigit():
        raise Invalid("region", N_("“%(typed)s”不是本市的县市区代码；外地请写名称"), typed=text)
    return next((county.code for county in policy.counties.values() if text in (county.name, short(county.name))), text)


def short(place: str) -> str:
    """A place without its kind, as people write it: 炎陵 for 炎陵县."""
    return place[:-1] if len(place) > 2 and place[-1] in "省市县区" else place


class Regions:
    """A table of networks, looked up by a network as `looks.Reader` has it. Of networks in one another the smallest counts."""

    def __init__(self, networks: Iterable[Network] = ()) -> None:
        """Raises ValueError for a line that is no network."""
        self._starts: dict[int, list[int]] = {4: [], 6: []}
        self._regions: dict[int, list[str]] = {4: [], 6: []}
        ranges: dict[int, list[tuple[int, int, str]]] = {4: [], 6: []}
        for each in networks:
            found = ipaddress.ip_network(each.cidr)
            ranges[found.version].append((int(found.network_address), int(found.broadcast_address), each.region))
        for version, some in ranges.items():
            self._starts[version], self._regions[version] = _flat(some)
        self.of = lru_cache(maxsize=4_096)(self._of)

    @classmethod
    def read(cls, content: str) -> "Regions":
        """The table of this text (`NetworkList.content`)."""
        return cls(networks_of(content))

    def _of(self, network: str) -> str:
        if not (self._starts[4] or self._starts[6]):
            return ""
        try:
            first = ipaddress.ip_network(network)
        except ValueError:  # of a reader whose address is not known
            return ""
        found = bisect_right(self._starts[first.version], int(first.network_address))
        return self._regions[first.version][found - 1] if found else ""


def networks_of(content: str) -> list[Network]:
    """The lines of a table's text."""
    return [Network(*line.split(",", 1)) for line in content.splitlines()]


def text_of(networks: Mapping[str, str]) -> str:
    """The text of a table."""
    return "\n".join(f"{cidr},{place}" for cidr, place in networks.items())


def _flat(ranges: list[tuple[int, int, str]]) -> tuple[list[int], list[str]]:
    """Ranges side by side: where each begins, and its region, "" for the gaps. Networks lie in one another or apart."""
    starts: list[int] = []
    regions: list[str] = []
    around: list[tuple[int, str]] = []  # the networks that a place lies in, the smallest last, by their ends

    def begin(at: int, place: str) -> None:
        if starts and starts[-1] == at:
            regions[-1] = place
        else:
            starts.append(at)
            regions.append(place)

    def leave(until: int | None) -> None:
        while around and (until is None or around[-1][0] < until):
            end, _ = around.pop()
            begin(end + 1, around[-1][1] if around else "")

    for first, last, place in sorted(ranges, key=lambda one: (one[0], -one[1])):
        leave(first)
        begin(first, place)
        around.append((last, place))
    leave(None)
    return starts, regions


def named(policy: Policy, known: Iterable[str], place: str) -> frozenset[str]:
    """The regions that a place speaks of, as goods are shipped to it: counties of the city, or places that the table `known`
    names. Of the city alone it is every county of it. Empty where it speaks of none of them: then nothing is known."""
    counties = {code for code, county in policy.counties.items() if short(county.name) in place}
    others = {one for one in known if one not in policy.counties and one != policy.city and short(one) in place}
    if not counties and not others and short(policy.city) in place:
        counties = set(policy.counties)
    return frozenset(counties | others | ({policy.city} if counties else set()))
