"""Two more hands: what goes through a link, and the light in its fibre."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from dx_mock.graph.history import LANES, TRAFFIC
from dx_mock.graph.resources import Connection, Lag, VirtualInterface
from dx_mock.graph.states import LEAVING
from dx_mock.rules.metrics import DARK, LIGHT, lanes_of
from dx_mock.world import curves
from dx_mock.world.hands import AtWork, is_not

if TYPE_CHECKING:
    from dx_mock.world.curves import Value
    from dx_mock.world.world import World

#: The largest rate: a billion times what a port carries today.
MOST = 1e21

#: What an interface does not have: the port counts it.
_OF_PORTS = ("errors", "discards")


def set_traffic(world: World, resource_id: str, given: Mapping[str, Value | None]) -> None:
    """Set what goes through a link or virtual interface from now on; None leaves it as it is."""
    asked = {name: value for name, value in given.items() if value is not None}
    for name, value in asked.items():
        _check_rate(name, value)
    with AtWork(world):
        resource = _carrier(world, resource_id)
        if isinstance(resource, VirtualInterface):
            for name in _OF_PORTS:
                if name in asked:
                    raise ValueError(
                        f"{name} are counted at the port: call dx.traffic with the connection of {resource_id}"
                    )
        world.lifecycle.settle()
        world.resource(resource_id)  # what was due may have been its end
        now = world.clock.now()
        for value in asked.values():
            if callable(value):
                curves.read(value, now)
        for name in filter(asked.__contains__, TRAFFIC):
            value = asked[name]
            world.graph.history.set_value(resource, name, value if callable(value) else float(value))


def _check_rate(name: str, value: Any) -> None:
    if callable(value):
        return
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise TypeError(f"{name} must be a number or a function of the time, not {value!r}")
    if not 0 <= value < MOST:
        raise ValueError(f"{name} must be a number from 0 to {MOST:g}, not {value!r}")


def _carrier(world: World, resource_id: str) -> Connection | Lag | VirtualInterface:
    """Return something that carries traffic and is not deleted."""
    resource = world.resource(resource_id)
    if not isinstance(resource, (Connection, Lag, VirtualInterface)):
        raise is_not(resource_id, resource, "a connection, LAG or virtual interface")
    if resource.stage in LEAVING:
        raise ValueError(f"nothing goes through {resource_id}, which is {resource.stage}")
    return resource


def set_light(world: World, connection_id: str, tx: float | None, rx: float | None, lane: int | None) -> None:
    """Set the light in a fibre from now on; one that goes dark takes the link down, light brings it back."""
    for name, level in (("tx", tx), ("rx", rx)):
        if level is not None and (isinstance(level, bool) or not isinstance(level, (int, float))):
            raise TypeError(f"{name} must be a level in dBm, which is a number, not {level!r}")
        if level is not None and not -1000 < level < 1000:
            raise ValueError(f"{name} must be a level in dBm, not {level!r}")
    with AtWork(world):
        resource = world.resource(connection_id)
        if not isinstance(resource, Connection) or resource.kind == "hosted connection":
            raise is_not(connection_id, resource, "a connection or interconnect")
        if resource.stage in LEAVING:
            raise ValueError(f"there is no light in {connection_id}, which is {resource.stage}")
        lanes = lanes_of(resource.bandwidth)
        if lane is not None and (isinstance(lane, bool) or lane not in range(1, lanes + 1)):
            known = "lane 1 only" if lanes == 1 else f"the lanes 1 to {lanes}"
            raise ValueError(f"{connection_id} of {resource.bandwidth} has {known}, not {lane!r}")
        world.lifecycle.settle()
        world.resource(connection_id)  # what was due may have been its end
        was_dark = is_dark(world, resource)
        for way, level in (("tx", tx), ("rx", rx)):
            for each in range(1, lanes + 1) if lane is None else (lane,):
                if level is not None:
                    world.graph.history.set_value(resource, f"{way}{each}", float(level))
        now_dark = is_dark(world, resource)
        if now_dark != was_dark:
            resource.link_up = not now_dark
            world.graph.history.note(resource)


def is_dark(world: World, connection: Connection) -> bool:
    """Return whether there is a lane without light, in one direction at least."""
    values = world.graph.history.pasts[connection.id].values or {}
    return any(values.get(name, LIGHT) <= DARK for name in LANES)
