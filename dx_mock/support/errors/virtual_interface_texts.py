"""Refusals about virtual interfaces, BGP peers, failover tests, addresses and prefixes."""

from __future__ import annotations

from dx_mock.support.errors.refusals import Text

# --- virtual interfaces ------------------------------------------------------------------------------------
CONNECTION_NOT_AVAILABLE = Text(
    "The specified Connection ID is not available", "recorded", "E14", wording="recorded"
)
VIF_ON_PARTNER_CARRIER = Text(
    "Virtual Interfaces cannot be configured directly on {id}: it carries hosted connections.",
    "documented",
    "2017: LAGs of partners",
)
VIF_ON_LAG_MEMBER = Text(
    "Connection {id} is a member of Lag {lag_id}; Virtual Interfaces belong on the Lag.", "guessed", "-"
)
VIF_OF_CONNECTION_OWNER = Text(
    "Cannot allocate VirtualInterface for the connection owner.", "recorded", "E16", wording="recorded"
)
VIFS_PER_CONNECTION = Text(
    "Exceeded the maximum number of virtual interfaces on {id}. The limit is {limit}",
    "recorded",
    "E15",
    wording="recorded",
)
VLAN_OF_HOSTED_CONNECTION = Text(
    "Vlan {vlan} does not match Vlan {hosted} of the hosted connection {id}.",
    "documented",
    "model: CreateInterconnect, the VLAN assigned by the partner",
)
VIF_STATE = Text("{operation} failed. {id} is in state {state}", "guessed", "like E5")
VIF_TYPE = Text(
    "{operation} failed. {id} is a {type} virtual interface.",
    "documented",
    "model: each Confirm operation is for one type",
)
ASN_MISSING = Text(
    "Either asn or asnLong must be specified.", "documented", "UG:WorkingWithVirtualInterfaces, BGP ASN"
)
ASN_TOO_SMALL = Text(
    "BGP ASN must have value greater than or equal to 1",
    "recorded",
    "TF#47658 of April 2026; TF#40879 of January 2025 has the number after ASN",
    wording="recorded",
)
ASN_TOO_LARGE = Text(
    "The {member} {asn} is not valid. It must be between 1 and {limit}.", "documented", "model: NewBGPPeer"
)
ASN_OF_AMAZON_SIDE = Text(
    "BGP ASN {asn} is the Amazon side ASN of the gateway {id}; the two must differ.",
    "documented",
    "UG:WorkingWithVirtualInterfaces",
)
AUTH_KEY_INVALID = Text(
    "The authentication key must have 6 to 80 characters without spaces.",
    "documented",
    "model: authKey; CloudFormation schema",
)
MTU_INVALID = Text(
    "MTU {mtu} is not valid for a {type} virtual interface. Valid values: {allowed}.",
    "documented",
    "model: CreateTransitVirtualInterface, mtu",
)
JUMBO_NOT_SUPPORTED = Text("{id} does not support jumbo frames.", "documented", "UG: set network MTU")
SITE_LINK_NEEDS_GATEWAY = Text(
    "SiteLink requires a private or transit virtual interface on a Direct Connect gateway.",
    "documented",
    "UG: SiteLink",
)
ATTRIBUTE_OF_PUBLIC_VIF = Text(
    "{attribute} cannot be changed on a public virtual interface.",
    "documented",
    "UG: set network MTU, SiteLink",
)
GATEWAY_EXACTLY_ONE = Text(
    "Exactly one of virtualGatewayId and directConnectGatewayId must be specified.", "client-proven", "TF"
)
GATEWAY_MISSING = Text(
    "directConnectGatewayId must be specified.", "documented", "UG: create a transit virtual interface"
)
VIRTUAL_GATEWAY_ID_FORMAT = Text(
    "VirtualGatewayID {id} has an invalid format.",
    "documented",
    "API reference: DirectConnectClientException, parameters that are not valid",
)
VIRTUAL_GATEWAY_NOT_AVAILABLE = Text(
    "The VirtualGateway {id} is not available", "recorded", "E17", wording="recorded"
)
VIRTUAL_GATEWAY_NOT_FOUND = Text(
    "The VirtualGateway {id} does not exist.", "recorded", "E18", wording="recorded"
)
VIF_MEMBER_MISSING = Text("{member} must be specified.", "documented", "CloudFormation schema: required")
ALREADY_ON_CARRIER = Text("Virtual Interface {id} is already associated with {carrier}.", "guessed", "-")
HOSTED_VIF_TO_LAG = Text(
    "Virtual Interface {id} is on a hosted connection and cannot be associated with a Lag; use "
    "AssociateHostedConnection.",
    "documented",
    "model: AssociateVirtualInterface",
)
HOSTED_VIF_OF_PHYSICAL_OWNER = Text(
    "Virtual Interface {id} can be associated by the owner of the physical connection only.",
    "documented",
    "2017",
)
HOSTED_VIF_TO_HOSTED = Text(
    "Virtual Interface {id} cannot be moved between hosted connections.",
    "documented",
    "UG: VLANs of hosted connections are fixed",
)

# --- BGP peers and failover tests --------------------------------------------------------------------------
LAST_PEER = Text(
    "The last BGP Peer on a Virtual Interface cannot be deleted",
    "client-proven",
    "E23; documented: DeleteBGPPeer",
    wording="client-proven",
)
PEER_OF_FAMILY_EXISTS = Text(
    "A BGP Peer of address family {family} already exists on Virtual Interface {id}.",
    "documented",
    "model: CreateBGPPeer",
)
PEER_NOT_FOUND = Text(
    "The BGP Peer {peer} does not exist on Virtual Interface {id}.",
    "documented",
    "API reference: DirectConnectClientException, parameters that are not valid",
)
PEER_UNDER_TEST = Text("The BGP Peer {peer} is in a failover test.", "guessed", "-")
TEST_DURATION_INVALID = Text(
    "The test duration {minutes} is not valid. It must be between 1 and {limit} minutes.",
    "documented",
    "model: StartBgpFailoverTest",
)
TEST_RUNNING = Text("A failover test of Virtual Interface {id} is already in progress.", "guessed", "-")
TEST_NOT_RUNNING = Text("No failover test of Virtual Interface {id} is in progress.", "guessed", "-")
TEST_NEEDS_PEERS = Text("No BGP Peer of Virtual Interface {id} to be tested is up.", "guessed", "-")
ROUTER_TYPE_MISSING = Text(
    "routerTypeIdentifier must be specified.", "client-proven", "TF: the call fails without"
)
ROUTER_TYPE_UNKNOWN = Text(
    "Router type {id} is not supported.",
    "documented",
    "API reference: DirectConnectClientException, parameters that are not valid",
)

# --- addresses and prefixes --------------------------------------------------------------------------------
ADDRESS_PRIVATE = Text("{what} is not allowed to contain a private IP", "recorded", "E19", wording="recorded")
ADDRESSES_IN_DIFFERENT_CIDRS = Text(
    "Amazon Address and Customer Address must be in the same CIDR", "recorded", "E20", wording="recorded"
)
ADDRESS_ZERO = Text("{what} is address 0 on its subnet.", "recorded", "E21", wording="recorded")
ADDRESS_BROADCAST = Text(
    "{what} is the broadcast address on its subnet.", "recorded", "E22", wording="recorded"
)
ADDRESSES_EQUAL = Text(
    "Amazon Address and Customer Address must be different.",
    "documented",
    "API reference: DirectConnectClientException, parameters that are not valid",
)
ADDRESS_INVALID = Text(
    "{what} {address} is not valid.", "documented", "CloudFormation schema, pattern of the addresses"
)
ADDRESS_FAMILY = Text(
    "{what} {address} is not of the address family {family}.",
    "documented",
    "API reference: DirectConnectClientException, parameters that are not valid",
)
ADDRESS_PAIR_INCOMPLETE = Text(
    "Amazon Address and Customer Address must be specified together.",
    "documented",
    "API reference: DirectConnectClientException, parameters that are not valid",
)
ADDRESSES_REQUIRED = Text(
    "Amazon Address and Customer Address are required for a public virtual interface of address family ipv4.",
    "documented",
    "UG: create a public virtual interface",
)
ADDRESSES_OF_IPV6 = Text(
    "Amazon Address and Customer Address must be omitted for address family ipv6.",
    "documented",
    "model: CreateBGPPeer",
)
NO_ADDRESSES = Text("There are no free addresses in {pool}.", "ours", "the mock's pools of addresses")
CIDR_INVALID = Text("CIDR {cidr} is not valid.", "documented", "model: RouteFilterPrefix, cidr")
PREFIX_PRIVATE = Text(
    "CIDR {cidr} is not allowed to contain a private IP", "documented", "UG:routing-and-bgp, public prefixes"
)
IPV6_PREFIX_TOO_LONG = Text(
    "CIDR {cidr} is not valid. An IPv6 prefix must be /{limit} or shorter.",
    "documented",
    "model: RouteFilterPrefix, cidr",
)
TOO_MANY_PREFIXES = Text(
    "Exceeded the maximum number of route filter prefixes. The limit is {limit}", "documented", "UG:limits"
)
PREFIXES_REQUIRED = Text(
    "Route filter prefixes are required for a public virtual interface of address family ipv4.",
    "documented",
    "UG: create a public virtual interface",
)
