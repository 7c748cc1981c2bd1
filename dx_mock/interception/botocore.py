"""The door for boto3 and botocore in this process.

``BaseClient._make_request`` is the last step before a client's transport: every client passes it, whenever
it was made, after botocore has built and validated the request and after its ``before-call`` hooks.
Answering there needs no credentials, no endpoint, no signature and no network (design, section 5).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from botocore.awsrequest import AWSResponse, HeadersDict
from botocore.client import BaseClient

from dx_mock import wire
from dx_mock.dispatcher import Call, Reply, dispatch
from dx_mock.interception import active, others
from dx_mock.interception.accounts import ACCOUNT_HEADER, access_key_of, account_of

if TYPE_CHECKING:
    from botocore.model import OperationModel

    from dx_mock.errors import ServiceError
    from dx_mock.world import World

_CONTENT_TYPE = "application/x-amz-json-1.1"

#: The class with its private members, which the stubs do not have.
_Client: Any = BaseClient
_make_request = _Client._make_request


def install() -> None:
    """Let every client's requests come through here."""
    global _make_request
    if _Client._make_request is not _answering_make_request:
        _make_request = _Client._make_request
        _Client._make_request = _answering_make_request


def uninstall() -> None:
    """Put botocore back as it was."""
    if _Client._make_request is _answering_make_request:
        _Client._make_request = _make_request


def _answering_make_request(
    self: Any, operation_model: OperationModel, request_dict: dict[str, Any], request_context: Any
) -> Any:
    world = active.current()
    if world is None:
        return _make_request(self, operation_model, request_dict, request_context)
    if operation_model.service_model.service_name != wire.SERVICE:
        others.before_request(world, self, operation_model)
        return _make_request(self, operation_model, request_dict, request_context)
    reply = answer(world, self, operation_model, request_dict)
    return to_botocore(reply, operation_model, request_dict.get("url", ""), self)


def answer(world: World, client: Any, operation: OperationModel, request_dict: dict[str, Any]) -> Reply:
    """The world's reply to a request that a client has prepared."""
    headers = request_dict["headers"]
    credentials = getattr(client._request_signer, "_credentials", None)
    account_id = account_of(access_key_of(credentials), headers.get(ACCOUNT_HEADER), world.default_account_id)
    parameters = wire.read_body(request_dict["body"], headers)
    return dispatch(world, Call(operation, parameters, account_id, client.meta.region_name))


def to_botocore(
    reply: Reply, operation: OperationModel, url: str, client: Any
) -> tuple[AWSResponse, dict[str, Any]]:
    """A reply as botocore's transport would have given it: the HTTP response and what was parsed of it."""
    headers = {"x-amzn-requestid": reply.request_id, "content-type": _CONTENT_TYPE}
    if reply.error is not None:
        return _error_to_botocore(reply.error, headers, operation, url, client)
    assert reply.answer is not None
    parsed = wire.encode(operation, reply.answer)
    parsed["ResponseMetadata"] = {
        "RequestId": reply.request_id,
        "HTTPStatusCode": 200,
        "HTTPHeaders": headers,
        "RetryAttempts": 0,
    }
    return _Response(url, 200, headers), parsed


def _error_to_botocore(
    error: ServiceError, headers: dict[str, str], operation: OperationModel, url: str, client: Any
) -> tuple[AWSResponse, dict[str, Any]]:
    """An error goes through botocore's own parser, so that modelled exceptions get all of their members."""
    from botocore.parsers import ResponseParserFactory

    body = wire.error_body(error)
    headers["connection"] = "close"
    response = {"headers": headers, "status_code": 400, "body": body, "context": {}}
    parser = ResponseParserFactory().create_parser("json")
    output_shape: Any = operation.output_shape
    parsed = parser.parse(response, output_shape)
    # The transport parses the members of modelled exceptions besides, as botocore's Endpoint does.
    model: Any = operation.service_model
    shape = model.shape_for_error_code(error.code)
    if shape is not None:
        parsed.update({name: error.message for name in shape.members if name == "message"})
    parsed["ResponseMetadata"]["RetryAttempts"] = 0
    return _Response(url, 400, headers), parsed


class _Response(AWSResponse):
    """The HTTP response, whose headers are put into botocore's form only when a hook looks at them."""

    def __init__(self, url: str, status: int, headers: dict[str, str]) -> None:
        self.url = url
        self.status_code = status
        self.raw = None
        self._plain_headers = headers
        self._content = b""

    @property
    def headers(self) -> Any:  # type: ignore[override]
        """As botocore has them, looked up in any case."""
        found = HeadersDict()
        found.update(self._plain_headers)
        return found
