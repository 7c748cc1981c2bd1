"""Refusals of ids and tags: malformed, or nobody's here."""

from __future__ import annotations

from dx_mock.support.errors.refusals import Text

# --- looking things up -------------------------------------------------------------------------------------
LAG_NOT_FOUND = Text("Could not find Lag with ID {id}", "recorded", "E1", wording="recorded")
LAG_ID_FORMAT = Text("Lag ID {id} has an invalid format.", "recorded", "E2", wording="recorded")
CONNECTION_NOT_FOUND = Text("Could not find Connection with ID {id}", "recorded", "E3", wording="recorded")
CONNECTION_ID_FORMAT = Text(
    "Connection ID {id} has an invalid format.",
    "client-proven",
    "E4, feature test of the Ruby SDK",
    wording="client-proven",
)
INTERCONNECT_NOT_FOUND = Text(
    "Could not find Interconnect with ID {id}",
    "documented",
    "API reference: DirectConnectClientException, parameters that are not valid",
)
INTERCONNECT_ID_FORMAT = Text(
    "Interconnect ID {id} has an invalid format.",
    "documented",
    "API reference: DirectConnectClientException, parameters that are not valid",
)
VIF_NOT_FOUND = Text(
    "The Virtual Interface {id} does not exist.", "client-proven", "E24, substring", wording="client-proven"
)
VIF_ID_FORMAT = Text(
    "Virtual Interface ID {id} has an invalid format.",
    "documented",
    "API reference: DirectConnectClientException, parameters that are not valid",
)
CONNECTION_DOES_NOT_EXIST = Text(
    "Connection does not exist: {id}", "client-proven", "E8, substring", wording="client-proven"
)
LAG_DOES_NOT_EXIST = Text("Lag does not exist: {id}", "client-proven", "E8, substring", wording="client-proven")

# --- tags --------------------------------------------------------------------------------------------------
DUPLICATE_TAG_KEYS = Text(
    "Tag keys must be unique: {key} was given more than once.",
    "documented",
    "the exception is modelled",
    code="DuplicateTagKeysException",
)
TOO_MANY_TAGS = Text(
    "The number of tags exceeds the limit of {limit} per resource.",
    "documented",
    "the exception is modelled",
    code="TooManyTagsException",
)
TAG_KEY_RESERVED = Text("Tag key {key} is reserved: it begins with aws:.", "documented", "API:Tag")
TAG_INVALID = Text("Tag {part} {value!r} is not valid.", "documented", "API:Tag")
ARN_INVALID = Text(
    "Resource ARN {arn} has an invalid format.",
    "documented",
    "API reference: DirectConnectClientException, parameters that are not valid",
)
ARN_NOT_FOUND = Text(
    "Could not find resource with ARN {arn}",
    "documented",
    "API reference: DirectConnectClientException, parameters that are not valid",
)
