"""Transit gateways in moto's EC2 as they are with a Direct Connect gateway on them.

What moto has not: the refusal to delete one, attachments that are listed as deleted for a while, the routes of
the customer's routers in the route tables, VPC attachments apart from ours, and VPNs with private addresses.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from dx_mock.process import current_world
from dx_mock.service.routes import accepted
from dx_mock.support.patches import Patches

if TYPE_CHECKING:
    from dx_mock.world.world import World

MODULE = "moto.ec2.models"
TYPE = "direct-connect-gateway"
#: How long EC2 lists a deleted attachment [guessed: "for a while" in TF#46716].
LISTED = timedelta(hours=1)

_patches = Patches()


def install() -> None:
    """Wrap what moto's EC2 does with transit gateways, as far as it is loaded."""
    models: Any = sys.modules.get(MODULE)
    backend = getattr(models, "EC2Backend", None)
    if backend is None or _patches:
        return
    for name, wrap in (
        ("delete_transit_gateway", _deleting),
        ("describe_transit_gateway_attachments", _describing),
        ("describe_transit_gateway_vpc_attachments", _describing_of_vpcs),
        ("search_transit_gateway_routes", _searching),
    ):
        original = getattr(backend, name, None)
        if original is not None:
            _patches.set(backend, name, wrap(original))
    from moto.ec2.responses import EC2Response

    responses: Any = EC2Response
    _patches.set(responses, "create_vpn_connection", _creating_vpn(responses.create_vpn_connection))


def uninstall() -> None:
    """Put moto back as it was."""
    _patches.undo()


def _world() -> World | None:
    """Return the current world after what has fallen due in it; EC2's calls are looks like any other."""
    world = current_world.current()
    if world is not None:
        with world.lock:
            world.lifecycle.run_calendar()
            world.lifecycle.settle()
    return world


# --- attachments ---------------------------------------------------------------------------------------------


def attach(backend: Any, association: Any) -> None:
    """Show a Direct Connect gateway among the attachments of a transit gateway, and in its route tables."""
    from moto.ec2.models.transit_gateway_attachments import TransitGatewayAttachment

    transit = backend.transit_gateways[association.associated_id]
    attachment = TransitGatewayAttachment(
        backend=backend,
        resource_id=association.gateway.id,
        resource_type=TYPE,
        **_transit_gateway_argument(TransitGatewayAttachment, transit),
    )
    attachment.resource_owner_id = association.gateway.owner
    backend.transit_gateway_attachments[attachment.id] = attachment
    for option, table_option, enter in (
        (
            "DefaultRouteTableAssociation",
            "AssociationDefaultRouteTableId",
            "associate_transit_gateway_route_table",
        ),
        (
            "DefaultRouteTablePropagation",
            "PropagationDefaultRouteTableId",
            "enable_transit_gateway_route_table_propagation",
        ),
    ):
        table = backend.transit_gateways_route_tables.get(transit.options.get(table_option))
        # moto before 5.1 has room for a single attachment in a route table: it is not ours.
        if transit.options.get(option) == "enable" and hasattr(table, "route_table_associations"):
            getattr(backend, enter)(attachment.id, table.id)


def _transit_gateway_argument(cls: Any, transit: Any) -> dict[str, Any]:
    """Return moto's argument: the transit gateway since 5.1, its id before."""
    import inspect

    if "transit_gateway" in inspect.signature(cls.__init__).parameters:
        return {"transit_gateway": transit}
    return {"transit_gateway_id": transit.id}


def of_association(backend: Any, association: Any) -> Iterator[Any]:
    """Yield the attachments of an association that are not deleted."""
    for attachment in list(backend.transit_gateway_attachments.values()):
        if (
            attachment.resource_type == TYPE
            and attachment.resource_id == association.gateway.id
            and attachment.transit_gateway_id == association.associated_id
            and attachment.state != "deleted"
        ):
            yield attachment


def detach(backend: Any, association: Any) -> None:
    """Take an attachment out of the route tables; EC2 lists it as deleted for a while [recorded: TF#46716]."""
    world = current_world.current()
    for attachment in of_association(backend, association):
        attachment.state = "deleted"
        attachment.deleted_at = world.clock.now() if world is not None else None
        for table in backend.transit_gateways_route_tables.values():
            associated = getattr(table, "route_table_associations", {})
            if attachment.id in associated:
                backend.disassociate_transit_gateway_route_table(attachment.id, table.id)
            for propagation in list(getattr(table, "route_table_propagation", ())):
                if getattr(propagation, "transitGatewayAttachmentId", None) == attachment.id:
                    backend.disable_transit_gateway_route_table_propagation(attachment.id, table.id)


def _forget_old(backend: Any, world: World) -> None:
    for attachment_id, attachment in list(backend.transit_gateway_attachments.items()):
        since = getattr(attachment, "deleted_at", None)
        if since is not None and world.clock.now() - since >= LISTED:
            del backend.transit_gateway_attachments[attachment_id]


def _describing(original: Any) -> Any:
    def describe_transit_gateway_attachments(self: Any, *args: Any, **kwargs: Any) -> Any:
        world = _world()
        if world is not None:
            _forget_old(self, world)
        return original(self, *args, **kwargs)

    return describe_transit_gateway_attachments


def _describing_of_vpcs(original: Any) -> Any:
    def describe_transit_gateway_vpc_attachments(self: Any, *args: Any, **kwargs: Any) -> Any:
        """VPC attachments only [documented: TGW]."""
        return [each for each in original(self, *args, **kwargs) if each.resource_type != TYPE]

    return describe_transit_gateway_vpc_attachments


def _deleting(original: Any) -> Any:
    def delete_transit_gateway(self: Any, transit_gateway_id: str) -> Any:
        """Refuse while a Direct Connect gateway is on it [recorded: TF#8490, TF#8752, TF#9339]."""
        _world()
        for attachment in self.transit_gateway_attachments.values():
            if (
                attachment.resource_type == TYPE
                and attachment.transit_gateway_id == transit_gateway_id
                and attachment.state != "deleted"
            ):
                from moto.ec2.exceptions import EC2ClientError

                raise EC2ClientError(
                    "IncorrectState",
                    f"{transit_gateway_id} has non-deleted DirectConnect Gateway Attachments: {attachment.id}.",
                )
        return original(self, transit_gateway_id)

    return delete_transit_gateway


# --- routes --------------------------------------------------------------------------------------------------


def _searching(original: Any) -> Any:
    def search_transit_gateway_routes(
        self: Any, transit_gateway_route_table_id: str, filters: Any, max_results: int | None = None
    ) -> list[Any]:
        found = list(original(self, transit_gateway_route_table_id, filters))
        world = _world()
        table = self.transit_gateways_route_tables.get(transit_gateway_route_table_id)
        if world is not None and table is not None:
            there = {route["destinationCidrBlock"] for route in found}
            for route in _propagated(world, self, table):
                if route["destinationCidrBlock"] not in there and _fits(route, filters or {}):
                    found.append(route)
        return found[: int(max_results)] if max_results else found

    return search_transit_gateway_routes


def _propagated(world: World, backend: Any, table: Any) -> Iterator[dict[str, Any]]:
    """Yield what customers' routers announce to the gateways that propagate to a table [documented: TGW]."""
    gateways = {
        gateway.id: gateway for each in world.global_backends.values() for gateway in each.gateways.values()
    }
    for propagation in getattr(table, "route_table_propagation", ()):
        attachment = backend.transit_gateway_attachments.get(
            getattr(propagation, "transitGatewayAttachmentId", "")
        )
        gateway = gateways.get(getattr(attachment, "resource_id", ""))
        if attachment is None or gateway is None or attachment.resource_type != TYPE:
            continue
        interfaces = [each.virtual_interface for each in gateway.attachments.values()]
        for cidr in dict.fromkeys(cidr for interface in interfaces for cidr in accepted(interface)):
            yield {
                "destinationCidrBlock": cidr,
                "prefixListId": None,
                "state": "active",
                "type": "propagated",
                "transitGatewayAttachments": [
                    {
                        "resourceId": gateway.id,
                        "resourceType": TYPE,
                        "transitGatewayAttachmentId": attachment.id,
                    }
                ],
            }


def _fits(route: dict[str, Any], filters: Any) -> bool:
    """Return whether a route passes the filters that moto knows."""
    return all(
        not filters.get(name) or route[key] in filters[name]
        for name, key in (
            ("type", "type"),
            ("state", "state"),
            ("route-search.exact-match", "destinationCidrBlock"),
        )
    )


# --- VPNs with private addresses -----------------------------------------------------------------------------


def _creating_vpn(original: Any) -> Any:
    def create_vpn_connection(self: Any) -> Any:
        before = set(self.ec2_backend.vpn_connections)
        answer = original(self)
        transport = _transport(self)
        for vpn_id in set(self.ec2_backend.vpn_connections) - before:
            self.ec2_backend.vpn_connections[vpn_id].transport_attachment = transport
        return answer

    return create_vpn_connection


def _transport(response: Any) -> str | None:
    """Return the attachment that a private IP VPN goes over, which moto does not read."""
    options = response._get_param("Options", {}) if hasattr(response, "_get_param") else {}
    found = options.get("TransportTransitGatewayAttachmentId") if isinstance(options, dict) else None
    found = found or response._get_param("Options.TransportTransitGatewayAttachmentId")
    return found if isinstance(found, str) else None


def private_vpn(backend: Any, association: Any) -> tuple[str, str] | None:
    """Return an attachment of an association and a private IP VPN that goes over it; None without one."""
    for attachment in of_association(backend, association):
        for vpn in backend.vpn_connections.values():
            if getattr(vpn, "transport_attachment", None) == attachment.id and vpn.state != "deleted":
                return attachment.id, vpn.id
    return None
