"""Requests to the Direct Connect endpoint that no botocore client makes, and their answers.

The contract, (status, headers, body), is the one that every HTTP-shaped door speaks.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from email.utils import format_datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from dx_mock.engine.accounts import ACCOUNT_HEADER, is_account_id
from dx_mock.engine.faults import LostReply
from dx_mock.moto_services import access_control, recorder
from dx_mock.moto_services.caller_identity import account_of
from dx_mock.protocol import bodies, contract
from dx_mock.rules import hosts
from dx_mock.support import errors
from dx_mock.support.errors import ServiceError
from dx_mock.support.text import shortened
from dx_mock.world.dispatcher import Call, unknown_operation

if TYPE_CHECKING:
    from dx_mock.world.world import World

Answer = tuple[int, dict[str, str], bytes]

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
    # AWS's clock is the world's [recorded: ANS (the header)].
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
    elif (named := headers.get(ACCOUNT_HEADER)) and not is_account_id(named):
        reply_error = errors.ACCOUNT_HEADER_MALFORMED(header=ACCOUNT_HEADER, value=shortened(named, 200))
    elif len(body) > MAX_BODY:
        reply_error = errors.BODY_TOO_LARGE(limit=MAX_BODY)
    elif cbor and not bodies.knows_cbor():
        cbor, reply_error = False, errors.INVALID_CBOR(reason="the installed botocore does not know it yet")
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
                raise LostReply(reply.lost.name)  # the record has the other one, which keeps no frames
            reply_error, request_id = reply.error, reply.request_id
            if reply.answer is not None:
                return success(operation, reply.answer, request_id, cbor)
    assert reply_error is not None
    with world.lock:
        request_id = request_id or world.ids.refusal()
    return failure(reply_error, request_id, cbor)


def failure(error: ServiceError, request_id: str, cbor: bool = False) -> Answer:
    """Return the answer that a refusal is."""
    content = bodies.error_cbor(error) if cbor else bodies.error_body(error)
    status = error.status or contract.status_of(error.code)
    return status, {**_headers(content, request_id, cbor), "connection": "close"}, content


def success(operation: Any, found: Mapping[str, Any], request_id: str, cbor: bool = False) -> Answer:
    """Return the answer that a reply is."""
    if cbor:
        content = bodies.write_cbor(operation.output_shape, contract.encode(operation, found))
    else:
        content = bodies.write_json(contract.encode(operation, found, "json"))
    return 200, _headers(content, request_id, cbor), content


def phrase(status: int) -> str:
    """Return the words that go with a status; a fault of the test may have made one that has none."""
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


def answer_url(world: World, method: str, url: str, headers: Mapping[str, Any], body: Any) -> Answer:
    """Return the answer to a request to one of Direct Connect's endpoints, as a library of HTTP sends it.

    Raises:
        LostReply: If a fault of the test broke the connection.
    """
    parts = urlsplit(url)
    lowered = {
        str(name).lower(): value.decode("latin-1") if isinstance(value, bytes) else str(value)
        for name, value in headers.items()
    }
    content = _read(body)
    lowered.setdefault("host", parts.netloc)
    recorder.record(method, url, lowered, content)
    region = hosts.region_of_direct_connect(hosts.plain(parts.hostname or ""))
    return answer(world, lowered, content, region=region, path=parts.path, method=method.upper())


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
