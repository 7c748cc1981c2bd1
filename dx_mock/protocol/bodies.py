"""Bodies of requests and answers as bytes, in both protocols of the service: JSON 1.1 and RPC v2 CBOR.

What stands in them is checked and shaped in :mod:`dx_mock.protocol.contract`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from dx_mock.support import errors

if TYPE_CHECKING:
    from botocore.model import Shape

# --- in ----------------------------------------------------------------------------------------------------


def peek(body: bytes) -> dict[str, Any]:
    """What can be read of a body that was refused, for the record."""
    try:
        return read_json(body)
    except errors.ServiceError:
        return {}


def _no_json(constant: str) -> Any:
    raise ValueError(f"{constant} is no JSON")


_json = json.JSONDecoder(parse_constant=_no_json)


def read_json(body: bytes | str | None) -> dict[str, Any]:
    """A request body as an object; an empty one counts as ``{}``.

    Raises:
        ServiceError: it is not JSON, or not an object.
    """
    if not body:
        return {}
    try:
        text = body if isinstance(body, str) else body.decode()
        if text[:1] == "{" and text[-1:] == "}":
            parsed, end = _json.raw_decode(text)  # half the time of json.loads, which counts on every call
        else:
            parsed, end = None, 0
        if end != len(text):
            parsed = _json.decode(text)
    except RecursionError:
        raise errors.INVALID_BODY(reason="it is nested too deeply") from None
    except ValueError as problem:
        # Python's words for a number of thousands of digits are about Python.
        reason = "a number is too long" if "integer string conversion" in str(problem) else problem
        raise errors.INVALID_BODY(reason=reason) from None
    if not isinstance(parsed, dict):
        raise errors.INVALID_BODY(reason="expected an object")
    if "\\u" in text and "\\ud" in text.lower():
        return _without_surrogates(parsed)
    return parsed


def _without_surrogates(parsed: dict[str, Any]) -> dict[str, Any]:
    """Halves of surrogate pairs, which no UTF-8 can have, as question marks: so does Java, when it writes."""
    text = json.dumps(parsed, ensure_ascii=False).encode(errors="replace")
    clean: dict[str, Any] = json.loads(text)
    return clean


def read_body(body: bytes | str | None, headers: Mapping[str, Any]) -> dict[str, Any] | bytes:
    """A request body in either protocol of the service as :func:`dx_mock.protocol.contract.decode` takes it.

    RPC v2 CBOR gives an object; JSON 1.1 stays bytes.

    Raises:
        ServiceError: it is not CBOR, or not an object.
    """
    if headers.get("smithy-protocol") == "rpc-v2-cbor":
        return read_cbor(body or b"")
    if isinstance(body, str):
        return body.encode()
    return body or b""


def read_cbor(body: bytes | str) -> dict[str, Any]:
    """A CBOR request body as an object, read by botocore's own parser.

    Raises:
        ServiceError: it is not CBOR, or not a map.
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
    except Exception:  # botocore's parser raises whatever it stumbles over, in words about answers
        raise errors.INVALID_CBOR(reason="it is malformed") from None
    if not isinstance(parsed, dict):
        raise errors.INVALID_CBOR(reason="expected a map")
    return parsed


# --- out ---------------------------------------------------------------------------------------------------


def write_json(value: Mapping[str, Any]) -> bytes:
    """Compact JSON without spaces, as AWS sends it [recorded: ANS content-length].

    Half of a surrogate pair, which a request may have in an escape, can not be sent and becomes a "?".
    """
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode(errors="replace")


def error_body(error: errors.ServiceError) -> bytes:
    """The body of a refusal [recorded: ANS, TF#9317]; a bare HTTP status has none."""
    if error.code.isdigit():
        return b""
    return write_json({"__type": error.code, "message": error.message})


def error_cbor(error: errors.ServiceError) -> bytes:
    """The body of a refusal in RPC v2 CBOR; a bare HTTP status has none."""
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
    """A value in RPC v2 CBOR, as botocore's own serializer writes its shape; an empty map without one."""
    from botocore import serialize

    data = bytearray()
    if shape is None:
        return b"\xa0"
    serializer: Any = serialize.RpcV2CBORSerializer()
    serializer._serialize_data_item(data, value, shape)
    return bytes(data)
