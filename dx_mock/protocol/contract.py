"""The botocore model as the contract: decode and check requests, shape answers.

Everything here is read from the model of the installed botocore; nothing about single operations is
written by hand.  Checks and conversions are compiled once per shape, because they run on every call.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Mapping
from datetime import datetime, timezone
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import botocore
from dateutil.tz import tzlocal

from dx_mock.protocol.bodies import read_json
from dx_mock.support import errors
from dx_mock.support.text import shortened

if TYPE_CHECKING:
    from botocore.model import OperationModel, ServiceModel, Shape

SERVICE = "directconnect"

Decoder = Callable[[Any, str], Any]
Encoder = Callable[[Any], Any]


@lru_cache(maxsize=1)
def service_model() -> ServiceModel:
    """Return the Direct Connect model of the installed botocore."""
    from botocore.loaders import Loader
    from botocore.model import ServiceModel

    return ServiceModel(Loader().load_service_model(SERVICE, "service-2"), SERVICE)


def operation_names() -> list[str]:
    """Return the names of all operations of the installed model."""
    return list(service_model().operation_names)


def exception_names() -> list[str]:
    """Return the names of all exceptions of the installed model."""
    model = service_model()
    return [name for name in model.shape_names if model.shape_for(name).metadata.get("exception")]


def status_of(code: str) -> int:
    """Return the HTTP status of an error: the model's if it has one, else the default of JSON services."""
    model: Any = service_model()
    shape = model.shape_for_error_code(code)
    error: Mapping[str, Any] = shape.metadata.get("error", {}) if shape is not None else {}
    return int(error.get("httpStatusCode", 400))


def botocore_version() -> str:
    """Return the version of the installed botocore, for messages."""
    version: str = botocore.__version__
    return version


# --- requests: check parameters against the input shape ----------------------------------------------------

_JSON_TYPE = {bool: "BOOLEAN_VALUE", int: "NUMBER_VALUE", float: "DECIMAL_VALUE", str: "STRING_VALUE",
              list: "START_ARRAY", dict: "START_OBJECT", bytes: "BINARY_VALUE"}  # fmt: skip


def _wrong_type(value: Any, expected: str, path: str) -> errors.ServiceError:
    return errors.MEMBER_TYPE(
        found=_JSON_TYPE.get(type(value), type(value).__name__), expected=expected, path=path
    )


def _constraint(value: Any, path: str, constraint: str) -> errors.ServiceError:
    return errors.MEMBER_CONSTRAINT(value=shortened(str(value), 200), path=path, constraint=constraint)


def _decode_structure(shape: Any) -> Decoder:
    members = {name: _decoder(member) for name, member in shape.members.items()}
    required = tuple(shape.required_members)

    def decode(value: Any, path: str) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise _wrong_type(value, "an object", path)
        for name in required:
            if value.get(name) is None:
                raise errors.MEMBER_MISSING(path=f"{path}.{name}" if path else name)
        prefix = f"{path}." if path else ""
        # As with AWS, members that the model does not know are ignored, and null means absent.
        return {
            name: members[name](each, prefix + name)
            for name, each in value.items()
            if each is not None and name in members
        }

    return decode


def _decode_list(shape: Any) -> Decoder:
    member = _decoder(shape.member)
    low, high = shape.metadata.get("min"), shape.metadata.get("max")

    def decode(value: Any, path: str) -> list[Any]:
        if not isinstance(value, (list, tuple)):
            raise _wrong_type(value, "a list", path)
        _check_length(value, len(value), low, high, path)
        checked = []
        for number, each in enumerate(value, 1):
            if each is None:
                raise errors.MEMBER_MISSING(path=f"{path}.{number}.member")
            checked.append(member(each, f"{path}.{number}.member"))
        return checked

    return decode


def _check_length(value: Any, length: int, low: int | None, high: int | None, path: str) -> None:
    if low is not None and length < low:
        raise _constraint(value, path, f"Member must have length greater than or equal to {low}")
    if high is not None and length > high:
        raise _constraint(value, path, f"Member must have length less than or equal to {high}")


def _decode_string(shape: Any) -> Decoder:
    low, high = shape.metadata.get("min"), shape.metadata.get("max")
    allowed = tuple(shape.enum)
    pattern = shape.metadata.get("pattern")
    try:
        # "$" matches at the end of the whole text only; Python's would let a newline follow.
        expression = re.compile(re.sub(r"(?<!\\)\$$", r"\\Z", pattern)) if pattern else None
    except re.error:  # the model's patterns are Java's; those with \p{L} and the like are checked by the rules
        expression = None

    def decode(value: Any, path: str) -> str:
        if not isinstance(value, str):
            raise _wrong_type(value, "a String", path)
        if allowed and value not in allowed:
            raise _constraint(value, path, f"Member must satisfy enum value set: [{', '.join(allowed)}]")
        _check_length(value, len(value), low, high, path)
        if expression is not None and not expression.search(value):
            raise _constraint(value, path, f"Member must satisfy regular expression pattern: {pattern}")
        return value

    return decode


def _decode_number(shape: Any) -> Decoder:
    bits = 31 if shape.type_name == "integer" else 63
    kind = "an Integer" if bits == 31 else "a Long"
    low, high = shape.metadata.get("min"), shape.metadata.get("max")

    def decode(value: Any, path: str) -> int:
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int):
            raise _wrong_type(value, kind, path)
        if not -(2**bits) <= value < 2**bits:
            raise _wrong_type(value, kind, path)
        if low is not None and value < low:
            raise _constraint(value, path, f"Member must have value greater than or equal to {low}")
        if high is not None and value > high:
            raise _constraint(value, path, f"Member must have value less than or equal to {high}")
        return value

    return decode


def _decode_boolean(shape: Any) -> Decoder:
    def decode(value: Any, path: str) -> bool:
        if not isinstance(value, bool):
            raise _wrong_type(value, "a Boolean", path)
        return value

    return decode


def _decode_blob(shape: Any) -> Decoder:
    def decode(value: Any, path: str) -> bytes:
        if isinstance(value, bytes):
            return value
        try:
            return base64.b64decode(value, validate=True)
        except (binascii.Error, TypeError, ValueError):
            raise _wrong_type(value, "a Blob", path) from None

    return decode


def _decode_timestamp(shape: Any) -> Decoder:
    def decode(value: Any, path: str) -> datetime:
        if isinstance(value, datetime):
            return value
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise _wrong_type(value, "a Timestamp", path)
        try:
            return datetime.fromtimestamp(value, timezone.utc)
        except (OverflowError, OSError, ValueError):  # outside of Python's calendar
            raise _wrong_type(value, "a Timestamp", path) from None

    return decode


_DECODERS: Mapping[str, Callable[[Any], Decoder]] = {
    "structure": _decode_structure,
    "list": _decode_list,
    "string": _decode_string,
    "integer": _decode_number,
    "long": _decode_number,
    "boolean": _decode_boolean,
    "blob": _decode_blob,
    "timestamp": _decode_timestamp,
}


def _decoder(shape: Shape) -> Decoder:
    try:
        return _DECODERS[shape.type_name](shape)
    except KeyError:
        return lambda value, path: value  # a type that a newer model may add


_decoders: dict[str, Decoder] = {}


def decode(operation: OperationModel, parameters: Any) -> dict[str, Any]:
    """Return the parameters of a call, checked against the model, without unknown members.

    ``parameters`` is an object, or JSON as bytes.

    Raises:
        ServiceError: If a member is missing, has the wrong type or breaks a constraint of the model.
    """
    if type(parameters) is bytes:
        return _decode_body(operation, parameters)
    decoder = _decoders.get(operation.name)
    if decoder is None:
        shape = operation.input_shape
        decoder = _decode_structure(shape) if shape is not None else _decode_nothing
        _decoders[operation.name] = decoder
    checked: dict[str, Any] = decoder(parameters, "")
    return checked


#: (operation, body) -> parameters: a cache, because tests repeat the same request many times.
_decoded: dict[tuple[str, bytes], dict[str, Any]] = {}
_SCALARS = frozenset({str, int, bool})


def _decode_body(operation: OperationModel, body: bytes) -> dict[str, Any]:
    key = (operation.name, body)
    known = _decoded.get(key)
    if known is None:
        known = decode(operation, read_json(body))
        # Lists are not kept, as the receiver could change them, nor large bodies, as these rarely repeat.
        if len(body) > 200 or not _SCALARS.issuperset(map(type, known.values())):
            return known
        if len(_decoded) > 1000:
            _decoded.clear()
        _decoded[key] = known
    return known.copy()


def _decode_nothing(value: Any, path: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise _wrong_type(value, "an object", path)
    return {}


# --- answers: shape them by the output shape ---------------------------------------------------------------
#
# An encoder takes what a handler returns, plain dicts with datetimes and bytes, and returns a copy that has
# the members of the model and no nulls: with datetimes and bytes as botocore's parser returns them ("parsed"),
# or as JSON has them ("json": epoch seconds, base64).


class Prepared(dict[str, Any]):
    """A part of an answer that a handler returns more than once, and that nobody changes.

    It keeps its encoded form, so that it is encoded only once.
    """

    __slots__ = ("encoded",)

    def __init__(self, values: Mapping[str, Any]) -> None:
        super().__init__(values)
        self.encoded: dict[Any, tuple[dict[str, Any], tuple[tuple[str, Callable[[Any], Any]], ...]]] = {}


def _encode_structure(shape: Any, style: str) -> Encoder:
    members = {name: _encoder(member, style) for name, member in shape.members.items()}
    converted = tuple((name, change) for name, change in members.items() if change is not None)

    def encode(value: Mapping[str, Any]) -> dict[str, Any]:
        if type(value) is Prepared:
            known, parts = value.encoded.get(encode) or prepare(value)
            result = known.copy()
            for name, copied in parts:
                result[name] = copied(result[name])
            return result
        return convert(select(value))

    def convert(result: dict[str, Any]) -> dict[str, Any]:
        for name, change in converted:
            if name in result:
                result[name] = change(result[name])
        return result

    def prepare(value: Prepared) -> Any:
        known = convert(select(value))
        # What a caller could change, each gets a copy of; times, texts and bytes nobody can.
        parts = tuple((name, _copier(each)) for name, each in known.items() if isinstance(each, (dict, list)))
        value.encoded[encode] = known, parts
        return known, parts

    def select(value: Mapping[str, Any]) -> dict[str, Any]:
        return {name: each for name, each in value.items() if each is not None and name in members}

    return encode


def _copier(value: dict[str, Any] | list[Any]) -> Callable[[Any], Any]:
    """Return what copies an encoded part of an answer, all the way down; most have only one level."""
    inner = value.values() if isinstance(value, dict) else value
    return _copy if any(isinstance(each, (dict, list)) for each in inner) else type(value).copy


def _copy(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _copy(each) for name, each in value.items()}
    return [_copy(each) for each in value] if isinstance(value, list) else value


def _encode_list(shape: Any, style: str) -> Encoder:
    member = _encoder(shape.member, style)
    if member is None:
        return list

    def encode(value: Any) -> list[Any]:
        return [member(each) for each in value]

    return encode


#: botocore returns times in the machine's time zone.
_LOCAL = tzlocal()


def _parsed_timestamp(value: datetime) -> datetime:
    return value.astimezone(_LOCAL)


def _json_timestamp(value: datetime) -> float:
    return value.timestamp()


def _json_blob(value: bytes) -> str:
    return base64.b64encode(value).decode("ascii")


def _encoder(shape: Shape, style: str) -> Encoder | None:
    """Return the encoder of a shape, or None if values need no change."""
    kind = shape.type_name
    if kind == "structure":
        return _encode_structure(shape, style)
    if kind == "list":
        return _encode_list(shape, style)
    if kind == "timestamp":
        return _parsed_timestamp if style == "parsed" else _json_timestamp
    if kind == "blob" and style == "json":
        return _json_blob
    return None


#: style -> operation -> encoder
_encoders: dict[str, dict[str, Encoder]] = {"parsed": {}, "json": {}}


def encode(operation: OperationModel, answer: Mapping[str, Any], style: str = "parsed") -> dict[str, Any]:
    """Return a copy of a handler's answer in the shape of the model; ``style`` is ``parsed`` or ``json``."""
    encoder = _encoders[style].get(operation.name)
    if encoder is None:
        shape = operation.output_shape
        encoder = _encode_structure(shape, style) if shape is not None else (lambda value: {})
        _encoders[style][operation.name] = encoder
    encoded: dict[str, Any] = encoder(answer)
    return encoded
