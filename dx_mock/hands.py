"""The technician, the partner, the router: what no API call does in AWS."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dx_mock.graph.resources import Connection, Lag, VirtualInterface

if TYPE_CHECKING:
    from dx_mock.world import World


def provision(world: World, resource_id: str) -> None:
    """Take every step of a resource, and of what it is made of, that somebody's hands would."""
    with world.lock:
        resource = world.resource(resource_id)
        for part in _parts(resource):
            _finish(world, part)
        world.lifecycle.settle()


def _parts(resource: Any) -> list[Any]:
    """What has to be finished for a resource to be: members before their LAG, a VIF before its peers."""
    if isinstance(resource, Lag):
        return [*resource.members.values(), resource]
    if isinstance(resource, VirtualInterface):
        return [resource, *resource.peers.values()]
    return [resource]


def _finish(world: World, resource: Any) -> None:
    lifecycle = world.lifecycle
    while True:
        step = lifecycle.steps.get((resource.kind, resource.stage))
        if step is None or step.by == "calendar":
            return
        if not lifecycle.take_step(resource):
            return


def _port(world: World, connection_id: str) -> Connection:
    resource = world.resource(connection_id)
    if not isinstance(resource, Connection) or resource.kind == "hosted connection":
        raise ValueError(f"{connection_id} is a {resource.kind}, not a connection or interconnect")
    return resource


def issue_loa(world: World, connection_id: str) -> None:
    """Issue the letter of a requested port."""
    with world.lock:
        connection = _port(world, connection_id)
        if connection.stage != "requested":
            raise ValueError(f"{connection_id} does not wait for its LOA, it is in state {connection.stage}")
        world.lifecycle.take_step(connection)


def set_link(world: World, connection_id: str, *, up: bool) -> None:
    """Cut or mend a fibre."""
    with world.lock:
        resource = world.resource(connection_id)
        if not isinstance(resource, Connection):
            raise ValueError(f"{connection_id} is a {resource.kind}, not a connection or interconnect")
        world.lifecycle.settle()
        resource.link_up = up
