"""Who answers what while a mock is active: one table, which every door follows.

``docs/architecture.md`` shows it, and ``tests/doors/test_policy.py`` goes through every cell with every door.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from enum import Enum
from urllib.parse import urlsplit

from dx_mock.engine.settings import Others
from dx_mock.rules import hosts


class Kind(Enum):
    """What a request is for."""

    DIRECT_CONNECT = "Direct Connect"
    AWS_SERVICE = "another AWS service"
    METADATA = "a metadata service"
    CUSTOM_LOOPBACK = "a custom endpoint on this machine"
    CUSTOM_ELSEWHERE = "a custom endpoint elsewhere"
    OTHER_HOST = "any other host"


class Decision(Enum):
    """What becomes of it."""

    WORLD = "answered by the world"
    MOTO = "answered by moto, refused where moto does not answer it"
    REFUSED = "refused"
    PASSED = "passed on"


_WORLD, _MOTO, _REFUSED, _PASSED = Decision
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")

#: A custom endpoint is one that a client of another service than Direct Connect was given; a client of Direct
#: Connect is answered by the world wherever its endpoint is.
DECISIONS: Mapping[Kind, Mapping[Others, Decision]] = {
    Kind.DIRECT_CONNECT: {"moto": _WORLD, "block": _WORLD, "pass": _WORLD},
    Kind.AWS_SERVICE: {"moto": _MOTO, "block": _REFUSED, "pass": _PASSED},
    Kind.METADATA: {"moto": _REFUSED, "block": _REFUSED, "pass": _PASSED},
    Kind.CUSTOM_LOOPBACK: {"moto": _PASSED, "block": _PASSED, "pass": _PASSED},
    Kind.CUSTOM_ELSEWHERE: {"moto": _MOTO, "block": _REFUSED, "pass": _PASSED},
    Kind.OTHER_HOST: {"moto": _PASSED, "block": _PASSED, "pass": _PASSED},
}


def host_of(url: str) -> str:
    """Return the host of a URL, as it is compared here; empty where there is none."""
    try:
        return hosts.plain(urlsplit(url).hostname or "")
    except ValueError:  # brackets that do not match; nobody can send that
        return ""


def is_whole(url: str) -> bool:
    """Return whether a URL begins with its scheme; one in the query of a path does not make it whole."""
    return _SCHEME.match(url) is not None


def kind_of(host: str, by_client: bool = False) -> Kind:
    """Return what a request to a host is for.

    Args:
        host: the host, as :func:`host_of` gives it.
        by_client: a client of AWS's services sends it, so that a host that is not AWS's is a custom endpoint.
    """
    if hosts.is_metadata(host):
        return Kind.METADATA
    if hosts.region_of_direct_connect(host) is not None:
        return Kind.DIRECT_CONNECT
    if hosts.is_aws(host):
        return Kind.AWS_SERVICE
    if not by_client:
        return Kind.OTHER_HOST
    return Kind.CUSTOM_LOOPBACK if hosts.is_loopback(host) else Kind.CUSTOM_ELSEWHERE


def is_direct_connect(url: str) -> bool:
    """Return whether a URL is at one of Direct Connect's endpoints."""
    return hosts.region_of_direct_connect(host_of(url)) is not None


def is_allowed(host: str, allow_hosts: Iterable[str]) -> bool:
    """Return whether the setting ``allow_hosts`` names a host, itself or by ``*.`` and its domain."""
    return any(host == each or (each.startswith("*.") and host.endswith(each[1:])) for each in allow_hosts)


def decide(kind: Kind, host: str, others: Others, allow_hosts: Iterable[str] = ()) -> Decision:
    """Return what becomes of a request; a host that the setting ``allow_hosts`` names is passed on."""
    decision = DECISIONS[kind][others]
    if decision in (Decision.MOTO, Decision.REFUSED) and is_allowed(host, allow_hosts):
        return Decision.PASSED
    return decision
