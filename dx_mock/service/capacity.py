"""Rate limiters and prefix pools: what virtual interfaces take of a connection or LAG."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from dx_mock.graph.resources import Connection, Lag, Parent, VirtualInterface
from dx_mock.graph.states import noun_of, prefixes_in_use
from dx_mock.protocol import contract
from dx_mock.rules.bandwidths import megabits
from dx_mock.rules.prefix_pools import (
    DEFAULT_PREFIXES,
    check_count,
    check_rate,
    megabits_of,
    pool_size,
    spell,
)
from dx_mock.support import errors


@dataclass(frozen=True)
class Capacity:
    """What a virtual interface takes; None for what it does not have."""

    rate_limit: str | None = None
    ipv4: int | None = None
    ipv6: int | None = None

    def apply(self, vif: VirtualInterface) -> None:
        """Give it to a virtual interface."""
        vif.rate_limit = self.rate_limit
        vif.prefix_pool_ipv4, vif.prefix_pool_ipv6 = self.ipv4, self.ipv6


def is_shared(carrier: Parent) -> bool:
    """Return whether a carrier has rate limiters and pools: hosted and partners' ports have none."""
    if isinstance(carrier, Lag):
        return not carrier.allows_hosted
    return carrier.kind == "connection"


def bandwidth_of(carrier: Parent) -> int:
    """Mbit/s of a connection, or of a LAG's members together."""
    if isinstance(carrier, Lag):
        return megabits(carrier.bandwidth) * len(carrier.members)
    return megabits(carrier.bandwidth)


def pool_of(carrier: Parent, leaving: Connection | None = None) -> int:
    """Return the inbound prefixes of one family of a carrier; of a LAG those of its active members.

    ``leaving`` is a member that counts no more.
    """
    if not isinstance(carrier, Lag):
        return pool_size(carrier.bandwidth)
    active = (each for each in carrier.members.values() if each.stage == "available" and each is not leaving)
    return pool_size(carrier.bandwidth, sum(1 for _ in active))


def wanted(
    carrier: Parent,
    vif_type: str,
    request: Mapping[str, Any],
    limiters: int,
    current: VirtualInterface | None = None,
) -> Capacity:
    """Return what a request asks of a carrier, after the checks.

    ``limiters`` is the quota of rate limiters, ``current`` the interface that the request changes.
    """
    others = [vif for vif in (carrier.virtual_interfaces or {}).values() if vif is not current]
    rate = request.get("rateLimit")
    if rate is None:
        rate = current.rate_limit if current else None
    else:
        check_rate(rate, bandwidth_of(carrier), carrier.id)
        if not is_shared(carrier):
            raise errors.RATE_LIMIT_ON_HOSTED(id=carrier.id)
        if sum(vif.rate_limit is not None for vif in others) >= limiters:
            raise errors.RATE_LIMITERS_EXCEEDED(id=carrier.id, limit=limiters)
    return Capacity(
        rate,
        _prefixes("ipv4", carrier, vif_type, request, current, others),
        _prefixes("ipv6", carrier, vif_type, request, current, others),
    )


def _prefixes(
    family: str,
    carrier: Parent,
    vif_type: str,
    request: Mapping[str, Any],
    current: VirtualInterface | None,
    others: list[VirtualInterface],
) -> int | None:
    asked: int | None = request.get(f"prefixPoolAllocatedCount{family.replace('ip', 'Ip')}")
    if vif_type == "public":
        if asked is not None:
            raise errors.PREFIX_POOL_NOT_APPLICABLE()
        return None
    before: int | None = getattr(current, f"prefix_pool_{family}") if current is not None else None
    if asked is not None:
        check_count(asked, hosted=not is_shared(carrier))
        used = prefixes_in_use(current, family) if current is not None else 0
        if current is not None and asked < used:
            raise errors.PREFIX_COUNT_IN_USE(count=asked, used=used, id=current.id)
    if not is_shared(carrier):  # there is no pool: nothing is taken of one
        return before if asked is None else asked
    size = pool_of(carrier)
    taken = sum(getattr(vif, f"prefix_pool_{family}") or 0 for vif in others)
    if asked is None and before is None:
        return min(DEFAULT_PREFIXES, max(size - taken, 0))  # the last of them take what is left [guessed]
    count = before if asked is None else asked
    assert count is not None
    stays = current is not None and current.parent is carrier and count == before
    if taken + count > size and not stays:
        raise errors.PREFIX_POOL_EXHAUSTED(id=carrier.id, left=max(size - taken, 0))
    return count


def check_taken_together(carrier: Lag, coming: Collection[VirtualInterface], limiters: int) -> None:
    """Refuse when what moves to a LAG takes more, with what is there, than the LAG has."""
    if not is_shared(carrier):
        return
    together = [*(carrier.virtual_interfaces or {}).values(), *coming]
    if sum(vif.rate_limit is not None for vif in together) > limiters:
        raise errors.RATE_LIMITERS_EXCEEDED(id=carrier.id, limit=limiters)
    size = pool_of(carrier)
    for attribute in ("prefix_pool_ipv4", "prefix_pool_ipv6"):
        new = sum(getattr(vif, attribute) or 0 for vif in coming)
        taken = sum(getattr(vif, attribute) or 0 for vif in together) - new
        if taken + new > size:
            raise errors.PREFIX_POOL_EXHAUSTED(id=carrier.id, left=max(size - taken, 0))


def check_pool_without(lag: Lag, connection: Connection) -> None:
    """Refuse to take a member away whose part of the prefix pools is allocated.

    [documented: UG:prefix-allocations]
    """
    if not is_shared(lag):
        return
    size = pool_of(lag, leaving=connection)
    for attribute in ("prefix_pool_ipv4", "prefix_pool_ipv6"):
        if sum(getattr(vif, attribute) or 0 for vif in (lag.virtual_interfaces or {}).values()) > size:
            raise errors.PREFIX_POOL_NEEDED(what=noun_of(connection), id=connection.id, lag_id=lag.id)


@lru_cache(maxsize=64)
def _untouched(limiters: int, size: int) -> dict[str, Any]:
    """Return what a carrier without virtual interfaces shows: most of them, so it is made once."""
    return {
        "rateLimiterStatus": contract.Prepared(
            {"maxAllowed": limiters, "inUse": 0, "remaining": limiters, "totalBandwidth": spell(0)}
        ),
        "prefixPoolSizeIpv4": size,
        "prefixPoolSizeIpv6": size,
        "prefixPoolUnallocatedCountIpv4": size,
        "prefixPoolUnallocatedCountIpv6": size,
    }


def status(carrier: Connection | Lag, limiters: int) -> Mapping[str, Any]:
    """Return the members of a connection or LAG that tell how much is taken."""
    if not is_shared(carrier):
        return {}
    size = pool_of(carrier)
    interfaces = carrier.virtual_interfaces
    if not interfaces:
        return _untouched(limiters, size)
    limits = [vif.rate_limit for vif in interfaces.values() if vif.rate_limit is not None]
    ipv4 = sum(vif.prefix_pool_ipv4 or 0 for vif in interfaces.values())
    ipv6 = sum(vif.prefix_pool_ipv6 or 0 for vif in interfaces.values())
    return {
        "rateLimiterStatus": {
            "maxAllowed": limiters,
            "inUse": len(limits),
            "remaining": max(limiters - len(limits), 0),
            "totalBandwidth": spell(sum(map(megabits_of, limits))),
        },
        "prefixPoolSizeIpv4": size,
        "prefixPoolSizeIpv6": size,
        "prefixPoolUnallocatedCountIpv4": max(size - ipv4, 0),
        "prefixPoolUnallocatedCountIpv6": max(size - ipv6, 0),
    }
