"""The least valid input of every operation, and a valid value for each optional member.

An operation or member that a newer botocore has and this table lacks makes the tests fail, with a message
that says what to add here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from tests.helpers import CUSTOMER
from tests.operations.estate import CAK, CKN, OWNER, Estate
from tests.service.virtual_interfaces.helpers import VGW

Parameters = dict[str, Any]

PRIVATE = {"virtualInterfaceName": "v", "vlan": 101, "asn": 65000}
PUBLIC = {**PRIVATE, "routeFilterPrefixes": [{"cidr": "203.0.113.0/24"}]}
PUBLIC |= {"amazonAddress": "203.0.113.1/30", "customerAddress": "203.0.113.2/30"}
ORDER = {"location": "EqDC2", "bandwidth": "10Gbps"}
ALLOCATION = {"ownerAccount": CUSTOMER, "bandwidth": "100Mbps", "connectionName": "hosted", "vlan": 200}

LEAST: Mapping[str, Callable[[Estate], Parameters]] = {
    "AcceptDirectConnectGatewayAssociationProposal": lambda e: {
        "directConnectGatewayId": e.gateway_of_customer,
        "proposalId": e.proposal,
        "associatedGatewayOwnerAccount": OWNER,
    },
    "AllocateConnectionOnInterconnect": lambda e: {"interconnectId": e.interconnect, **ALLOCATION},
    "AllocateHostedConnection": lambda e: {"connectionId": e.interconnect, **ALLOCATION},
    "AllocatePrivateVirtualInterface": lambda e: {
        "connectionId": e.connection,
        "ownerAccount": CUSTOMER,
        "newPrivateVirtualInterfaceAllocation": PRIVATE,
    },
    "AllocatePublicVirtualInterface": lambda e: {
        "connectionId": e.connection,
        "ownerAccount": CUSTOMER,
        "newPublicVirtualInterfaceAllocation": PUBLIC,
    },
    "AllocateTransitVirtualInterface": lambda e: {
        "connectionId": e.connection,
        "ownerAccount": CUSTOMER,
        "newTransitVirtualInterfaceAllocation": PRIVATE,
    },
    "AssociateConnectionWithLag": lambda e: {"connectionId": e.connection, "lagId": e.lag},
    "AssociateConnectionsToResiliencyGroup": lambda e: {
        "resiliencyGroupId": e.group,
        "connectionIdentifiers": [e.connection],
    },
    "AssociateHostedConnection": lambda e: {"connectionId": e.hosted, "parentConnectionId": e.partner_lag},
    "AssociateMacSecKey": lambda e: {"connectionId": e.secure_connection, "ckn": CKN, "cak": CAK},
    "AssociateVirtualInterface": lambda e: {
        "virtualInterfaceId": e.private,
        "connectionId": e.other_connection,
    },
    "ConfirmConnection": lambda e: {"connectionId": e.hosted},
    "ConfirmCustomerAgreement": lambda e: {"agreementName": "terms"},
    "ConfirmPrivateVirtualInterface": lambda e: {
        "virtualInterfaceId": e.allocated("private"),
        "virtualGatewayId": VGW,
    },
    "ConfirmPublicVirtualInterface": lambda e: {"virtualInterfaceId": e.allocated("public")},
    "ConfirmTransitVirtualInterface": lambda e: {
        "virtualInterfaceId": e.allocated("transit"),
        "directConnectGatewayId": e.gateway_of_customer,
    },
    "CreateBGPPeer": lambda e: {
        "virtualInterfaceId": e.private,
        "newBGPPeer": {"addressFamily": "ipv6", "asn": 65000},
    },
    "CreateConnection": lambda e: {**ORDER, "connectionName": "c"},
    "CreateDirectConnectGateway": lambda e: {"directConnectGatewayName": "g"},
    "CreateDirectConnectGatewayAssociation": lambda e: {"directConnectGatewayId": e.gateway, "gatewayId": VGW},
    "CreateDirectConnectGatewayAssociationProposal": lambda e: {
        "directConnectGatewayId": e.gateway_of_customer,
        "directConnectGatewayOwnerAccount": CUSTOMER,
        "gatewayId": VGW,
    },
    "CreateInterconnect": lambda e: {**ORDER, "interconnectName": "i"},
    "CreateLag": lambda e: {
        "numberOfConnections": 1,
        "location": "EqDC2",
        "connectionsBandwidth": "10Gbps",
        "lagName": "l",
    },
    "CreatePrivateVirtualInterface": lambda e: {
        "connectionId": e.connection,
        "newPrivateVirtualInterface": {**PRIVATE, "virtualGatewayId": VGW},
    },
    "CreatePublicVirtualInterface": lambda e: {
        "connectionId": e.connection,
        "newPublicVirtualInterface": PUBLIC,
    },
    "CreateResiliencyGroup": lambda e: {
        "resiliencyGroupName": "r",
        "intendedResiliencyModel": "maximum-resiliency",
    },
    "CreateTransitVirtualInterface": lambda e: {
        "connectionId": e.connection,
        "newTransitVirtualInterface": {**PRIVATE, "directConnectGatewayId": e.gateway},
    },
    "DeleteBGPPeer": lambda e: {
        "virtualInterfaceId": e.private,
        "bgpPeerId": _peer(e)["bgpPeerId"],
    },
    "DeleteConnection": lambda e: {"connectionId": e.connection},
    "DeleteDirectConnectGateway": lambda e: {"directConnectGatewayId": e.gateway},
    "DeleteDirectConnectGatewayAssociation": lambda e: {"associationId": e.association},
    "DeleteDirectConnectGatewayAssociationProposal": lambda e: {"proposalId": e.proposal},
    "DeleteInterconnect": lambda e: {"interconnectId": e.interconnect},
    "DeleteLag": lambda e: {"lagId": e.empty_lag},
    "DeleteResiliencyGroup": lambda e: {"resiliencyGroupId": e.group},
    "DeleteVirtualInterface": lambda e: {"virtualInterfaceId": e.private},
    "DescribeConnectionLoa": lambda e: {"connectionId": e.connection},
    "DescribeConnections": lambda e: {},
    "DescribeConnectionsOnInterconnect": lambda e: {"interconnectId": e.interconnect},
    "DescribeCustomerMetadata": lambda e: {},
    "DescribeDirectConnectGatewayAssociationProposals": lambda e: {},
    "DescribeDirectConnectGatewayAssociations": lambda e: {"directConnectGatewayId": e.gateway},
    "DescribeDirectConnectGatewayAttachments": lambda e: {"directConnectGatewayId": e.gateway},
    "DescribeDirectConnectGateways": lambda e: {},
    "DescribeHostedConnections": lambda e: {"connectionId": e.interconnect},
    "DescribeInterconnectLoa": lambda e: {"interconnectId": e.interconnect},
    "DescribeInterconnects": lambda e: {},
    "DescribeLags": lambda e: {},
    "DescribeLoa": lambda e: {"connectionId": e.connection},
    "DescribeLocations": lambda e: {},
    "DescribeRouterConfiguration": lambda e: {
        "virtualInterfaceId": e.private,
        "routerTypeIdentifier": "CiscoSystemsInc-2900SeriesRouters-IOS124",
    },
    "DescribeTags": lambda e: {"resourceArns": [e.arn(e.connection)]},
    "DescribeVirtualGateways": lambda e: {},
    "DescribeVirtualInterfaces": lambda e: {},
    "DisassociateConnectionFromLag": lambda e: {"connectionId": e.member, "lagId": e.lag},
    "DisassociateConnectionsFromResiliencyGroup": lambda e: {
        "resiliencyGroupId": e.grouped(e.connection),
        "connectionIdentifiers": [e.connection],
    },
    "DisassociateMacSecKey": lambda e: {"connectionId": e.secure_connection, "secretARN": e.key},
    "GetResiliencyGroup": lambda e: {"resiliencyGroupId": e.group},
    "ListResiliencyGroupAssociations": lambda e: {
        "resiliencyGroupId": e.grouped(e.connection, e.other_connection)
    },
    "ListResiliencyGroups": lambda e: {},
    "ListVirtualInterfaceRoutes": lambda e: {"virtualInterfaceId": e.public},
    "ListVirtualInterfaceTestHistory": lambda e: {},
    "StartBgpFailoverTest": lambda e: {"virtualInterfaceId": e.private},
    "StopBgpFailoverTest": lambda e: {"virtualInterfaceId": _testing(e)},
    "TagResource": lambda e: {"resourceArn": e.arn(e.connection), "tags": [{"key": "k"}]},
    "UntagResource": lambda e: {"resourceArn": e.arn(e.connection), "tagKeys": ["k"]},
    "UpdateConnection": lambda e: {"connectionId": e.connection, "connectionName": "new"},
    "UpdateConnectionsBillingMode": lambda e: {
        "connectionIds": [e.connection],
        "billingMode": "FlatRateTier1",
    },
    "UpdateDirectConnectGateway": lambda e: {
        "directConnectGatewayId": e.gateway,
        "newDirectConnectGatewayName": "new",
    },
    "UpdateDirectConnectGatewayAssociation": lambda e: {"associationId": e.association},
    "UpdateLag": lambda e: {"lagId": e.lag, "lagName": "new"},
    "UpdateResiliencyGroup": lambda e: {"resiliencyGroupId": e.group, "resiliencyGroupName": "new"},
    "UpdateVirtualInterfaceAttributes": lambda e: {
        "virtualInterfaceId": e.on_gateway,
        "virtualInterfaceName": "new",
    },
}

#: The role of the caller, if it is not the owner of most resources.
ACTING = {
    **dict.fromkeys(
        [
            "AllocateConnectionOnInterconnect", "AllocateHostedConnection", "AssociateHostedConnection",
            "CreateInterconnect", "DeleteInterconnect", "DescribeConnectionsOnInterconnect",
            "DescribeHostedConnections", "DescribeInterconnectLoa", "DescribeInterconnects",
        ],
        "partner",
    ),
    **dict.fromkeys(
        [
            "AcceptDirectConnectGatewayAssociationProposal", "ConfirmConnection",
            "ConfirmPrivateVirtualInterface", "ConfirmPublicVirtualInterface",
            "ConfirmTransitVirtualInterface",
        ],
        "customer",
    ),
}  # fmt: skip


def _peer(e: Estate) -> Any:
    """Create a second peer of the private virtual interface, ready to be deleted."""
    made = e.client.create_bgp_peer(
        virtualInterfaceId=e.private, newBGPPeer={"addressFamily": "ipv6", "asn": 65000}
    )
    e.dx.provision(e.private)
    return made["virtualInterface"]["bgpPeers"][-1]


def _testing(e: Estate) -> str:
    e.client.start_bgp_failover_test(virtualInterfaceId=e.private)
    return e.private


#: A valid value of each optional member by its name; in a list with the list's, as in ``tags[].value``.
VALUES: Mapping[str, Callable[[Estate], Any]] = {
    "tags": lambda e: [{"key": "k"}],
    "tags[].key": lambda e: [{"key": "k"}],
    "tags[].value": lambda e: [{"key": "k", "value": "v"}],
    "childConnectionTags": lambda e: [{"key": "k"}],
    "childConnectionTags[].key": lambda e: [{"key": "k"}],
    "childConnectionTags[].value": lambda e: [{"key": "k", "value": "v"}],
    "maxResults": lambda e: 1,
    "clientToken": lambda e: "token",
    "mtu": lambda e: 8500,
    "authKey": lambda e: "secret-key",
    "rateLimit": lambda e: "50Mbps",
    "prefixPoolAllocatedCountIpv4": lambda e: 50,
    "prefixPoolAllocatedCountIpv6": lambda e: 50,
    "providerName": lambda e: "CenturyLink",
    "requestMACSec": lambda e: True,
    "billingMode": lambda e: "FlatRateTier1",
    "loaContentType": lambda e: "application/pdf",
    "addressFamily": lambda e: "ipv6",
    "amazonSideAsn": lambda e: 65001,
    "connectionName": lambda e: "new",
    "lagName": lambda e: "new",
    "minimumLinks": lambda e: 1,
    "virtualInterfaceName": lambda e: "new",
    "enableSiteLink": lambda e: True,
    "connectionId": lambda e: e.connection,
    "interconnectId": lambda e: e.interconnect,
    "lagId": lambda e: e.lag,
    "virtualInterfaceId": lambda e: e.private,
    "associationId": lambda e: e.association,
    "associatedGatewayId": lambda e: VGW,
    "directConnectGatewayId": lambda e: e.gateway,
    "virtualGatewayId": lambda e: VGW,
    "proposalId": lambda e: e.proposal,
    "testId": lambda e: e.test,
    "status": lambda e: "COMPLETED",
    "bgpPeers": lambda e: [_peer(e)["bgpPeerId"]],
    "testDurationInMinutes": lambda e: 30,
    "filters": lambda e: {},
    "routeDirection": lambda e: "advertised",
    "cidrs": lambda e: ["203.0.113.0/30"],
    "asPath": lambda e: [65001],
    "communities": lambda e: ["7224:9100"],
    "addAllowedPrefixesToDirectConnectGateway": lambda e: [{"cidr": "10.0.0.0/16"}],
    "removeAllowedPrefixesToDirectConnectGateway": lambda e: [{"cidr": "10.9.0.0/16"}],
    "overrideAllowedPrefixesToDirectConnectGateway": lambda e: [{"cidr": "10.0.0.0/16"}],
    "addAllowedPrefixesToDirectConnectGateway[].cidr": lambda e: [{"cidr": "10.0.0.0/16"}],
    "removeAllowedPrefixesToDirectConnectGateway[].cidr": lambda e: [{"cidr": "10.9.0.0/16"}],
    "overrideAllowedPrefixesToDirectConnectGateway[].cidr": lambda e: [{"cidr": "10.0.0.0/16"}],
}

_ADDRESSES = {"amazonAddress": "169.254.0.1/30", "customerAddress": "169.254.0.2/30"}


def _within(name: str, changes: Callable[[Estate], Parameters]) -> Callable[[Estate, Parameters], Parameters]:
    """Return the least input with changes in one of its structures; members changed to None are left out."""

    def change(e: Estate, least: Parameters) -> Parameters:
        merged = {**least[name], **changes(e)}
        return {**least, name: {key: value for key, value in merged.items() if value is not None}}

    return change


def _of_interfaces() -> Iterator[tuple[tuple[str, str], Callable[[Estate, Parameters], Parameters]]]:
    """Return the members of new virtual interfaces that need others beside them."""
    for verb in ("Create", "Allocate"):
        for kind in ("Private", "Public", "Transit"):
            name = f"new{kind}VirtualInterface{'Allocation' if verb == 'Allocate' else ''}"
            operation = f"{verb}{kind}VirtualInterface"
            yield (operation, f"{name}.asnLong"), _within(name, lambda e: {"asn": None, "asnLong": 4200000000})
            for address in _ADDRESSES:
                if kind != "Public":  # the least input has them already
                    yield (operation, f"{name}.{address}"), _within(name, lambda e: _ADDRESSES)
            if kind == "Public":
                v6 = {"addressFamily": "ipv6", "amazonAddress": None, "customerAddress": None}
                v6["routeFilterPrefixes"] = [{"cidr": "2001:db8::/48"}]
                yield (operation, f"{name}.addressFamily"), _within(name, lambda e, v6=v6: v6)
    name = "newPrivateVirtualInterface"
    on_gateway = _within(name, lambda e: {"virtualGatewayId": None, "directConnectGatewayId": e.gateway})
    yield ("CreatePrivateVirtualInterface", f"{name}.directConnectGatewayId"), on_gateway
    for member in ("enableSiteLink", "prefixPoolAllocatedCountIpv4", "prefixPoolAllocatedCountIpv6"):

        def with_gateway(e: Estate, least: Parameters, member: str = member) -> Parameters:
            return _within(name, lambda e: {member: VALUES[member](e)})(e, on_gateway(e, least))

        yield ("CreatePrivateVirtualInterface", f"{name}.{member}"), with_gateway


def _v4_peer(e: Estate, least: Parameters) -> Parameters:
    """Return the input for an IPv4 peer with addresses, on a virtual interface whose first peer is IPv6."""
    first = e.client.create_private_virtual_interface(
        connectionId=e.connection,
        newPrivateVirtualInterface={**PRIVATE, "vlan": 7, "virtualGatewayId": VGW, "addressFamily": "ipv6"},
    )
    e.dx.provision(first["virtualInterfaceId"])
    peer = {"addressFamily": "ipv4", "asn": 65000, **_ADDRESSES}
    return {"virtualInterfaceId": first["virtualInterfaceId"], "newBGPPeer": peer}


def _by_address(name: str) -> Callable[[Estate, Parameters], Parameters]:
    """Return the input for deleting a peer by ASN and address instead of its id."""

    def change(e: Estate, least: Parameters) -> Parameters:
        (peer,) = [
            each
            for each in e.client.describe_virtual_interfaces(virtualInterfaceId=e.private)["virtualInterfaces"][
                0
            ]["bgpPeers"]
            if each["bgpPeerId"] == least["bgpPeerId"]
        ]
        return {
            "virtualInterfaceId": least["virtualInterfaceId"],
            name: peer["asn"],
            "customerAddress": peer["customerAddress"],
        }

    return change


#: Optional members that need more than a value: functions from the least parameters to those with the member.
MEMBERS: Mapping[tuple[str, str], Callable[[Estate, Parameters], Parameters]] = {
    **dict(_of_interfaces()),
    ("AssociateMacSecKey", "secretARN"): lambda e, p: {"connectionId": e.secure_lag, "secretARN": e.key},
    ("ConfirmPrivateVirtualInterface", "directConnectGatewayId"): lambda e, p: {
        "virtualInterfaceId": p["virtualInterfaceId"],
        "directConnectGatewayId": e.gateway_of_customer,
    },
    ("CreateBGPPeer", "newBGPPeer.asnLong"): _within(
        "newBGPPeer", lambda e: {"asn": None, "asnLong": 4200000000}
    ),
    ("CreateBGPPeer", "newBGPPeer.amazonAddress"): _v4_peer,
    ("CreateBGPPeer", "newBGPPeer.customerAddress"): _v4_peer,
    ("CreateDirectConnectGatewayAssociation", "virtualGatewayId"): lambda e, p: {
        "directConnectGatewayId": e.gateway,
        "virtualGatewayId": VGW,
    },
    ("CreateDirectConnectGatewayAssociationProposal", "removeAllowedPrefixesToDirectConnectGateway"): (
        lambda e, p: {**p, **_replacing(e)}
    ),
    ("CreateDirectConnectGatewayAssociationProposal", "removeAllowedPrefixesToDirectConnectGateway[].cidr"): (
        lambda e, p: {**p, **_replacing(e)}
    ),
    ("DescribeVirtualInterfaces", "connectionId"): lambda e, p: {"connectionId": e.other_connection},
    ("ListVirtualInterfaceTestHistory", "virtualInterfaceId"): lambda e, p: {
        "virtualInterfaceId": e.other_private
    },
    ("CreateInterconnect", "lagId"): lambda e, p: {**p, "lagId": e.partner_lag},
    ("CreateLag", "connectionId"): lambda e, p: {**p, "connectionId": e.connection},
    ("DeleteBGPPeer", "asn"): _by_address("asn"),
    ("DeleteBGPPeer", "asnLong"): _by_address("asnLong"),
    ("DeleteBGPPeer", "customerAddress"): _by_address("asn"),
    ("DeleteDirectConnectGatewayAssociation", "directConnectGatewayId"): lambda e, p: _pair(e),
    ("DeleteDirectConnectGatewayAssociation", "virtualGatewayId"): lambda e, p: _pair(e),
    ("DescribeDirectConnectGatewayAssociations", "virtualGatewayId"): lambda e, p: _pair(e),
    ("DescribeDirectConnectGatewayAttachments", "virtualInterfaceId"): lambda e, p: {
        "virtualInterfaceId": e.on_gateway
    },
    ("UpdateConnection", "encryptionMode"): lambda e, p: {
        "connectionId": e.secure_connection,
        "encryptionMode": "no_encrypt",
    },
    ("UpdateLag", "encryptionMode"): lambda e, p: {"lagId": e.secure_lag, "encryptionMode": "no_encrypt"},
}


def _replacing(e: Estate) -> Parameters:
    """Return the input for accepting a proposal that removes a prefix of the existing association."""
    e.associate_for_customer()
    prefixes = VALUES["removeAllowedPrefixesToDirectConnectGateway"](e)
    return {"removeAllowedPrefixesToDirectConnectGateway": prefixes}


def _pair(e: Estate) -> Parameters:
    """Return the input that names the association by its two ends."""
    assert e.association
    return {"directConnectGatewayId": e.gateway, "virtualGatewayId": VGW}


#: Resources that have to exist twice, so that a page of one has a token.
TWICE: Mapping[str, Callable[[Estate], Any]] = {
    "DescribeConnections": lambda e: (e.connection, e.other_connection),
    "DescribeDirectConnectGatewayAssociationProposals": lambda e: (e.proposal, e.other_proposal),
    "DescribeDirectConnectGatewayAssociations": lambda e: (e.association, e.other_association),
    "DescribeDirectConnectGatewayAttachments": lambda e: (e.on_gateway, e.also_on_gateway),
    "DescribeDirectConnectGateways": lambda e: (e.gateway, e.other_gateway),
    "DescribeHostedConnections": lambda e: (e.hosted, e.other_hosted),
    "DescribeInterconnects": lambda e: (e.interconnect, e.other_interconnect),
    "DescribeLags": lambda e: (e.lag, e.secure_lag),
    "DescribeVirtualInterfaces": lambda e: (e.private, e.public),
    "ListResiliencyGroupAssociations": lambda e: e.connection,
    "ListResiliencyGroups": lambda e: (e.group, e.other_group),
    "ListVirtualInterfaceRoutes": lambda e: e.dx.announce(e.public, ["203.0.113.0/30", "203.0.113.4/30"]),
    "ListVirtualInterfaceTestHistory": lambda e: (e.test, vars(e).pop("test"), e.test),
}

#: Members that change nothing, by (operation, path) or by name for every operation, with the reason.
NO_DIFFERENCE: Mapping[tuple[str, str], str] = {
    ("", "loaContentType"): "application/pdf is the only one that there is",
    ("ListVirtualInterfaceRoutes", "filters"): "it is a structure, here without any filter",
    ("CreateDirectConnectGatewayAssociation", "virtualGatewayId"): "the older name of gatewayId",
    **dict.fromkeys(
        [("DeleteBGPPeer", member) for member in ("asn", "asnLong", "customerAddress")],
        "another way to say which peer",
    ),
    **dict.fromkeys(
        [
            ("DeleteDirectConnectGatewayAssociation", member)
            for member in ("directConnectGatewayId", "virtualGatewayId")
        ],
        "another way to say which association",
    ),
}

#: Members that an answer has under the same name with another value, with the reason.
ANOTHER_WORD: Mapping[tuple[str, str], str] = {
    ("AllocateHostedConnection", "tags"): "its tags are its owner's to see [client-proven: TF]",
}
