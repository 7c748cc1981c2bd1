"""The hands of the technician, the partner and the router: what no API call can do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from dx_mock.graph.resiliency_groups import ResiliencyGroup
from dx_mock.graph.resources import BgpPeer, Connection, Lag, VirtualInterface
from dx_mock.graph.states import LEAVING, MOVING, resiliency_level
from dx_mock.rules.addresses import check_prefix
from dx_mock.rules.communities import is_community
from dx_mock.support.errors import ServiceError

if TYPE_CHECKING:
    from dx_mock.world.world import World


def is_not(resource_id: str, resource: Any, wanted: str) -> ValueError:
    """Build the error for a hand that got a resource of another kind."""
    kind = {"lag": "LAG", "gateway": "Direct Connect gateway"}.get(resource.kind, resource.kind)
    article = "an" if kind[0] in "aio" else "a"
    return ValueError(f"{resource_id} is {article} {kind}, not {wanted}")


class AtWork:
    """The world's lock, with the steps taken that fell due as freezegun, time-machine or the machine moved on.

    Not a generator: it would cost as much as all the rest of ``dx.link_down``.
    """

    __slots__ = ("_world",)

    def __init__(self, world: World) -> None:
        self._world = world

    def __enter__(self) -> None:
        self._world.lock.acquire()
        try:
            self._world.lifecycle.run_calendar()
        except BaseException:
            self._world.lock.release()
            raise

    def __exit__(self, *problem: object) -> None:
        self._world.lock.release()


def provision(world: World, resource_id: str) -> None:
    """Take every step of a resource and its parts that a person would take."""
    with AtWork(world):
        resource = world.resource(resource_id)
        for part in _parts(resource):
            _finish(world, part)
            if isinstance(part, Connection) and part.key_change == "pending":
                world.lifecycle.take_step(part, "macsec change")
        world.lifecycle.settle()


def _parts(resource: Any) -> list[Any]:
    """Return what is to be provisioned, in order: members before their LAG, a VIF before its peers."""
    if isinstance(resource, Lag):
        return [*resource.members.values(), resource]
    if isinstance(resource, VirtualInterface):
        return [resource, *resource.peers.values()]
    return [resource]


def _finish(world: World, resource: Any) -> None:
    lifecycle = world.lifecycle
    if isinstance(resource, Connection) and resource.membership in MOVING:
        lifecycle.take_step(resource, "lag membership")
    while True:
        step = lifecycle.steps.get((resource.kind, resource.stage))
        if step is None or step.by == "calendar":
            return
        if not lifecycle.take_step(resource):
            return


def _port(world: World, connection_id: str) -> Connection:
    resource = world.resource(connection_id)
    if not isinstance(resource, Connection) or resource.kind == "hosted connection":
        raise is_not(connection_id, resource, "a connection or interconnect")
    return resource


def issue_loa(world: World, connection_id: str) -> None:
    """Issue the letter of a requested port."""
    with AtWork(world):
        connection = _port(world, connection_id)
        if connection.stage != "requested":
            raise ValueError(f"{connection_id} does not wait for its LOA, it is in state {connection.stage}")
        world.lifecycle.take_step(connection)


def set_link(world: World, connection_id: str, *, up: bool) -> None:
    """Cut or mend a fibre."""
    lifecycle = world.lifecycle
    with world.lock:  # as AtWork does, which would be a tenth of the cost
        if lifecycle.calendar:
            lifecycle.run_calendar()
        resource = world.resource(connection_id)
        if not isinstance(resource, Connection):
            raise is_not(connection_id, resource, "a connection or interconnect")
        if lifecycle.next_look or lifecycle.next_call:
            lifecycle.settle()
            world.resource(connection_id)  # what was due may have been its end
        resource.link_up = up
        world.graph.history.note(resource)
        if up:
            world.graph.history.give_light(resource)


def _virtual_interface(world: World, virtual_interface_id: str) -> VirtualInterface:
    resource = world.resource(virtual_interface_id)
    if not isinstance(resource, VirtualInterface):
        raise is_not(virtual_interface_id, resource, "a virtual interface")
    return resource


def set_session(world: World, virtual_interface_id: str, bgp_peer_id: str | None, *, up: bool) -> None:
    """Take BGP sessions down, or bring them up, on the customer's router."""
    with AtWork(world):
        vif = _virtual_interface(world, virtual_interface_id)
        world.lifecycle.settle()
        world.resource(virtual_interface_id)  # what was due may have been its end
        peers: list[BgpPeer] = list(vif.peers.values())
        if bgp_peer_id is not None:
            peers = [peer for peer in peers if peer.id == bgp_peer_id]
            if not peers:
                known = ", ".join(vif.peers) or "none"
                raise LookupError(f"{virtual_interface_id} has no BGP peer {bgp_peer_id!r}; it has {known}")
        for peer in peers:
            peer.session_up = up
            world.graph.history.note(peer)


def announce(
    world: World, virtual_interface_id: str, prefixes: Iterable[str] | Mapping[str, Iterable[str]]
) -> None:
    """Set what the customer's router announces on a virtual interface; a mapping sets communities, too."""
    if isinstance(prefixes, str):
        raise TypeError(f"announce() takes a list of prefixes, not the string {prefixes!r}")
    if not isinstance(prefixes, Iterable) or isinstance(prefixes, bytes):
        raise TypeError(f"announce() takes a list of prefixes, not {prefixes!r}")
    announced = list(prefixes)
    for prefix in announced:
        try:
            if not isinstance(prefix, str):
                raise TypeError(f"{prefix!r} is not a prefix, which is a string such as '10.0.0.0/8'")
            check_prefix(prefix)
        except ServiceError:
            raise ValueError(f"{prefix!r} is not a prefix such as '10.0.0.0/8'") from None
    communities = _communities(prefixes) if isinstance(prefixes, Mapping) else {}
    with AtWork(world):
        vif = _virtual_interface(world, virtual_interface_id)
        now = world.clock.now()
        vif.communities = communities
        vif.announced = {prefix: vif.announced.get(prefix, now) for prefix in announced}
        world.graph.history.note(vif)


def _communities(prefixes: Mapping[str, Iterable[str]]) -> dict[str, list[str]]:
    """Return the communities of each prefix, after the checks."""
    found = {}
    for prefix, communities in prefixes.items():
        if isinstance(communities, str) or not isinstance(communities, Iterable):
            raise TypeError(f"the communities of {prefix} must be a list, not {communities!r}")
        found[prefix] = list(communities)
        for each in found[prefix]:
            if not is_community(each):
                raise ValueError(f"{each!r} is not a community such as '7224:7100'")
    return {prefix: each for prefix, each in found.items() if each}


def level(world: World, resiliency_group_id: str) -> str | None:
    """Return the resiliency model that the connections of a group meet."""
    with AtWork(world):
        world.lifecycle.settle_deletions()
        group = world.resource(resiliency_group_id)
        if not isinstance(group, ResiliencyGroup):
            raise is_not(resiliency_group_id, group, "a resiliency group")
        return resiliency_level(group)


def left(world: World) -> list[Connection | Lag | VirtualInterface]:
    """Return the connections, interconnects, LAGs and virtual interfaces that are not deleted."""
    with AtWork(world):
        return [
            resource
            for resource in world.graph.resources.values()
            if isinstance(resource, (Connection, Lag, VirtualInterface)) and resource.stage not in LEAVING
        ]


def leftovers(world: World) -> list[str]:
    """Return a line for each resource that is left."""
    with world.lock:
        return [
            f"{resource.kind} {resource.id} {resource.name!r} of {resource.owner} in {resource.region}"
            for resource in left(world)
        ]
