"""The full way of a botocore call: signature, transport, retries, parser, with our answer as the network's.

Calls that a fault may strike go this way, so that a client meets it as it would meet one of AWS, and calls
whose later events somebody listens to.  Nothing sleeps: the pauses between attempts, and the waiting of the
adaptive retry mode, take no time.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from botocore import exceptions
from botocore.awsrequest import AWSResponse
from botocore.retries import bucket

from dx_mock.doors import botocore_answers, http_requests
from dx_mock.engine.accounts import ACCOUNT_HEADER
from dx_mock.engine.faults import LostReply
from dx_mock.moto_services import access_control, recorder
from dx_mock.process.full_way import under_way as under_way
from dx_mock.protocol import bodies, regions
from dx_mock.support.patches import Patches
from dx_mock.world.dispatcher import Call, Reply

if TYPE_CHECKING:
    from botocore.model import OperationModel

    from dx_mock.world.world import World

_Bucket: Any = bucket.TokenBucket
_acquire = _Bucket.acquire
_patches = Patches()


def install() -> None:
    """Let no client wait for tokens while it goes the full way."""
    global _acquire
    if not _patches:
        _acquire = _Bucket.acquire
        _patches.set(_Bucket, "acquire", _acquire_at_once)


def uninstall() -> None:
    """Put botocore back as it was."""
    _patches.undo()


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
    """Return what ``BaseClient._make_request`` gives or raises, with this world at the end of the wire."""
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
    """Return a client's endpoint with our network and events in the place of its own."""
    endpoint = copy.copy(client._endpoint)
    region = client.meta.region_name

    def exchange(request: Any) -> Reply:
        unreachable = regions.unreachable(region, request.url)
        if unreachable is not None:
            raise unreachable
        headers = {str(name).lower(): _text(value) for name, value in request.headers.items()}
        parameters = request.body or b""
        if "smithy-protocol" in headers:
            parameters = bodies.read_body(parameters, headers)
        caller = headers.get(ACCOUNT_HEADER, account_id)  # a listener may have set the header
        patience = client.meta.config.read_timeout
        call = Call(operation, parameters, caller, region, patience)
        recorder.record(request.method, request.url, request.headers, request.body)
        refusal = access_control.refusal(request.method, request.url, request.headers, request.body)
        return world.dispatch(call) if refusal is None else world.refuse(call, refusal)

    endpoint.http_session = network(exchange, operation, world)
    endpoint._event_emitter = events(endpoint._event_emitter)
    return endpoint


def _text(value: Any) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)


class Network:
    """The end of the wire, in the place of botocore's HTTP session."""

    def __init__(self, exchange: Callable[[Any], Reply], operation: OperationModel, world: World) -> None:
        self._exchange = exchange
        self._operation = operation
        self._clock = world.clock

    def send(self, request: Any) -> AWSResponse:
        """Return the HTTP response to a request, or botocore's own error."""
        cbor = "smithy-protocol" in request.headers
        reply = self._exchange(request)
        if reply.lost is not None:
            raise error_of(reply.lost, request.url)
        if reply.error is not None:
            status, headers, content = http_requests.failure(reply.error, reply.request_id, cbor)
        else:
            assert reply.answer is not None
            status, headers, content = http_requests.success(
                self._operation, reply.answer, reply.request_id, cbor
            )
        headers = {**headers, "date": botocore_answers.http_date(self._clock.now())}
        return self.response(request.url, status, headers, content)

    def response(self, url: str, status: int, headers: dict[str, str], content: bytes) -> AWSResponse:
        """Return an HTTP response in the form of botocore."""
        return botocore_answers.response_of(url, status, headers, content)

    def close(self) -> None:
        """Do nothing: nothing is open."""


def error_of(lost: LostReply, url: str) -> Exception:
    """Return what botocore's transport raises for a fault of the connection."""
    kind = getattr(exceptions, lost.name)
    made: Exception = kind(endpoint_url=url, error=lost)
    return made


class Events:
    """A client's events, of which a few are answered otherwise while it goes the full way."""

    def __init__(self, events: Any) -> None:
        self._events = events

    def emit(self, event_name: str, **values: Any) -> Any:
        """Emit an event: without moto's answer to a request, and without pauses between attempts."""
        return heard(event_name, self._events.emit(event_name, **values))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._events, name)


def heard(event_name: str, responses: Any) -> Any:
    """Return what the handlers of an event said, as far as it counts here."""
    if event_name.startswith("before-send."):
        return [each for each in responses if not type(each[0]).__module__.startswith("moto.")]
    if event_name.startswith("needs-retry."):
        return [(who, 0 if _is_pause(said) else said) for who, said in responses]
    return responses


def _is_pause(said: Any) -> bool:
    return isinstance(said, (int, float)) and not isinstance(said, bool)
