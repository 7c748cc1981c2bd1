"""Every text with which the service refuses a call, in one place, with the evidence for it.

Keys ``E1`` ... are those of behaviour.md section 3.1; ``recorded`` texts are AWS's word for word (where only
a substring is known, the rest follows the style of the others), ``guessed`` texts are ours in that style.
"""

from __future__ import annotations

from typing import Literal

Evidence = Literal["recorded", "client-proven", "documented", "guessed"]

CLIENT_EXCEPTION = "DirectConnectClientException"


class ServiceError(Exception):
    """A refusal as the caller of the API sees it: an error code of the model and a message."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message


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
NOT_IMPLEMENTED = Text(
    "dx_mock does not implement {operation} yet; the model of the installed botocore {version} has it.",
    "guessed",
    "dx_mock's own",
)
INVALID_BODY = Text("The request body is not a valid JSON object: {reason}", "guessed", "-")
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
CONNECTION_DELETED = Text("Connection {id} is in state {state}", "guessed", "like E5")
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
