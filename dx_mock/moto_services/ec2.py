"""Virtual private gateways, transit gateways and VPCs, from moto's EC2."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from dx_mock.engine.ports import OtherServices, TransitGateway, VirtualGateway
from dx_mock.moto_services import transit_gateways

if TYPE_CHECKING:
    from dx_mock.graph.gateway_resources import Association


class MotoEc2:
    """EC2 as moto has it."""

    def __init__(self, services: OtherServices) -> None:
        self.is_in_play: Callable[[], bool] = services.is_in_play
        self.bring_into_play: Callable[[], bool] = services.bring_into_play

    def has_virtual_gateways(self) -> bool:
        """Return whether anybody has made a virtual private gateway in moto's EC2, in any account and Region.

        Then one that is not there does not exist.  Until then a made-up id does no harm: a test that uses moto
        for something else need not make a VPC first.
        """
        backends = getattr(sys.modules.get("moto.ec2.models"), "ec2_backends", None)
        if backends is None or not self.is_in_play():
            return False
        return any(backend.vpn_gateways for regions in backends.values() for backend in regions.values())

    def virtual_gateway(self, account_id: str, region: str, gateway_id: str) -> VirtualGateway | None:
        """Return a virtual private gateway of an account in a Region, or None."""
        found = _backend(account_id, region).vpn_gateways.get(gateway_id)
        return None if found is None else _virtual_gateway(found)

    def virtual_gateways(self, account_id: str, region: str) -> list[VirtualGateway]:
        """Return the virtual private gateways of an account in a Region; none where EC2 is not in play."""
        if not self.is_in_play():
            return []
        return [_virtual_gateway(found) for found in _backend(account_id, region).vpn_gateways.values()]

    def transit_gateway(self, account_id: str, region: str, gateway_id: str) -> TransitGateway | None:
        """Return a transit gateway of an account in a Region, or None."""
        found = _backend(account_id, region).transit_gateways.get(gateway_id)
        if found is None:
            return None
        return TransitGateway(found.id, found.state, int(found.options.get("AmazonSideAsn") or 64512))

    def cidrs_of_vpc(self, account_id: str, region: str, vpc_id: str) -> list[str]:
        """Return the IPv4 CIDRs of a VPC, the primary one first."""
        vpc = _backend(account_id, region).vpcs.get(vpc_id)
        if vpc is None:
            return []
        associated = [each["cidr_block"] for each in vpc.get_cidr_block_association_set(ipv6=False)]
        return associated or [vpc.cidr_block]

    def begin_association(self, association: Association) -> None:
        """Show a Direct Connect gateway among the attachments of its associated transit gateway."""
        if association.associated_type != "transitGateway" or not self.is_in_play():
            return
        transit_gateways.attach(_backend(association.owner, association.region), association)

    def end_association(self, association: Association) -> None:
        """Take a Direct Connect gateway away from the attachments of a transit gateway."""
        if association.associated_type != "transitGateway" or not self.is_in_play():
            return
        transit_gateways.detach(_backend(association.owner, association.region), association)

    def private_vpn(self, association: Association) -> tuple[str, str] | None:
        """Return the attachment of an association and a private IP VPN that goes over it, or None."""
        if association.associated_type != "transitGateway" or not self.is_in_play():
            return None
        return transit_gateways.private_vpn(_backend(association.owner, association.region), association)


def _backend(account_id: str, region: str) -> Any:
    from moto.ec2.models import ec2_backends

    return ec2_backends[account_id][region]


def _virtual_gateway(found: Any) -> VirtualGateway:
    vpcs = [vpc for vpc, attachment in found.attachments.items() if attachment.state in (None, "attached")]
    # moto leaves the ASN empty where none was asked for; AWS then gives 64512 [documented: VPN].
    asn = int(found.amazon_side_asn or 64512)
    return VirtualGateway(found.id, found.state, asn, vpcs[0] if vpcs else None)
