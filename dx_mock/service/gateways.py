"""Direct Connect gateways and the virtual interfaces attached to them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from dx_mock.graph.gateway_resources import Attachment, Gateway
from dx_mock.graph.resources import VirtualInterface
from dx_mock.rules.gateway_values import DEFAULT_ASN, check_asn, is_uuid
from dx_mock.rules.names import VIRTUAL_INTERFACE_NAME_LENGTH, check_name
from dx_mock.service.base import BaseRules
from dx_mock.service.paging import Page
from dx_mock.support import errors


class GatewayRules(BaseRules):
    """Rules of Direct Connect gateways and attachments: docs/operations/gateways.md."""

    # --- gateways ------------------------------------------------------------------------------------------

    def create_gateway(
        self, name: str, asn: int | None, tags: Iterable[Mapping[str, Any]] | None = None
    ) -> Gateway:
        """Make a gateway; it is there at once in every Region of the partition."""
        check_name("Direct Connect Gateway", name, VIRTUAL_INTERFACE_NAME_LENGTH)
        legacy = self.quirks["legacy_asns"] == "accept"
        checked = DEFAULT_ASN if asn is None else check_asn(asn, legacy=legacy)
        limit = self.quotas["gateways_per_account"]
        if sum(gateway.stage != "deleted" for gateway in self._own_gateways()) >= limit:
            raise errors.GATEWAYS_PER_ACCOUNT(limit=limit)
        checked_tags = self.new_tags(tags)
        gateway = Gateway(
            self.ids.uuid("gateway"),
            self.account_id,
            name,
            checked,
            self.global_backend.partition,
            "available",
            tags=checked_tags,
        )
        self.global_backend.add(gateway)
        return gateway

    def _own_gateways(self) -> list[Gateway]:
        return [
            gateway for gateway in self.global_backend.gateways.values() if gateway.owner == self.account_id
        ]

    def find_gateway(self, gateway_id: str) -> Gateway | None:
        """Return a gateway of this partition, whoever owns it, that is not deleted."""
        if not is_uuid(gateway_id):
            raise errors.GATEWAY_ID_FORMAT(id=gateway_id)
        found = self.global_backend.gateways.get(gateway_id)
        return None if found is None or found.stage == "deleted" else found

    def own_gateway(self, gateway_id: str) -> Gateway:
        """Return a gateway of this account that is not deleted."""
        gateway = self.find_gateway(gateway_id)
        if gateway is None or gateway.owner != self.account_id:
            raise errors.GATEWAY_NOT_FOUND(id=gateway_id)
        return gateway

    def list_gateways(
        self, gateway_id: str | None, max_results: int | None, next_token: str | None
    ) -> Page[Gateway]:
        """Return the account's gateways, the same from every Region; an unknown id finds nothing.

        Deleted ones are not returned [documented: model].
        """
        if gateway_id is not None and not is_uuid(gateway_id):
            raise errors.GATEWAY_ID_FORMAT(id=gateway_id)
        found = [
            gateway
            for gateway in self._own_gateways()
            if gateway_id in (None, gateway.id) and gateway.stage != "deleted"
        ]
        scope = f"DescribeDirectConnectGateways {gateway_id}"
        return self.page_of(found, max_results, next_token, scope)

    def update_gateway(self, gateway_id: str, name: str) -> Gateway:
        """Rename a gateway; nothing else of it can change."""
        gateway = self.own_gateway(gateway_id)
        check_name("Direct Connect Gateway", name, VIRTUAL_INTERFACE_NAME_LENGTH)
        gateway.name = name
        return gateway

    def delete_gateway(self, gateway_id: str) -> Gateway:
        """Delete a gateway.

        With associations the call is accepted, and the gateway is available again after a while, with a
        ``stateChangeError`` [client-proven: TF].
        """
        gateway = self.own_gateway(gateway_id)
        if gateway.attachments:
            raise errors.GATEWAY_HAS_VIFS(id=gateway_id)
        if gateway.stage != "deleting":
            gateway.state_change_error = None
            self.lifecycle.enter(gateway, "deleting")
        return gateway

    def vpc_cidrs(self, owner: str, region: str, gateway_id: str) -> list[str]:
        """Return the CIDRs of the VPC behind a virtual private gateway, as far as EC2 has one."""
        if not self.ports.ec2.is_in_play():
            return []
        found = self.ports.ec2.virtual_gateway(owner, region, gateway_id)
        if found is None or found.vpc_id is None:
            return []
        return self.ports.ec2.cidrs_of_vpc(owner, region, found.vpc_id)

    # --- virtual interfaces on gateways --------------------------------------------------------------------

    def gateway_for_virtual_interface(self, gateway_id: str, vif_type: str) -> Gateway:
        """Return the gateway of this account that a private or transit virtual interface can be attached to."""
        gateway = self.own_gateway(gateway_id)
        if gateway.stage != "available":
            raise errors.GATEWAY_NOT_AVAILABLE(id=gateway_id)
        self.check_use(gateway, vif_type)
        limit = self.quotas["vifs_per_gateway"]
        if len(gateway.attachments) >= limit:
            raise errors.VIFS_PER_GATEWAY(id=gateway_id, limit=limit)
        return gateway

    def check_gateway_prefixes(
        self, gateway_id: str, ipv4: int | None, ipv6: int | None, current: VirtualInterface | None = None
    ) -> None:
        """Refuse more prefixes than a gateway takes; ``current`` is the interface that is changed."""
        attached = self.global_backend.gateways[gateway_id].attachments.values()
        taken = sum(
            (each.virtual_interface.prefix_pool_ipv4 or 0) + (each.virtual_interface.prefix_pool_ipv6 or 0)
            for each in attached
            if each.virtual_interface is not current
        )
        limit = self.quotas["prefixes_per_gateway"]
        new = (ipv4 or 0) + (ipv6 or 0)
        before = ((current.prefix_pool_ipv4 or 0) + (current.prefix_pool_ipv6 or 0)) if current else 0
        if taken + new > limit and new > before:
            raise errors.PREFIXES_PER_GATEWAY(id=gateway_id, limit=limit)

    def check_use(self, gateway: Gateway, wanted: str) -> None:
        """Refuse to mix private and transit use [documented: UG:direct-connect-transit-gateways]."""
        other = "transit" if wanted == "private" else "private"
        associated = {"private": "virtualPrivateGateway", "transit": "transitGateway"}[other]
        mixed = any(each.virtual_interface.type == other for each in gateway.attachments.values()) or any(
            each.associated_type == associated for each in gateway.associations.values()
        )
        if mixed:
            raise errors.GATEWAY_USED_FOR_OTHER_TYPE(
                id=gateway.id,
                used=f"{other} virtual interfaces or their gateways",
                wanted=f"{wanted} virtual interfaces or their gateways",
            )

    def attach_virtual_interface(self, vif: VirtualInterface) -> None:
        """Attach a virtual interface to the gateway that it names."""
        gateway = self.global_backend.gateways[vif.gateway_id]
        if vif.id in gateway.attachments:
            return
        attachment = Attachment(f"{gateway.id}/{vif.id}", gateway, vif, "attaching")
        self.global_backend.add(attachment)
        gateway.attachments[vif.id] = attachment
        self.lifecycle.plan(attachment)

    def detach_virtual_interface(self, vif: VirtualInterface) -> None:
        """Detach a virtual interface from its gateway."""
        gateway = self.global_backend.gateways.get(vif.gateway_id)
        attachment = gateway.attachments.get(vif.id) if gateway is not None else None
        if attachment is not None and attachment.stage != "detaching":
            self.lifecycle.enter(attachment, "detaching")

    def list_attachments(
        self,
        gateway_id: str | None,
        virtual_interface_id: str | None,
        max_results: int | None,
        next_token: str | None,
    ) -> Page[Attachment]:
        """Attachments of a gateway or virtual interface, as the owner of either sees them."""
        if gateway_id is None and virtual_interface_id is None:
            raise errors.ATTACHMENT_FILTER_MISSING()
        if gateway_id is not None and not is_uuid(gateway_id):
            raise errors.GATEWAY_ID_FORMAT(id=gateway_id)
        found = [
            attachment
            for attachment in self.global_backend.attachments.values()
            if gateway_id in (None, attachment.gateway.id)
            and virtual_interface_id in (None, attachment.virtual_interface.id)
            and self.account_id in (attachment.gateway.owner, attachment.virtual_interface.owner)
        ]
        scope = f"DescribeDirectConnectGatewayAttachments {gateway_id} {virtual_interface_id}"
        return self.page_of(found, max_results, next_token, scope)
