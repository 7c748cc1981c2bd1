"""Check an answer against the output shape of the installed botocore, as strictly as a typed SDK would."""

from __future__ import annotations

import re
from datetime import datetime

from dx_mock.protocol import contract
from dx_mock.support.errors import CLIENT_EXCEPTION

#: Members whose recorded value is not in the model's enum [recorded: NB, BF].
RECORDED_OUTSIDE_ENUM = {"attachmentType": {"privateVirtualInterface", "transitVirtualInterface"}}

#: Values that the models of older clients do not have, and that AWS sends all the same.
NEWER_VALUES = {"virtualInterfaceState": {"testing"}}

#: Members that AWS sends empty although the model says at least 1 [recorded: FLUID, C7N].
SENT_EMPTY = {"tags"}


def pattern_of(shape):
    """Return a string's pattern with Java's classes of letters, which Python lacks, replaced."""
    pattern = shape.metadata.get("pattern", ".*")
    pattern = pattern.replace(r"\p{L}\p{Z}\p{N}_", r"\w \u00a0").removeprefix("^").removesuffix("$")
    return re.compile(pattern, re.DOTALL)


def check_reply(operation, reply) -> None:
    """Raise AssertionError if a reply does not follow the model."""
    if reply.fault:  # a fault that the test asked for need not be in the model
        return
    if reply.error is not None:
        declared = {shape.name for shape in operation.error_shapes}
        protocol = {CLIENT_EXCEPTION, "UnknownOperationException"}
        assert reply.error.code in declared | protocol, (operation.name, reply.error)
        assert reply.error.message
        assert not reply.error.message.startswith("Unable to process request"), f"a bug: {reply.error}"
        return
    shape = operation.output_shape
    for style in ("parsed", "json"):
        answer = contract.encode(operation, reply.answer, style)
        if shape is not None:
            check_value(shape, answer, operation.name, style)


def check_value(shape, value, path, style) -> None:
    """Check one value against its shape."""
    assert value is not None, f"{path} is null"
    kind = shape.type_name
    if kind == "structure":
        assert type(value) is dict, f"{path} is {value!r}"
        for name, each in value.items():
            assert name in shape.members, f"{path}.{name} is not in the model"
            check_value(shape.members[name], each, f"{path}.{name}", style)
    elif kind == "list":
        assert type(value) is list, f"{path} is {value!r}"
        low, high = shape.metadata.get("min"), shape.metadata.get("max")
        name = path.rpartition(".")[2]
        assert low is None or len(value) >= low or name in SENT_EMPTY, f"{path} is too short"
        assert high is None or len(value) <= high, f"{path} is too long"
        for number, each in enumerate(value):
            check_value(shape.member, each, f"{path}[{number}]", style)
    elif kind == "string":
        assert type(value) is str, f"{path} is {value!r}"
        name = path.rpartition(".")[2]
        low, high = shape.metadata.get("min"), shape.metadata.get("max")
        assert low is None or len(value) >= low, f"{path} is {value!r}, too short"
        assert high is None or len(value) <= high, f"{path} is {value!r}, too long"
        assert pattern_of(shape).fullmatch(value), f"{path} is {value!r}, not like {shape.metadata['pattern']}"
        allowed = set(shape.enum) | RECORDED_OUTSIDE_ENUM.get(name, set()) | NEWER_VALUES.get(name, set())
        assert not shape.enum or value in allowed, f"{path} is {value!r}, not in {shape.enum}"
    elif kind in ("integer", "long"):
        assert type(value) is int, f"{path} is {value!r}"
        bits = 31 if kind == "integer" else 63
        assert value >= shape.metadata.get("min", value), f"{path} is {value!r}, too small"
        assert value <= shape.metadata.get("max", value), f"{path} is {value!r}, too large"
        assert -(2**bits) <= value < 2**bits, f"{path} is out of range"
    elif kind == "boolean":
        assert type(value) is bool, f"{path} is {value!r}"
    elif kind == "timestamp":
        assert isinstance(value, (int, float) if style == "json" else datetime), f"{path} is {value!r}"
    elif kind == "blob":
        assert isinstance(value, str if style == "json" else bytes), f"{path} is {value!r}"
    else:
        raise AssertionError(f"{path} has a type that this check does not know: {kind}")
