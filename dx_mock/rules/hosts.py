"""Whose host a host name or address is: AWS's, a metadata service's, this machine's."""

from __future__ import annotations

import ipaddress
import re
import socket
from contextlib import suppress
from functools import lru_cache

from dx_mock.rules.partitions import dns_suffixes

#: Domains of AWS's own services that belong to no partition in botocore's data: those where people sign in,
#: which ``aws login`` and SSO ask for tokens.
_SIGN_IN = ("aws.amazon.com", "awsapps.com")

#: The domain of Lambda's function URLs and of VPC Lattice's services [documented: HOSTS].
_APPLICATIONS = ("on.aws",)

#: Where an instance, a task and a pod ask for their credentials [documented: METADATA]:
#: 169.254.169.254 and fd00:ec2::254, 169.254.170.2, 169.254.170.23 and fd00:ec2::23.
_METADATA = (
    ipaddress.ip_network("169.254.169.0/24"),
    ipaddress.ip_network("169.254.170.0/24"),
    ipaddress.ip_network("fd00:ec2::/32"),
)

#: The names that Amazon's DNS servers in a VPC have for 169.254.169.254.
_METADATA_NAMES = frozenset({"instance-data", "instance-data.ec2.internal"})

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


@lru_cache(maxsize=1)
def direct_connect_pattern() -> re.Pattern[str]:
    """Return the pattern of Direct Connect's endpoints: regional, FIPS and dual-stack, in every partition."""
    suffixes = "|".join(map(re.escape, dns_suffixes()))
    return re.compile(rf"directconnect(-fips)?\.(?P<region>[a-z0-9-]+)\.({suffixes})")


def region_of_direct_connect(host: str) -> str | None:
    """Return the Region of one of Direct Connect's endpoints; None for any other host."""
    match = direct_connect_pattern().fullmatch(host)
    return match["region"] if match else None


@lru_cache(maxsize=1)
def _domains() -> tuple[str, ...]:
    return tuple(f".{each}" for each in (*dns_suffixes(), *_SIGN_IN, *_APPLICATIONS))


def plain(host: str | bytes | bytearray) -> str:
    """Return a host as it is compared here: in small letters, without brackets, zone and final dot.

    Full-width letters and ideographic full stops are what ``socket`` makes of them: plain ones.
    """
    text = host if isinstance(host, str) else host.decode("ascii", "replace")
    if not text.isascii():
        with suppress(UnicodeError):  # nobody can look that up
            text = text.encode("idna").decode("ascii")
    return text.strip("[]").partition("%")[0].rstrip(".").lower()


def is_aws(host: str) -> bool:
    """Return whether a host name is one of AWS's, in any partition."""
    return f".{host}".endswith(_domains())


def address_of(host: str) -> Address | None:
    """Return the address that a host is, in any way to write one; None for a name.

    ``2852039166``, ``0xa9.254.169.254`` and ``::ffff:169.254.169.254`` are ways to write one, too.
    """
    try:
        found = ipaddress.ip_address(host)
    except ValueError:
        if not re.fullmatch(r"[0-9a-fx.]+", host):
            return None
        try:
            return ipaddress.IPv4Address(socket.inet_aton(host))
        except OSError:
            return None
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped is not None:
        return found.ipv4_mapped
    return found


def is_metadata(host: str) -> bool:
    """Return whether a host is the address of one of AWS's metadata services, or a name of it."""
    if host in _METADATA_NAMES:
        return True
    address = address_of(host)
    return address is not None and any(address in network for network in _METADATA)


def is_loopback(host: str) -> bool:
    """Return whether a host is this machine, without asking anybody."""
    if host in {"", "localhost"} or host.endswith((".localhost", ".localdomain")):
        return True
    address = address_of(host)
    return address is not None and (address.is_loopback or address.is_unspecified)
