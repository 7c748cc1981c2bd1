"""Links in a snapshot that a hand has edited: what can't be is refused when it is loaded, with where it stands.

Types are checked where a snapshot is read; here is what a world relies on later: both ends of a link agree,
what is listed exists and is listed where it belongs, what is named by an id is there.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dx_mock.engine.lifecycle import STEPS
from dx_mock.graph.backends import DirectConnectBackend, Graph
from dx_mock.graph.gateway_resources import Association, Attachment, Proposal
from dx_mock.graph.history import GONE
from dx_mock.graph.resources import BgpTest, Connection, Device, Lag, VirtualInterface

_GONE = frozenset({"deleted", "rejected"})
_LISTED = (Connection, Lag, VirtualInterface)


def problems(graph: Graph, lifecycle: dict[str, Any], calendar: list[Any]) -> Iterator[str]:
    """Yield what is wrong, each in words that say where."""
    for backend in list(graph.backends.values()):
        yield from _of_listings(backend)
        yield from _of_devices(backend)
    yield from _of_resources(graph)
    yield from _of_pasts(graph)
    yield from _of_plans(lifecycle, calendar)


def check_resources(resources: list[Any]) -> str | None:
    """Return what is wrong with the list of resources itself; None if each has an id of its own."""
    seen: dict[str, Any] = {}
    for place, each in enumerate(resources):
        if isinstance(each, Device):
            return f"resources[{place}] is the device {each.name!r}, which is not a resource"
        if seen.setdefault(each.id, each) is not each:
            return f"resources[{place}]: there are two of {each.id!r}"
    return None


def _name(each: Any) -> str:
    if isinstance(each, Device):
        return f"the device {each.name!r}"
    return f"the {each.kind} {each.id!r}"


def _of_pasts(graph: Graph) -> Iterator[str]:
    for past in graph.history.pasts.values():
        if past.facts[0] != GONE and past.id not in graph.resources:
            yield f"the past of {past.id!r} goes on, but there is no such resource"


def _of_resources(graph: Graph) -> Iterator[str]:
    for each in graph.resources.values():
        if isinstance(each, Lag):
            yield from _of_lag(graph, each)
        if isinstance(each, (Connection, Lag)):
            yield from _of_carrier(graph, each)
        if isinstance(each, Connection):
            yield from _of_connection(graph, each)
        elif isinstance(each, VirtualInterface):
            yield from _of_virtual_interface(graph, each)
        elif isinstance(each, (Association, Attachment, Proposal)) and not _known(graph, each.gateway):
            yield f"{_name(each)} has the gateway {each.gateway.id!r}, which is not there"
        if isinstance(each, Attachment) and not _known(graph, each.virtual_interface):
            yield f"{_name(each)} has a virtual interface that is not there"
        if isinstance(each, _LISTED):
            yield from _of_its_listings(graph, each)


def _known(graph: Graph, each: Any) -> bool:
    return graph.resources.get(each.id) is each


def _of_lag(graph: Graph, lag: Lag) -> Iterator[str]:
    for name, member in lag.members.items():
        if member.id != name or not _known(graph, member):
            yield f"{_name(lag)} has the member {name!r}, which is not there"
        elif member.lag is not lag:
            yield f"{_name(lag)} has the member {name!r}, which is not in it"


def _of_carrier(graph: Graph, carrier: Connection | Lag) -> Iterator[str]:
    for riders in (carrier.hosted or {}, carrier.virtual_interfaces or {}):
        for vlan, rider in riders.items():
            if not _known(graph, rider):
                yield f"{_name(carrier)} carries {_name(rider)}, which is not there"
            elif rider.vlan != vlan or rider.parent is not carrier:
                yield f"{_name(carrier)} carries {_name(rider)} on VLAN {vlan}, which is elsewhere"


def _of_connection(graph: Graph, connection: Connection) -> Iterator[str]:
    hosted = connection.kind == "hosted connection"
    if hosted != (connection.parent is not None):
        yield f"{_name(connection)} has {'no' if hosted else 'a'} parent"
    for link in (connection.lag, connection.parent):
        if link is not None and not _known(graph, link):
            yield f"{_name(connection)} is on {_name(link)}, which is not there"
    if connection.stage in _GONE:
        return
    if hosted and connection.parent is not None:
        if (connection.parent.hosted or {}).get(connection.vlan or 0) is not connection:
            yield f"{_name(connection)} is not among what {_name(connection.parent)} carries"
    elif connection.lag is not None and connection.lag.members.get(connection.id) is not connection:
        yield f"{_name(connection)} is not among the members of {_name(connection.lag)}"


def _of_virtual_interface(graph: Graph, vif: VirtualInterface) -> Iterator[str]:
    for name, peer in vif.peers.items():
        if peer.id != name or not _known(graph, peer) or peer.virtual_interface is not vif:
            yield f"{_name(vif)} has the BGP peer {name!r}, which is not there"
    if not _known(graph, vif.parent):
        yield f"{_name(vif)} is on {_name(vif.parent)}, which is not there"
    elif vif.stage not in _GONE and (vif.parent.virtual_interfaces or {}).get(vif.vlan) is not vif:
        yield f"{_name(vif)} is not among what {_name(vif.parent)} carries"
    if vif.test_id is not None and not isinstance(graph.resources.get(vif.test_id), BgpTest):
        yield f"{_name(vif)} is in the failover test {vif.test_id!r}, which is not there"


def _of_its_listings(graph: Graph, each: Any) -> Iterator[str]:
    backend = graph.backend(each.region)
    for key in backend.listing_keys(each):
        listing = backend.listings.get(key)
        parts = () if listing is None else (listing.live, listing.deleted)
        if not any(part.get(each.sequence) is each for part in parts):
            yield f"{_name(each)} is not listed as {key[0]} of account {key[1]} in {each.region}"


def _of_listings(backend: DirectConnectBackend) -> Iterator[str]:
    for (kind, account), listing in backend.listings.items():
        where = f"the listing of each {kind} of account {account} in {backend.region_name}"
        for part in (listing.live, listing.deleted):
            for number, each in part.after(0):
                if isinstance(each, Device) or not _known(backend.graph, each):
                    yield f"{where} has {_name(each)} at {number}, which is not a resource"
                elif each.sequence != number or not _belongs(backend, kind, account, each):
                    yield f"{where} has {_name(each)} at {number}, which does not belong there"


def _belongs(backend: DirectConnectBackend, kind: str, account: str, each: Any) -> bool:
    if each.region != backend.region_name:
        return False
    if isinstance(each, _LISTED):
        return (kind, account) in set(backend.listing_keys(each))
    return isinstance(each, BgpTest) and (kind, account) == ("bgp test", each.owner)


def _of_devices(backend: DirectConnectBackend) -> Iterator[str]:
    for location, pool in backend.devices.items():
        for device in pool:
            if (device.location, device.region) != (location, backend.region_name):
                yield f"{_name(device)} stands at {location} in {backend.region_name}, where it does not belong"
            for port, name in device.ports.items():
                found = backend.graph.resources.get(name)
                if not isinstance(found, Connection) or (found.device, found.port) != (device, port):
                    yield f"port {port} of {_name(device)} has {name!r}, which is not on it"


def _of_plans(lifecycle: dict[str, Any], calendar: list[Any]) -> Iterator[str]:
    known = {machine for machine, _ in STEPS}
    planned = [(f"calendar[{place}]", machine, each) for place, (*_, machine, each) in enumerate(calendar)]
    for name in ("next_look", "next_call", "counted"):
        for key, machines in lifecycle[name].items():
            for machine, each in machines.items():
                planned.append((f"{name}[{key!r}]", machine, each[0] if name == "counted" else each))
    for where, machine, each in planned:
        if machine not in known:
            yield f"{where} plans a step of {machine!r}, which is nothing that has steps"
        if isinstance(each, Device):
            yield f"{where} plans a step of {_name(each)}, which is not a resource"
