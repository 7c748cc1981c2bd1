"""Refusals about connections, interconnects, LAGs, hosted connections and letters."""

from __future__ import annotations

from dx_mock.support.errors.refusals import Text

# --- orders of connections, interconnects and LAGs ---------------------------------------------------------
NAME_INVALID = Text(
    "{what} name {name!r} is not valid. It must have 1 to {limit} letters, digits, spaces or -_,/ characters.",
    "documented",
    "CFN (pattern of the names)",
)
LOCATION_INVALID = Text(
    "Location {location} is not valid.", "client-proven", "feature test of the JavaScript SDK"
)
BANDWIDTH_INVALID = Text(
    "Bandwidth {bandwidth} is not valid.", "documented", "model: the possible values of bandwidth"
)
BANDWIDTH_NOT_OFFERED = Text(
    "Bandwidth {bandwidth} is not available at location {location}.",
    "documented",
    "model: Location, availablePortSpeeds",
)
MACSEC_NOT_OFFERED = Text(
    "MACsec is not available for bandwidth {bandwidth} at location {location}.",
    "documented",
    "model: Location, availableMacSecPortSpeeds",
)
CONNECTIONS_PER_LOCATION = Text(
    "Exceeded the maximum number of connections at location {location}. The limit is {limit}",
    "documented",
    "UG:limits",
)
LAGS_PER_REGION = Text(
    "Exceeded the maximum number of Lags in {region}. The limit is {limit}", "documented", "UG:limits"
)
CONNECTIONS_PER_LAG = Text(
    "Exceeded the maximum number of connections in a Lag. The limit is {limit}", "documented", "2017, UG:limits"
)
NUMBER_OF_CONNECTIONS_INVALID = Text(
    "The number of connections in a Lag must be at least 1, not {number}.",
    "documented",
    "API reference: DirectConnectClientException, parameters that are not valid",
)
ORDER_FOR_LAG_BANDWIDTH = Text(
    "Bandwidth {bandwidth} is not the bandwidth of Lag {lag_id}.", "documented", "model: CreateLag"
)
ORDER_FOR_LAG_LOCATION = Text(
    "Lag {lag_id} is not at location {location}.", "documented", "model: CreateConnection, the same endpoint"
)
NO_PORTS = Text(
    "There are not enough available ports on the Direct Connect endpoint at location {location}.",
    "documented",
    "2017, model: CreateConnection, CreateLag",
)

# --- connections -------------------------------------------------------------------------------------------
CONFIRM_FAILED = Text(
    "ConfirmConnection failed. {id} is in state {state}", "recorded", "E5", wording="recorded"
)
CONFIRM_NOT_FOUND = Text(
    "ConfirmConnection failed. {id} doesn't exist.",
    "client-proven",
    "integration test of an AWS SDK",
    wording="client-proven",
)
CONNECTION_TRANSITIONING = Text(
    "Connection {id} is in a transitioning state.", "recorded", "E6", wording="recorded"
)
CONNECTION_HAS_VIFS = Text(
    "{what} {id} cannot be deleted until its Virtual Interfaces are deleted.",
    "documented",
    "UG:deleteconnection",
)
INTERCONNECT_HAS_HOSTED = Text(
    "Interconnect {id} cannot be deleted until its hosted connections are deleted.", "guessed", "like E10"
)
ENCRYPTION_MODE_INVALID = Text(
    "Encryption mode {mode} is not valid. Valid values are no_encrypt, should_encrypt and must_encrypt.",
    "documented",
    "model: encryptionMode",
)
NOT_MACSEC_CAPABLE = Text("{id} is not MACsec capable.", "documented", "UG:MACsec")
ENCRYPTION_MODE_OF_LAG = Text(
    "The encryption mode of Connection {id} is set by Lag {lag_id}.", "documented", "UG:MACsec"
)

# --- LAGs --------------------------------------------------------------------------------------------------
MACSEC_MISMATCH = Text(
    "Connection {id} and lag should be requested MacSec at the same time", "recorded", "E7", wording="recorded"
)
MACSEC_MISMATCH_NEW = Text(
    "Connection and lag should be requested MacSec at the same time",
    "documented",
    "model: CreateLag, requestMACSec; the wording as E7",
)
MINIMUM_LINKS_TOO_HIGH = Text(
    "MinimumLinks cannot be set higher than the number of connections in the Lag.",
    "client-proven",
    "E9, substring",
    wording="client-proven",
)
MINIMUM_LINKS_NEGATIVE = Text(
    "MinimumLinks cannot be negative.",
    "documented",
    "API reference: DirectConnectClientException, parameters that are not valid",
)
MINIMUM_LINKS_BROKEN = Text(
    "{action} {what} {id} would cause Lag {lag_id} to fall below its minimum number of "
    "operational connections.",
    "documented",
    "2017, model: DisassociateConnectionFromLag",
)
LAG_HAS_VIFS = Text(
    "Lag {id} cannot be deleted until its Virtual Interfaces are deleted.",
    "client-proven",
    "E10, substring",
    wording="client-proven",
)
LAG_HAS_HOSTED = Text(
    "Lag {id} cannot be deleted until its hosted connections are deleted.", "documented", "model: DeleteLag"
)
LAG_HAS_MEMBERS = Text(
    "Lag {id} cannot be deleted until its connections are disassociated.",
    "client-proven",
    "TF: force_destroy; a quirk",
)
LAG_BANDWIDTH = Text(
    "{what} {id} does not have the same bandwidth as the Lag.",
    "documented",
    "model: AssociateConnectionWithLag",
)
LAG_LOCATION = Text(
    "{what} {id} is not in the same location as the Lag.",
    "documented",
    "model: AssociateConnectionWithLag, the same endpoint",
)
LAG_DEVICE = Text(
    "{what} {id} does not terminate on the same Direct Connect endpoint as the Lag.",
    "documented",
    "model: AssociateConnectionWithLag",
)
INTERCONNECT_MOVES_WITH_HOSTED = Text(
    "Interconnect {id} cannot be associated with Lag {lag_id} until its hosted connections are migrated.",
    "documented",
    "2017",
)
LAG_HOSTED_MEMBER = Text(
    "Connection {id} is a hosted connection and cannot be associated with a Lag.", "documented", "UG:lags"
)
ALREADY_IN_LAG = Text("{what} {id} is already associated with Lag {lag_id}.", "guessed", "-")
NOT_IN_LAG = Text("{what} {id} is not associated with Lag {lag_id}.", "guessed", "-")

# --- partners and hosted connections -----------------------------------------------------------------------
NOT_A_PARTNER = Text(
    "Account {account} is not an authorized Direct Connect partner in {region}.",
    "recorded",
    "E11",
    wording="recorded",
)
HOSTED_PARENT_MISSING = Text(
    "{account} DescribeHostedConnections failed for connection {id} doesn't exist.",
    "recorded",
    "E12",
    wording="recorded",
)
VLAN_IN_USE = Text("Vlan {vlan} is already in use", "recorded", "E13", wording="recorded")
VLAN_INVALID = Text(
    "Vlan {vlan} is not valid. It must be between 1 and 4094.", "documented", "UG:WorkingWithVirtualInterfaces"
)
OWNER_ACCOUNT_INVALID = Text(
    "Owner account {account} is not valid. It must have 12 digits.",
    "documented",
    "API reference: DirectConnectClientException, parameters that are not valid",
)
HOSTED_BANDWIDTH_EXCEEDS = Text("Bandwidth {bandwidth} exceeds the bandwidth of {id}.", "guessed", "-")
PARENT_NOT_HOSTING = Text(
    "{id} does not allow hosted connections.", "documented", "model: AllocateHostedConnection"
)
NOT_HOSTED = Text("{what} {id} is not a hosted connection.", "documented", "model: AssociateHostedConnection")
NOT_HOSTED_HERE = Text(
    "Connection {id} is not hosted on an interconnect or Lag of account {account}.",
    "documented",
    "model: AssociateHostedConnection, for partners only",
)
HOSTED_ELSEWHERE = Text("Connection {id} is not in the same location as {parent}.", "guessed", "-")
ADDRESS_IN_USE = Text(
    "Address {address} is already in use on {id}",
    "documented",
    "model: AssociateVirtualInterface, AssociateHostedConnection",
)

# --- the letter of authorization ---------------------------------------------------------------------------
LOA_NOT_AVAILABLE = Text("LOA is not available for {what} {id}.", "documented", "UG: LOA-CFA, up to 72 hours")
