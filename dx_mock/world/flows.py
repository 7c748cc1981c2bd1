"""What goes through a link at a time: what a test has set, and what follows for the links below and beside.

What goes through an interface goes through its link, and the members of a LAG share what goes through the LAG.
Nothing goes through what is down.
"""

from __future__ import annotations

from typing import Any

from dx_mock.graph import states
from dx_mock.graph.replay import Then
from dx_mock.graph.resources import Connection, Lag, VirtualInterface
from dx_mock.rules.prefix_pools import megabits_of
from dx_mock.world.curves import Value, combined


def through(then: Then, it: Connection | Lag | VirtualInterface, what: str) -> Value:
    """Return how much of something goes through a link or virtual interface."""
    if isinstance(it, VirtualInterface):
        return _through_interface(then, it, what)
    if not states.is_up(it):
        return 0.0
    parts = [_riding(then, it, what), _set(then, it, what)]
    if isinstance(it, Connection) and it.lag is not None and it.kind != "hosted connection":
        links = states.lag_links_up(it.lag)
        parts.append(combined([through(then, it.lag, what)], lambda found: found[0] / links))
    # What a test has set for a link is all that goes through it, but never less than what rides on it.
    return combined(parts, max)


def _set(then: Then, it: Any, what: str) -> Value:
    value: Value = then.values[it.id].get(what, 0.0)
    return value


def _riding(then: Then, carrier: Connection | Lag, what: str) -> Value:
    riders: list[Connection | VirtualInterface] = [*(carrier.virtual_interfaces or {}).values()]
    riders += (carrier.hosted or {}).values()
    return combined([through(then, rider, what) for rider in riders], sum)


def offered(then: Then, vif: VirtualInterface, what: str) -> Value:
    """Return how much of something comes to a virtual interface, before its rate limiter."""
    if vif.stage not in {"available", "testing"} or not any(map(states.peer_is_up, vif.peers.values())):
        return 0.0
    return _set(then, vif, what)


def _through_interface(then: Then, vif: VirtualInterface, what: str) -> Value:
    value = offered(then, vif, what)
    limit = limit_of(vif)
    if limit is None or value == 0.0:
        return value
    if what.endswith("bps"):
        return combined([value], lambda found: min(found[0], limit))
    return combined([value, policed(then, vif, what)], lambda found: found[0] - found[1])


def policed(then: Then, vif: VirtualInterface, what: str) -> Value:
    """Return how much of something a rate limiter drops: bits, or packets in the same proportion."""
    limit = limit_of(vif)
    if limit is None:
        return 0.0
    bits = offered(then, vif, f"{what.partition('_')[0]}_bps")
    if what.endswith("bps"):
        return combined([bits], lambda found: max(found[0] - limit, 0.0))
    packets = offered(then, vif, what)
    return combined(
        [bits, packets], lambda found: found[1] * (1 - limit / found[0]) if found[0] > limit else 0.0
    )


def limit_of(vif: VirtualInterface) -> float | None:
    """Return the bandwidth of a rate limiter in bit/s, or None without one."""
    return None if vif.rate_limit is None else megabits_of(vif.rate_limit) * 1e6
