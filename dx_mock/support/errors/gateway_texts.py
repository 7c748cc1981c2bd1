"""Refusals about Direct Connect gateways, associations and proposals."""

from __future__ import annotations

from dx_mock.support.errors.refusals import Text

# --- Direct Connect gateways -------------------------------------------------------------------------------
GATEWAY_NOT_FOUND = Text(
    "The Direct Connect Gateway {id} does not exist.",
    "client-proven",
    "E24, substring",
    wording="client-proven",
)
GATEWAY_ID_FORMAT = Text(
    "DirectConnectGatewayID {id} has an invalid format.", "recorded", "TF#37907", wording="recorded"
)
GATEWAY_ASN_INVALID = Text(
    "Amazon side ASN {asn} is not valid. It must be between 64512 and 65534 or between 4200000000 "
    "and 4294967294.",
    "documented",
    "model: CreateDirectConnectGateway",
)
GATEWAYS_PER_ACCOUNT = Text(
    "Exceeded the maximum number of Direct Connect Gateways. The limit is {limit}", "documented", "UG:limits"
)
GATEWAY_NOT_AVAILABLE = Text(
    "The Direct Connect Gateway {id} is not available",
    "documented",
    "model: directConnectGatewayState, available is ready for use",
)
GATEWAY_HAS_VIFS = Text(
    "Direct Connect Gateway {id} cannot be deleted until its Virtual Interfaces are deleted.",
    "documented",
    "model: DeleteDirectConnectGateway",
)
GATEWAY_USED_FOR_OTHER_TYPE = Text(
    "The Direct Connect Gateway {id} is used for {used} and cannot be used for {wanted}.",
    "documented",
    "UG:direct-connect-transit-gateways",
)
VIFS_PER_GATEWAY = Text(
    "Exceeded the maximum number of virtual interfaces on {id}. The limit is {limit}", "documented", "UG:limits"
)
ASSOCIABLE_ID_FORMAT = Text(
    "Gateway ID {id} has an invalid format.",
    "documented",
    "API reference: DirectConnectClientException, parameters that are not valid",
)
ASSOCIABLE_MISSING = Text(
    "One of gatewayId and virtualGatewayId must be specified.",
    "documented",
    "API reference: DirectConnectClientException, parameters that are not valid",
)
TRANSIT_GATEWAY_NOT_FOUND = Text(
    "The TransitGateway {id} does not exist.",
    "documented",
    "API reference: DirectConnectClientException, parameters that are not valid",
)
TRANSIT_GATEWAY_NOT_AVAILABLE = Text("The TransitGateway {id} is not available", "guessed", "like E17")
TRANSIT_GATEWAY_ASN = Text(
    "The TransitGateway {id} and the Direct Connect Gateway cannot have the same ASN.",
    "documented",
    "model: CreateTransitVirtualInterface",
)
TRANSIT_GATEWAY_ASN_TAKEN = Text(
    "The TransitGateway {id} has the same ASN as {other}, which is associated with the Direct Connect Gateway.",
    "documented",
    "UG:direct-connect-transit-gateways",
)
VPCS_OVERLAP = Text(
    "The CIDR {cidr} of the VPC overlaps with {other} of another VPC of the Direct Connect Gateway {id}.",
    "documented",
    "UG:virtualgateways",
)
VIRTUAL_GATEWAY_NOT_ATTACHED = Text(
    "The VirtualGateway {id} is not attached to a VPC.",
    "documented",
    "model: CreateDirectConnectGatewayAssociation",
)
VIRTUAL_GATEWAY_TAKEN = Text(
    "The VirtualGateway {id} is already associated with Direct Connect Gateway {gateway}.",
    "documented",
    "model: CreateDirectConnectGatewayAssociation",
)
ASSOCIATION_EXISTS = Text(
    "An association between Direct Connect Gateway {gateway} and {id} already exists.",
    "client-proven",
    "TF: two gateways have one association, its id is made of theirs",
)
ASSOCIATIONS_PER_GATEWAY = Text(
    "Exceeded the maximum number of associations on {id}. The limit is {limit}", "documented", "UG:limits"
)
PREFIX_INVALID = Text("Prefix {cidr} is not valid.", "documented", "model: RouteFilterPrefix, cidr")
PREFIXES_MISSING = Text(
    "Allowed prefixes must be specified for an association with a transit gateway.",
    "documented",
    "model: CreateDirectConnectGatewayAssociation",
)
PREFIXES_OVERLAP = Text(
    "The routes overlap: prefix {prefix} overlaps with {other} of another association.",
    "documented",
    "UG:allowed-to-prefixes",
)
PREFIXES_PER_ASSOCIATION = Text(
    "Exceeded the maximum number of allowed prefixes on the association. The limit is {limit}",
    "documented",
    "UG:limits",
)
PREFIX_NOT_THERE = Text(
    "Prefix {cidr} is not among the allowed prefixes.",
    "documented",
    "API reference: DirectConnectClientException, parameters that are not valid",
)
ASSOCIATION_ID_FORMAT = Text(
    "Association ID {id} has an invalid format.", "recorded", "E25", wording="recorded"
)
ASSOCIATION_NOT_FOUND = Text(
    "Direct Connect Gateway Association does not exist", "recorded", "TF#9117 of 2019", wording="recorded"
)
ASSOCIATION_NOT_BETWEEN = Text(
    "No association exists between Direct Connect Gateway {gateway} and {id}",
    "client-proven",
    "E30, substring",
    wording="client-proven",
)
ASSOCIATION_HAS_VPN = Text(
    "{attachment} has non-deleted Private IP VPN: {vpn}",
    "client-proven",
    "TF retries on it, substring",
    wording="client-proven",
)
ASSOCIATION_STATE = Text(
    "The Direct Connect Gateway Association {id} is in state {state}", "guessed", "like E5"
)
ASSOCIATION_FILTER_MISSING = Text(
    "At least one of associationId, associatedGatewayId, directConnectGatewayId and "
    "virtualGatewayId must be specified.",
    "documented",
    "model: DescribeDirectConnectGatewayAssociations",
)
ATTACHMENT_FILTER_MISSING = Text(
    "At least one of directConnectGatewayId and virtualInterfaceId must be specified.",
    "documented",
    "model: DescribeDirectConnectGatewayAttachments",
)
PROPOSAL_ID_FORMAT = Text(
    "Proposal ID {id} has an invalid format.",
    "documented",
    "API reference: DirectConnectClientException, parameters that are not valid",
)
PROPOSAL_ACCEPTED = Text(
    "Direct Connect Gateway Association Proposal {id} has been accepted!", "recorded", "E26", wording="recorded"
)
PROPOSAL_VIRTUAL_GATEWAY_MISSING = Text(
    "The Virtual Gateway in the Direct Connect Gateway Association Proposal {id} is not found",
    "recorded",
    "E27",
    wording="recorded",
)
PROPOSAL_TRANSIT_GATEWAY_MISSING = Text(
    "The Transit Gateway in the Direct Connect Gateway Association Proposal {id} is not found",
    "recorded",
    "E27, of a virtual private gateway",
)
PROPOSAL_NOT_FOUND = Text(
    "Direct Connect Gateway Association Proposal {id} is not found",
    "client-proven",
    "E28, substring",
    wording="client-proven",
)
PROPOSAL_OWNER = Text(
    "The owner account {account} is not the owner of the gateway in the Direct Connect Gateway "
    "Association Proposal {id}.",
    "documented",
    "model: AcceptDirectConnectGatewayAssociationProposal, associatedGatewayOwnerAccount",
)

# --- other services ----------------------------------------------------------------------------------------
CLOUDFORMATION_GATEWAY_IN_USE = Text(
    "The Direct Connect gateway {id} still has {what}.", "ours", "dx_mock, in moto's CloudFormation"
)
