"""Direct Connect gateways and their associations in moto's CloudFormation."""

from __future__ import annotations

from typing import ClassVar

from dx_mock.graph.states import LEAVING
from dx_mock.moto_services.cloudformation import resource as base
from dx_mock.moto_services.cloudformation.resource import Properties
from dx_mock.moto_services.direct_connect_calls import call
from dx_mock.support import errors


class DirectConnectGateway(base.Resource):
    """AWS::DirectConnect::DirectConnectGateway."""

    REPLACING = frozenset({"AmazonSideAsn"})
    PROPERTIES = REPLACING | {"DirectConnectGatewayName", "Tags"}
    ATTRIBUTES: ClassVar[tuple[str, ...]] = ("DirectConnectGatewayArn", "DirectConnectGatewayId")

    def create(self) -> None:
        """CreateDirectConnectGateway."""
        self.id: str = self.call(
            "CreateDirectConnectGateway",
            directConnectGatewayName=self.properties.get("DirectConnectGatewayName"),
            amazonSideAsn=base.integer(self.properties.get("AmazonSideAsn")),
            tags=base.tags_of(self.properties),
        )["directConnectGateway"]["directConnectGatewayId"]

    def update(self, old: Properties, new: Properties) -> None:
        """UpdateDirectConnectGateway."""
        name = new.get("DirectConnectGatewayName")
        if name != old.get("DirectConnectGatewayName"):
            self.call(
                "UpdateDirectConnectGateway",
                directConnectGatewayId=self.id,
                newDirectConnectGatewayName=name,
            )

    def remove(self) -> None:
        """DeleteDirectConnectGateway, which is accepted and fails later while something is on the gateway.

        moto deletes in any order and tries again what failed, so it must know at once.  Looking lets
        deletions under way end first.
        """
        self.call("DescribeDirectConnectGatewayAssociations", directConnectGatewayId=self.id)
        gateway = self._resource()
        if gateway.associations:
            raise errors.CLOUDFORMATION_GATEWAY_IN_USE(id=self.id, what="associations")
        if any(each.virtual_interface.stage not in LEAVING for each in gateway.attachments.values()):
            raise errors.CLOUDFORMATION_GATEWAY_IN_USE(id=self.id, what="virtual interfaces")
        self.call("DeleteDirectConnectGateway", directConnectGatewayId=self.id)


class DirectConnectGatewayAssociation(base.Resource):
    """AWS::DirectConnect::DirectConnectGatewayAssociation: in one account, or by a proposal across two."""

    REPLACING = frozenset(
        {
            "AcceptDirectConnectGatewayAssociationProposalRoleArn",
            "AssociatedGatewayId",
            "DirectConnectGatewayId",
        }
    )
    PROPERTIES = REPLACING | {"AllowedPrefixesToDirectConnectGateway"}
    ATTRIBUTES: ClassVar[tuple[str, ...]] = ("AssociationId",)

    @property
    def arn(self) -> str:
        """Associations have no ARN: Ref gives the id [documented: CFN]."""
        return self.id

    def update_tags(self, old: Properties, new: Properties) -> None:
        """They have no tags either."""

    def create(self) -> None:
        """CreateDirectConnectGatewayAssociation, or a proposal that the gateway's owner accepts."""
        gateway, associated = (
            base.id_of(self.properties.get(name)) for name in ("DirectConnectGatewayId", "AssociatedGatewayId")
        )
        prefixes = base.cidrs(self.properties.get("AllowedPrefixesToDirectConnectGateway"))
        owner = base.account_of(self.properties.get("AcceptDirectConnectGatewayAssociationProposalRoleArn"))
        common = {"directConnectGatewayId": gateway, "gatewayId": associated}
        common["addAllowedPrefixesToDirectConnectGateway"] = prefixes or None
        if owner is None:
            made = self.call("CreateDirectConnectGatewayAssociation", **common)
        else:
            proposal = self.call(
                "CreateDirectConnectGatewayAssociationProposal",
                directConnectGatewayOwnerAccount=owner,
                **common,
            )["directConnectGatewayAssociationProposal"]
            made = call(
                owner,
                self.region_name,
                "AcceptDirectConnectGatewayAssociationProposal",
                directConnectGatewayId=gateway,
                proposalId=proposal["proposalId"],
                associatedGatewayOwnerAccount=self.account_id,
            )
        self.id: str = made["directConnectGatewayAssociation"]["associationId"]

    def update(self, old: Properties, new: Properties) -> None:
        """UpdateDirectConnectGatewayAssociation."""
        name = "AllowedPrefixesToDirectConnectGateway"
        before, after = base.cidrs(old.get(name)), base.cidrs(new.get(name))
        added = [each for each in after if each not in before]
        removed = [each for each in before if each not in after]
        if added or removed:
            self.call(
                "UpdateDirectConnectGatewayAssociation",
                associationId=self.id,
                addAllowedPrefixesToDirectConnectGateway=added or None,
                removeAllowedPrefixesToDirectConnectGateway=removed or None,
            )

    def remove(self) -> None:
        """DeleteDirectConnectGatewayAssociation."""
        self.call("DeleteDirectConnectGatewayAssociation", associationId=self.id)
