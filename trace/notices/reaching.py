"""Which network addresses a web hook may lead to. A person chooses the name, so it must not open a way into our own network.

A name is resolved once, and what was looked at is what is connected to: a name that says something else a moment later (DNS
rebinding) changes nothing.
"""

import ipaddress
import socket
from collections.abc import Iterator

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_NAT64 = ipaddress.ip_network("64:ff9b::/96")  # RFC 6052: an IPv4 address in the last 32 bits


class Refused(Exception):
    """The name leads to an address that nothing is posted to."""


def looked_up(host: str, port: int) -> list[str]:
    """The addresses of a host, as numbers. Raises OSError where there are none."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(each[4][0]) for each in found))


def connected(host: str, port: int, patience: float, private: bool) -> socket.socket:
    """A connection to one of the addresses of a host, if all of them may be reached. Raises Refused or OSError."""
    addresses = looked_up(host, port)
    if not addresses or not all(may_reach(each, private) for each in addresses):
        raise Refused
    return socket.create_connection((addresses[0], port), timeout=patience)


def may_reach(text: str, private: bool) -> bool:
    """Whether an address is one of the public network; with `private`, one of this machine or of the network around it may be meant
    too. Addresses of the link, at which clouds tell secrets, never are."""
    try:
        given = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return False
    return all(_is_open(each) or (private and _is_near(each)) for each in _meant(given))


def _is_open(each: Address) -> bool:
    return each.is_global and not each.is_multicast


def _is_near(each: Address) -> bool:
    return each.is_private and not (
        each.is_link_local or each.is_multicast or each.is_unspecified or (each.is_reserved and not each.is_loopback)
    )


def _meant(given: Address) -> Iterator[Address]:
    """The address itself, and what it stands for where an IPv4 address is wrapped in it."""
    inner = []
    if isinstance(given, ipaddress.IPv6Address):
        inner = [given.ipv4_mapped, given.sixtofour, *(given.teredo or ())]
        if given in _NAT64:
            inner.append(ipaddress.IPv4Address(int(given) & 0xFFFFFFFF))
    wrapped = [each for each in inner if each is not None]
    yield from wrapped or [given]
