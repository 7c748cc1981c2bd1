"""Addresses of BGP peers and public prefixes; the arithmetic is all done by :mod:`ipaddress`."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Collection, Iterable
from functools import lru_cache
from typing import Literal, Union

from dx_mock.support import errors

Family = Literal["ipv4", "ipv6"]
Interface = Union[ipaddress.IPv4Interface, ipaddress.IPv6Interface]
Network = Union[ipaddress.IPv4Network, ipaddress.IPv6Network]
Pair = tuple[str, str]

#: Address and prefix length [documented: CFN].
_ADDRESS = re.compile(r"[0-9a-fA-F:.]+/[0-9]+")

#: Where AWS takes IPv4 addresses of private and transit peers from [recorded: FLUID, TF#44208].
_LINK_LOCAL = ipaddress.ip_network("169.254.0.0/16")
#: Where the mock takes IPv6 addresses from: the /96 of the AWS CLI's example; AWS's pools are not published.
_IPV6_POOL = ipaddress.IPv6Network("2001:db8:1100:2f0:0:1::/96")

#: What E19 calls private.  The blocks for documentation are not among them although they are not routed:
#: AWS's own examples of public virtual interfaces use 203.0.113.0/24 [recorded: CLI].
_PRIVATE = tuple(
    map(
        ipaddress.IPv4Network,
        ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16", "127.0.0.0/8"),
    )
)

#: The longest IPv6 prefix that a public virtual interface may announce [documented: API:RouteFilterPrefix].
LONGEST_IPV6_PREFIX = 64


def overlapping(first: str | None, second: str | None) -> bool:
    """Return whether two interface addresses such as ``169.254.1.1/30`` are in networks that overlap."""
    if first is None or second is None:
        return False
    one, other = _network(first), _network(second)
    return one.version == other.version and one.overlaps(other)


@lru_cache(maxsize=4096)
def _network(address: str) -> Network:
    """Return the network of an interface address; the same few are asked for again and again."""
    return ipaddress.ip_interface(address).network


def family_of(cidr: str) -> Family:
    """Return the address family of a well-formed address or prefix."""
    return "ipv6" if ":" in cidr else "ipv4"


# --- addresses of peers that the caller chose --------------------------------------------------------------


def _interface(what: str, address: str) -> ipaddress.IPv4Interface:
    if not _ADDRESS.fullmatch(address):
        raise errors.ADDRESS_INVALID(what=what, address=address)
    try:
        found: Interface = ipaddress.ip_interface(address)
    except ValueError:
        raise errors.ADDRESS_INVALID(what=what, address=address) from None
    if not isinstance(found, ipaddress.IPv4Interface):
        raise errors.ADDRESS_FAMILY(what=what, address=address, family="ipv4")
    return found


def _is_private(address: ipaddress.IPv4Interface) -> bool:
    return any(address.ip in network for network in _PRIVATE)


def check_ipv4_pair(amazon: str, customer: str, *, public: bool) -> Pair:
    """Check an IPv4 peer's two addresses, in AWS's order: public, same CIDR, host addresses.

    A /31 has no network and broadcast addresses: AWS's own public blocks are /31
    [documented: UG:WorkingWithVirtualInterfaces].
    """
    ends = {"Amazon Address": _interface("Amazon Address", amazon)}
    ends["Customer Address"] = _interface("Customer Address", customer)
    if public:
        for what, end in ends.items():
            if _is_private(end):
                raise errors.ADDRESS_PRIVATE(what=what)
    ours, theirs = ends.values()
    if ours.network != theirs.network:
        raise errors.ADDRESSES_IN_DIFFERENT_CIDRS()
    if ours.network.prefixlen < 31:
        for what, end in ends.items():
            if end.ip == end.network.network_address:
                raise errors.ADDRESS_ZERO(what=what)
            if end.ip == end.network.broadcast_address:
                raise errors.ADDRESS_BROADCAST(what=what)
    if ours.ip == theirs.ip:
        raise errors.ADDRESSES_EQUAL()
    return str(ours), str(theirs)


# --- addresses of peers that AWS assigns -------------------------------------------------------------------


def assign_ipv4_pair(number: int, taken: Collection[str], length: int) -> Pair:
    """Return the first and last-but-one address of a free block of 169.254.0.0/16: Amazon's and the customer's.

    Of a /29 (``length`` 29) they are the first and sixth host, as .9 and .14 of 169.254.N.8/29; of a /30 the
    two that it has.  ``number`` says where to begin, so that peers on different connections, which may meet
    on one later, have different blocks.  The first 256 are ``169.254.N.0``, from 255 down, as those that were
    seen.
    """
    busy = [network for network in map(_network, taken) if network.overlaps(_LINK_LOCAL)]
    size = 2 ** (32 - length)
    blocks = 65536 // size
    for step in range(blocks):
        place = (number + step) % blocks
        block = ipaddress.IPv4Network(f"169.254.{255 - place % 256}.{place // 256 * size}/{length}")
        if not any(block.overlaps(other) for other in busy):
            return f"{block[1]}/{length}", f"{block[-2]}/{length}"
    raise errors.NO_ADDRESSES(pool=_LINK_LOCAL)


def assign_ipv6_pair(number: int, taken: Collection[str]) -> Pair:
    """Return a free /125: Amazon's address is the first of it, the customer's the sixth [recorded: CLI]."""
    busy = set(taken)
    blocks = 2**29
    for step in range(blocks):
        # an odd multiple: permutes the blocks, so that addresses look as scattered as AWS's
        place = (number + step) * 330_351_769 % blocks
        block = ipaddress.IPv6Network((int(_IPV6_POOL.network_address) + place * 8, 125))
        pair = f"{block[1]}/125", f"{block[6]}/125"
        if pair[0] not in busy:
            return pair
    raise errors.NO_ADDRESSES(pool=_IPV6_POOL)


# --- prefixes ----------------------------------------------------------------------------------------------


def check_prefix(cidr: str) -> Network:
    """Return a prefix such as ``10.0.0.0/8``, without host bits, as an :mod:`ipaddress` network."""
    if not _ADDRESS.fullmatch(cidr):
        raise errors.CIDR_INVALID(cidr=cidr)
    try:
        return ipaddress.ip_network(cidr)
    except ValueError:
        raise errors.CIDR_INVALID(cidr=cidr) from None


def single_prefixes(cidrs: Iterable[str]) -> list[str]:
    """Return each prefix alone: several may stand in one ``cidr``, separated by commas.

    [documented: API:RouteFilterPrefix]
    """
    return [each for cidr in cidrs for each in cidr.split(",")]


def check_route_filters(cidrs: Iterable[str], limit: int, *, private: bool) -> list[str]:
    """Return the prefixes that a public virtual interface may announce, as they were given.

    With ``private`` they may be of private address space.
    """
    given = list(cidrs)
    singles = single_prefixes(given)
    for cidr in singles:
        network = check_prefix(cidr)
        if isinstance(network, ipaddress.IPv6Network):
            if network.prefixlen > LONGEST_IPV6_PREFIX:
                raise errors.IPV6_PREFIX_TOO_LONG(cidr=cidr, limit=LONGEST_IPV6_PREFIX)
        elif not private and any(network.overlaps(each) for each in _PRIVATE):
            raise errors.PREFIX_PRIVATE(cidr=cidr)
    if len(singles) > limit:
        raise errors.TOO_MANY_PREFIXES(limit=limit)
    return given


def is_within(cidr: str, prefixes: Iterable[str]) -> bool:
    """Return whether a prefix is one of the others or a part of one."""
    network = ipaddress.ip_network(cidr)
    for each in prefixes:
        other = ipaddress.ip_network(each)
        if (
            isinstance(network, ipaddress.IPv4Network)
            and isinstance(other, ipaddress.IPv4Network)
            and network.subnet_of(other)
        ) or (
            isinstance(network, ipaddress.IPv6Network)
            and isinstance(other, ipaddress.IPv6Network)
            and network.subnet_of(other)
        ):
            return True
    return False
