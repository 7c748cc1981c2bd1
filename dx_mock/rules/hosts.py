"""Whose host a host name or address is: AWS's, a metadata service's, this machine's.

A host is AWS's, and is not reached from a mock, where its domain has services of AWS or their sign-in:

- the domains of botocore's partitions, dual-stack ones included (``amazonaws.com``, ``api.aws``);
  what customers run there (API Gateway, load balancers, databases) has no name that tells it from a service's,
- those where people and programs sign in, by botocore's rules for its service ``signin``
  (``amazonaws-us-gov.com``), and the portals of single sign-on, which are in no such rule,
- the whole top-level domain ``.aws``, where new endpoints come up; nobody but Amazon has names there
  [documented: HOSTS].  Function URLs of Lambda and services of VPC Lattice (``on.aws``) are in it.

Customers' own sites are a matter of the code under test, as any other host is, whoever runs the machines:
``cloudfront.net``, ``elasticbeanstalk.com``, ``awsglobalaccelerator.com``, ``awsapprunner.com``,
``amplifyapp.com``, ``amazoncognito.com``.  botocore calls none of them, and no request there is signed with
keys of AWS.  So are sites that AWS writes for readers (``aws.dev``, ``awsstatic.com``).
"""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Iterator
from contextlib import suppress
from functools import lru_cache
from typing import Any

from dx_mock.rules.partitions import dns_suffixes

#: Domains that are AWS's whatever botocore is installed: all names in ``.aws``, its site, portals of SSO.
_OWN = ("aws", "aws.amazon.com", "awsapps.com")

#: The host of a sign-in endpoint whose domain is not that of a partition.
_SIGN_IN = re.compile(r"https://(?:.*\.)?signin(?:-fips)?\.(?P<domain>[a-z0-9.-]+)")

#: Where an instance, a task and a pod ask for their credentials [documented: METADATA]:
#: 169.254.169.254 and fd00:ec2::254, 169.254.170.2, 169.254.170.23 and fd00:ec2::23.
_METADATA = (
    ipaddress.ip_network("169.254.169.0/24"),
    ipaddress.ip_network("169.254.170.0/24"),
    ipaddress.ip_network("fd00:ec2::/32"),
)

#: The names that Amazon's DNS servers in a VPC have for 169.254.169.254.
_METADATA_NAMES = frozenset({"instance-data", "instance-data.ec2.internal"})

#: What hosts files call this machine; ``.localdomain`` has other machines, too, in some networks.
_LOOPBACK_NAMES = frozenset(
    {"", "localhost", "localhost.localdomain", "localhost4", "localhost4.localdomain4", "localhost6",
     "localhost6.localdomain6", "ip6-localhost", "ip6-loopback"}
)  # fmt: skip

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
def domains() -> tuple[str, ...]:
    """Return the domains whose hosts are AWS's, with a dot before each."""
    return tuple(sorted({f".{each}" for each in (*dns_suffixes(), *_sign_in_domains(), *_OWN)}))


def _sign_in_domains() -> Iterator[str]:
    """Yield the domains of the service ``signin``, which the botocore of 2025 was the first to have."""
    from botocore.exceptions import DataNotFoundError
    from botocore.loaders import Loader

    loader = Loader()
    with suppress(DataNotFoundError):
        for version in loader.list_api_versions("signin", "endpoint-rule-set-1"):
            for url in _urls(loader.load_data(f"signin/{version}/endpoint-rule-set-1")):
                if match := _SIGN_IN.fullmatch(url):
                    yield match["domain"]


def _urls(rules: Any) -> Iterator[str]:
    """Yield all addresses in a set of rules, with what is still to be filled in."""
    if isinstance(rules, dict):
        if isinstance(rules.get("url"), str):
            yield rules["url"]
        rules = list(rules.values())
    if isinstance(rules, list):
        for each in rules:
            yield from _urls(each)


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
    return f".{host}".endswith(domains())


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
    if host in _LOOPBACK_NAMES or host.endswith(".localhost"):
        return True
    address = address_of(host)
    return address is not None and (address.is_loopback or address.is_unspecified)
