"""Invariants of a graph that hold after every call, refused or not."""

from __future__ import annotations

from collections import Counter
from typing import Any

from dx_mock.graph.history import FACTS
from dx_mock.graph.history import GONE as GONE_FROM_GRAPH
from dx_mock.graph.resources import BgpPeer, Connection, Lag, VirtualInterface
from dx_mock.graph.states import MOVING
from dx_mock.rules.addresses import overlapping
from tests.helpers import state

GONE = {"deleted", "rejected"}


def dump(world: Any) -> Any:
    """Return the whole graph as plain data, listings included."""
    listings = {
        (region, *key): (
            [each.id for _, each in listing.live.after(0)],
            [each.id for _, each in listing.deleted.after(0)],
        )
        for region, backend in world.graph.backends.items()
        for key, listing in backend.listings.items()
    }
    return state(world), {key: lists for key, lists in listings.items() if any(lists)}


def check(world: Any) -> None:
    """Raise AssertionError if two ends of a link disagree, or a limit is exceeded."""
    resources = list(world.graph.resources.values())
    for resource in resources:
        assert world.graph.resources[resource.id] is resource
        home = world.graph.home_of(resource)
        assert home is world.graph.backends.get(resource.region) or resource.id in {
            *getattr(home, "gateways", ()),
            *getattr(home, "associations", ()),
            *getattr(home, "proposals", ()),
            *getattr(home, "attachments", ()),
        }
        if isinstance(resource, Connection):
            check_connection(world, resource)
        elif isinstance(resource, Lag):
            check_lag(world, resource)
        elif isinstance(resource, VirtualInterface):
            check_virtual_interface(world, resource)
            check_attachment(world, resource)
        elif isinstance(resource, BgpPeer):
            assert resource.virtual_interface.peers[resource.id] is resource
    check_ports(world)
    check_listings(world, resources)
    check_numbers(world, resources)
    check_history(world)


def check_connection(world: Any, connection: Connection) -> None:
    if connection.stage in GONE:
        assert connection.lag is None or connection.kind == "hosted connection"
        assert not connection.virtual_interfaces
        assert not connection.hosted
        return
    if connection.kind == "hosted connection":
        assert connection.parent.hosted[connection.vlan] is connection
        assert connection.lag is (connection.parent if isinstance(connection.parent, Lag) else None)
        assert connection.location == connection.parent.location
    elif connection.lag is not None:
        assert connection.lag.members[connection.id] is connection
    check_riders(connection)


def check_lag(world: Any, lag: Lag) -> None:
    for name, member in lag.members.items():
        assert member.id == name
        assert member.lag is lag
        assert member.stage not in GONE
        assert (member.owner, member.region, member.location) == (lag.owner, lag.region, lag.location)
        assert member.bandwidth == lag.bandwidth
        assert member.device is lag.device
    if lag.stage in GONE:
        assert not lag.members
        assert not lag.virtual_interfaces
        assert not lag.hosted
    large = lag.bandwidth in ("100Gbps", "400Gbps")
    assert (
        len(lag.members)
        <= world.settings.quotas["connections_per_lag_100g" if large else "connections_per_lag"]
    )
    # Members may be fewer than minimumLinks: the last one may go, and so may those that do not work.
    check_riders(lag)


def check_riders(carrier: Any) -> None:
    """Check that VLANs are unique over hosted connections and virtual interfaces together."""
    hosted, vifs = carrier.hosted or {}, carrier.virtual_interfaces or {}
    assert not hosted.keys() & vifs.keys()
    for each in (*hosted.values(), *vifs.values()):
        if each.moving_with is not None:  # only as long as what has brought it is on its way
            assert each.moving_with.lag is carrier
            assert each.moving_with.membership in MOVING
    for vlan, each in hosted.items():
        assert (each.vlan, each.parent) == (vlan, carrier)
        assert each.stage not in GONE
    for vlan, vif in vifs.items():
        assert (vif.vlan, vif.parent) == (vlan, carrier)
        assert vif.stage not in GONE


def check_virtual_interface(world: Any, vif: VirtualInterface) -> None:
    for name, peer in vif.peers.items():
        assert peer.id == name
        assert peer.virtual_interface is vif
        assert world.graph.resources[name] is peer
        assert peer.stage != "deleted"
        assert not peer.under_test or vif.test_id is not None
    if vif.stage in GONE:
        assert not vif.peers
        return
    assert vif.parent.virtual_interfaces[vif.vlan] is vif
    assert vif.parent.stage not in GONE
    assert vif.location == vif.parent.location
    assert (vif.stage == "testing") == (vif.test_id is not None)
    assert (vif.stage == "deleting") == all(peer.stage == "deleting" for peer in vif.peers.values())
    if vif.parent.kind == "hosted connection":
        assert vif.vlan == vif.parent.vlan


def check_attachment(world: Any, vif: VirtualInterface) -> None:
    """Check that a virtual interface that names a gateway is attached to it until it is gone."""
    attached = [
        gateway
        for partition in world.graph.global_backends.values()
        for gateway in partition.gateways.values()
        if vif.id in gateway.attachments and gateway.attachments[vif.id].stage in {"attaching", "attached"}
    ]
    live = vif.stage not in {*GONE, "deleting"}
    assert [gateway.id for gateway in attached] == ([vif.gateway_id] if live and vif.gateway_id else [])
    for gateway in attached:
        assert gateway.stage != "deleted"
        types = {each.virtual_interface.type for each in gateway.attachments.values()}
        assert len(types) == 1


def check_ports(world: Any) -> None:
    size = world.settings.quotas["ports_per_device"]
    pools = (pool for backend in world.graph.backends.values() for pool in backend.devices.values())
    for device in (device for pool in pools for device in pool):
        assert len(device.ports) <= size
        for port, name in device.ports.items():
            connection = world.graph.resources[name]
            assert (connection.device, connection.port) == (device, port)
            assert connection.stage not in GONE


def check_listings(world: Any, resources: list[Any]) -> None:
    """Check that every listed resource exists, and is listed for all accounts that may see it and no others."""
    listed: dict[str, set[Any]] = {}
    listings = (
        ((backend.region_name, *key), listing)
        for backend in world.graph.backends.values()
        for key, listing in backend.listings.items()
    )
    for key, listing in listings:
        for part in (listing.live, listing.deleted):
            for number, each in part.after(0):
                assert each.sequence == number
                assert world.graph.resources[each.id] is each
                gone = part is listing.deleted
                assert gone == (each.stage in GONE)
                listed.setdefault(each.id, set()).add(key)
    for each in resources:
        if isinstance(each, (Connection, Lag, VirtualInterface)):
            keys = world.graph.backend(each.region).listing_keys(each)
            assert listed[each.id] == {(each.region, *key) for key in keys}


def check_numbers(world: Any, resources: list[Any]) -> None:
    """Check quotas, and that addresses chosen by AWS are unique on a port."""
    quotas = world.settings.quotas
    places: Counter[Any] = Counter()
    lags: Counter[Any] = Counter()
    ports: dict[int, list[Any]] = {}
    for each in resources:
        if isinstance(each, Connection) and each.kind != "hosted connection" and each.stage not in GONE:
            places[each.region, each.location, each.owner] += 1
        elif isinstance(each, Lag) and each.stage not in GONE:
            lags[each.region, each.owner] += 1
        elif isinstance(each, VirtualInterface) and each.stage not in GONE:
            port = each.parent
            if isinstance(port, Connection) and port.parent is not None:
                port = port.parent
            ports.setdefault(id(port), []).append(each)
        if isinstance(each, (Connection, Lag)):
            check_riders_count(each, quotas)
    assert all(count <= quotas["connections_per_location"] for count in places.values())
    assert dict(places) == {
        (region, *key): count
        for region, backend in world.graph.backends.items()
        for key, count in backend.connection_count.items()
        if count
    }
    assert all(count <= quotas["lags_per_region"] for count in lags.values())
    for vifs in ports.values():
        chosen = [peer for vif in vifs for peer in vif.peers.values() if peer.stage != "deleting"]
        for number, peer in enumerate(chosen):
            for other in chosen[:number]:
                assert not overlapping(peer.amazon_address, other.amazon_address)


def check_riders_count(carrier: Any, quotas: Any) -> None:
    types = Counter(vif.type == "transit" for vif in (carrier.virtual_interfaces or {}).values())
    if carrier.kind == "hosted connection":
        assert sum(types.values()) <= quotas["vifs_per_hosted_connection"]
    else:
        assert types[True] <= quotas["transit_vifs_per_connection"]
        assert types[False] <= quotas["vifs_per_connection"]
        assert sum(types.values()) <= quotas["vifs_per_connection"] + 1


def check_history(world: Any) -> None:
    """Check that the history knows last of each resource what it is, and that time runs forward in it."""
    history, resources = world.graph.history, world.graph.resources
    for resource in list(resources.values()):
        kind = FACTS.get(type(resource).__name__)
        if kind is not None:
            known = history.pasts[resource.id].facts
            assert dict(zip(kind.facts, known, strict=True)) == dict(
                zip(kind.facts, kind.read(resource), strict=True)
            ), resource.id
    for past in history.pasts.values():
        times = [past.born, *(when for when, _, _ in past.points)]
        assert times == sorted(times), past.id
        assert past.id in resources or past.facts[0] == GONE_FROM_GRAPH, past.id
        assert _replayed(past) == past.facts, past.id


def _replayed(past: Any) -> Any:
    facts = dict(zip(past.kind.facts, past.first, strict=True))
    facts.update((name, value) for _, name, value in past.points if name in facts)
    return tuple(facts.values())
