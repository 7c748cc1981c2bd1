"""Route tables of VPCs in moto's EC2 with the routes that customers announce: propagation from a gateway.

moto has neither the two operations nor such routes.  They are in the tables when somebody looks, and only as
long as their BGP session is up [documented: PROPAGATION].
"""

from __future__ import annotations

import copy
import sys
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Any

from dx_mock.process import current_world
from dx_mock.rules.addresses import family_of
from dx_mock.rules.partitions import partition_of
from dx_mock.service.routes import accepted
from dx_mock.support.patches import Patches

if TYPE_CHECKING:
    from dx_mock.graph.resources import VirtualInterface
    from dx_mock.world.world import World

MODULE = "moto.ec2.responses"
ORIGIN = "EnableVgwRoutePropagation"
_NAMESPACE = "http://ec2.amazonaws.com/doc/2016-11-15/"

_patches = Patches()


def install() -> None:
    """Add the operations, and the routes wherever tables are described."""
    responses: Any = getattr(sys.modules.get(MODULE), "EC2Response", None)
    models: Any = sys.modules.get("moto.ec2.models")
    backend: Any = getattr(models, "EC2Backend", None)
    if _patches or responses is None or not hasattr(backend, "describe_route_tables"):
        return
    for name, change in (
        ("enable_vgw_route_propagation", _enable),
        ("disable_vgw_route_propagation", _disable),
    ):
        if not hasattr(responses, name):
            _patches.set(responses, name, _responding(name, change))
    _patches.set(backend, "describe_route_tables", _describing(backend.describe_route_tables))


def uninstall() -> None:
    """Put moto's classes back."""
    _patches.undo()


# --- the operations ------------------------------------------------------------------------------------------


def _responding(name: str, change: Any) -> Any:
    def respond(self: Any) -> Any:
        change(self.ec2_backend, self._get_param("GatewayId"), self._get_param("RouteTableId"))
        core: Any = sys.modules["moto.core.responses"]
        if hasattr(core, "EmptyResult"):
            return core.EmptyResult()
        action = "".join(word.title() for word in name.split("_"))
        return f'<{action}Response xmlns="{_NAMESPACE}"><return>true</return></{action}Response>'

    respond.__name__ = name
    return respond


def _enable(backend: Any, gateway_id: str, route_table_id: str) -> None:
    """Let a gateway propagate its routes to a table of the VPC that it is attached to."""
    from moto.ec2.exceptions import EC2ClientError

    table = backend.get_route_table(route_table_id)
    gateway = backend.vpn_gateways.get(gateway_id)
    if gateway is None:
        raise EC2ClientError("InvalidGatewayID.NotFound", f"The gateway ID '{gateway_id}' does not exist")
    if not _is_attached(gateway, table.vpc_id):
        raise EC2ClientError(
            "Gateway.NotAttached", f"resource {gateway_id} is not attached to network {table.vpc_id}"
        )
    propagating = _propagating(table)
    if gateway_id not in propagating:
        table.propagating_vgws = [*_told(propagating), {"GatewayId": gateway_id}]


def _disable(backend: Any, gateway_id: str, route_table_id: str) -> None:
    """Let a gateway propagate to a table no longer."""
    table = backend.get_route_table(route_table_id)
    table.propagating_vgws = _told([each for each in _propagating(table) if each != gateway_id])


def _propagating(table: Any) -> list[str]:
    return [each["GatewayId"] for each in getattr(table, "propagating_vgws", ())]


def _told(gateway_ids: list[str]) -> list[dict[str, str]]:
    return [{"GatewayId": each} for each in gateway_ids]


def _is_attached(gateway: Any, vpc_id: str) -> bool:
    attachment = gateway.attachments.get(vpc_id)
    return attachment is not None and attachment.state in (None, "attached")


# --- the routes ----------------------------------------------------------------------------------------------


def _describing(original: Any) -> Any:
    def describe_route_tables(self: Any, *args: Any, **kwargs: Any) -> Any:
        world = current_world.current()
        tables = [table for table in self.route_tables.values() if _propagating(table)]
        if world is None or not tables:
            return original(self, *args, **kwargs)
        with world.lock:
            world.lifecycle.run_calendar()
            world.lifecycle.settle()
            before = {table.id: (table, dict(_routes(table))) for table in tables}
            try:
                for table in tables:  # so that filters see them, too
                    _routes(table).update(_propagated(world, self, table))
                found = original(self, *args, **kwargs)
                return [_as_it_is(table) if table.id in before else table for table in found]
            finally:
                for table, routes in before.values():
                    _routes(table).clear()
                    _routes(table).update(routes)

    return describe_route_tables


def _routes(table: Any) -> dict[str, Any]:
    """Return the routes of a table by their ids, under moto's name of its version."""
    routes: dict[str, Any] = vars(table)["_routes" if "_routes" in vars(table) else "routes"]
    return routes


def _as_it_is(table: Any) -> Any:
    """Return a table that keeps the routes that it has now: it is written into the answer later."""
    found = copy.copy(table)
    name = "_routes" if "_routes" in vars(table) else "routes"
    setattr(found, name, dict(_routes(table)))
    return found


@cache
def _route_class() -> Any:
    from moto.ec2.models.route_tables import Route

    class PropagatedRoute(Route):  # type: ignore[misc]
        """A route that a gateway has propagated."""

        @property
        def origin(self) -> str:
            """What made it."""
            return ORIGIN

    return PropagatedRoute


def _propagated(world: World, backend: Any, table: Any) -> dict[str, Any]:
    """Return the propagated routes of a table by their ids; a static route of the same destination stands."""
    taken = {
        cidr
        for route in _routes(table).values()
        for cidr in (route.destination_cidr_block, route.destination_ipv6_cidr_block)
    }
    found = {}
    for gateway_id in _propagating(table):
        gateway = backend.vpn_gateways.get(gateway_id)
        if gateway is None or not _is_attached(gateway, table.vpc_id):
            continue
        for cidr in _announced(world, backend, gateway_id):
            if cidr in taken:
                continue
            taken.add(cidr)
            v4, v6 = (cidr, None) if family_of(cidr) == "ipv4" else (None, cidr)
            route = _route_class()(table, v4, v6, gateway=gateway)
            found[route.id] = route
    return found


def _announced(world: World, backend: Any, gateway_id: str) -> list[str]:
    """Return what AWS takes from the customer's routers towards a virtual private gateway, each once."""
    interfaces = list(_interfaces(world, backend, gateway_id))
    return list(dict.fromkeys(cidr for interface in interfaces for cidr in accepted(interface)))


def _interfaces(world: World, backend: Any, gateway_id: str) -> Iterator[VirtualInterface]:
    """Yield the private virtual interfaces to a gateway: directly, and by Direct Connect gateways."""
    region = world.backends.get(backend.region_name)
    for resource in list(region.resources.values()) if region is not None else ():
        if resource.kind == "virtual interface" and resource.virtual_gateway_id == gateway_id:
            yield resource
    partition = world.global_backends.get(partition_of(backend.region_name))
    for gateway in list(partition.gateways.values()) if partition is not None else ():
        for association in gateway.associations.values():
            there = association.associated_id == gateway_id and association.owner == backend.account_id
            if there and association.stage in {"associated", "updating"}:
                for attachment in gateway.attachments.values():
                    yield attachment.virtual_interface
