"""BGP peers: their rules, and how they come and go on a virtual interface."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dx_mock.graph.resources import BgpPeer, Connection, Parent, VirtualInterface
from dx_mock.graph.states import LEAVING, device_of
from dx_mock.rules.addresses import assign_ipv4_pair, assign_ipv6_pair, check_ipv4_pair, overlapping
from dx_mock.rules.asns import choose_asn
from dx_mock.rules.virtual_interface_values import AUTH_KEY_ALPHABET, AUTH_KEY_LENGTH, check_auth_key
from dx_mock.service.base import BaseRules
from dx_mock.support import errors

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from dx_mock.rules.addresses import Family, Pair


@dataclass(frozen=True)
class PeerOrder:
    """A peer that was asked for and passed the checks; what is None is AWS's to choose."""

    asn: int
    auth_key: str | None
    family: Family
    addresses: Pair | None


def live_peers(vif: VirtualInterface) -> list[BgpPeer]:
    """Return the peers of a virtual interface that are not on their way out."""
    return [peer for peer in vif.peers.values() if peer.stage not in LEAVING]


def peers_on_port(carrier: Parent) -> Iterator[BgpPeer]:
    """Return every live peer on the same port or LAG, of its hosted connections too."""
    hosting = isinstance(carrier, Connection) and carrier.parent is not None
    port = carrier.parent if isinstance(carrier, Connection) and hosting else carrier
    assert port is not None
    for each in (port, *(port.hosted or {}).values()):
        for vif in (each.virtual_interfaces or {}).values():
            yield from live_peers(vif)


def check_addresses_free(vif: VirtualInterface, carrier: Parent) -> None:
    """Refuse a move where an address of a virtual interface is in use on the port or LAG [2017]."""
    there = [peer for peer in peers_on_port(carrier) if peer.virtual_interface is not vif]
    for peer in live_peers(vif):
        for other in there:
            if overlapping(peer.amazon_address, other.amazon_address):
                raise errors.ADDRESS_IN_USE(address=peer.amazon_address, id=carrier.id)


class PeerRules(BaseRules):
    """Rules of BGP peers: docs/operations/bgp.md."""

    # --- checks --------------------------------------------------------------------------------------------

    @staticmethod
    def check_peer(vif_type: str, peer: Mapping[str, Any]) -> PeerOrder:
        """Check what a request says about a peer, whole or as part of a new virtual interface."""
        asn = choose_asn(peer.get("asn"), peer.get("asnLong"))
        auth_key = peer.get("authKey")
        if auth_key is not None:
            check_auth_key(auth_key)
        family: Family = peer.get("addressFamily", "ipv4")
        amazon, customer = peer.get("amazonAddress"), peer.get("customerAddress")
        if family == "ipv6":
            if amazon is not None or customer is not None:
                raise errors.ADDRESSES_OF_IPV6()
            return PeerOrder(asn, auth_key, family, None)
        if amazon is None and customer is None:
            if vif_type == "public":
                raise errors.ADDRESSES_REQUIRED()
            return PeerOrder(asn, auth_key, family, None)
        if amazon is None or customer is None:
            raise errors.ADDRESS_PAIR_INCOMPLETE()
        return PeerOrder(asn, auth_key, family, check_ipv4_pair(amazon, customer, public=vif_type == "public"))

    # --- making --------------------------------------------------------------------------------------------

    def add_peer(self, vif: VirtualInterface, order: PeerOrder, *, withheld: bool = False) -> BgpPeer:
        """Put a new peer on a virtual interface, with what AWS chooses for it.

        ``withheld`` leaves IPv4 addresses that nobody chose open until :meth:`assign_withheld`.
        """
        open_yet = withheld and order.addresses is None and order.family == "ipv4"
        addresses = (None, None) if open_yet else order.addresses or self._assign_addresses(vif, order.family)
        return self._new_peer(
            vif,
            asn=order.asn,
            family=order.family,
            auth_key=order.auth_key or self._new_auth_key(),
            addresses=addresses,
            stage="verifying" if vif.type == "public" else "pending",
        )

    def assign_withheld(self, vif: VirtualInterface) -> None:
        """Give a virtual interface that its owner has confirmed the addresses that it waited for."""
        for peer in live_peers(vif):
            if peer.amazon_address is None:
                peer.amazon_address, peer.customer_address = self._assign_addresses(vif, peer.address_family)
        first = live_peers(vif)[0]
        vif.amazon_address, vif.customer_address = first.amazon_address, first.customer_address

    def replace_peers(self, vif: VirtualInterface, left: Parent) -> None:
        """Take the sessions down where a virtual interface was and begin them anew where it is now.

        The old peers are ``deleting`` and new ones with the same settings ``pending``
        [recorded: CLI:associate-virtual-interface].
        """
        for peer in live_peers(vif):
            peer.device = device_of(left)
            self.lifecycle.enter(peer, "deleting")
            assert peer.amazon_address is not None and peer.customer_address is not None
            new = self._new_peer(
                vif,
                asn=peer.asn,
                family=peer.address_family,
                auth_key=peer.auth_key,
                addresses=(peer.amazon_address, peer.customer_address),
                stage="pending",
            )
            new.session_up = peer.session_up
            self.graph.history.note(new)

    def _new_peer(
        self,
        vif: VirtualInterface,
        *,
        asn: int,
        family: Family,
        auth_key: str,
        addresses: Pair | tuple[None, None],
        stage: str,
    ) -> BgpPeer:
        peer = BgpPeer(
            self.ids.physical("dxpeer"),
            asn,
            family,
            auth_key,
            stage,
            addresses[0],
            addresses[1],
            region=vif.region,
            virtual_interface=vif,
        )
        vif.peers[peer.id] = peer
        self.backend.add(peer)
        self.lifecycle.plan(peer)
        return peer

    def _new_auth_key(self) -> str:
        """Return a key in the form of AWS's own: "0x" and 22 characters [recorded: FLUID, CLI]."""
        return "0x" + self.ids.text("auth key", AUTH_KEY_ALPHABET, AUTH_KEY_LENGTH)

    def _assign_addresses(self, vif: VirtualInterface, family: Family) -> Pair:
        number = self.graph.next_sequence()
        taken = [peer.amazon_address for peer in peers_on_port(vif.parent) if peer.amazon_address is not None]
        if family == "ipv6":
            return assign_ipv6_pair(number, taken)
        return assign_ipv4_pair(number, taken, 29 if self.quirks["automatic_addresses"] == "/29" else 30)
