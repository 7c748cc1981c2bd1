"""The door for boto3 and botocore in this process.

A client that is made while a mock is active gets a ``before-call`` hook, the last one, so that a user's own
hooks and stubs come first.  For clients made earlier ``BaseClient._make_request`` is patched: the last step
before the transport, which every client passes.  Both come after botocore has built and validated the request;
answering there needs no credentials, no endpoint, no signature and no network (design, section 5).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from botocore.awsrequest import AWSResponse, HeadersDict
from botocore.client import BaseClient

from dx_mock.doors import botocore_endpoint, other_services
from dx_mock.engine.accounts import ACCOUNT_HEADER, access_key_of
from dx_mock.moto_services import access_control, core_config, recorder
from dx_mock.moto_services.caller_identity import account_of
from dx_mock.process import current_world, served_endpoints
from dx_mock.protocol import bodies, contract
from dx_mock.world.dispatcher import Call, Reply

if TYPE_CHECKING:
    from botocore.model import OperationModel

    from dx_mock.support.errors import ServiceError
    from dx_mock.world.world import World

_CONTENT_TYPE = "application/x-amz-json-1.1"

#: The class with its private members, which the stubs do not have.
_Client: Any = BaseClient
_make_request = _Client._make_request


_init = _Client.__init__


def install() -> None:
    """Let every client's requests come through here."""
    global _make_request, _init
    botocore_endpoint.install()
    if _Client._make_request is not _answering_make_request:
        _make_request = _Client._make_request
        _Client._make_request = _answering_make_request
        _init = _Client.__init__
        _Client.__init__ = _hooking_init


def uninstall() -> None:
    """Put botocore back as it was; hooks on clients made meanwhile let everything pass."""
    botocore_endpoint.uninstall()
    if _Client._make_request is _answering_make_request:
        _Client._make_request = _make_request
    if _Client.__init__ is _hooking_init:
        _Client.__init__ = _init


def _hooking_init(self: Any, *arguments: Any, **options: Any) -> None:
    _init(self, *arguments, **options)
    if self.meta.service_model.service_name == contract.SERVICE and not hasattr(self, "__aenter__"):
        self.meta.events.register_last("before-call", _before_call, unique_id="dx_mock")


def _before_call(
    model: OperationModel, params: dict[str, Any], request_signer: Any, context: dict[str, Any], **_: Any
) -> tuple[AWSResponse, dict[str, Any]] | None:
    world = current_world.current()
    region = context.get("client_region")
    if world is None or region is None or served_endpoints.is_served(params["url"]):
        return None
    if core_config.leaves_to_aws(world, params["url"]) or needs_full_way(world, model):
        return None  # botocore comes to _answering_make_request next
    return answer(world, _account(world, request_signer, params["headers"]), region, model, params)


def _answering_make_request(
    self: Any, operation_model: OperationModel, request_dict: dict[str, Any], request_context: Any
) -> Any:
    world = current_world.current()
    if world is None or served_endpoints.is_served(request_dict["url"]):
        return _make_request(self, operation_model, request_dict, request_context)
    if operation_model.service_model.service_name != contract.SERVICE:
        return other_services.make_request(
            world, self, operation_model, request_dict, request_context, _make_request
        )
    if core_config.leaves_to_aws(world, request_dict["url"]):
        with other_services.passing(request_dict["url"]):
            return _make_request(self, operation_model, request_dict, request_context)
    signer = self._request_signer
    account_id = _account(world, signer, request_dict["headers"])
    if needs_full_way(world, operation_model):
        return botocore_endpoint.make_request(world, self, account_id, operation_model, request_dict)
    return answer(world, account_id, self.meta.region_name, operation_model, request_dict)


def needs_full_way(world: World, operation: OperationModel) -> bool:
    """Return whether somebody must see the request as it would be sent: a fault, moto's IAM, its recorder."""
    if world.faults and world.faults.concern(operation.name):
        return True
    return access_control.is_enforced() or recorder.is_recording()


def _account(world: World, signer: Any, headers: Any) -> str:
    """The account that a client acts as."""
    credentials = getattr(signer, "_credentials", None)
    return account_of(access_key_of(credentials), headers.get(ACCOUNT_HEADER), world.default_account_id)


def answer(
    world: World, account_id: str, region: str, operation: OperationModel, request_dict: dict[str, Any]
) -> tuple[AWSResponse, dict[str, Any]]:
    """The world's answer to a request that a client has prepared."""
    headers = request_dict["headers"]
    parameters = request_dict["body"]
    if type(parameters) is not bytes or "smithy-protocol" in headers:
        parameters = bodies.read_body(parameters, headers)
    reply = world.dispatch(Call(operation, parameters, account_id, region))
    return to_botocore(reply, operation, request_dict.get("url", ""))


def to_botocore(reply: Reply, operation: OperationModel, url: str) -> tuple[AWSResponse, dict[str, Any]]:
    """A reply as botocore's transport would have given it: the HTTP response and what was parsed of it."""
    headers = {"x-amzn-requestid": reply.request_id, "content-type": _CONTENT_TYPE}
    if reply.lost is not None:  # a fault that was added since the client chose the short way
        raise botocore_endpoint.error_of(reply.lost, url)
    if reply.error is not None:
        return _error_to_botocore(reply.error, headers, operation, url)
    assert reply.answer is not None
    parsed = contract.encode(operation, reply.answer)
    parsed["ResponseMetadata"] = {
        "RequestId": reply.request_id,
        "HTTPStatusCode": 200,
        "HTTPHeaders": headers,
        "RetryAttempts": 0,
    }
    return _Response(url, headers), parsed


def _error_to_botocore(
    error: ServiceError, headers: dict[str, str], operation: OperationModel, url: str
) -> tuple[AWSResponse, dict[str, Any]]:
    """An error goes through botocore's own parser, so that modelled exceptions get all of their members."""
    from botocore.parsers import ResponseParserFactory

    body = bodies.error_body(error)
    headers["connection"] = "close"
    status = error.status or contract.status_of(error.code)
    response = {"headers": headers, "status_code": status, "body": body, "context": {}}
    parser = ResponseParserFactory().create_parser("json")
    output_shape: Any = operation.output_shape
    parsed = parser.parse(response, output_shape)
    # The transport parses the members of modelled exceptions besides, as botocore's Endpoint does.
    model: Any = operation.service_model
    shape = model.shape_for_error_code(error.code)
    if shape is not None:
        parsed.update({name: error.message for name in shape.members if name == "message"})
    parsed["ResponseMetadata"]["RetryAttempts"] = 0
    return _Response(url, headers, status), parsed


class _Response(AWSResponse):
    """The HTTP response, of which botocore needs the status only: the rest is made when a hook looks at it."""

    raw = None
    _content = b""
    status_code = 200

    def __init__(self, url: str, plain_headers: dict[str, str], status: int = 200) -> None:
        self.url = url
        self._plain_headers = plain_headers
        if status != 200:
            self.status_code = status

    @property
    def headers(self) -> Any:  # type: ignore[override]
        """As botocore has them, looked up in any case."""
        found = HeadersDict()
        found.update(self._plain_headers)
        return found
