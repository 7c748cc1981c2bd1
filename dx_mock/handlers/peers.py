"""BGP peers: both operations answer with the whole virtual interface, wrapped [cli-ex]."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dx_mock.handlers.shapes.virtual_interface_shapes import virtual_interface

if TYPE_CHECKING:
    from dx_mock.graph.resources import BgpPeer
    from dx_mock.service import DirectConnectBackend


def _of(backend: DirectConnectBackend, peer: BgpPeer) -> dict[str, Any]:
    assert peer.virtual_interface is not None
    return {"virtualInterface": virtual_interface(backend, peer.virtual_interface)}


def create_bgp_peer(backend: DirectConnectBackend, request: Any) -> dict[str, Any]:
    """CreateBGPPeer."""
    return _of(backend, backend.create_bgp_peer(request.get("virtualInterfaceId"), request.get("newBGPPeer")))


def delete_bgp_peer(backend: DirectConnectBackend, request: Any) -> dict[str, Any]:
    """DeleteBGPPeer."""
    peer = backend.delete_bgp_peer(
        request.get("virtualInterfaceId"),
        peer_id=request.get("bgpPeerId"),
        asn=request.get("asn"),
        asn_long=request.get("asnLong"),
        customer_address=request.get("customerAddress"),
    )
    return _of(backend, peer)
