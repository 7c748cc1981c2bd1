"""The AWS SDK for JavaScript, version 3, against the server: every command, every answer checked strictly.

The inputs are those of ``tests/operations``: for each command a server with a world in which they are valid.
Answers are checked three times: by the SDK's own schemas as they came in the body, again as the SDK gives them
to a program (Date, Uint8Array, number, bigint), and by botocore's shapes.
"""

from __future__ import annotations

import copy
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

import dx_mock
from dx_mock.protocol import contract
from tests.acceptance.environments import client_variables, node_environment
from tests.acceptance.pages import examples
from tests.acceptance.served import Served
from tests.acceptance.worker import Worker
from tests.conformance import RECORDED_OUTSIDE_ENUM, check_value
from tests.helpers import CUSTOMER, PARTNER, connect
from tests.operations.estate import OWNER, Estate
from tests.operations.inputs import ACTING, LEAST, TWICE

pytestmark = pytest.mark.acceptance

ACCOUNTS = {"client": OWNER, "partner": PARTNER, "customer": CUSTOMER}


@pytest.fixture(scope="module")
def folder():
    """Where the SDK is installed."""
    return node_environment("javascript", Path(__file__).parent / "javascript")


@pytest.fixture(scope="module")
def sdk(folder):
    """The SDK in a process of its own."""
    with Worker(["node", "worker.mjs"], client_variables("http://127.0.0.1:9"), folder) as worker:
        yield worker


@pytest.fixture(scope="module")
def about(sdk):
    """What the SDK has: operations, exceptions, enums, paginators, waiters."""
    found = sdk.ask(way="about")
    assert "broken" not in found, found["broken"]
    return found


@pytest.fixture
def estate():
    """The world in which the inputs are valid, behind a server."""
    with dx_mock.server(partners=[PARTNER]) as running:
        yield Estate(Served(running))


def send(sdk: Worker, estate: Estate, operation: str, parameters: Any, **more: Any) -> dict[str, Any]:
    """What came of a command."""
    account_id = ACCOUNTS[ACTING.get(operation, "client")]
    asked = {
        "endpoint_url": estate.dx.server.endpoint_url,
        "account_id": account_id,
        "operation": operation,
        "input": estate.dx.with_gateways(account_id, parameters),
    }
    answer: dict[str, Any] = sdk.ask(**{"way": "send", **asked, **more})
    assert "broken" not in answer, answer["broken"]
    return answer


def needs(about: dict[str, Any], operation: str) -> None:
    """Skip where the SDK is older than botocore's model."""
    if operation not in about["operations"]:
        pytest.skip(f"this SDK has no {operation}Command yet")


def test_the_sdk_and_botocore_have_the_same_operations(sdk, about, estate, capsys):
    """Printed where one is ahead of the other; what only the SDK has is an unknown operation to the server."""
    ours, theirs = set(contract.operation_names()), set(about["operations"])
    with capsys.disabled():
        for what, names in (("only in botocore", ours - theirs), ("only in the SDK", theirs - ours)):
            print(f"\n{what}: {', '.join(sorted(names)) or 'nothing'}")
        print(f"paginators: {about['paginators'] or 'none'}, waiters: {about['waiters'] or 'none'}")
    for operation in theirs - ours:
        error = send(sdk, estate, operation, {})["error"]
        assert error["name"] == "UnknownOperationException"
    assert len(theirs & ours) >= 63
    assert not about["waiters"], "the SDK has waiters now: test them"


@pytest.mark.parametrize("protocol", ["json", "cbor"])
@pytest.mark.parametrize("operation", list(contract.operation_names()))
def test_command(sdk, about, estate, operation, protocol):
    """Answered, in both protocols that the service's model knows, with nothing but what the schemas have."""
    needs(about, operation)
    found = send(sdk, estate, operation, copy.deepcopy(LEAST[operation](estate)), protocol=protocol)
    assert "error" not in found, found["error"]["text"]
    assert found["problems"] == []
    assert found["unknown"] == []
    shape = contract.service_model().operation_model(operation).output_shape
    if shape is not None:
        check_value(shape, found["answer"], operation, "json")
        assert set(shape.required_members) <= set(found["answer"])
        check_enums(shape, found["answer"], about["enums"])
        for path in found["dropped"]:
            assert in_model(shape, path), f"{path} is in neither model"


@pytest.mark.parametrize(
    ("answer", "wrong"),
    [
        ({"connectionId": "c", "loaIssueTime": 1.5, "vlan": 1, "macSecCapable": False, "tags": []}, ""),
        ({"loaIssueTime": "2026-01-01"}, "is no number of seconds"),
        ({"vlan": "1"}, "is no integer"),
        ({"vlan": 1.5}, "is no integer"),
        ({"macSecCapable": "false"}, "is no boolean"),
        ({"connectionId": None}, "is no value at all"),
        ({"tags": {}}, "is no list"),
        ({"tags": [{"key": 5}]}, "tags[].key (raw) is no string"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_the_check_finds_what_is_wrong(sdk, answer, wrong):
    """A test of the checks themselves, with the answer to CreateConnection."""
    found = sdk.ask(way="check", operation="CreateConnection", answer=answer)
    assert (wrong in str(found)) and (bool(found) is bool(wrong)), found


def check_enums(shape: Any, value: Any, enums: dict[str, list[str]]) -> None:
    """Every value of an enum is one that the SDK exports for it."""
    if shape.type_name == "structure":
        for name, each in value.items():
            member = shape.members[name]
            if member.name in enums:
                known = set(enums[member.name]) | RECORDED_OUTSIDE_ENUM.get(name, set())
                assert each in known, f"{name} is {each!r}, not in the SDK's {member.name}"
            check_enums(member, each, enums)
    elif shape.type_name == "list":
        for each in value:
            check_enums(shape.member, each, enums)


def in_model(shape: Any, path: str) -> bool:
    """Whether botocore has a member that an older SDK dropped; a path is like ``DescribeLags.lags[].lagId``."""
    for part in path.split(".")[1:]:
        if part.removesuffix("[]") not in shape.members:
            return False
        shape = shape.members[part.removesuffix("[]")]
        shape = shape.member if part.endswith("[]") else shape
    return True


def test_enums_are_botocores(about):
    """The constants for enums are those of botocore; the newer of both may have more, none is changed."""
    model = contract.service_model()
    common = set(about["enums"]) & set(model.shape_names)
    assert len(common) >= 10
    for name in common:
        theirs, ours = set(about["enums"][name]), set(model.shape_for(name).enum)
        assert theirs <= ours or ours <= theirs, name


@pytest.mark.parametrize("operation", list(TWICE))
def test_pages(sdk, about, estate, operation):
    """Page by page, with the SDK's paginator where it has one, there is as much as on one page."""
    needs(about, operation)
    TWICE[operation](estate)
    parameters = copy.deepcopy(LEAST[operation](estate))
    whole = send(sdk, estate, operation, parameters)["answer"]
    if "nextToken" not in contract.service_model().operation_model(operation).output_shape.members:
        pytest.skip("the installed botocore knows no pages of this")
    paged = send(sdk, estate, operation, parameters, way="pages")
    assert paged["way"] == ("paginator" if f"paginate{operation}" in about["paginators"] else "token")
    ((name, rows),) = [(name, rows) for name, rows in whole.items() if isinstance(rows, list)]
    assert len(rows) >= 2
    assert [len(page[name]) for page in paged["pages"]] == [1] * len(rows)
    assert [row for page in paged["pages"] for row in page[name]] == rows


@pytest.mark.parametrize("protocol", ["json", "cbor"])
@pytest.mark.parametrize(
    ("name", "operation", "parameters"),
    [
        (
            "DirectConnectClientException",
            "DeleteConnection",
            lambda e: {"connectionId": "dxcon-ffffffff"},
        ),
        (
            "DuplicateTagKeysException",
            "TagResource",
            lambda e: {"resourceArn": e.arn(e.connection), "tags": [{"key": "k"}, {"key": "k"}]},
        ),
        (
            "TooManyTagsException",
            "TagResource",
            lambda e: {"resourceArn": e.arn(e.connection), "tags": [{"key": f"k{n}"} for n in range(51)]},
        ),
    ],
)
def test_refusal(sdk, estate, name, operation, parameters, protocol):
    """An instance of the SDK's own class, with a message."""
    error = send(sdk, estate, operation, parameters(estate), protocol=protocol)["error"]
    assert (error["name"], error["ofItsClass"], error["status"]) == (name, True, 400), error
    assert error["fault"] == "client"
    assert error["message"]


@pytest.mark.parametrize("protocol", ["json", "cbor"])
def test_every_declared_exception(sdk, about, estate, protocol):
    """Each exception that a command declares, by a fault, is one of its class, or of the base without one."""
    model = contract.service_model()
    for shape in model.error_shapes:
        declaring = [
            operation
            for operation in about["operations"]
            if operation in model.operation_names
            and shape.name in {each.name for each in model.operation_model(operation).error_shapes}
        ]
        if not declaring:
            assert shape.name not in about["exceptions"], f"no command declares {shape.name}"
            continue
        operation = declaring[0]
        parameters = copy.deepcopy(LEAST[operation](estate))
        estate.dx.faults.add(operation, error=shape.name, message="on purpose")
        error = send(sdk, estate, operation, parameters, protocol=protocol)["error"]
        assert (error["name"], error["message"], error["ofService"]) == (shape.name, "on purpose", True), error
        assert error["ofItsClass"] is (True if shape.name in about["exceptions"] else None)


@pytest.mark.parametrize("fault", ["ThrottlingException", "ServiceUnavailable", "503", "ConnectionClosedError"])
def test_retries(sdk, estate, fault):
    """The SDK tries again after what it takes for temporary, and gets its answer."""
    connect(estate.client)
    estate.dx.faults.add("DescribeConnections", error=int(fault) if fault.isdigit() else fault)
    found = send(sdk, estate, "DescribeConnections", {}, attempts=3)
    assert "error" not in found, found["error"]["text"]
    assert found["attempts"] == 2
    assert len(found["answer"]["connections"]) == 1


def test_the_page(folder, endpoint_url, tmp_path):
    """docs/clients/javascript.md prints what it says."""
    code = "".join(examples("javascript.md").values())
    (tmp_path / "page.mjs").write_text(code)
    (tmp_path / "node_modules").symlink_to(folder / "node_modules")
    done = subprocess.run(
        ["node", "page.mjs"],
        env=client_variables(endpoint_url),
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == re.findall(r"console\.log\(.*\); // (.*)", code)
