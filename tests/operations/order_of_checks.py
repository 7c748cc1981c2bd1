"""What each operation checks, in which order: of several wrong things the first one here is the refusal.

Before all of these come the checks of the model: types, required members, constraints.  A row is the name of a
text in ``dx_mock.support.errors`` and what spoils the least input of ``inputs.py`` for it, members within a
structure as ``structure.member``.  A later row's spoiling stays while an earlier one is looked at.

AWS's own order is known in a few places only: partners first [recorded: E11], the owner of an allocation before
its addresses [recorded: TF#12336], the number of virtual interfaces on a hosted connection before the VLAN
[recorded: FAB], the address checks among themselves [client-proven: TF].  The rest is ours.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from tests.helpers import CUSTOMER
from tests.operations.estate import Estate
from tests.operations.spoilers import (
    carrying,
    confirmed,
    declined,
    full_group,
    lag_elsewhere,
    of_partner,
    ordered,
    slow,
    taken,
    testing,
    used,
)

Spoiling = Mapping[str, Any] | Callable[[Estate], Mapping[str, Any]]
Row = tuple[str, Spoiling]

BAD = "nonsense"
CONNECTION, LAG, INTERFACE = "dxcon-fg000000", "dxlag-fg000000", "dxvif-fg000000"
UUID, GROUP = "00000000-0000-4000-8000-000000000000", "dxrg-00000000000000000"
TWICE = [{"key": "k"}, {"key": "k"}]
TAGS: Row = ("DUPLICATE_TAG_KEYS", {"tags": TWICE})
TOKEN: Row = ("INVALID_NEXT_TOKEN", {"nextToken": BAD})
RESULTS: Row = ("INVALID_MAX_RESULTS", {"maxResults": -1})

PORT_IDS: tuple[Row, ...] = (
    ("CONNECTION_ID_FORMAT", {"connectionId": BAD}),
    ("CONNECTION_NOT_FOUND", {"connectionId": CONNECTION}),
)
LAG_IDS: tuple[Row, ...] = (("LAG_ID_FORMAT", {"lagId": BAD}), ("LAG_NOT_FOUND", {"lagId": LAG}))
INTERCONNECT_IDS: tuple[Row, ...] = (
    ("INTERCONNECT_ID_FORMAT", {"interconnectId": BAD}),
    ("INTERCONNECT_NOT_FOUND", {"interconnectId": CONNECTION}),
)
INTERFACE_IDS: tuple[Row, ...] = (
    ("VIF_ID_FORMAT", {"virtualInterfaceId": BAD}),
    ("VIF_NOT_FOUND", {"virtualInterfaceId": INTERFACE}),
)
GATEWAY_IDS: tuple[Row, ...] = (
    ("GATEWAY_ID_FORMAT", {"directConnectGatewayId": BAD}),
    ("GATEWAY_NOT_FOUND", {"directConnectGatewayId": UUID}),
)
GROUP_IDS: tuple[Row, ...] = (("RESILIENCY_GROUP_NOT_FOUND", {"resiliencyGroupId": GROUP}),)
ASSOCIATION_IDS: tuple[Row, ...] = (
    ("ASSOCIATION_ID_FORMAT", {"associationId": BAD}),
    ("ASSOCIATION_NOT_FOUND", {"associationId": UUID}),
)


def _port(what: str) -> tuple[Row, ...]:
    """A connection or interconnect, into a LAG."""
    return (
        ("NAME_INVALID", {f"{what}Name": "?"}),
        ("LOCATION_INVALID", {"location": BAD}),
        ("BANDWIDTH_INVALID", {"bandwidth": "3Gbps"}),
        ("MACSEC_NOT_OFFERED", {"bandwidth": "1Gbps", "requestMACSec": True}),
        *LAG_IDS,
    )


def _interface(operation: str) -> tuple[Row, ...]:
    """A new virtual interface of a kind, of this account or another."""
    kind = operation.removeprefix("Create").removeprefix("Allocate").removesuffix("VirtualInterface")
    allocated = operation.startswith("Allocate")
    new = f"new{kind}VirtualInterface{'Allocation' if allocated else ''}"
    private = {f"{new}.amazonAddress": "10.0.0.1/30", f"{new}.customerAddress": "10.0.0.2/30"}
    apart = {f"{new}.amazonAddress": "203.0.113.1/30", f"{new}.customerAddress": "203.0.113.5/30"}
    zero = {f"{new}.amazonAddress": "203.0.113.0/30", f"{new}.customerAddress": "203.0.113.2/30"}
    last = {f"{new}.amazonAddress": "203.0.113.1/30", f"{new}.customerAddress": "203.0.113.3/30"}
    rows: list[Row] = [
        *PORT_IDS,
        ("CONNECTION_NOT_AVAILABLE", lambda e: {"connectionId": ordered(e)}),
        ("VIF_ON_LAG_MEMBER", lambda e: {"connectionId": e.member}),
    ]
    if allocated:
        rows += [
            ("OWNER_ACCOUNT_INVALID", {"ownerAccount": BAD}),
            ("VIF_OF_CONNECTION_OWNER", {"ownerAccount": "123456789012"}),
        ]
    rows += [
        ("VLAN_INVALID", {f"{new}.vlan": 5000}),
        ("VLAN_IN_USE", lambda e: {f"{new}.vlan": taken(e)}),
        ("ASN_TOO_SMALL", {f"{new}.asn": -1}),
        ("AUTH_KEY_INVALID", {f"{new}.authKey": "short"}),
        ("ADDRESS_INVALID", {f"{new}.amazonAddress": BAD, f"{new}.customerAddress": BAD}),
    ]
    if kind == "Public":
        rows += [("ADDRESS_PRIVATE", private)]
    rows += [
        ("ADDRESSES_IN_DIFFERENT_CIDRS", apart),
        ("ADDRESS_ZERO", zero),
        ("ADDRESS_BROADCAST", last),
    ]
    if kind == "Public":
        rows += [("CIDR_INVALID", {f"{new}.routeFilterPrefixes": [{"cidr": BAD}]})]
    if kind != "Public" and not allocated:
        rows += [
            ("GATEWAY_ID_FORMAT", {f"{new}.virtualGatewayId": None, f"{new}.directConnectGatewayId": BAD}),
            ("GATEWAY_NOT_FOUND", {f"{new}.virtualGatewayId": None, f"{new}.directConnectGatewayId": UUID}),
        ]
    if kind != "Public":
        rows += [("MTU_INVALID", {f"{new}.mtu": 1})]
    return (
        *rows,
        ("NAME_INVALID", {f"{new}.virtualInterfaceName": "?"}),
        ("DUPLICATE_TAG_KEYS", {f"{new}.tags": TWICE}),
    )


ORDER: Mapping[str, tuple[Row, ...]] = {
    # --- connections and interconnects
    "CreateConnection": (
        *_port("connection"),
        ("ORDER_FOR_LAG_BANDWIDTH", lambda e: {"lagId": e.lag, "bandwidth": "1Gbps", "requestMACSec": False}),
        ("ORDER_FOR_LAG_LOCATION", lambda e: {"lagId": e.lag, "location": "CSVA1", "requestMACSec": False}),
        ("MACSEC_MISMATCH_NEW", lambda e: {"lagId": e.lag, "requestMACSec": True}),
        TAGS,
    ),
    "DescribeConnections": (RESULTS, *PORT_IDS, TOKEN),
    "UpdateConnection": (
        *PORT_IDS,
        ("NAME_INVALID", {"connectionName": "?"}),
        ("ENCRYPTION_MODE_INVALID", {"encryptionMode": BAD}),
        ("NOT_MACSEC_CAPABLE", {"encryptionMode": "must_encrypt"}),
    ),
    "ConfirmConnection": (
        ("CONNECTION_ID_FORMAT", {"connectionId": BAD}),
        ("CONFIRM_NOT_FOUND", {"connectionId": CONNECTION}),
        ("CONFIRM_FAILED", lambda e: {"connectionId": declined(e)}),
    ),
    "DeleteConnection": (*PORT_IDS, ("CONNECTION_HAS_VIFS", lambda e: {"connectionId": carrying(e)})),
    "CreateInterconnect": (*_port("interconnect"), TAGS),
    "DescribeInterconnects": (RESULTS, *INTERCONNECT_IDS, TOKEN),
    "DeleteInterconnect": INTERCONNECT_IDS,
    # --- LAGs
    "CreateLag": (
        ("NAME_INVALID", {"lagName": "?"}),
        ("LOCATION_INVALID", {"location": BAD}),
        ("BANDWIDTH_INVALID", {"connectionsBandwidth": "3Gbps"}),
        ("MACSEC_NOT_OFFERED", {"connectionsBandwidth": "1Gbps", "requestMACSec": True}),
        ("NUMBER_OF_CONNECTIONS_INVALID", {"numberOfConnections": 0}),
        ("CONNECTIONS_PER_LAG", {"numberOfConnections": 11}),
        *PORT_IDS,
        ("LAG_HOSTED_MEMBER", lambda e: {"connectionId": confirmed(e)}),
        (
            "LAG_BANDWIDTH",
            lambda e: {"connectionId": e.connection, "connectionsBandwidth": "1Gbps", "requestMACSec": False},
        ),
        ("LAG_LOCATION", lambda e: {"connectionId": e.connection, "location": "CSVA1"}),
        ("MACSEC_MISMATCH", lambda e: {"connectionId": e.connection, "requestMACSec": True}),
        TAGS,
        ("DUPLICATE_TAG_KEYS", {"childConnectionTags": TWICE}),
    ),
    "DescribeLags": (RESULTS, *LAG_IDS, TOKEN),
    "UpdateLag": (
        *LAG_IDS,
        ("NAME_INVALID", {"lagName": "?"}),
        ("MINIMUM_LINKS_NEGATIVE", {"minimumLinks": -1}),
        ("MINIMUM_LINKS_TOO_HIGH", {"minimumLinks": 99}),
        ("ENCRYPTION_MODE_INVALID", {"encryptionMode": BAD}),
        ("NOT_MACSEC_CAPABLE", {"encryptionMode": "must_encrypt"}),
    ),
    "DeleteLag": LAG_IDS,
    "AssociateConnectionWithLag": (
        *PORT_IDS,
        *LAG_IDS,
        ("ALREADY_IN_LAG", lambda e: {"connectionId": e.member, "lagId": e.lag}),
        ("LAG_HOSTED_MEMBER", lambda e: {"connectionId": confirmed(e), "lagId": e.lag}),
        ("LAG_BANDWIDTH", lambda e: {"connectionId": slow(e)}),
        ("LAG_LOCATION", lambda e: {"connectionId": e.connection, "lagId": lag_elsewhere(e)}),
        ("MACSEC_MISMATCH", lambda e: {"connectionId": e.connection, "lagId": e.secure_lag}),
    ),
    "DisassociateConnectionFromLag": (
        ("CONNECTION_ID_FORMAT", {"connectionId": BAD}),
        ("CONNECTION_DOES_NOT_EXIST", {"connectionId": CONNECTION}),
        ("LAG_ID_FORMAT", {"lagId": BAD}),
        ("LAG_DOES_NOT_EXIST", {"lagId": LAG}),
        ("NOT_IN_LAG", lambda e: {"connectionId": e.connection}),
    ),
    # --- hosted connections
    "AllocateHostedConnection": (
        *PORT_IDS,
        ("PARENT_NOT_HOSTING", lambda e: {"connectionId": of_partner(e)}),
        ("NAME_INVALID", {"connectionName": "?"}),
        ("OWNER_ACCOUNT_INVALID", {"ownerAccount": BAD}),
        ("VLAN_INVALID", {"vlan": 5000}),
        ("BANDWIDTH_INVALID", {"bandwidth": "3Gbps"}),
        ("HOSTED_BANDWIDTH_EXCEEDS", {"bandwidth": "10Gbps"}),
        ("VLAN_IN_USE", lambda e: {"vlan": e.dx.world.graph.resources[e.hosted].vlan}),
        TAGS,
    ),
    "AllocateConnectionOnInterconnect": (
        *INTERCONNECT_IDS,
        ("NAME_INVALID", {"connectionName": "?"}),
        ("OWNER_ACCOUNT_INVALID", {"ownerAccount": BAD}),
        ("VLAN_INVALID", {"vlan": 5000}),
        ("BANDWIDTH_INVALID", {"bandwidth": "3Gbps"}),
        ("HOSTED_BANDWIDTH_EXCEEDS", {"bandwidth": "10Gbps"}),
        ("VLAN_IN_USE", lambda e: {"vlan": e.dx.world.graph.resources[e.hosted].vlan}),
    ),
    "DescribeHostedConnections": (RESULTS, ("HOSTED_PARENT_MISSING", {"connectionId": CONNECTION}), TOKEN),
    "DescribeConnectionsOnInterconnect": INTERCONNECT_IDS,
    "AssociateHostedConnection": (
        *PORT_IDS,
        ("NOT_HOSTED", lambda e: {"connectionId": e.interconnect}),
        ("CONNECTION_ID_FORMAT", {"parentConnectionId": BAD}),
        ("CONNECTION_NOT_FOUND", {"parentConnectionId": CONNECTION}),
        ("PARENT_NOT_HOSTING", lambda e: {"parentConnectionId": of_partner(e)}),
    ),
    # --- letters
    "DescribeLoa": (*PORT_IDS, ("LOA_NOT_AVAILABLE", lambda e: {"connectionId": ordered(e)})),
    "DescribeConnectionLoa": (*PORT_IDS, ("LOA_NOT_AVAILABLE", lambda e: {"connectionId": ordered(e)})),
    "DescribeInterconnectLoa": INTERCONNECT_IDS,
    # --- virtual interfaces
    **{
        name: _interface(name)
        for verb in ("Create", "Allocate")
        for kind in ("Private", "Public", "Transit")
        for name in (f"{verb}{kind}VirtualInterface",)
    },
    "ConfirmPrivateVirtualInterface": (
        *INTERFACE_IDS,
        ("VIF_TYPE", lambda e: {"virtualInterfaceId": e.allocated("public")}),
        ("VIRTUAL_GATEWAY_ID_FORMAT", {"virtualGatewayId": BAD}),
    ),
    "ConfirmPublicVirtualInterface": INTERFACE_IDS,
    "ConfirmTransitVirtualInterface": (*INTERFACE_IDS, *GATEWAY_IDS),
    "DescribeVirtualInterfaces": (
        RESULTS,
        ("CONNECTION_ID_FORMAT", {"connectionId": BAD}),
        ("VIF_ID_FORMAT", {"virtualInterfaceId": BAD}),
        TOKEN,
    ),
    "UpdateVirtualInterfaceAttributes": (
        *INTERFACE_IDS,
        ("VIF_STATE", lambda e: {"virtualInterfaceId": testing(e)}),
        ("MTU_INVALID", {"mtu": 1}),
        ("RATE_LIMIT_INVALID", {"rateLimit": BAD}),
        ("NAME_INVALID", {"virtualInterfaceName": "?"}),
    ),
    "AssociateVirtualInterface": (
        *INTERFACE_IDS,
        ("VIF_STATE", lambda e: {"virtualInterfaceId": testing(e)}),
        *PORT_IDS,
        ("CONNECTION_NOT_AVAILABLE", lambda e: {"connectionId": ordered(e)}),
        ("VIF_ON_LAG_MEMBER", lambda e: {"connectionId": e.member}),
        ("ALREADY_ON_CARRIER", lambda e: {"connectionId": e.connection}),
    ),
    "DeleteVirtualInterface": (
        *INTERFACE_IDS,
        ("VIF_STATE", lambda e: {"virtualInterfaceId": testing(e)}),
    ),
    "CreateBGPPeer": (
        ("VIF_MEMBER_MISSING", {"virtualInterfaceId": None}),
        *INTERFACE_IDS,
        ("VIF_STATE", lambda e: {"virtualInterfaceId": testing(e)}),
        ("VIF_MEMBER_MISSING", {"newBGPPeer": None}),
        ("ASN_TOO_SMALL", {"newBGPPeer.asn": -1}),
        ("AUTH_KEY_INVALID", {"newBGPPeer.authKey": "short"}),
        ("PEER_OF_FAMILY_EXISTS", {"newBGPPeer.addressFamily": "ipv4"}),
    ),
    "DeleteBGPPeer": (
        ("VIF_MEMBER_MISSING", {"virtualInterfaceId": None}),
        *INTERFACE_IDS,
        ("VIF_MEMBER_MISSING", {"bgpPeerId": None}),
        ("LAST_PEER", {"bgpPeerId": "dxpeer-fg000000"}),
    ),
    "StartBgpFailoverTest": (
        *INTERFACE_IDS,
        ("TEST_RUNNING", lambda e: {"virtualInterfaceId": testing(e)}),
        ("TEST_DURATION_INVALID", {"testDurationInMinutes": 0}),
        ("PEER_NOT_FOUND", {"bgpPeers": ["dxpeer-fg000000"]}),
    ),
    "StopBgpFailoverTest": (
        *INTERFACE_IDS,
        ("TEST_NOT_RUNNING", lambda e: {"virtualInterfaceId": e.public}),
    ),
    "ListVirtualInterfaceTestHistory": (RESULTS, TOKEN),
    "DescribeRouterConfiguration": (
        *INTERFACE_IDS,
        ("ROUTER_TYPE_MISSING", {"routerTypeIdentifier": None}),
        ("ROUTER_TYPE_UNKNOWN", {"routerTypeIdentifier": BAD}),
    ),
    "ListVirtualInterfaceRoutes": (
        ("VIF_MEMBER_MISSING", {"virtualInterfaceId": None}),
        *INTERFACE_IDS,
        RESULTS,
        ("CIDR_INVALID", {"filters.cidrs": [BAD]}),
        TOKEN,
    ),
    # --- gateways
    "CreateDirectConnectGateway": (
        ("NAME_INVALID", {"directConnectGatewayName": "?"}),
        ("GATEWAY_ASN_INVALID", {"amazonSideAsn": 1}),
        TAGS,
    ),
    "DescribeDirectConnectGateways": (
        ("GATEWAY_ID_FORMAT", {"directConnectGatewayId": BAD}),
        RESULTS,
        TOKEN,
    ),
    "UpdateDirectConnectGateway": (*GATEWAY_IDS, ("NAME_INVALID", {"newDirectConnectGatewayName": "?"})),
    "DeleteDirectConnectGateway": (
        *GATEWAY_IDS,
        ("GATEWAY_HAS_VIFS", lambda e: {"directConnectGatewayId": used(e)}),
    ),
    "DescribeDirectConnectGatewayAttachments": (
        ("ATTACHMENT_FILTER_MISSING", {"directConnectGatewayId": None}),
        ("GATEWAY_ID_FORMAT", {"directConnectGatewayId": BAD}),
        RESULTS,
        TOKEN,
    ),
    "CreateDirectConnectGatewayAssociation": (
        *GATEWAY_IDS,
        ("ASSOCIABLE_MISSING", {"gatewayId": None}),
        ("ASSOCIABLE_ID_FORMAT", {"gatewayId": BAD}),
        ("PREFIX_INVALID", {"addAllowedPrefixesToDirectConnectGateway": [{"cidr": BAD}]}),
    ),
    "DescribeDirectConnectGatewayAssociations": (
        ("ASSOCIATION_FILTER_MISSING", {"directConnectGatewayId": None, "associationId": None}),
        ("ASSOCIATION_ID_FORMAT", {"associationId": BAD}),
        ("GATEWAY_ID_FORMAT", {"directConnectGatewayId": BAD}),
        RESULTS,
        TOKEN,
    ),
    "UpdateDirectConnectGatewayAssociation": (
        *ASSOCIATION_IDS,
        ("PREFIX_INVALID", {"addAllowedPrefixesToDirectConnectGateway": [{"cidr": BAD}]}),
        ("PREFIX_NOT_THERE", {"removeAllowedPrefixesToDirectConnectGateway": [{"cidr": "10.1.0.0/16"}]}),
    ),
    "DeleteDirectConnectGatewayAssociation": ASSOCIATION_IDS,
    "CreateDirectConnectGatewayAssociationProposal": (
        ("OWNER_ACCOUNT_INVALID", {"directConnectGatewayOwnerAccount": BAD}),
        *GATEWAY_IDS,
        ("ASSOCIABLE_ID_FORMAT", {"gatewayId": BAD}),
        ("PREFIX_INVALID", {"addAllowedPrefixesToDirectConnectGateway": [{"cidr": BAD}]}),
    ),
    "AcceptDirectConnectGatewayAssociationProposal": (
        *GATEWAY_IDS,
        ("PROPOSAL_ID_FORMAT", {"proposalId": BAD}),
        ("PROPOSAL_NOT_FOUND", {"proposalId": UUID}),
        ("PROPOSAL_OWNER", {"associatedGatewayOwnerAccount": CUSTOMER}),
        ("PREFIX_INVALID", {"overrideAllowedPrefixesToDirectConnectGateway": [{"cidr": BAD}]}),
    ),
    "DeleteDirectConnectGatewayAssociationProposal": (
        ("PROPOSAL_ID_FORMAT", {"proposalId": BAD}),
        ("PROPOSAL_NOT_FOUND", {"proposalId": UUID}),
    ),
    "DescribeDirectConnectGatewayAssociationProposals": (
        ("GATEWAY_ID_FORMAT", {"directConnectGatewayId": BAD}),
        ("PROPOSAL_ID_FORMAT", {"proposalId": BAD}),
        RESULTS,
        TOKEN,
    ),
    # --- MACsec, billing, agreements
    "AssociateMacSecKey": (
        *PORT_IDS,
        ("NOT_MACSEC_CAPABLE", lambda e: {"connectionId": e.connection}),
        ("MACSEC_KEY_OR_SECRET", {"ckn": None}),
        ("MACSEC_KEY_INVALID", {"ckn": BAD}),
    ),
    "DisassociateMacSecKey": (
        *PORT_IDS,
        ("NOT_MACSEC_CAPABLE", lambda e: {"connectionId": e.connection}),
        ("MACSEC_KEY_NOT_THERE", {"secretARN": BAD}),
    ),
    "ConfirmCustomerAgreement": (("AGREEMENT_NAME_MISSING", {"agreementName": None}),),
    "UpdateConnectionsBillingMode": (
        ("CONNECTION_ID_FORMAT", {"connectionIds": [BAD]}),
        ("CONNECTION_NOT_FOUND", {"connectionIds": [CONNECTION]}),
        ("BILLING_OF_LAG_MEMBER", lambda e: {"connectionIds": [e.member]}),
    ),
    # --- tags
    "TagResource": (
        ("ARN_INVALID", {"resourceArn": BAD}),
        ("ARN_NOT_FOUND", lambda e: {"resourceArn": e.arn(CONNECTION)}),
        TAGS,
    ),
    "UntagResource": (
        ("ARN_INVALID", {"resourceArn": BAD}),
        ("ARN_NOT_FOUND", lambda e: {"resourceArn": e.arn(CONNECTION)}),
    ),
    "DescribeTags": (
        ("ARN_INVALID", {"resourceArns": [BAD]}),
        ("ARN_NOT_FOUND", lambda e: {"resourceArns": [e.arn(CONNECTION)]}),
    ),
    # --- resiliency groups; their names and models are checked by the model itself
    "CreateResiliencyGroup": (TAGS,),
    "GetResiliencyGroup": GROUP_IDS,
    "ListResiliencyGroups": (RESULTS, TOKEN),
    "UpdateResiliencyGroup": GROUP_IDS,
    "DeleteResiliencyGroup": (
        *GROUP_IDS,
        ("RESILIENCY_GROUP_NOT_EMPTY", lambda e: {"resiliencyGroupId": full_group(e)}),
    ),
    "AssociateConnectionsToResiliencyGroup": (
        *GROUP_IDS,
        ("CONNECTION_ID_FORMAT", {"connectionIdentifiers": [BAD]}),
        ("CONNECTION_NOT_FOUND", {"connectionIdentifiers": [CONNECTION]}),
    ),
    "DisassociateConnectionsFromResiliencyGroup": (
        *GROUP_IDS,
        ("CONNECTION_ID_FORMAT", {"connectionIdentifiers": [BAD]}),
        ("CONNECTION_NOT_FOUND", {"connectionIdentifiers": [CONNECTION]}),
        ("RESILIENCY_CONNECTION_MISSING", lambda e: {"connectionIdentifiers": [e.other_connection]}),
    ),
    "ListResiliencyGroupAssociations": (*GROUP_IDS, RESULTS, TOKEN),
}

#: Operations that refuse nothing but what the model refuses.
WITHOUT_CHECKS = frozenset({"DescribeCustomerMetadata", "DescribeLocations", "DescribeVirtualGateways"})
