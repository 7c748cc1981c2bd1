"""Virtual interfaces and BGP peers in the shapes of the API [recorded: FLUID, NB, CLI]."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast
from xml.sax.saxutils import escape

from dx_mock.graph.resources import BgpPeer, VirtualInterface
from dx_mock.graph.states import LEAVING, carries_jumbo_frames, device_of, peer_is_up, virtual_interface_state
from dx_mock.handlers.shapes.port_shapes import tags_of
from dx_mock.rules.asns import short_asn

if TYPE_CHECKING:
    from types_boto3_directconnect.type_defs import BGPPeerTypeDef, VirtualInterfaceTypeDef

    from dx_mock.service.caller import Caller


def bgp_peer(peer: BgpPeer, device: str | None) -> BGPPeerTypeDef:
    """Return the shape of a BGP peer: its state and, independently of it, the status of its session.

    ``device`` is that of its virtual interface; a peer that a move has left behind is still on the old one.
    """
    device = peer.device or device
    shape: dict[str, Any] = {
        "bgpPeerId": peer.id,
        "asn": short_asn(peer.asn),
        "asnLong": peer.asn,
        "authKey": peer.auth_key,
        "addressFamily": peer.address_family,
        "amazonAddress": peer.amazon_address or "",
        "customerAddress": peer.customer_address or "",
        "bgpPeerState": peer.stage,
        "bgpStatus": "up" if peer_is_up(peer) else "down",
        "awsDeviceV2": device,
        "awsLogicalDeviceId": device,
    }
    return cast("BGPPeerTypeDef", shape)


def virtual_interface(caller: Caller, vif: VirtualInterface) -> VirtualInterfaceTypeDef:
    """Return a virtual interface; empty members are sent empty, not left out [recorded: FLUID, NB]."""
    device = device_of(vif.parent)
    shape: dict[str, Any] = {
        "ownerAccount": vif.owner,
        "virtualInterfaceId": vif.id,
        "location": vif.location,
        "connectionId": vif.parent.id,
        "virtualInterfaceType": vif.type,
        "virtualInterfaceName": vif.name,
        "vlan": vif.vlan,
        "asn": short_asn(vif.asn),
        "asnLong": vif.asn,
        "amazonSideAsn": vif.amazon_side_asn,
        "authKey": vif.auth_key,
        "amazonAddress": vif.amazon_address or "",
        "customerAddress": vif.customer_address or "",
        "addressFamily": vif.address_family,
        "virtualInterfaceState": virtual_interface_state(vif),
        "customerRouterConfig": router_config(vif),
        "mtu": vif.mtu,
        "jumboFrameCapable": carries_jumbo_frames(vif.parent),
        "virtualGatewayId": vif.virtual_gateway_id,
        "directConnectGatewayId": vif.gateway_id,
        "routeFilterPrefixes": [{"cidr": cidr} for cidr in vif.route_filter_prefixes],
        "bgpPeers": [bgp_peer(peer, device) for peer in vif.peers.values()],
        "region": vif.region,
        "awsDeviceV2": device,
        "awsLogicalDeviceId": device,
        "tags": tags_of(caller, vif),
        "siteLinkEnabled": vif.site_link,
        "rateLimit": vif.rate_limit,
        "prefixPoolAllocatedCountIpv4": vif.prefix_pool_ipv4,
        "prefixPoolAllocatedCountIpv6": vif.prefix_pool_ipv6,
    }
    return cast("VirtualInterfaceTypeDef", shape)


def router_config(vif: VirtualInterface) -> str:
    """Return ``customerRouterConfig``, to the space as AWS writes it [recorded: FLUID, CLI].

    A peer that is being deleted is in it no more [recorded: CLI:delete-bgp-peer].
    """
    lines: list[tuple[str, Any]] = [("vlan", vif.vlan)]
    lines += _session("", vif, "ipv4")
    lines += _session("ipv6_", vif, "ipv6")
    lines += [("amazon_bgp_asn", vif.amazon_side_asn), ("connection_type", vif.type)]
    elements = "".join(f"  <{name}>{escape(str(value))}</{name}>\n" for name, value in lines)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<logical_connection id="{vif.id}">\n{elements}</logical_connection>\n'
    )


def _session(prefix: str, vif: VirtualInterface, family: str) -> list[tuple[str, Any]]:
    """Return the XML elements of the first live peer of a family."""
    for peer in vif.peers.values():
        if peer.address_family == family and peer.stage not in LEAVING:
            return [
                (f"{prefix}customer_address", peer.customer_address or ""),
                (f"{prefix}amazon_address", peer.amazon_address or ""),
                (f"{prefix}bgp_asn", peer.asn),
                (f"{prefix}bgp_auth_key", peer.auth_key),
            ]
    return []
