"""Rate limiters and prefix pools: what virtual interfaces take of a connection or LAG."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from dx_mock.graph.resources import Connection, Lag, Parent, VirtualInterface
from dx_mock.protocol import contract
from dx_mock.rules.names import megabits
from dx_mock.rules.prefix_pools import (
    DEFAULT_PREFIXES,
    POOL_SIZE,
    RATE_LIMITERS,
    check_rate,
    megabits_of,
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
    """Whether a carrier has rate limiters and pools: hosted connections and partners' ports have none."""
    if isinstance(carrier, Lag):
        return not carrier.allows_hosted
    return carrier.kind == "connection"


def bandwidth_of(carrier: Parent) -> int:
    """Mbit/s of a connection, or of a LAG's members together."""
    if isinstance(carrier, Lag):
        return megabits(carrier.bandwidth) * len(carrier.members)
    return megabits(carrier.bandwidth)


def wanted(
    carrier: Parent, vif_type: str, request: Mapping[str, Any], current: VirtualInterface | None = None
) -> Capacity:
    """What a request asks of a carrier, after the checks; ``current`` is the interface that it changes."""
    others = [vif for vif in (carrier.virtual_interfaces or {}).values() if vif is not current]
    rate = request.get("rateLimit")
    if rate is None:
        rate = current.rate_limit if current else None
    else:
        check_rate(rate, bandwidth_of(carrier), carrier.id)
        if not is_shared(carrier):
            raise errors.RATE_LIMIT_ON_HOSTED(id=carrier.id)
        if sum(vif.rate_limit is not None for vif in others) >= RATE_LIMITERS:
            raise errors.RATE_LIMITERS_EXCEEDED(id=carrier.id, limit=RATE_LIMITERS)
    return Capacity(
        rate,
        _prefixes("Ipv4", carrier, vif_type, request, current, others),
        _prefixes("Ipv6", carrier, vif_type, request, current, others),
    )


def _prefixes(
    family: str,
    carrier: Parent,
    vif_type: str,
    request: Mapping[str, Any],
    current: VirtualInterface | None,
    others: list[VirtualInterface],
) -> int | None:
    asked = request.get(f"prefixPoolAllocatedCount{family}")
    if vif_type == "public" or not is_shared(carrier):
        if asked is not None:
            raise errors.PREFIX_POOL_NOT_APPLICABLE()
        return None
    attribute = f"prefix_pool_{family.lower()}"
    before = getattr(current, attribute) if current is not None else None
    count: int = next(each for each in (asked, before, DEFAULT_PREFIXES) if each is not None)
    taken = sum(getattr(vif, attribute) or 0 for vif in others)
    if taken + count > POOL_SIZE:
        raise errors.PREFIX_POOL_EXHAUSTED(id=carrier.id, left=POOL_SIZE - taken)
    return count


def check_taken_together(carrier: Lag, coming: Collection[VirtualInterface]) -> None:
    """Refuse when what moves to a LAG takes more, with what is there, than the LAG has."""
    if not is_shared(carrier):
        return
    together = [*(carrier.virtual_interfaces or {}).values(), *coming]
    if sum(vif.rate_limit is not None for vif in together) > RATE_LIMITERS:
        raise errors.RATE_LIMITERS_EXCEEDED(id=carrier.id, limit=RATE_LIMITERS)
    for attribute in ("prefix_pool_ipv4", "prefix_pool_ipv6"):
        new = sum(getattr(vif, attribute) or 0 for vif in coming)
        taken = sum(getattr(vif, attribute) or 0 for vif in together) - new
        if taken + new > POOL_SIZE:
            raise errors.PREFIX_POOL_EXHAUSTED(id=carrier.id, left=POOL_SIZE - taken)


#: What a carrier without virtual interfaces shows: most of them, so it is made once.
_UNTOUCHED: dict[str, Any] = {
    "rateLimiterStatus": contract.Prepared(
        {"maxAllowed": RATE_LIMITERS, "inUse": 0, "remaining": RATE_LIMITERS, "totalBandwidth": spell(0)}
    ),
    "prefixPoolSizeIpv4": POOL_SIZE,
    "prefixPoolSizeIpv6": POOL_SIZE,
    "prefixPoolUnallocatedCountIpv4": POOL_SIZE,
    "prefixPoolUnallocatedCountIpv6": POOL_SIZE,
}


def status(carrier: Connection | Lag) -> Mapping[str, Any]:
    """The members of a connection or LAG that tell how much is taken."""
    if not is_shared(carrier):
        return {}
    interfaces = carrier.virtual_interfaces
    if not interfaces:
        return _UNTOUCHED
    limits = [vif.rate_limit for vif in interfaces.values() if vif.rate_limit is not None]
    ipv4 = sum(vif.prefix_pool_ipv4 or 0 for vif in interfaces.values())
    ipv6 = sum(vif.prefix_pool_ipv6 or 0 for vif in interfaces.values())
    return {
        "rateLimiterStatus": {
            "maxAllowed": RATE_LIMITERS,
            "inUse": len(limits),
            "remaining": RATE_LIMITERS - len(limits),
            "totalBandwidth": spell(sum(map(megabits_of, limits))),
        },
        "prefixPoolSizeIpv4": POOL_SIZE,
        "prefixPoolSizeIpv6": POOL_SIZE,
        "prefixPoolUnallocatedCountIpv4": POOL_SIZE - ipv4,
        "prefixPoolUnallocatedCountIpv6": POOL_SIZE - ipv6,
    }
