"""Every text with which the service refuses a call, in one place, with the evidence for it.

Keys ``E1`` ... are those of behaviour.md section 3.1; ``recorded`` texts are AWS's word for word (where only
a substring is known, the rest follows the style of the others), ``guessed`` texts are ours in that style.
"""

from __future__ import annotations

from typing import Literal

Evidence = Literal["recorded", "client-proven", "documented", "guessed"]

CLIENT_EXCEPTION = "DirectConnectClientException"


class ServiceError(Exception):
    """A refusal as the caller of the API sees it: an error code of the model, a message, an HTTP status.

    Without a status the model says it.
    """

    def __init__(self, code: str, message: str, status: int | None = None) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.status = status


class Text:
    """A message with placeholders; calling it with their values makes the error to raise."""

    __slots__ = ("code", "evidence", "source", "template")

    def __init__(self, template: str, evidence: Evidence, source: str, code: str = CLIENT_EXCEPTION) -> None:
        self.template = template
        self.evidence = evidence
        self.source = source
        self.code = code

    def __call__(self, **values: object) -> ServiceError:
        return ServiceError(self.code, self.template.format(**values))

    def __repr__(self) -> str:
        return f"Text({self.template!r}, {self.evidence}, {self.source})"


# --- the protocol ------------------------------------------------------------------------------------------
UNKNOWN_OPERATION = Text(
    "The operation {operation} is not known to Direct Connect in the installed botocore {version}.",
    "guessed",
    "AWS JSON 1.1 protocol",
    code="UnknownOperationException",
)
NO_OPERATION = Text(
    "The {method} request names no operation of Direct Connect: POST it with X-Amz-Target, or to its path.",
    "guessed",
    "AWS JSON 1.1 protocol",
    code="UnknownOperationException",
)
NOT_IMPLEMENTED = Text(
    "dx_mock does not implement {operation} yet; the model of the installed botocore {version} has it.",
    "guessed",
    "dx_mock's own",
)
INVALID_BODY = Text("The request body is not a valid JSON object: {reason}", "guessed", "-")
INVALID_CBOR = Text("The request body is not a valid CBOR map: {reason}", "guessed", "-")
INVALID_REQUEST = Text("The HTTP request can not be read: {reason}", "guessed", "-")
BODY_TOO_LARGE = Text("The request body is larger than {limit} bytes.", "guessed", "-")
MEMBER_MISSING = Text(
    "1 validation error detected: Value null at '{path}' failed to satisfy constraint: Member must not be null",
    "guessed",
    "wording of AWS JSON services",
)
MEMBER_TYPE = Text("{found} can not be converted to {expected} at '{path}'", "guessed", "same")
MEMBER_CONSTRAINT = Text(
    "1 validation error detected: Value '{value}' at '{path}' failed to satisfy constraint: {constraint}",
    "guessed",
    "same",
)
INTERNAL_FAILURE = Text(
    "Unable to process request: {reason}",
    "recorded",
    "E29, with the reason added",
    code="DirectConnectServerException",
)
EXTRA_MISSING = Text(
    "{what} needs an extra of dx_mock that is not installed: pip install 'dx-mock[{extra}]'",
    "guessed",
    "dx_mock's own",
    code="DirectConnectServerException",
)
INVALID_NEXT_TOKEN = Text("The nextToken {token} is not valid.", "guessed", "-")
INVALID_MAX_RESULTS = Text("The maxResults {value} is not valid. It must be at least 1.", "guessed", "-")

# --- looking things up -------------------------------------------------------------------------------------
LAG_NOT_FOUND = Text("Could not find Lag with ID {id}", "recorded", "E1")
LAG_ID_FORMAT = Text("Lag ID {id} has an invalid format.", "recorded", "E2")
CONNECTION_NOT_FOUND = Text("Could not find Connection with ID {id}", "recorded", "E3")
CONNECTION_ID_FORMAT = Text("Connection ID {id} has an invalid format.", "recorded", "E4")
INTERCONNECT_NOT_FOUND = Text("Could not find Interconnect with ID {id}", "guessed", "like E3")
INTERCONNECT_ID_FORMAT = Text("Interconnect ID {id} has an invalid format.", "guessed", "like E4")
VIF_NOT_FOUND = Text("The Virtual Interface {id} does not exist.", "recorded", "E24, substring")
VIF_ID_FORMAT = Text("Virtual Interface ID {id} has an invalid format.", "guessed", "like E2")
CONNECTION_DOES_NOT_EXIST = Text("Connection does not exist: {id}", "client-proven", "E8, substring")
LAG_DOES_NOT_EXIST = Text("Lag does not exist: {id}", "client-proven", "E8, substring")

# --- orders of connections, interconnects and LAGs ---------------------------------------------------------
NAME_INVALID = Text(
    "{what} name {name!r} is not valid. It must have 1 to {limit} letters, digits, spaces or -_,/ characters.",
    "documented",
    "CloudFormation schema, pattern of the names",
)
LOCATION_INVALID = Text("Location {location} is not valid.", "guessed", "-")
BANDWIDTH_INVALID = Text("Bandwidth {bandwidth} is not valid.", "guessed", "-")
BANDWIDTH_NOT_OFFERED = Text("Bandwidth {bandwidth} is not available at location {location}.", "guessed", "-")
MACSEC_NOT_OFFERED = Text(
    "MACsec is not available for bandwidth {bandwidth} at location {location}.", "guessed", "-"
)
CONNECTIONS_PER_LOCATION = Text(
    "Exceeded the maximum number of connections at location {location}. The limit is {limit}",
    "guessed",
    "like E15",
)
LAGS_PER_REGION = Text(
    "Exceeded the maximum number of Lags in {region}. The limit is {limit}", "guessed", "like E15"
)
CONNECTIONS_PER_LAG = Text(
    "Exceeded the maximum number of connections in a Lag. The limit is {limit}", "guessed", "like E15"
)
NUMBER_OF_CONNECTIONS_INVALID = Text(
    "The number of connections in a Lag must be at least 1, not {number}.", "guessed", "-"
)
NO_PORTS = Text(
    "There are not enough available ports on the Direct Connect endpoint at location {location}.",
    "guessed",
    "the release of 2017-02-17 for the rule",
)

# --- connections -------------------------------------------------------------------------------------------
CONFIRM_FAILED = Text("ConfirmConnection failed. {id} is in state {state}", "recorded", "E5")
CONNECTION_TRANSITIONING = Text("Connection {id} is in a transitioning state.", "recorded", "E6")
CONNECTION_HAS_VIFS = Text(
    "Connection {id} cannot be deleted until its Virtual Interfaces are deleted.", "guessed", "like E10"
)
INTERCONNECT_HAS_HOSTED = Text(
    "Interconnect {id} cannot be deleted until its hosted connections are deleted.", "guessed", "like E10"
)
ENCRYPTION_MODE_INVALID = Text(
    "Encryption mode {mode} is not valid. Valid values are no_encrypt, should_encrypt and must_encrypt.",
    "guessed",
    "-",
)
NOT_MACSEC_CAPABLE = Text("{id} is not MACsec capable.", "guessed", "-")
ENCRYPTION_MODE_OF_LAG = Text(
    "The encryption mode of Connection {id} is set by Lag {lag_id}.", "documented", "User Guide, MACsec"
)

# --- LAGs --------------------------------------------------------------------------------------------------
MACSEC_MISMATCH = Text("Connection {id} and lag should be requested MacSec at the same time", "recorded", "E7")
MACSEC_MISMATCH_NEW = Text(
    "Connection and lag should be requested MacSec at the same time", "guessed", "E7 of one without an id yet"
)
MINIMUM_LINKS_TOO_HIGH = Text(
    "MinimumLinks cannot be set higher than the number of connections in the Lag.",
    "recorded",
    "E9, substring",
)
MINIMUM_LINKS_NEGATIVE = Text("MinimumLinks cannot be negative.", "guessed", "-")
MINIMUM_LINKS_BROKEN = Text(
    "{action} Connection {id} would cause Lag {lag_id} to fall below its minimum number of operational "
    "connections.",
    "guessed",
    "the rule is documented",
)
LAG_HAS_VIFS = Text(
    "Lag {id} cannot be deleted until its Virtual Interfaces are deleted.", "recorded", "E10, substring"
)
LAG_HAS_HOSTED = Text(
    "Lag {id} cannot be deleted until its hosted connections are deleted.", "guessed", "like E10"
)
LAG_HAS_MEMBERS = Text(
    "Lag {id} cannot be deleted until its connections are disassociated.", "guessed", "quirk"
)
LAG_BANDWIDTH = Text("Connection {id} does not have the same bandwidth as the Lag.", "guessed", "-")
LAG_LOCATION = Text("Connection {id} is not in the same location as the Lag.", "guessed", "-")
LAG_DEVICE = Text(
    "Connection {id} does not terminate on the same Direct Connect endpoint as the Lag.", "guessed", "-"
)
INTERCONNECT_MOVES_WITH_HOSTED = Text(
    "Interconnect {id} cannot be associated with Lag {lag_id} until its hosted connections are migrated.",
    "guessed",
    "the rule is documented: the release of 2017-02-17",
)
LAG_HOSTED_MEMBER = Text(
    "Connection {id} is a hosted connection and cannot be associated with a Lag.",
    "documented",
    "AssociateConnectionWithLag",
)
ALREADY_IN_LAG = Text("Connection {id} is already associated with Lag {lag_id}.", "guessed", "-")
NOT_IN_LAG = Text("Connection {id} is not associated with Lag {lag_id}.", "guessed", "-")

# --- partners and hosted connections -----------------------------------------------------------------------
NOT_A_PARTNER = Text(
    "Account {account} is not an authorized Direct Connect partner in {region}.", "recorded", "E11"
)
HOSTED_PARENT_MISSING = Text(
    "{account} DescribeHostedConnections failed for connection {id} doesn't exist.", "recorded", "E12"
)
VLAN_IN_USE = Text("Vlan {vlan} is already in use", "recorded", "E13")
VLAN_INVALID = Text("Vlan {vlan} is not valid. It must be between 1 and 4094.", "guessed", "-")
OWNER_ACCOUNT_INVALID = Text("Owner account {account} is not valid. It must have 12 digits.", "guessed", "-")
HOSTED_BANDWIDTH_EXCEEDS = Text("Bandwidth {bandwidth} exceeds the bandwidth of {id}.", "guessed", "-")
PARENT_NOT_HOSTING = Text("{id} does not allow hosted connections.", "guessed", "-")
NOT_HOSTED = Text("Connection {id} is not a hosted connection.", "guessed", "-")
ADDRESS_IN_USE = Text("Address {address} is already in use on {id}", "guessed", "the rule is documented")

# --- virtual interfaces ------------------------------------------------------------------------------------
CONNECTION_NOT_AVAILABLE = Text("The specified Connection ID is not available", "recorded", "E14")
VIF_ON_PARTNER_CARRIER = Text(
    "Virtual Interfaces cannot be configured directly on {id}: it carries hosted connections.",
    "documented",
    "the release of 2017-02-17, LAGs of partners",
)
VIF_ON_LAG_MEMBER = Text(
    "Connection {id} is a member of Lag {lag_id}; Virtual Interfaces belong on the Lag.", "guessed", "-"
)
VIF_OF_CONNECTION_OWNER = Text("Cannot allocate VirtualInterface for the connection owner.", "recorded", "E16")
VIFS_PER_CONNECTION = Text(
    "Exceeded the maximum number of virtual interfaces on {id}. The limit is {limit}", "recorded", "E15"
)
VLAN_OF_HOSTED_CONNECTION = Text(
    "Vlan {vlan} does not match Vlan {hosted} of the hosted connection {id}.",
    "guessed",
    "the rule is documented",
)
VIF_STATE = Text("{operation} failed. {id} is in state {state}", "guessed", "like E5")
VIF_TYPE = Text("{operation} failed. {id} is a {type} virtual interface.", "guessed", "like E5")
ASN_MISSING = Text("Either asn or asnLong must be specified.", "guessed", "-")
ASN_INVALID = Text(
    "The {member} {asn} is not valid. It must be between 1 and {limit}.", "documented", "NewBGPPeer"
)
AUTH_KEY_INVALID = Text(
    "The authentication key must have 6 to 80 characters without spaces.",
    "documented",
    "NewBGPPeer, CloudFormation",
)
MTU_INVALID = Text(
    "MTU {mtu} is not valid for a {type} virtual interface. Valid values: {allowed}.",
    "documented",
    "CreateTransitVirtualInterface",
)
JUMBO_NOT_SUPPORTED = Text("{id} does not support jumbo frames.", "documented", "User Guide, set network MTU")
SITE_LINK_NEEDS_GATEWAY = Text(
    "SiteLink requires a private or transit virtual interface on a Direct Connect gateway.",
    "documented",
    "User Guide, SiteLink",
)
ATTRIBUTE_OF_PUBLIC_VIF = Text(
    "{attribute} cannot be changed on a public virtual interface.", "guessed", "the rule is documented"
)
GATEWAY_EXACTLY_ONE = Text(
    "Exactly one of virtualGatewayId and directConnectGatewayId must be specified.",
    "client-proven",
    "the rule; TF, its text is guessed",
)
GATEWAY_MISSING = Text("directConnectGatewayId must be specified.", "guessed", "-")
VIRTUAL_GATEWAY_ID_FORMAT = Text("VirtualGateway ID {id} has an invalid format.", "guessed", "like E2")
VIRTUAL_GATEWAY_NOT_AVAILABLE = Text("The VirtualGateway {id} is not available", "recorded", "E17")
VIRTUAL_GATEWAY_NOT_FOUND = Text("The VirtualGateway {id} does not exist.", "recorded", "E18")
VIF_MEMBER_MISSING = Text("{member} must be specified.", "guessed", "-")
ALREADY_ON_CARRIER = Text("Virtual Interface {id} is already associated with {carrier}.", "guessed", "-")
HOSTED_VIF_TO_LAG = Text(
    "Virtual Interface {id} is on a hosted connection and cannot be associated with a Lag; "
    "use AssociateHostedConnection.",
    "documented",
    "AssociateVirtualInterface",
)
HOSTED_VIF_OF_PHYSICAL_OWNER = Text(
    "Virtual Interface {id} can be associated by the owner of the physical connection only.",
    "guessed",
    "the rule is documented: the release of 2017-02-17",
)
HOSTED_VIF_TO_HOSTED = Text(
    "Virtual Interface {id} cannot be moved between hosted connections.",
    "documented",
    "User Guide, VLANs are fixed",
)

# --- BGP peers and failover tests --------------------------------------------------------------------------
LAST_PEER = Text("The last BGP Peer on a Virtual Interface cannot be deleted", "recorded", "E23")
PEER_OF_FAMILY_EXISTS = Text(
    "A BGP Peer of address family {family} already exists on Virtual Interface {id}.",
    "guessed",
    "the rule is documented: CreateBGPPeer",
)
PEER_NOT_FOUND = Text("The BGP Peer {peer} does not exist on Virtual Interface {id}.", "guessed", "like E24")
PEER_UNDER_TEST = Text("The BGP Peer {peer} is in a failover test.", "guessed", "-")
TEST_DURATION_INVALID = Text(
    "The test duration {minutes} is not valid. It must be between 1 and {limit} minutes.",
    "documented",
    "StartBgpFailoverTest",
)
TEST_RUNNING = Text("A failover test of Virtual Interface {id} is already in progress.", "guessed", "-")
TEST_NOT_RUNNING = Text("No failover test of Virtual Interface {id} is in progress.", "guessed", "-")
TEST_NEEDS_PEERS = Text("No BGP Peer of Virtual Interface {id} to be tested is up.", "guessed", "-")
ROUTER_TYPE_MISSING = Text(
    "routerTypeIdentifier must be specified.",
    "client-proven",
    "TF: the call fails without; the text is guessed",
)
ROUTER_TYPE_UNKNOWN = Text("Router type {id} is not supported.", "guessed", "-")

# --- addresses and prefixes --------------------------------------------------------------------------------
ADDRESS_PRIVATE = Text("{what} is not allowed to contain a private IP", "recorded", "E19")
ADDRESSES_IN_DIFFERENT_CIDRS = Text(
    "Amazon Address and Customer Address must be in the same CIDR", "recorded", "E20"
)
ADDRESS_ZERO = Text("{what} is address 0 on its subnet.", "recorded", "E21")
ADDRESS_BROADCAST = Text("{what} is the broadcast address on its subnet.", "recorded", "E22")
ADDRESSES_EQUAL = Text("Amazon Address and Customer Address must be different.", "guessed", "-")
ADDRESS_INVALID = Text("{what} {address} is not valid.", "guessed", "-")
ADDRESS_FAMILY = Text("{what} {address} is not of the address family {family}.", "guessed", "-")
ADDRESS_PAIR_INCOMPLETE = Text(
    "Amazon Address and Customer Address must be specified together.", "guessed", "-"
)
ADDRESSES_REQUIRED = Text(
    "Amazon Address and Customer Address are required for a public virtual interface of address family ipv4.",
    "guessed",
    "the rule is documented",
)
ADDRESSES_OF_IPV6 = Text(
    "Amazon Address and Customer Address must be omitted for address family ipv6.",
    "documented",
    "CreateBGPPeer",
)
NO_ADDRESSES = Text("There are no free addresses in {pool}.", "guessed", "-")
CIDR_INVALID = Text("CIDR {cidr} is not valid.", "guessed", "-")
PREFIX_PRIVATE = Text("CIDR {cidr} is not allowed to contain a private IP", "guessed", "like E19")
IPV6_PREFIX_TOO_LONG = Text(
    "CIDR {cidr} is not valid. An IPv6 prefix must be /{limit} or shorter.",
    "documented",
    "CreatePublicVirtualInterface",
)
TOO_MANY_PREFIXES = Text(
    "Exceeded the maximum number of route filter prefixes. The limit is {limit}", "guessed", "like E15"
)
PREFIXES_REQUIRED = Text(
    "Route filter prefixes are required for a public virtual interface of address family ipv4.",
    "documented",
    "User Guide, create a public virtual interface",
)

# --- the letter of authorization ---------------------------------------------------------------------------
LOA_NOT_AVAILABLE = Text("LOA is not available for connection {id}.", "guessed", "-")

# --- tags --------------------------------------------------------------------------------------------------
DUPLICATE_TAG_KEYS = Text(
    "Tag keys must be unique: {key} was given more than once.",
    "guessed",
    "the exception is modelled, its text is not recorded",
    code="DuplicateTagKeysException",
)
TOO_MANY_TAGS = Text(
    "The number of tags exceeds the limit of {limit} per resource.",
    "guessed",
    "the exception is modelled, its text is not recorded",
    code="TooManyTagsException",
)
TAG_KEY_RESERVED = Text("Tag key {key} is reserved: it begins with aws:.", "documented", "API reference, Tag")
TAG_INVALID = Text("Tag {part} {value!r} is not valid.", "documented", "API reference, Tag")
ARN_INVALID = Text("Resource ARN {arn} has an invalid format.", "guessed", "like E2")
ARN_NOT_FOUND = Text("Could not find resource with ARN {arn}", "guessed", "like E1")

# --- Direct Connect gateways -------------------------------------------------------------------------------
GATEWAY_NOT_FOUND = Text("The Direct Connect Gateway {id} does not exist.", "recorded", "E24, substring")
GATEWAY_ID_FORMAT = Text("Direct Connect Gateway ID {id} has an invalid format.", "guessed", "like E25")
GATEWAY_ASN_INVALID = Text(
    "Amazon side ASN {asn} is not valid. It must be between 64512 and 65534 or between 4200000000 and "
    "4294967294.",
    "documented",
    "CreateDirectConnectGateway",
)
GATEWAYS_PER_ACCOUNT = Text(
    "Exceeded the maximum number of Direct Connect Gateways. The limit is {limit}", "guessed", "like E15"
)
GATEWAY_NOT_AVAILABLE = Text("The Direct Connect Gateway {id} is not available", "guessed", "like E17")
GATEWAY_HAS_VIFS = Text(
    "Direct Connect Gateway {id} cannot be deleted until its Virtual Interfaces are deleted.",
    "guessed",
    "like E10",
)
GATEWAY_USED_FOR_OTHER_TYPE = Text(
    "The Direct Connect Gateway {id} is used for {used} and cannot be used for {wanted}.",
    "documented",
    "User Guide: private and transit use of one gateway exclude each other",
)
VIFS_PER_GATEWAY = Text(
    "Exceeded the maximum number of virtual interfaces on {id}. The limit is {limit}", "guessed", "like E15"
)
ASSOCIABLE_ID_FORMAT = Text("Gateway ID {id} has an invalid format.", "guessed", "like E25")
ASSOCIABLE_MISSING = Text("One of gatewayId and virtualGatewayId must be specified.", "guessed", "-")
TRANSIT_GATEWAY_NOT_FOUND = Text("The TransitGateway {id} does not exist.", "guessed", "like E18")
TRANSIT_GATEWAY_NOT_AVAILABLE = Text("The TransitGateway {id} is not available", "guessed", "like E17")
TRANSIT_GATEWAY_ASN = Text(
    "The TransitGateway {id} and the Direct Connect Gateway cannot have the same ASN.",
    "documented",
    "User Guide: the ASNs must differ",
)
VIRTUAL_GATEWAY_NOT_ATTACHED = Text(
    "The VirtualGateway {id} is not attached to a VPC.", "documented", "User Guide: must be attached"
)
VIRTUAL_GATEWAY_TAKEN = Text(
    "The VirtualGateway {id} is already associated with Direct Connect Gateway {gateway}.",
    "documented",
    "User Guide: one gateway at a time",
)
ASSOCIATION_EXISTS = Text(
    "An association between Direct Connect Gateway {gateway} and {id} already exists.", "guessed", "-"
)
ASSOCIATIONS_PER_GATEWAY = Text(
    "Exceeded the maximum number of associations on {id}. The limit is {limit}", "guessed", "like E15"
)
PREFIX_INVALID = Text("Prefix {cidr} is not valid.", "guessed", "-")
PREFIXES_MISSING = Text(
    "Allowed prefixes must be specified for an association with a transit gateway.",
    "documented",
    "User Guide, CreateDirectConnectGatewayAssociation",
)
PREFIXES_OVERLAP = Text(
    "The routes overlap: prefix {prefix} overlaps with {other} of another association.",
    "documented",
    "User Guide: prefixes of several transit gateways must not overlap",
)
PREFIXES_PER_ASSOCIATION = Text(
    "Exceeded the maximum number of allowed prefixes on the association. The limit is {limit}",
    "guessed",
    "like E15",
)
PREFIX_NOT_THERE = Text("Prefix {cidr} is not among the allowed prefixes.", "guessed", "-")
ASSOCIATION_ID_FORMAT = Text("Association ID {id} has an invalid format.", "recorded", "E25")
ASSOCIATION_NOT_FOUND = Text(
    "The Direct Connect Gateway Association {id} does not exist.", "recorded", "E24, substring"
)
ASSOCIATION_STATE = Text(
    "The Direct Connect Gateway Association {id} is in state {state}", "guessed", "like E5"
)
ASSOCIATION_FILTER_MISSING = Text(
    "At least one of associationId, associatedGatewayId, directConnectGatewayId and virtualGatewayId must be "
    "specified.",
    "documented",
    "DescribeDirectConnectGatewayAssociations",
)
ATTACHMENT_FILTER_MISSING = Text(
    "At least one of directConnectGatewayId and virtualInterfaceId must be specified.",
    "documented",
    "DescribeDirectConnectGatewayAttachments",
)
PROPOSAL_ID_FORMAT = Text("Proposal ID {id} has an invalid format.", "guessed", "like E25")
PROPOSAL_ACCEPTED = Text(
    "Direct Connect Gateway Association Proposal {id} has been accepted!", "recorded", "E26"
)
PROPOSAL_VIRTUAL_GATEWAY_MISSING = Text(
    "The Virtual Gateway in the Direct Connect Gateway Association Proposal {id} is not found",
    "recorded",
    "E27",
)
PROPOSAL_NOT_FOUND = Text(
    "Direct Connect Gateway Association Proposal {id} is not found", "recorded", "E28, substring"
)
PROPOSAL_OWNER = Text(
    "The owner account {account} is not the owner of the gateway in the Direct Connect Gateway Association "
    "Proposal {id}.",
    "guessed",
    "-",
)

# --- MACsec keys -------------------------------------------------------------------------------------------
MACSEC_KEY_OR_SECRET = Text(
    "Either secretARN or both of ckn and cak must be specified.", "documented", "AssociateMacSecKey"
)
MACSEC_KEY_INVALID = Text(
    "The {name} is not valid. It must have 64 hexadecimal characters.", "documented", "AssociateMacSecKey"
)
MACSEC_KEY_THERE = Text("The ckn is already associated with {id}.", "guessed", "-")
MACSEC_KEY_IN_USE = Text(
    "The ckn is in use with another cak.", "guessed", "a key can not be modified: User Guide, MACsec"
)
MACSEC_KEY_NOT_THERE = Text("The secret {arn} is not associated with {id}.", "guessed", "-")
MACSEC_KEYS_OF_LAG = Text(
    "The MACsec keys of Connection {id} are set by Lag {lag_id}.", "documented", "User Guide, MACsec"
)
MACSEC_SECRET_NOT_FOUND = Text("Could not find secret with ARN {arn}", "guessed", "like E1")

# --- customers and billing ---------------------------------------------------------------------------------
AGREEMENT_NAME_MISSING = Text("The agreementName must be specified.", "guessed", "-")
BILLING_OF_HOSTED = Text(
    "The billing mode of Connection {id} cannot be changed: it is a hosted connection.", "guessed", "-"
)
BILLING_OF_LAG_MEMBER = Text(
    "The billing mode of Connection {id} is set by Lag {lag_id}.", "guessed", "as for MACsec"
)

# --- resiliency groups -------------------------------------------------------------------------------------
RESILIENCY_GROUP_ID_FORMAT = Text("Resiliency Group ID {id} has an invalid format.", "guessed", "like E2")
RESILIENCY_GROUP_NOT_FOUND = Text("Could not find Resiliency Group with ID {id}", "guessed", "like E1")
RESILIENCY_GROUP_NOT_EMPTY = Text(
    "Resiliency Group {id} cannot be deleted until its connections are disassociated.", "guessed", "like E10"
)
RESILIENCY_CONNECTION_TAKEN = Text(
    "Connection {id} is already associated with Resiliency Group {group}.", "guessed", "-"
)
RESILIENCY_CONNECTION_MISSING = Text(
    "Connection {id} is not associated with Resiliency Group {group}.", "guessed", "-"
)
RESILIENCY_GROUPS_PER_REGION = Text(
    "Exceeded the maximum number of Resiliency Groups in {region}. The limit is {limit}",
    "guessed",
    "the exception is modelled",
    code="LimitExceededException",
)
CONNECTIONS_PER_RESILIENCY_GROUP = Text(
    "Exceeded the maximum number of connections in Resiliency Group {id}. The limit is {limit}",
    "guessed",
    "the exception is modelled",
    code="LimitExceededException",
)
CLIENT_TOKEN_REUSED = Text(
    "The clientToken {token} was used before with other parameters.", "guessed", "idempotency of AWS"
)

# --- rate limits and prefix pools --------------------------------------------------------------------------
RATE_LIMIT_INVALID = Text("Rate limit {rate} is not valid.", "documented", "VirtualInterface, rateLimit")
RATE_LIMIT_EXCEEDS = Text(
    "Rate limit {rate} exceeds the bandwidth of {id}.", "documented", "VirtualInterface, rateLimit"
)
RATE_LIMIT_ON_HOSTED = Text("Rate limits are not available on {id}.", "guessed", "-")
RATE_LIMITERS_EXCEEDED = Text(
    "The rate limiter limit of {limit} has been exceeded for {id}.",
    "documented",
    "LimitExceededException",
    code="LimitExceededException",
)
PREFIX_POOL_NOT_APPLICABLE = Text(
    "Prefix pools are not applicable to public virtual interfaces or hosted connections.",
    "documented",
    "VirtualInterface, prefixPoolAllocatedCountIpv4",
)
PREFIX_POOL_EXHAUSTED = Text(
    "The prefix pool of {id} has only {left} unallocated prefixes.", "guessed", "the rule is documented"
)

# --- other services --------------------------------------------------------------------------------------
CLOUDFORMATION_GATEWAY_IN_USE = Text(
    "The Direct Connect gateway {id} still has {what}.", "guessed", "dx_mock's own, in moto's CloudFormation"
)
