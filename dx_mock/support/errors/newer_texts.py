"""Refusals about MACsec, agreements, billing, resiliency groups, rate limits and prefix pools."""

from __future__ import annotations

from dx_mock.support.errors.refusals import Text

# --- MACsec keys -------------------------------------------------------------------------------------------
MACSEC_KEY_OR_SECRET = Text(
    "Either secretARN or both of ckn and cak must be specified.", "documented", "model: AssociateMacSecKey"
)
MACSEC_KEY_INVALID = Text(
    "The {name} is not valid. It must have 64 hexadecimal characters.",
    "documented",
    "model: AssociateMacSecKey",
)
MACSEC_PORT_NOT_AVAILABLE = Text(
    "The port is not in available state to associate the key for account {account}",
    "recorded",
    "TF#26274",
    wording="recorded",
)
MACSEC_KEYS_PER_PORT = Text(
    "Exceeded the maximum number of MACsec keys on {id}. The limit is {limit}", "documented", "UG:MACsec"
)
MACSEC_KEY_THERE = Text(
    "The ckn is already associated with {id}.",
    "documented",
    "UG:associate-key-connection, a key is disassociated before it changes",
)
MACSEC_KEY_IN_USE = Text("The ckn is in use with another cak.", "documented", "UG:MACsec")
MACSEC_KEY_NOT_THERE = Text(
    "The secret {arn} is not associated with {id}.",
    "documented",
    "model: DisassociateMacSecKey, an ARN that DescribeConnections shows",
)
MACSEC_KEYS_OF_LAG = Text("The MACsec keys of {what} {id} are set by Lag {lag_id}.", "documented", "UG:MACsec")
MACSEC_SECRET_NOT_FOUND = Text(
    "Could not find secret with ARN {arn}",
    "documented",
    "API reference: DirectConnectClientException, parameters that are not valid",
)

# --- customers and billing ---------------------------------------------------------------------------------
AGREEMENT_NAME_MISSING = Text(
    "The agreementName must be specified.",
    "documented",
    "API reference: DirectConnectClientException, parameters that are not valid",
)
BILLING_OF_BANDWIDTH = Text(
    "Billing mode {mode} is not available for bandwidth {bandwidth}.", "documented", "UG:flat-rate-connections"
)
BILLING_OF_LOCATION = Text(
    "Billing mode {mode} differs from {other}, which your connections at location {location} have.",
    "documented",
    "UG:flat-rate-connections",
)
BILLING_CHANGES = Text(
    "The billing mode of Connection {id} has been changed {limit} times within six months.",
    "documented",
    "UG:flat-rate-connections",
)
BILLING_OF_HOSTED = Text(
    "The billing mode of Connection {id} cannot be changed: it is a hosted connection.",
    "documented",
    "UG:flat-rate-connections",
)
BILLING_OF_LAG_MEMBER = Text(
    "The billing mode of Connection {id} is set by Lag {lag_id}.", "documented", "UG:flat-rate-connections"
)

# --- resiliency groups -------------------------------------------------------------------------------------
RESILIENCY_GROUP_ID_FORMAT = Text(
    "Resiliency Group ID {id} has an invalid format.", "documented", "model: pattern of the id"
)
RESILIENCY_GROUP_NOT_FOUND = Text(
    "Could not find Resiliency Group with ID {id}",
    "documented",
    "API reference: DirectConnectClientException, parameters that are not valid",
)
RESILIENCY_GROUP_NOT_EMPTY = Text(
    "Resiliency Group {id} cannot be deleted until its connections are disassociated.", "guessed", "like E10"
)
RESILIENCY_CONNECTION_TAKEN = Text(
    "Connection {id} is already associated with Resiliency Group {group}.", "guessed", "-"
)
RESILIENCY_CONNECTION_MISSING = Text(
    "Connection {id} is not associated with Resiliency Group {group}.",
    "documented",
    "model: DisassociateConnectionsFromResiliencyGroup, all of them or the operation fails",
)
RESILIENCY_GROUPS_PER_REGION = Text(
    "Exceeded the maximum number of Resiliency Groups in {region}. The limit is {limit}",
    "documented",
    "model: LimitExceededException; the number is ours",
    code="LimitExceededException",
)
CLIENT_TOKEN_REUSED = Text(
    "The clientToken {token} was used before with other parameters.", "guessed", "idempotency of AWS"
)

# --- rate limits and prefix pools --------------------------------------------------------------------------
RATE_LIMIT_INVALID = Text("Rate limit {rate} is not valid.", "documented", "model: VirtualInterface, rateLimit")
RATE_LIMIT_EXCEEDS = Text(
    "Rate limit {rate} exceeds the bandwidth of {id}.", "documented", "model: VirtualInterface, rateLimit"
)
RATE_LIMIT_ON_HOSTED = Text("Rate limits are not available on {id}.", "documented", "UG:vif-rate-limiters")
RATE_LIMITERS_EXCEEDED = Text(
    "The rate limiter limit of {limit} has been exceeded for {id}.",
    "documented",
    "model: LimitExceededException",
    code="LimitExceededException",
)
PREFIX_POOL_NOT_APPLICABLE = Text(
    "Prefix pools are not applicable to public virtual interfaces.",
    "documented",
    "model: VirtualInterface, prefixPoolAllocatedCountIpv4",
)
PREFIX_POOL_EXHAUSTED = Text(
    "The prefix pool of {id} has only {left} unallocated prefixes.", "documented", "UG:prefix-controls"
)
PREFIX_COUNT_INVALID = Text(
    "The prefix count {count} is not valid. It must be between {least} and {most}.",
    "documented",
    "UG:prefix-allocations",
)
PREFIX_COUNT_IN_USE = Text(
    "The prefix count {count} is lower than the {used} prefixes in use on {id}.",
    "documented",
    "UG:prefix-allocations",
)
PREFIXES_PER_GATEWAY = Text(
    "Exceeded the maximum number of prefixes on {id}. The limit is {limit}", "documented", "UG:prefix-controls"
)
PREFIX_POOL_NEEDED = Text(
    "{what} {id} cannot leave Lag {lag_id}: the prefix pool would not cover what is allocated.",
    "documented",
    "UG:prefix-controls",
)
