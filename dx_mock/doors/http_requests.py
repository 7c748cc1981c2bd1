"""The door for raw HTTP: requests to the Direct Connect endpoint that no botocore client makes.

Its contract, (status, headers, body), is the one that every HTTP-shaped door speaks.
"""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Mapping
from email.utils import format_datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import urllib3
from urllib3.connectionpool import HTTPConnectionPool
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError, ProtocolError, ReadTimeoutError

from dx_mock.doors import other_services
from dx_mock.engine.accounts import ACCOUNT_HEADER
from dx_mock.engine.faults import LostReply
from dx_mock.moto_services import access_control, core_config, recorder
from dx_mock.moto_services.caller_identity import account_of
from dx_mock.process import current_world
from dx_mock.protocol import bodies, contract
from dx_mock.support import errors
from dx_mock.support.errors import ServiceError
from dx_mock.world.dispatcher import Call, unknown_operation

if TYPE_CHECKING:
    from dx_mock.world.world import World

Answer = tuple[int, dict[str, str], bytes]

#: Regional, FIPS and dual-stack endpoints, in every partition.
HOST = re.compile(
    r"directconnect(-fips)?\.(?P<region>[a-z0-9-]+)\."
    r"(amazonaws\.com(\.cn)?|amazonaws\.eu|api\.aws|api\.amazonwebservices\.com\.cn|"
    r"c2s\.ic\.gov|sc2s\.sgov\.gov|cloud\.adc-e\.uk|csp\.hci\.ic\.gov)"
)
_AWS_HOST = re.compile(r"(.+\.)?(amazonaws\.com(\.cn)?|amazonaws\.eu|api\.aws|api\.amazonwebservices\.com\.cn)")
_CREDENTIAL = re.compile(r"Credential=(?P<key>[^/,\s]+)/[0-9]{8}/(?P<region>[^/]+)/")
_JSON = "application/x-amz-json-1.1"
_CBOR = "application/cbor"

#: The largest body that is read; AWS refuses larger ones too.
MAX_BODY = 1024 * 1024


def answer(
    world: World,
    headers: Mapping[str, str],
    body: bytes,
    *,
    region: str | None = None,
    path: str = "/",
    method: str = "POST",
) -> Answer:
    """Return the answer to an HTTP request in either protocol of the service: status, headers, body.

    ``headers`` are looked up by lower-case names; ``host`` is among them.

    Raises:
        LostReply: If a fault of the test broke the connection.
    """
    status, answered, content = _answer(world, headers, body, region, path, method)
    # AWS's clock is the world's [recorded: ANS, the header].
    return status, {**answered, "date": format_datetime(world.clock.now(), usegmt=True)}, content


def _answer(
    world: World, headers: Mapping[str, str], body: bytes, region: str | None, path: str, method: str
) -> Answer:
    region_name, account_id = _caller(headers, region)
    cbor = headers.get("smithy-protocol") == "rpc-v2-cbor"
    name = _operation_name(headers, path) if method == "POST" else ""
    reply_error: ServiceError | None
    request_id = ""
    if name not in contract.service_model().operation_names:
        reply_error = unknown_operation(name) if name else errors.NO_OPERATION(method=method)
    elif len(body) > MAX_BODY:
        reply_error = errors.BODY_TOO_LARGE(limit=MAX_BODY)
    else:
        operation = contract.service_model().operation_model(name)
        try:
            denied = access_control.refusal(method, f"https://{headers.get('host', '')}{path}", headers, body)
            parameters = body if denied is not None else bodies.read_body(body, headers)
        except ServiceError as refusal:
            reply_error = refusal
        else:
            call = Call(operation, parameters, account_id, region_name)
            reply = world.dispatch(call) if denied is None else world.refuse(call, denied)
            if reply.lost is not None:
                raise reply.lost
            reply_error, request_id = reply.error, reply.request_id
            if reply.answer is not None:
                return success(operation, reply.answer, request_id, cbor)
    assert reply_error is not None
    with world.lock:
        request_id = request_id or world.ids.request()
    return failure(reply_error, request_id, cbor)


def failure(error: ServiceError, request_id: str, cbor: bool = False) -> Answer:
    """The answer that a refusal is."""
    content = bodies.error_cbor(error) if cbor else bodies.error_body(error)
    status = error.status or contract.status_of(error.code)
    return status, {**_headers(content, request_id, cbor), "connection": "close"}, content


def success(operation: Any, found: Mapping[str, Any], request_id: str, cbor: bool = False) -> Answer:
    """The answer that a reply is."""
    if cbor:
        content = bodies.write_cbor(operation.output_shape, contract.encode(operation, found))
    else:
        content = bodies.write_json(contract.encode(operation, found, "json"))
    return 200, _headers(content, request_id, cbor), content


def phrase(status: int) -> str:
    """The words that go with a status; a fault of the test may have made one that has none."""
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"


def _headers(content: bytes, request_id: str, cbor: bool) -> dict[str, str]:
    headers = {
        "x-amzn-requestid": request_id,
        "content-type": _CBOR if cbor else _JSON,
        "content-length": str(len(content)),
    }
    if cbor:
        headers["smithy-protocol"] = "rpc-v2-cbor"
    return headers


def _operation_name(headers: Mapping[str, str], path: str) -> str:
    target = headers.get("x-amz-target", "")
    if target:
        prefix, _, name = target.rpartition(".")
        known = prefix in {"", contract.service_model().metadata["targetPrefix"]}
        return name if known else target
    return path.rpartition("/operation/")[2] if "/operation/" in path else ""


def _caller(headers: Mapping[str, str], region: str | None) -> tuple[str, str]:
    match = _CREDENTIAL.search(headers.get("authorization", ""))
    key = match["key"] if match else None
    region_name = region or (match["region"] if match else None) or "us-east-1"
    return region_name, account_of(key, headers.get(ACCOUNT_HEADER))


# --- requests and urllib3 in this process ------------------------------------------------------------------

_urlopen = HTTPConnectionPool.urlopen
#: what ``requests`` sends with while a mock is active
_adapter_send: Any = None


def install() -> None:
    """Answer HTTP that is made with urllib3 from here on."""
    global _urlopen
    if HTTPConnectionPool.urlopen is not _answering_urlopen:
        _urlopen = HTTPConnectionPool.urlopen
        HTTPConnectionPool.urlopen = _answering_urlopen  # type: ignore[method-assign]


def install_requests() -> None:
    """Answer HTTP that is made with requests from here on.

    moto and ``responses`` patch its adapter too, and the mock that was opened last must win.  What they put
    back may be ours of another time, so each of ours knows its own predecessor.
    """
    global _adapter_send
    adapter: Any = sys.modules["requests.adapters"].HTTPAdapter
    if not hasattr(adapter.send, "_dx_mock_original"):
        adapter.send = _answering(adapter.send)
    _adapter_send = adapter.send


def uninstall() -> None:
    """Put urllib3 and requests back as they were; where somebody came after us, we let everything pass."""
    if HTTPConnectionPool.urlopen is _answering_urlopen:
        HTTPConnectionPool.urlopen = _urlopen  # type: ignore[method-assign]
    adapters: Any = sys.modules.get("requests.adapters")
    if adapters is not None and adapters.HTTPAdapter.send is _adapter_send:
        adapters.HTTPAdapter.send = _adapter_send._dx_mock_original


def _answer_url(method: str, url: str, headers: Mapping[str, Any], body: Any) -> Answer | None:
    """The answer to a request if it is one to Direct Connect; None if it may go on."""
    world = current_world.current()
    host = urlsplit(url).hostname or ""
    if world is None or (not _AWS_HOST.fullmatch(host) and not HOST.fullmatch(host)):
        return None
    match = HOST.fullmatch(host)
    if match is None:
        other_services.before_raw_request(world, url)
        return None
    lowered = {
        str(name).lower(): value.decode("latin-1") if isinstance(value, bytes) else str(value)
        for name, value in headers.items()
    }
    if core_config.leaves_to_aws(world, url):
        return None
    content = _read(body)
    lowered.setdefault("host", urlsplit(url).netloc)
    recorder.record(method, url, lowered, content)
    return answer(
        world, lowered, content, region=match["region"], path=urlsplit(url).path, method=method.upper()
    )


def _read(body: Any) -> bytes:
    if body is None:
        return b""
    if isinstance(body, str):
        return body.encode()
    if isinstance(body, (bytes, bytearray)):
        return bytes(body)
    if hasattr(body, "read"):
        content = body.read(MAX_BODY + 1)
        return content.encode() if isinstance(content, str) else bytes(content)
    pieces = bytearray()
    for piece in body:
        pieces += piece.encode() if isinstance(piece, str) else piece
        if len(pieces) > MAX_BODY:
            break
    return bytes(pieces)


def _response(found: Answer) -> urllib3.HTTPResponse:
    status, headers, content = found
    return urllib3.HTTPResponse(
        body=io.BytesIO(content),
        headers=headers,
        status=status,
        reason=phrase(status),
        preload_content=False,
    )


#: What requests and urllib3 raise for a fault of the connection.
_LOST: Mapping[str, tuple[str, Any]] = {
    "ConnectTimeoutError": ("ConnectTimeout", lambda pool, url, text: ConnectTimeoutError(text)),
    "EndpointConnectionError": ("ConnectionError", lambda pool, url, text: NewConnectionError(pool, text)),
    "ConnectionClosedError": ("ConnectionError", lambda pool, url, text: ProtocolError(text)),
    "ReadTimeoutError": ("ReadTimeout", ReadTimeoutError),
}


def _answering(original: Any) -> Any:
    """What stands in the place of ``HTTPAdapter.send``."""

    def send(self: Any, request: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            found = _answer_url(request.method, request.url, request.headers, request.body)
        except LostReply as lost:
            exceptions: Any = sys.modules["requests.exceptions"]
            raise getattr(exceptions, _LOST[lost.name][0])(str(lost), request=request) from None
        if found is None:
            return original(self, request, *args, **kwargs)
        return self.build_response(request, _response(found))

    send._dx_mock_original = original  # type: ignore[attr-defined]
    return send


def _answering_urlopen(
    self: Any, method: str, url: str, body: Any = None, headers: Any = None, *args: Any, **kwargs: Any
) -> Any:
    full = url if "://" in url else f"{self.scheme}://{self.host}{url}"
    try:
        found = _answer_url(method, full, headers or {}, body)
    except LostReply as lost:
        raise _LOST[lost.name][1](self, full, str(lost)) from None
    if found is None:
        return _urlopen(self, method, url, body, headers, *args, **kwargs)
    response = _response(found)
    if kwargs.get("preload_content", True):
        response.read(cache_content=True)
    return response
