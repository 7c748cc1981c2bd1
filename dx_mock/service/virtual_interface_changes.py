"""What can be changed on a virtual interface: its owner's consent, attributes, place and BGP peers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dx_mock.graph.resources import BgpPeer, Connection, Lag, Parent, VirtualInterface
from dx_mock.graph.states import GONE
from dx_mock.rules.addresses import overlapping
from dx_mock.rules.asns import choose_asn
from dx_mock.rules.names import VIRTUAL_INTERFACE_NAME_LENGTH, check_name
from dx_mock.rules.virtual_interface_values import check_mtu
from dx_mock.service.capacity import is_shared, wanted
from dx_mock.service.lookups import MOVABLE_VIRTUAL_INTERFACE, physical_owner
from dx_mock.service.peers import check_addresses_free, live_peers
from dx_mock.service.virtual_interfaces import GatewayChoice, VirtualInterfaceRules, is_for_hosting
from dx_mock.support import errors

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any


class VirtualInterfaceChangeRules(VirtualInterfaceRules):
    """Rules of changes to virtual interfaces: docs/operations/virtual-interfaces.md."""

    # --- confirming ----------------------------------------------------------------------------------------

    def confirm_virtual_interface(
        self, virtual_interface_id: str, vif_type: str, gateways: Mapping[str, Any]
    ) -> VirtualInterface:
        """Accept a virtual interface that was allocated to this account, with a gateway of its own."""
        operation = f"Confirm{vif_type.capitalize()}VirtualInterface"
        vif = self.live_virtual_interface(virtual_interface_id)
        if vif.owner != self.account_id:
            raise errors.VIF_NOT_FOUND(id=virtual_interface_id)
        if vif.type != vif_type:
            raise errors.VIF_TYPE(operation=operation, id=vif.id, type=vif.type)
        if vif.stage != "confirming":
            raise self.refuse_state(operation, vif)
        gateway = self.check_gateway(vif_type, gateways)
        self.check_asns_differ(gateway, [peer.asn for peer in live_peers(vif)])
        if gateway.gateway_id:
            self.check_gateway_prefixes(gateway.gateway_id, vif.prefix_pool_ipv4, vif.prefix_pool_ipv6)

        vif.virtual_gateway_id, vif.gateway_id = gateway.virtual_gateway_id, gateway.gateway_id
        vif.amazon_side_asn = gateway.asn
        if vif.gateway_id:
            self.attach_virtual_interface(vif)
        self.assign_withheld(vif)
        self.lifecycle.enter(vif, "verifying" if vif_type == "public" else "pending")
        return vif

    # --- attributes ----------------------------------------------------------------------------------------

    def update_virtual_interface(
        self,
        virtual_interface_id: str,
        name: str | None,
        mtu: int | None,
        site_link: bool | None,
        capacity: Mapping[str, Any],
    ) -> VirtualInterface:
        """Change a virtual interface's name, MTU, SiteLink or share; what stays equal changes nothing.

        ``capacity`` are the members of the request that :mod:`dx_mock.service.capacity` knows.
        """
        vif = self.live_virtual_interface(virtual_interface_id)
        self._check_configurable("UpdateVirtualInterfaceAttributes", vif)
        self._check_attributes(vif, mtu, site_link)
        share = wanted(vif.parent, vif.type, capacity, self.quotas["rate_limiters_per_connection"], vif)
        if vif.gateway_id:
            self.check_gateway_prefixes(vif.gateway_id, share.ipv4, share.ipv6, vif)
        if name is not None:
            vif.name = check_name("Virtual interface", name, VIRTUAL_INTERFACE_NAME_LENGTH)
        share.apply(vif)
        if site_link is not None:
            vif.site_link = site_link
        self.graph.history.note(vif)
        if mtu is not None and mtu != vif.mtu:
            vif.mtu = mtu
            self.update_frames(vif.parent, mtu)
            # The sessions are interrupted while the MTU changes [documented: UG:set-jumbo-frames-vif].
            if vif.stage == "available":
                self.lifecycle.enter(vif, "pending")
        return vif

    def _check_configurable(self, operation: str, vif: VirtualInterface) -> None:
        """Refuse changes while it is tested or deleted, and on a partner's LAG [release of 2017-02-17]."""
        if vif.stage in {"deleting", "testing"}:
            raise self.refuse_state(operation, vif)
        if is_for_hosting(vif.parent):
            raise errors.VIF_ON_PARTNER_CARRIER(id=vif.parent.id)

    def _check_attributes(self, vif: VirtualInterface, mtu: int | None, site_link: bool | None) -> None:
        for attribute, value in (("MTU", mtu), ("SiteLink", site_link)):
            if value is not None and vif.type == "public":
                raise errors.ATTRIBUTE_OF_PUBLIC_VIF(attribute=attribute)
        if mtu is not None:
            check_mtu(vif.type, mtu)
            self.check_frames(vif.parent, mtu)
        if site_link and not vif.gateway_id:
            raise errors.SITE_LINK_NEEDS_GATEWAY()

    # --- moving --------------------------------------------------------------------------------------------

    def associate_virtual_interface(self, virtual_interface_id: str, connection_id: str) -> VirtualInterface:
        """Move a virtual interface to another connection or LAG; its BGP sessions begin anew."""
        vif = self.own(MOVABLE_VIRTUAL_INTERFACE, virtual_interface_id, without=GONE)
        self._check_mover(vif)
        if vif.stage not in {"pending", "available"}:
            raise self.refuse_state("AssociateVirtualInterface", vif)
        target = self.usable_carrier(connection_id)
        if target is vif.parent:
            raise errors.ALREADY_ON_CARRIER(id=vif.id, carrier=target.id)
        self._check_move(vif, target)
        self.check_place(target, vif.type, vif.vlan)
        check_addresses_free(vif, target)
        self.check_frames(target, vif.mtu)

        share = wanted(
            target,
            vif.type,
            {} if vif.rate_limit is None else {"rateLimit": vif.rate_limit},
            self.quotas["rate_limiters_per_connection"],
            None if is_shared(vif.parent) != is_shared(target) else vif,
        )

        left = vif.parent
        self.backend.mount(vif, target)
        self.update_frames(target, vif.mtu)
        share.apply(vif)
        self.replace_peers(vif, left)
        self.lifecycle.enter(vif, "pending")
        return vif

    def _check_mover(self, vif: VirtualInterface) -> None:
        """Refuse whoever may not move a virtual interface; the target has to be the mover's own, too.

        The owner of either end may [documented: model], or of a hosted one, that is where the connection or
        the virtual interface is not of the owner of the port, only that owner [documented: 2017].
        """
        if self.quirks["virtual_interface_move_by"] == "either_owner":
            if self.account_id not in (vif.owner, vif.parent.owner):
                raise errors.VIF_NOT_FOUND(id=vif.id)
        elif self.account_id != physical_owner(vif):
            raise errors.HOSTED_VIF_OF_PHYSICAL_OWNER(id=vif.id)

    @staticmethod
    def _check_move(vif: VirtualInterface, target: Parent) -> None:
        """Refuse ways out of a hosted connection that AWS has other operations for, or none."""
        if not isinstance(vif.parent, Connection) or vif.parent.kind != "hosted connection":
            return
        if isinstance(target, Lag):
            raise errors.HOSTED_VIF_TO_LAG(id=vif.id)
        if target.kind == "hosted connection":
            raise errors.HOSTED_VIF_TO_HOSTED(id=vif.id)

    # --- BGP peers -----------------------------------------------------------------------------------------

    def create_bgp_peer(self, virtual_interface_id: str | None, new: Mapping[str, Any] | None) -> BgpPeer:
        """Add a BGP session, of another address family unless the connection is redundant."""
        if virtual_interface_id is None:
            raise errors.VIF_MEMBER_MISSING(member="virtualInterfaceId")
        vif = self.live_virtual_interface(virtual_interface_id)
        self._check_configurable("CreateBGPPeer", vif)
        if new is None:
            raise errors.VIF_MEMBER_MISSING(member="newBGPPeer")
        order = self.check_peer(vif.type, new)
        self.check_asns_differ(
            GatewayChoice(vif.virtual_gateway_id, vif.gateway_id, vif.amazon_side_asn), [order.asn]
        )
        same = [peer for peer in live_peers(vif) if peer.address_family == order.family]
        if len(same) >= (2 if self._is_redundant(vif.parent) else 1):
            raise errors.PEER_OF_FAMILY_EXISTS(family=order.family, id=vif.id)
        if order.addresses is not None:
            for peer in same:
                if overlapping(peer.amazon_address, order.addresses[0]):
                    raise errors.ADDRESS_IN_USE(address=order.addresses[0], id=vif.id)
        return self.add_peer(vif, order)

    def _is_redundant(self, carrier: Parent) -> bool:
        """Return ``hasLogicalRedundancy`` of a carrier: unknown on hosted connections [recorded: BF, PF]."""
        if isinstance(carrier, Connection) and carrier.kind == "hosted connection":
            return False
        return self.quirks["logical_redundancy"] == "yes"

    def delete_bgp_peer(
        self,
        virtual_interface_id: str | None,
        *,
        peer_id: str | None,
        asn: int | None,
        asn_long: int | None,
        customer_address: str | None,
    ) -> BgpPeer:
        """Take a BGP session away, by its id or by ASN and address; never the last one."""
        if virtual_interface_id is None:
            raise errors.VIF_MEMBER_MISSING(member="virtualInterfaceId")
        vif = self.live_virtual_interface(virtual_interface_id)
        if is_for_hosting(vif.parent):
            raise errors.VIF_ON_PARTNER_CARRIER(id=vif.parent.id)
        if peer_id is None and customer_address is None:
            raise errors.VIF_MEMBER_MISSING(member="bgpPeerId")
        there = live_peers(vif)
        if peer_id is not None:
            found = [peer for peer in there if peer.id == peer_id]
        else:
            wanted = (choose_asn(asn, asn_long), customer_address)
            found = [peer for peer in there if (peer.asn, peer.customer_address) == wanted]
        # The same refusal for a peer that is gone already [client-proven: TF].
        if len(there) < 2 or not found:
            raise errors.LAST_PEER()
        (peer,) = found
        if peer.under_test:
            raise errors.PEER_UNDER_TEST(peer=peer.id)
        self.lifecycle.enter(peer, "deleting")
        self._show_first_peer(vif)
        return peer

    @staticmethod
    def _show_first_peer(vif: VirtualInterface) -> None:
        """Show the settings of a virtual interface's first peer as its own."""
        first = live_peers(vif)[0]
        vif.asn, vif.auth_key, vif.address_family = first.asn, first.auth_key, first.address_family
        vif.amazon_address, vif.customer_address = first.amazon_address, first.customer_address
