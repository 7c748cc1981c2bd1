"""The full way of a botocore call: signature, transport, retries, parser, with our answer as the network's.

Calls that a fault may strike go this way, so that a client meets it as it would meet one of AWS.  Nothing
sleeps: the pauses between attempts, and the waiting of the adaptive retry mode, take no time.
"""

from __future__ import annotations

import copy
import io
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from botocore import exceptions
from botocore.awsrequest import AWSResponse, HeadersDict
from botocore.retries import bucket

from dx_mock.doors import http_requests
from dx_mock.engine.faults import LostReply
from dx_mock.moto_services import access_control, recorder
from dx_mock.process.full_way import under_way as under_way
from dx_mock.protocol import bodies
from dx_mock.world.dispatcher import Call, Reply

if TYPE_CHECKING:
    from botocore.model import OperationModel

    from dx_mock.world.world import World

_Bucket: Any = bucket.TokenBucket
_acquire = _Bucket.acquire


def install() -> None:
    """Let no client wait for tokens while it goes the full way."""
    _Bucket.acquire = _acquire_at_once


def uninstall() -> None:
    """Put botocore back as it was."""
    _Bucket.acquire = _acquire


def _acquire_at_once(self: Any, amount: int = 1, block: bool = True) -> Any:
    if not under_way.get():
        return _acquire(self, amount, block)
    try:
        return _acquire(self, amount, block=False)
    except exceptions.CapacityNotAvailableError:
        return True


def make_request(
    world: World, client: Any, account_id: str, operation: OperationModel, request_dict: dict[str, Any]
) -> Any:
    """What ``BaseClient._make_request`` gives or raises, with this world at the end of the wire."""
    endpoint = on_our_wire(world, client, account_id, operation, Network, Events)
    token = under_way.set(True)
    try:
        return endpoint.make_request(operation, request_dict)
    except Exception as problem:
        client.meta.events.emit(
            f"after-call-error.{operation.service_model.service_id.hyphenize()}.{operation.name}",
            exception=problem,
            context=request_dict["context"],
        )
        raise
    finally:
        under_way.reset(token)


def on_our_wire(
    world: World, client: Any, account_id: str, operation: OperationModel, network: Any, events: Any
) -> Any:
    """A client's endpoint with our network and events in the place of its own."""
    endpoint = copy.copy(client._endpoint)

    def exchange(request: Any) -> Reply:
        headers = {str(name).lower(): value for name, value in request.headers.items()}
        parameters = request.body or b""
        if "smithy-protocol" in headers:
            parameters = bodies.read_body(parameters, headers)
        patience = client.meta.config.read_timeout
        call = Call(operation, parameters, account_id, client.meta.region_name, patience)
        recorder.record(request.method, request.url, request.headers, request.body)
        refusal = access_control.refusal(request.method, request.url, request.headers, request.body)
        return world.dispatch(call) if refusal is None else world.refuse(call, refusal)

    endpoint.http_session = network(exchange, operation)
    unsigned = getattr(client._request_signer, "_credentials", None) is None
    endpoint._event_emitter = events(endpoint._event_emitter, unsigned)
    return endpoint


class Network:
    """The end of the wire, in the place of botocore's HTTP session."""

    def __init__(self, exchange: Callable[[Any], Reply], operation: OperationModel) -> None:
        self._exchange = exchange
        self._operation = operation

    def send(self, request: Any) -> AWSResponse:
        """The HTTP response to a request, or botocore's own error."""
        reply = self._exchange(request)
        if reply.lost is not None:
            raise error_of(reply.lost, request.url)
        if reply.error is not None:
            status, headers, content = http_requests.failure(reply.error, reply.request_id)
        else:
            assert reply.answer is not None
            status, headers, content = http_requests.success(self._operation, reply.answer, reply.request_id)
        return self.response(request.url, status, headers, content)

    def response(self, url: str, status: int, headers: dict[str, str], content: bytes) -> AWSResponse:
        """An HTTP response in the form of botocore."""
        found: Any = HeadersDict()
        found.update(headers)
        return AWSResponse(url, status, found, _Raw(content))

    def close(self) -> None:
        """Nothing is open."""


class _Raw(io.BytesIO):
    """A body as urllib3 gives it."""

    def stream(self, **_: Any) -> Any:
        """All of it."""
        yield self.read()


def error_of(lost: LostReply, url: str) -> Exception:
    """What botocore's transport raises for a fault of the connection."""
    kind = getattr(exceptions, lost.name)
    made: Exception = kind(endpoint_url=url, error=lost)
    return made


class Events:
    """A client's events, of which a few are answered otherwise while it goes the full way."""

    def __init__(self, events: Any, unsigned: bool) -> None:
        self._events = events
        self._unsigned = unsigned

    def emit(self, event_name: str, **values: Any) -> Any:
        """Emit an event: without moto's answer to a request, and without pauses between attempts."""
        if self._unsigned and event_name.startswith("request-created."):
            return []  # nobody checks signatures here, and this client has nothing to sign with
        return heard(event_name, self._events.emit(event_name, **values))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._events, name)


def heard(event_name: str, responses: Any) -> Any:
    """What the handlers of an event said, as far as it counts here."""
    if event_name.startswith("before-send."):
        return [each for each in responses if not type(each[0]).__module__.startswith("moto.")]
    if event_name.startswith("needs-retry."):
        return [(who, 0 if _is_pause(said) else said) for who, said in responses]
    return responses


def _is_pause(said: Any) -> bool:
    return isinstance(said, (int, float)) and not isinstance(said, bool)
