"""Every operation of the installed model, once with its least input, with each optional member, and raw.

The operations and members come from botocore; what they are given stands in ``inputs.py``.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from botocore import xform_name

from dx_mock import mock_directconnect, wire
from dx_mock.interception.http import answer
from tests.helpers import PARTNER, state
from tests.operations.estate import Estate
from tests.operations.inputs import ACTING, LEAST, MEMBERS, TWICE, VALUES

OPERATIONS = list(wire.operation_names())


@pytest.fixture
def estate() -> Iterator[Estate]:
    """The world in which the inputs are valid."""
    with mock_directconnect(partners=[PARTNER], others="block") as dx:
        yield Estate(dx)


def shape_of(operation: str) -> Any:
    return wire.service_model().operation_model(operation).input_shape


def members(shape: Any, path: str = "") -> Iterator[tuple[str, bool, Any]]:
    """Path, whether it is required, and shape of every member, those of structures in lists included."""
    for name, member in shape.members.items() if shape is not None else ():
        yield path + name, name in shape.required_members, member
        if member.type_name == "structure":
            yield from members(member, f"{path}{name}.")
        elif member.type_name == "list" and member.member.type_name == "structure":
            yield from members(member.member, f"{path}{name}[].")


def optional_members() -> Iterator[Any]:
    for operation in OPERATIONS:
        for path, required, _ in members(shape_of(operation)):
            if not required and not path.endswith("[].cidr"):  # a list of prefixes is tested as a whole
                yield pytest.param(operation, path, id=f"{operation}-{path}")


def least(estate: Estate, operation: str) -> dict[str, Any]:
    """The least valid input of an operation."""
    if operation not in LEAST:
        pytest.fail(f"botocore has a new operation: add the least valid input of {operation} to LEAST")
    return copy.deepcopy(LEAST[operation](estate))


def call(estate: Estate, operation: str, parameters: dict[str, Any]) -> dict[str, Any]:
    """The answer; its shape is checked by the hook of all tests."""
    client = estate.acting(ACTING.get(operation, "client"))
    answered: dict[str, Any] = getattr(client, xform_name(operation))(**parameters)
    return answered


@pytest.mark.parametrize("operation", OPERATIONS)
def test_least_input(estate, operation):
    """Answered, and with every member that the model's output requires."""
    answered = call(estate, operation, least(estate, operation))
    shape = wire.service_model().operation_model(operation).output_shape
    if shape is not None:
        assert set(shape.required_members) <= set(answered)


@pytest.mark.parametrize(("operation", "path"), list(optional_members()))
def test_optional_member(estate, operation, path):
    """Answered with the member; and again, without it, by the same world."""
    parameters = least(estate, operation)
    if (operation, path) in MEMBERS:
        parameters = MEMBERS[operation, path](estate, parameters)
    elif path == "nextToken":
        TWICE[operation](estate)
        parameters["nextToken"] = call(estate, operation, {**parameters, "maxResults": 1})["nextToken"]
    elif not present(parameters, path):
        outer, name = split(path)
        if name not in VALUES:
            pytest.fail(f"botocore has a new member: add a valid value of {operation}'s {path} to VALUES")
        inner = parameters
        for part in outer:
            inner = inner.setdefault(part, {})
        inner[name.partition("[]")[0]] = VALUES[name](estate)
    call(estate, operation, parameters)


def split(path: str) -> tuple[list[str], str]:
    """The structures around a member, and its name: ``tags[].value`` is one of a list."""
    parts = re.split(r"(?<!\])\.", path)
    return parts[:-1], parts[-1]


def present(parameters: Any, path: str) -> bool:
    """Whether some parameters have a member already."""
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


@pytest.mark.parametrize("operation", OPERATIONS)
def test_required_members_over_raw_http(estate, operation):
    """Missing, null or of the wrong type: HTTP 400 that names the member, and nothing changes."""
    parameters = least(estate, operation)
    estate.dx.world.lifecycle.settle()
    before = state(estate.dx.world)
    for path, required, shape in members(shape_of(operation)):
        if not present(parameters, path):
            continue
        values = [_WRONG[shape.type_name]] + ([_ABSENT, None] if required else [])
        for value in values:
            body = copy.deepcopy(parameters)
            changed(body, path, value)
            status, headers, content = send(estate, operation, body)
            refusal = json.loads(content)
            assert status == 400, (path, value, content)
            assert refusal["__type"] == "DirectConnectClientException", (path, value, refusal)
            assert path.rpartition(".")[2] in refusal["message"], (path, value, refusal)
            assert headers["content-type"] == "application/x-amz-json-1.1"
            assert state(estate.dx.world) == before, (path, value)
    status, _, content = send(estate, operation, parameters)
    assert status == 200, content


def send(estate: Estate, operation: str, body: Any) -> Any:
    """The HTTP answer to a body, as the account that calls the operation."""
    client = estate.acting(ACTING.get(operation, "client"))
    key = client._request_signer._credentials.access_key
    headers = {
        "x-amz-target": f"OvertureService.{operation}",
        "authorization": f"AWS4-HMAC-SHA256 Credential={key}/20260101/us-east-1/directconnect/aws4_request",
    }
    return answer(estate.dx.world, headers, wire.write_json(body))
