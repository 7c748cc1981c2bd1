"""Every operation of the installed model, once with its least input, with each optional member, and raw.

The operations and members come from botocore, their values from ``inputs.py``.  A member that makes no
difference, in the answer or in the world, has to be listed there with the reason.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from botocore import xform_name

from dx_mock import mock_directconnect
from dx_mock.doors.http_requests import answer
from dx_mock.protocol import bodies, contract
from tests.helpers import PARTNER, state
from tests.operations.estate import Estate
from tests.operations.inputs import (
    ACTING,
    ANOTHER_WORD,
    LEAST,
    MEMBERS,
    NO_DIFFERENCE,
    TWICE,
    VALUES,
)

OPERATIONS = list(contract.operation_names())


@pytest.fixture
def estate() -> Iterator[Estate]:
    """Return the estate in which the inputs are valid."""
    with mock_directconnect(partners=[PARTNER], others="block") as dx:
        yield Estate(dx)


def shape_of(operation: str) -> Any:
    return contract.service_model().operation_model(operation).input_shape


def members(shape: Any, path: str = "") -> Iterator[tuple[str, bool, Any]]:
    """Yield path, whether it is required, and shape of every member, those of structures in lists included."""
    for name, member in shape.members.items() if shape is not None else ():
        yield path + name, name in shape.required_members, member
        if member.type_name == "structure":
            yield from members(member, f"{path}{name}.")
        elif member.type_name == "list" and member.member.type_name == "structure":
            yield from members(member.member, f"{path}{name}[].")


def every_member(*, optional_only: bool) -> Iterator[Any]:
    """Return operation and path of the members of all inputs."""
    for operation in OPERATIONS:
        for path, required, _ in members(shape_of(operation)):
            if not (optional_only and required):
                yield pytest.param(operation, path, id=f"{operation}-{path}")


def least(estate: Estate, operation: str) -> dict[str, Any]:
    """Return the least valid input of an operation."""
    if operation not in LEAST:
        pytest.fail(f"botocore has a new operation: add the least valid input of {operation} to LEAST")
    return copy.deepcopy(LEAST[operation](estate))


def call(estate: Estate, operation: str, parameters: dict[str, Any]) -> dict[str, Any]:
    """Make a call and return the answer, whose shape is checked by the hook of all tests."""
    client = estate.acting(ACTING.get(operation, "client"))
    answered: dict[str, Any] = getattr(client, xform_name(operation))(**parameters)
    return answered


@pytest.mark.parametrize("operation", OPERATIONS)
def test_least_input(estate, operation):
    """Each operation answers its least input with every member that the model's output requires."""
    answered = call(estate, operation, least(estate, operation))
    shape = contract.service_model().operation_model(operation).output_shape
    if shape is not None:
        assert set(shape.required_members) <= set(answered)


def with_member(estate: Estate, operation: str, path: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return valid parameters without a member, and with it, for the same world.

    They are equal if the least input has the member, which the service needs then, whatever the model says.
    """
    without = least(estate, operation)
    if operation in TWICE:
        TWICE[operation](estate)
    if (operation, path) in MEMBERS:
        return without, MEMBERS[operation, path](estate, copy.deepcopy(without))
    if path == "nextToken":
        without["maxResults"] = 1
        return without, {**without, path: call(estate, operation, without)["nextToken"]}
    parameters = copy.deepcopy(without)
    if present(parameters, path):
        return without, parameters
    outer, name = split(path)
    if name not in VALUES:
        pytest.fail(f"botocore has a new member: add a valid value of {operation}'s {path} to VALUES")
    inner = parameters
    for part in outer:
        inner = inner.setdefault(part, {})
    inner[name.partition("[]")[0]] = VALUES[name](estate)
    return without, parameters


def outcome(operation: str, path: str, *, given: bool) -> Any:
    """Return the outcome of a call in a new world with the same ids: its answer, and the state after it.

    The parameters come first; it is None if those with and without the member are equal.
    """
    with mock_directconnect(partners=[PARTNER], others="block") as dx:
        estate = Estate(dx)
        without, parameters = with_member(estate, operation, path)
        if not given and without == parameters:
            return None
        answered = call(estate, operation, parameters if given else without)
        del answered["ResponseMetadata"]
        return parameters, answered, state(dx.world)


@pytest.mark.slow
@pytest.mark.parametrize(("operation", "path"), list(every_member(optional_only=True)))
def test_optional_member(operation, path):
    """Each member makes a difference, and its value is shown if the answer has a member of its name."""
    parameters, answered, after = outcome(operation, path, given=True)
    plain = outcome(operation, path, given=False)
    name = path.rpartition(".")[2]
    reason = NO_DIFFERENCE.get((operation, path)) or NO_DIFFERENCE.get(("", name))
    if plain is not None:
        differs = (answered, after) != plain[1:]
        assert differs == (reason is None), reason or f"{path} makes no difference"
    shown = list(values_of(answered, name))
    if shown and (operation, path) not in ANOTHER_WORD:
        assert any(fits(value, each) for value in values_of(parameters, name) for each in shown), shown


def values_of(tree: Any, name: str) -> Iterator[Any]:
    """Yield the values of all members with a name."""
    for each in tree if isinstance(tree, list) else [tree]:
        for key, value in each.items() if isinstance(each, dict) else ():
            if key == name:
                yield value
            yield from values_of(value, name)


def fits(given: Any, shown: Any) -> bool:
    """Return whether a value is shown; a tag without a value has an empty one."""
    if isinstance(given, list) and isinstance(shown, list):
        return len(given) == len(shown) and all(map(fits, given, shown))
    if isinstance(given, dict) and isinstance(shown, dict):
        return all(fits(value, shown.get(key)) for key, value in given.items())
    return bool(given == shown)


def split(path: str) -> tuple[list[str], str]:
    """Return the structures around a member, and its name: ``tags[].value`` is in a list."""
    parts = re.split(r"(?<!\])\.", path)
    return parts[:-1], parts[-1]


def present(parameters: Any, path: str) -> bool:
    """Return whether some parameters have a member already."""
    name, _, rest = path.partition(".")
    value = parameters.get(name.removesuffix("[]"))
    if value is None:
        return False
    if not rest:
        return True
    return present(value[0] if name.endswith("[]") else value, rest)


# --- over raw HTTP, past botocore's own validation ---------------------------------------------------------

_WRONG = {"string": 5, "integer": "five", "long": [], "boolean": "yes", "list": {}, "structure": "text"}
_ABSENT: Any = object()


def changed(parameters: Any, path: str, value: Any) -> None:
    """Set the member at a path, or take it away."""
    name, _, rest = path.partition(".")
    key = name.removesuffix("[]")
    if rest:
        changed(parameters[key][0] if name.endswith("[]") else parameters[key], rest, value)
    elif value is _ABSENT:
        del parameters[key]
    else:
        parameters[key] = value


def spoilt(value: Any, shape: Any, *, required: bool) -> Iterator[Any]:
    """Return impossible values of a member: wrong types, also of a list's elements, and null."""
    yield _WRONG[shape.type_name]
    if required:
        yield _ABSENT
        yield None
    if shape.type_name == "list":
        yield [*value, None]
        yield [*value, _WRONG[shape.member.type_name]]


@pytest.mark.slow
@pytest.mark.parametrize(("operation", "path"), list(every_member(optional_only=False)))
def test_spoilt_member_over_raw_http(estate, operation, path):
    """A member that is missing, null or of the wrong type is refused with HTTP 400 and its name."""
    parameters = with_member(estate, operation, path)[1]
    assert present(parameters, path)
    estate.dx.world.lifecycle.settle()
    before = state(estate.dx.world)
    required, shape = next((need, shape) for name, need, shape in members(shape_of(operation)) if name == path)
    for value in spoilt(at(parameters, path), shape, required=required):
        body = copy.deepcopy(parameters)
        changed(body, path, value)
        status, headers, content = send(estate, operation, body)
        refusal = json.loads(content)
        assert status == 400, (value, content)
        assert refusal["__type"] == "DirectConnectClientException", (value, refusal)
        assert path.rpartition(".")[2] in refusal["message"], (value, refusal)
        assert headers["content-type"] == "application/x-amz-json-1.1"
        assert state(estate.dx.world) == before, value
    status, _, content = send(estate, operation, parameters)
    assert status == 200, content


def at(parameters: Any, path: str) -> Any:
    """Return the member at a path."""
    name, _, rest = path.partition(".")
    value = parameters[name.removesuffix("[]")]
    return value if not rest else at(value[0] if name.endswith("[]") else value, rest)


@pytest.mark.parametrize("operation", OPERATIONS)
def test_bodies_that_are_no_objects(estate, operation):
    """They are refused with HTTP 400, and nothing changes."""
    before = state(estate.dx.world)
    for body in (b"[]", b'"text"', b"5", b"{", b"\xff", b"null", b'{"a":1}{}'):
        status, _, content = send(estate, operation, body)
        assert (status, json.loads(content)["__type"]) == (400, "DirectConnectClientException"), body
    assert state(estate.dx.world) == before


def send(estate: Estate, operation: str, body: Any) -> Any:
    """Send a body as the account that calls the operation, and return the HTTP answer."""
    client = estate.acting(ACTING.get(operation, "client"))
    key = client._request_signer._credentials.access_key
    headers = {
        "x-amz-target": f"OvertureService.{operation}",
        "authorization": f"AWS4-HMAC-SHA256 Credential={key}/20260101/us-east-1/directconnect/aws4_request",
    }
    return answer(estate.dx.world, headers, body if isinstance(body, bytes) else bodies.write_json(body))
