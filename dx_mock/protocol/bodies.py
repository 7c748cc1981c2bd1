"""The bodies of requests and answers as bytes, in both protocols of the service: JSON 1.1 and RPC v2 CBOR.

Their contents are checked and shaped in :mod:`dx_mock.protocol.contract`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from dx_mock.support import errors

if TYPE_CHECKING:
    from botocore.model import Shape

# --- requests ----------------------------------------------------------------------------------------------


def peek(body: bytes) -> dict[str, Any]:
    """Return what can be read of a body that was refused, for the record of calls."""
    try:
        return read_json(body)
    except errors.ServiceError:
        return {}


def _no_json(constant: str) -> Any:
    raise ValueError(f"{constant} is not JSON")


_json = json.JSONDecoder(parse_constant=_no_json)


def read_json(body: bytes | str | None) -> dict[str, Any]:
    """Return a JSON request body as an object; an empty body counts as ``{}``.

    Raises:
        ServiceError: If it is not JSON, or not an object.
    """
    if not body:
        return {}
    try:
        text = body if isinstance(body, str) else body.decode()
        if text[:1] == "{" and text[-1:] == "}":
            parsed, end = _json.raw_decode(text)  # half the time of json.loads, in every call
        else:
            parsed, end = None, 0
        if end != len(text):
            parsed = _json.decode(text)
    except RecursionError:
        raise errors.INVALID_BODY(reason="it is nested too deeply") from None
    except ValueError as problem:
        # Python's message about a number of thousands of digits speaks of Python's settings.
        reason = "a number is too long" if "integer string conversion" in str(problem) else problem
        raise errors.INVALID_BODY(reason=reason) from None
    if not isinstance(parsed, dict):
        raise errors.INVALID_BODY(reason="expected an object")
    if "\\u" in text and "\\ud" in text.lower():
        return _without_surrogates(parsed)
    return parsed


def _without_surrogates(parsed: dict[str, Any]) -> dict[str, Any]:
    """Replace halves of surrogate pairs, which UTF-8 can't encode, by question marks, as Java does."""
    text = json.dumps(parsed, ensure_ascii=False).encode(errors="replace")
    clean: dict[str, Any] = json.loads(text)
    return clean


def read_body(body: bytes | str | None, headers: Mapping[str, Any]) -> dict[str, Any] | bytes:
    """Return a request body of either protocol in the form that :func:`dx_mock.protocol.contract.decode` takes.

    RPC v2 CBOR becomes an object; JSON 1.1 stays bytes.

    Raises:
        ServiceError: If it is not CBOR, or not an object.
    """
    if headers.get("smithy-protocol") == "rpc-v2-cbor":
        return read_cbor(body or b"")
    if isinstance(body, str):
        return body.encode()
    return body or b""


def knows_cbor() -> bool:
    """Return whether the installed botocore, whose code reads and writes CBOR here, has it."""
    from botocore import parsers, serialize

    return hasattr(parsers, "RpcV2CBORParser") and hasattr(serialize, "RpcV2CBORSerializer")


def read_cbor(body: bytes | str) -> dict[str, Any]:
    """Return a CBOR request body as an object, read by botocore's own parser.

    Raises:
        ServiceError: If it is not CBOR, or not a map.
    """
    from botocore import parsers

    data = body.encode() if isinstance(body, str) else body
    if not data:
        return {}
    try:
        parser = parsers.RpcV2CBORParser()
        parsed = parser.parse_data_item(parser.get_peekable_stream_from_bytes(data))
    except RecursionError:
        raise errors.INVALID_CBOR(reason="it is nested too deeply") from None
    except Exception:  # botocore's parser raises exceptions of any type, with messages about answers
        raise errors.INVALID_CBOR(reason="it is malformed") from None
    if not isinstance(parsed, dict):
        raise errors.INVALID_CBOR(reason="expected a map")
    return parsed


# --- answers -----------------------------------------------------------------------------------------------


def write_json(value: Mapping[str, Any]) -> bytes:
    """Compact JSON without spaces, as AWS sends it [recorded: ANS (content-length)].

    Half of a surrogate pair, which a request may contain as an escape, can't be sent and becomes a "?".
    """
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode(errors="replace")


def error_body(error: errors.ServiceError) -> bytes:
    """Return the body of a refusal [recorded: ANS, TF#9317]; a bare HTTP status has none."""
    if error.code.isdigit():
        return b""
    return write_json({"__type": error.code, "message": error.message})


def error_cbor(error: errors.ServiceError) -> bytes:
    """Return the RPC v2 CBOR body of an error; it is empty for a bare HTTP status."""
    if error.code.isdigit():
        return b""
    return _cbor_map({"__type": error.code, "message": error.message})


def _cbor_map(strings: Mapping[str, str]) -> bytes:
    from botocore import serialize

    serializer: Any = serialize.RpcV2CBORSerializer()
    data = bytearray(serializer._get_initial_byte(serializer.MAP_MAJOR_TYPE, len(strings)))
    for key, value in strings.items():
        serializer._serialize_type_string(data, key, None, None)
        serializer._serialize_type_string(data, value, None, None)
    return bytes(data)


def write_cbor(shape: Shape | None, value: Mapping[str, Any]) -> bytes:
    """Return a value in RPC v2 CBOR as botocore's serializer writes its shape; without a shape an empty map."""
    from botocore import serialize

    data = bytearray()
    if shape is None:
        return b"\xa0"
    serializer: Any = serialize.RpcV2CBORSerializer()
    serializer._serialize_data_item(data, value, shape)
    return bytes(data)
