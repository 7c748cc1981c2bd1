"""BGP peers: both operations answer with the whole virtual interface, wrapped [recorded: CLI]."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dx_mock.handlers.shapes.virtual_interface_shapes import virtual_interface

if TYPE_CHECKING:
    from dx_mock.graph.resources import BgpPeer
    from dx_mock.service.caller import Caller


def _of(caller: Caller, peer: BgpPeer) -> dict[str, Any]:
    assert peer.virtual_interface is not None
    return {"virtualInterface": virtual_interface(caller, peer.virtual_interface)}


def create_bgp_peer(caller: Caller, request: Any) -> dict[str, Any]:
    """Answer CreateBGPPeer."""
    return _of(caller, caller.create_bgp_peer(request.get("virtualInterfaceId"), request.get("newBGPPeer")))


def delete_bgp_peer(caller: Caller, request: Any) -> dict[str, Any]:
    """Answer DeleteBGPPeer."""
    peer = caller.delete_bgp_peer(
        request.get("virtualInterfaceId"),
        peer_id=request.get("bgpPeerId"),
        asn=request.get("asn"),
        asn_long=request.get("asnLong"),
        customer_address=request.get("customerAddress"),
    )
    return _of(caller, peer)
