"""Private, public and transit virtual interfaces: making, showing, moving and deleting them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dx_mock.graph.resources import Connection, Lag, Parent, VirtualInterface, VirtualInterfaceType
from dx_mock.graph.states import GONE, carries_jumbo_frames, state_of, virtual_interface_state
from dx_mock.rules.account_ids import check_owner_account
from dx_mock.rules.addresses import check_route_filters
from dx_mock.rules.asns import AMAZON_PUBLIC_ASN, amazon_asn_of
from dx_mock.rules.names import VIRTUAL_INTERFACE_NAME_LENGTH, check_name
from dx_mock.rules.virtual_interface_values import (
    DEFAULT_MTU,
    broken_limit,
    check_mtu,
    check_virtual_gateway_id,
)
from dx_mock.rules.vlans import check_vlan
from dx_mock.service.capacity import Capacity, wanted
from dx_mock.service.gateways import GatewayRules
from dx_mock.service.lookups import CONNECTION, PORT, VIRTUAL_INTERFACE
from dx_mock.service.paging import Page, page_size
from dx_mock.service.peers import PeerOrder, PeerRules
from dx_mock.support import errors

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

#: The Amazon side of a virtual private gateway that nobody described to moto: EC2's default [documented: VPN].
DEFAULT_VIRTUAL_GATEWAY_ASN = 64512


@dataclass(frozen=True)
class GatewayChoice:
    """The gateway that a virtual interface ends on, with the ASN of the Amazon side."""

    virtual_gateway_id: str = ""
    gateway_id: str = ""
    asn: int = AMAZON_PUBLIC_ASN


@dataclass(frozen=True)
class Order:
    """A virtual interface that was asked for and passed the checks."""

    name: str
    vlan: int
    peer: PeerOrder
    prefixes: list[str]
    gateway: GatewayChoice
    mtu: int
    site_link: bool
    tags: dict[str, str] | None
    capacity: Capacity


def is_for_hosting(carrier: Parent) -> bool:
    """Return whether a carrier is a partner's, for hosted connections and nothing else [documented: 2017]."""
    return carrier.allows_hosted if isinstance(carrier, Lag) else carrier.kind == "interconnect"


class VirtualInterfaceRules(PeerRules, GatewayRules):
    """Rules of virtual interfaces: docs/operations/virtual-interfaces.md."""

    # --- making --------------------------------------------------------------------------------------------

    def create_virtual_interface(
        self, connection_id: str, vif_type: VirtualInterfaceType, new: Mapping[str, Any]
    ) -> VirtualInterface:
        """Make a virtual interface of this account on a connection or LAG of this account.

        ``new`` are the members of the request's structure, under the names of the model.
        """
        carrier = self.usable_carrier(connection_id)
        return self._make(carrier, vif_type, new, self.account_id, None)

    def allocate_virtual_interface(
        self, connection_id: str, vif_type: VirtualInterfaceType, owner: str, new: Mapping[str, Any]
    ) -> VirtualInterface:
        """Make a virtual interface for another account, which has to confirm it."""
        carrier = self.usable_carrier(connection_id)
        check_owner_account(owner)
        if owner == carrier.owner:
            raise errors.VIF_OF_CONNECTION_OWNER()
        return self._make(carrier, vif_type, new, owner, "confirming")

    def _make(
        self,
        carrier: Parent,
        vif_type: VirtualInterfaceType,
        new: Mapping[str, Any],
        owner: str,
        stage: str | None,
    ) -> VirtualInterface:
        order = self._check_new(carrier, vif_type, new, allocated=stage is not None)
        vif = VirtualInterface(
            self.ids.physical("dxvif"),
            vif_type,
            owner,
            order.name,
            self.region_name,
            carrier.location,
            order.vlan,
            order.peer.asn,
            stage or ("verifying" if vif_type == "public" else "pending"),
            carrier,
            amazon_side_asn=order.gateway.asn,
            tags=order.tags,
            address_family=order.peer.family,
            mtu=order.mtu,
            virtual_gateway_id=order.gateway.virtual_gateway_id,
            gateway_id=order.gateway.gateway_id,
            route_filter_prefixes=order.prefixes,
            site_link=order.site_link,
        )
        order.capacity.apply(vif)
        self.backend.add(vif)
        self.backend.mount(vif, carrier)
        self.lifecycle.plan(vif)
        # A transit one that waits for its owner has no addresses yet [recorded: TF#44208].
        withheld = stage is not None and vif_type == "transit"
        self.update_frames(carrier, order.mtu)
        first = self.add_peer(vif, order.peer, withheld=withheld)
        vif.auth_key = first.auth_key
        vif.amazon_address, vif.customer_address = first.amazon_address, first.customer_address
        if vif.gateway_id:
            self.attach_virtual_interface(vif)
        return vif

    def _check_new(
        self, carrier: Parent, vif_type: VirtualInterfaceType, new: Mapping[str, Any], *, allocated: bool
    ) -> Order:
        """Apply every rule to what was asked for, in an order of our own [guessed]."""
        for member in ("vlan", "virtualInterfaceName"):  # optional in the model of transit ones
            if member not in new:
                raise errors.VIF_MEMBER_MISSING(member=member)
        vlan = self.check_place(carrier, vif_type, new["vlan"])
        peer = self.check_peer(vif_type, new)
        prefixes = self._check_prefixes(vif_type, peer.family, new)
        # Of an allocated one the gateway is chosen when it is confirmed.
        gateway = self._unconfirmed(vif_type) if allocated else self.check_gateway(vif_type, new)
        self.check_asns_differ(gateway, [peer.asn])
        mtu = check_mtu(vif_type, new.get("mtu", DEFAULT_MTU))
        self.check_frames(carrier, mtu)
        site_link = new.get("enableSiteLink", False)
        if site_link and not gateway.gateway_id:
            raise errors.SITE_LINK_NEEDS_GATEWAY()
        name = check_name("Virtual interface", new["virtualInterfaceName"], VIRTUAL_INTERFACE_NAME_LENGTH)
        tags = self.new_tags(new.get("tags"))
        capacity = wanted(carrier, vif_type, new, self.quotas["rate_limiters_per_connection"])
        if gateway.gateway_id:
            self.check_gateway_prefixes(gateway.gateway_id, capacity.ipv4, capacity.ipv6)
        return Order(name, vlan, peer, prefixes, gateway, mtu, site_link, tags, capacity)

    def _unconfirmed(self, vif_type: str) -> GatewayChoice:
        """Return the gateway of an allocated virtual interface until its owner chooses one."""
        return GatewayChoice() if vif_type == "public" else GatewayChoice(asn=amazon_asn_of(self.region_name))

    # --- where it can be -----------------------------------------------------------------------------------

    def usable_carrier(self, connection_id: str) -> Parent:
        """Return a connection or LAG of this account that virtual interfaces can be put on now."""
        carrier: Parent
        if connection_id.startswith("dxlag-"):
            carrier = self.live_lag(connection_id)
        else:
            carrier = self.own(PORT, connection_id, without=GONE)
        # A connection that is down keeps its stage: nothing documents that it is refused.
        if carrier.stage != "available" or state_of(carrier) == "pending":
            raise errors.CONNECTION_NOT_AVAILABLE()
        if is_for_hosting(carrier):
            raise errors.VIF_ON_PARTNER_CARRIER(id=connection_id)
        if isinstance(carrier, Connection) and carrier.kind == "connection" and carrier.lag is not None:
            raise errors.VIF_ON_LAG_MEMBER(id=connection_id, lag_id=carrier.lag.id)
        return carrier

    def check_frames(self, carrier: Parent, mtu: int) -> None:
        """Refuse jumbo frames where a carrier does not have them and can't be updated."""
        updates = self.quirks["jumbo_frames_on_hosted_connections"] == "update"
        if mtu > DEFAULT_MTU and not carries_jumbo_frames(carrier) and not updates:
            raise errors.JUMBO_NOT_SUPPORTED(id=carrier.id)

    @staticmethod
    def update_frames(carrier: Parent, mtu: int) -> None:
        """Update a hosted connection for the jumbo frames of a virtual interface [documented: UG]."""
        if mtu > DEFAULT_MTU and isinstance(carrier, Connection) and not carries_jumbo_frames(carrier):
            carrier.jumbo_frames = True

    def check_place(self, carrier: Parent, vif_type: str, vlan: int) -> int:
        """Refuse a VLAN that can't be had on a carrier, or one virtual interface too many."""
        # On a hosted connection the number counts before the VLAN, which is always taken [recorded: FAB].
        self._check_number(carrier, vif_type)
        check_vlan(vlan)
        if isinstance(carrier, Connection) and carrier.vlan is not None and vlan != carrier.vlan:
            raise errors.VLAN_OF_HOSTED_CONNECTION(vlan=vlan, hosted=carrier.vlan, id=carrier.id)
        if vlan in (carrier.virtual_interfaces or {}) or vlan in (carrier.hosted or {}):
            raise errors.VLAN_IN_USE(vlan=vlan)
        return vlan

    def _check_number(self, carrier: Parent, vif_type: str) -> None:
        types = [vif.type for vif in (carrier.virtual_interfaces or {}).values()]
        limit: int | None
        if isinstance(carrier, Connection) and carrier.kind == "hosted connection":
            most = self.quotas["vifs_per_hosted_connection"]
            limit = most if len(types) >= most else None
        else:
            limit = broken_limit([*types, vif_type], self.quotas)
        if limit is not None:
            raise errors.VIFS_PER_CONNECTION(id=carrier.id, limit=limit)

    def _check_prefixes(self, vif_type: str, family: str, new: Mapping[str, Any]) -> list[str]:
        if vif_type != "public":
            return []
        cidrs = [each["cidr"] for each in new.get("routeFilterPrefixes", ()) if "cidr" in each]
        if not cidrs and family == "ipv4":
            raise errors.PREFIXES_REQUIRED()
        private = self.quirks["private_route_filters"] == "accept"
        return check_route_filters(cidrs, self.quotas["route_filter_prefixes"], private=private)

    # --- what it leads to ----------------------------------------------------------------------------------

    def check_gateway(self, vif_type: str, new: Mapping[str, Any]) -> GatewayChoice:
        """Return the gateway of a request: none if public, one if private, Direct Connect's if transit."""
        if vif_type == "public":
            return GatewayChoice()
        virtual, gateway = new.get("virtualGatewayId"), new.get("directConnectGatewayId")
        if vif_type == "transit" and not gateway:
            raise errors.GATEWAY_MISSING()
        if bool(virtual) == bool(gateway):
            raise errors.GATEWAY_EXACTLY_ONE()
        if gateway:
            return GatewayChoice(
                gateway_id=gateway, asn=self.gateway_for_virtual_interface(gateway, vif_type).asn
            )
        assert virtual
        return GatewayChoice(virtual_gateway_id=virtual, asn=self._virtual_gateway_asn(virtual))

    def _virtual_gateway_asn(self, gateway_id: str) -> int:
        """Return the ASN of a virtual private gateway; any well-formed id will do where EC2 has none at all."""
        check_virtual_gateway_id(gateway_id)
        if not self.ports.ec2.has_virtual_gateways():
            return DEFAULT_VIRTUAL_GATEWAY_ASN
        found = self.ports.ec2.virtual_gateway(self.account_id, self.region_name, gateway_id)
        if found is None:
            raise errors.VIRTUAL_GATEWAY_NOT_FOUND(id=gateway_id)
        if found.state != "available":
            raise errors.VIRTUAL_GATEWAY_NOT_AVAILABLE(id=gateway_id)
        asn: int = found.asn
        return asn

    def list_virtual_gateways(self) -> list[Any]:
        """Return the virtual private gateways of this account in this Region, as far as moto's EC2 has any."""
        return self.ports.ec2.virtual_gateways(self.account_id, self.region_name)

    def check_asns_differ(self, gateway: GatewayChoice, asns: Iterable[int]) -> None:
        """Refuse a customer's ASN that is the gateway's on the Amazon side.

        [documented: API:NewPrivateVirtualInterface]

        Of a virtual private gateway that EC2 does not know nobody knows the ASN.
        """
        known = gateway.gateway_id or (gateway.virtual_gateway_id and self.ports.ec2.has_virtual_gateways())
        if known and gateway.asn in asns:
            raise errors.ASN_OF_AMAZON_SIDE(
                asn=gateway.asn, id=gateway.gateway_id or gateway.virtual_gateway_id
            )

    # --- looking -------------------------------------------------------------------------------------------

    def list_virtual_interfaces(
        self,
        connection_id: str | None,
        virtual_interface_id: str | None,
        max_results: int | None,
        next_token: str | None,
    ) -> Page[VirtualInterface]:
        """Return what this account owns or carries; both ids are filters, an unknown one finds nothing."""
        page_size(max_results)
        if connection_id is not None and not connection_id.startswith("dxlag-"):
            CONNECTION.check_form(connection_id)
        if virtual_interface_id is not None:
            found = self.find(VIRTUAL_INTERFACE, virtual_interface_id)
            fits = found is not None and connection_id in (None, found.parent.id)
            return Page([found] if found is not None and fits else [])
        if connection_id is None:
            scope = "DescribeVirtualInterfaces"
            return self.page_of_listing("virtual interface", max_results, next_token, scope)
        scope = f"DescribeVirtualInterfaces {connection_id}"
        return self.page_of(self._on(connection_id), max_results, next_token, scope)

    def _on(self, connection_id: str) -> list[VirtualInterface]:
        """Return what this account may see of the virtual interfaces on a carrier, deleted ones last."""
        carrier = self.backend.resources.get(connection_id)
        if not isinstance(carrier, (Connection, Lag)):
            return []
        live = (carrier.virtual_interfaces or {}).values()
        listing = self.backend.listing(("virtual interface", self.account_id))
        gone = [vif for _, vif in listing.deleted.after(0) if vif.parent is carrier]
        return [vif for vif in (*live, *gone) if self.account_id in (vif.owner, carrier.owner)]

    def live_virtual_interface(self, virtual_interface_id: str) -> VirtualInterface:
        """Return a virtual interface that this account owns or carries and that is not deleted."""
        return self.own(VIRTUAL_INTERFACE, virtual_interface_id, without=GONE)

    @staticmethod
    def refuse_state(operation: str, vif: VirtualInterface) -> errors.ServiceError:
        """Return the refusal of an operation because of the state that a virtual interface is in."""
        return errors.VIF_STATE(operation=operation, id=vif.id, state=virtual_interface_state(vif))

    # --- deleting ------------------------------------------------------------------------------------------

    def delete_virtual_interface(self, virtual_interface_id: str) -> VirtualInterface:
        """Delete a virtual interface, as its owner or as that of the connection."""
        vif = self.live_virtual_interface(virtual_interface_id)
        if vif.stage == "deleting":
            return vif
        if vif.stage == "testing":
            raise self.refuse_state("DeleteVirtualInterface", vif)
        # Declined by the account that it was allocated to, it is rejected [documented: API:VirtualInterface].
        declined = vif.stage == "confirming" and vif.owner == self.account_id
        if vif.gateway_id:
            self.detach_virtual_interface(vif)
        self.lifecycle.enter(vif, "rejected" if declined else "deleting")
        return vif
