"""Refusals of the protocol: bodies, members, operations, pages."""

from __future__ import annotations

from dx_mock.support.errors.refusals import Text

# --- the protocol ------------------------------------------------------------------------------------------
UNKNOWN_OPERATION = Text(
    "The operation {operation} is not known to Direct Connect in the installed botocore {version}.",
    "documented",
    "API reference, common errors",
    code="UnknownOperationException",
    status=404,
)
NO_OPERATION = Text(
    "The {method} request names no operation of Direct Connect: POST it with X-Amz-Target, or to its path.",
    "documented",
    "Smithy awsJson1_1: POST only; API reference, common errors",
    code="UnknownOperationException",
    status=404,
)
NOT_IMPLEMENTED = Text(
    "dx_mock does not implement {operation} yet; the model of the installed botocore {version} has it.",
    "ours",
    "dx_mock",
)
INVALID_BODY = Text(
    "The request body is not a valid JSON object: {reason}",
    "documented",
    "Smithy awsJson1_1: a body is one JSON object",
)
INVALID_CBOR = Text(
    "The request body is not a valid CBOR map: {reason}",
    "documented",
    "Smithy rpcv2Cbor: a body is one CBOR map",
)
INVALID_REQUEST = Text("The HTTP request can not be read: {reason}", "documented", "RFC 9112")
BODY_TOO_LARGE = Text(
    "The request body is larger than {limit} bytes.",
    "documented",
    "API reference, common errors; the limit is ours",
    code="RequestEntityTooLargeException",
    status=413,
)
ACCOUNT_HEADER_MALFORMED = Text(
    "The header {header} must have twelve digits, not {value}.",
    "ours",
    "dx_mock: the header is moto's",
)
MEMBER_MISSING = Text(
    "1 validation error detected: Value null at '{path}' failed to satisfy constraint: Member must not be null",
    "documented",
    "model: required; the class is guessed",
)
MEMBER_TYPE = Text(
    "{found} can not be converted to {expected} at '{path}'",
    "documented",
    "model: types, sizes, patterns; the class is guessed",
)
MEMBER_CONSTRAINT = Text(
    "1 validation error detected: Value '{value}' at '{path}' failed to satisfy constraint: {constraint}",
    "documented",
    "model: types, sizes, patterns; the class is guessed",
)
INTERNAL_FAILURE = Text(
    "Unable to process request: {reason}",
    "recorded",
    "E29, terraform#22961; the reason is added",
    wording="recorded",
    code="DirectConnectServerException",
)
EXTRA_MISSING = Text(
    "{what} needs an extra of dx_mock that is not installed: pip install 'dx-mock[{extra}]'",
    "ours",
    "dx_mock",
    code="DirectConnectServerException",
)
INVALID_NEXT_TOKEN = Text(
    "The nextToken {token} is not valid.",
    "documented",
    "API reference: DirectConnectClientException, parameters that are not valid",
)
INVALID_MAX_RESULTS = Text(
    "The maxResults {value} is not valid. It must be at least 1.",
    "documented",
    "API reference: DirectConnectClientException, parameters that are not valid",
)
