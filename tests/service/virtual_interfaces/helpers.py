"""Virtual interfaces for tests, ready to be created."""

from __future__ import annotations

from typing import Any

VGW = "vgw-aba37db6"
PRIVATE = {"virtualInterfaceName": "private", "vlan": 101, "asn": 65000, "virtualGatewayId": VGW}
PUBLIC = {
    "virtualInterfaceName": "public",
    "vlan": 2000,
    "asn": 65000,
    "amazonAddress": "203.0.113.1/30",
    "customerAddress": "203.0.113.2/30",
    "routeFilterPrefixes": [{"cidr": "203.0.113.0/30"}, {"cidr": "203.0.113.4/30"}],
}
TRANSIT = {"virtualInterfaceName": "transit", "vlan": 126, "asn": 65110}


def changed(base: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """``base`` with changes; what is changed to None is left out."""
    return {key: value for key, value in {**base, **changes}.items() if value is not None}


def private(client: Any, connection_id: str, **changes: Any) -> dict[str, Any]:
    """A new private virtual interface, on a virtual private gateway unless told otherwise."""
    if "directConnectGatewayId" in changes:
        changes.setdefault("virtualGatewayId", None)
    return client.create_private_virtual_interface(
        connectionId=connection_id, newPrivateVirtualInterface=changed(PRIVATE, changes)
    )


def public(client: Any, connection_id: str, **changes: Any) -> dict[str, Any]:
    """A new public virtual interface."""
    return client.create_public_virtual_interface(
        connectionId=connection_id, newPublicVirtualInterface=changed(PUBLIC, changes)
    )


def transit(client: Any, connection_id: str, **changes: Any) -> dict[str, Any]:
    """A new transit virtual interface; needs ``directConnectGatewayId``."""
    return client.create_transit_virtual_interface(
        connectionId=connection_id, newTransitVirtualInterface=changed(TRANSIT, changes)
    )["virtualInterface"]


def allocate_private(client: Any, connection_id: str, owner: str, **changes: Any) -> dict[str, Any]:
    """A new private virtual interface for another account."""
    return client.allocate_private_virtual_interface(
        connectionId=connection_id,
        ownerAccount=owner,
        newPrivateVirtualInterfaceAllocation=changed({**PRIVATE, "virtualGatewayId": None}, changes),
    )


def look(client: Any, vif: dict[str, Any]) -> dict[str, Any]:
    """A virtual interface as DescribeVirtualInterfaces shows it."""
    found = client.describe_virtual_interfaces(virtualInterfaceId=vif["virtualInterfaceId"])
    (shown,) = found["virtualInterfaces"]
    return shown


def state(client: Any, vif: dict[str, Any]) -> str:
    """The state of a virtual interface."""
    return look(client, vif)["virtualInterfaceState"]


def sessions(client: Any, vif: dict[str, Any]) -> list[tuple[str, str]]:
    """State and status of every BGP peer."""
    return [(peer["bgpPeerState"], peer["bgpStatus"]) for peer in look(client, vif)["bgpPeers"]]


def gateway(client: Any, asn: int = 64999) -> str:
    """The id of a new Direct Connect gateway."""
    made = client.create_direct_connect_gateway(directConnectGatewayName="gateway", amazonSideAsn=asn)
    return made["directConnectGateway"]["directConnectGatewayId"]


def hosted(partner: Any, customer: Any, owner: str, *, vlan: int = 101, bandwidth: str = "100Mbps") -> str:
    """The id of a confirmed hosted connection, on an interconnect of its own."""
    interconnect = partner.create_interconnect(
        interconnectName="interconnect", bandwidth="1Gbps", location="EqDC2"
    )
    connection = partner.allocate_hosted_connection(
        connectionId=interconnect["interconnectId"],
        ownerAccount=owner,
        bandwidth=bandwidth,
        connectionName="hosted",
        vlan=vlan,
    )["connectionId"]
    customer.confirm_connection(connectionId=connection)
    return connection
