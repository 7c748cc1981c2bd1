"""The checks of every operation, in order; and a refused call changes nothing, time included."""

from __future__ import annotations

import copy
import re
from typing import Any

import pytest

from dx_mock import mock_directconnect
from dx_mock.protocol import contract
from dx_mock.support import errors
from dx_mock.world.dispatcher import Call
from tests.helpers import CONNECTION, CUSTOMER, PARTNER, make_lag, members, needs, one, one_lag, state
from tests.operations.estate import OWNER, Estate
from tests.operations.inputs import ACTING, LEAST
from tests.operations.order_of_checks import ORDER, WITHOUT_CHECKS

OPERATIONS = list(contract.operation_names())
ACCOUNTS = {"client": OWNER, "partner": PARTNER, "customer": CUSTOMER}


def spoilt(parameters: dict[str, Any], changes: Any) -> dict[str, Any]:
    """Parameters with some members changed; what is changed to None is left out."""
    changed = copy.deepcopy(parameters)
    for path, value in changes.items():
        *outer, name = path.split(".")
        inner = changed
        for part in outer:
            inner = inner.setdefault(part, {})
        if value is None:
            inner.pop(name, None)
        else:
            inner[name] = value
    return changed


def is_known(operation: str, changes: Any) -> bool:
    """Whether the installed botocore knows the members that a row spoils; those of older ones lack some."""
    for path in () if callable(changes) else changes:
        shape = contract.service_model().operation_model(operation).input_shape
        for name in path.split("."):
            if shape is None or name not in shape.members:
                return False
            shape = shape.members[name] if shape.members[name].type_name == "structure" else None
    return True


def said(message: str, name: str) -> bool:
    """Whether a message is a text of ours, with whatever in the places of its placeholders."""
    template: str = getattr(errors, name).template
    parts = re.split(r"\{[^}]*\}", template)
    return re.fullmatch(".*".join(map(re.escape, parts)), message, re.DOTALL) is not None


def test_every_operation_is_in_the_table():
    known = {*ORDER, *WITHOUT_CHECKS}
    assert set(OPERATIONS) <= known, "botocore has new operations: say what they check, in which order"
    assert not ORDER.keys() & WITHOUT_CHECKS


@pytest.mark.parametrize("operation", [each for each in OPERATIONS if each in ORDER])
def test_order(operation):
    """From everything wrong to nothing wrong: each time the first check of the table refuses the call.

    In the meantime a fresh connection and a fresh LAG wait for the next look, and go on waiting.
    """
    rows = [row for row in ORDER[operation] if is_known(operation, row[1])]
    with mock_directconnect(partners=[PARTNER], others="block") as dx:
        estate = Estate(dx)
        least = LEAST[operation](estate)
        changes = [change(estate) if callable(change) else change for _, change in rows]
        account = ACCOUNTS[ACTING.get(operation, "client")]
        model = contract.service_model().operation_model(operation)
        fresh = estate.client.create_connection(**{**CONNECTION, "location": "CSVA1"})["connectionId"]
        lag = make_lag(estate.client, location="CSVA1")["lagId"]
        before = state(dx.world)
        assert dx.world.lifecycle.next_look

        def call(parameters):
            return dx.world.dispatch(Call(model, parameters, account, "us-east-1"))

        if model.input_shape is not None and model.input_shape.required_members:
            assert said(call({}).error.message, "MEMBER_MISSING")
        for number, (name, _) in enumerate(rows):
            parameters = least
            for change in reversed(changes[number:]):
                parameters = spoilt(parameters, change)
            error = call(parameters).error
            assert error is not None, f"{name}: {parameters} was accepted"
            assert said(error.message, name), f"{name}: {error.message}"
            assert state(dx.world) == before
        waiting = dx.world.resource(fresh).stage, dx.world.resource(lag).stage
        assert waiting == ("requested", "pending")
        reply = call(least)
        assert reply.error is None


REFUSED = {
    "maxResults": ("DescribeLags", {"maxResults": -1}),
    "token": ("DescribeLags", {"nextToken": "nonsense"}),
    "unknown id": ("DescribeLags", {"lagId": "dxlag-fg000000"}),
    "malformed id": ("DescribeConnections", {"connectionId": "x"}),
    "its own state": ("UpdateLag", {"lagId": "{lag}", "minimumLinks": 99}),
    "another's state": ("AssociateConnectionWithLag", {"connectionId": "{member}", "lagId": "{lag}"}),
    "missing member": ("DescribeLoa", {}),
    "partners only": ("DescribeInterconnects", {}),
    "deletion of another": ("DeleteConnection", {"connectionId": "dxcon-fg000000"}),
}


@pytest.mark.parametrize("why", REFUSED)
@needs("DescribeConnections.maxResults")
def test_what_was_due_is_due_still(why):
    """A fresh LAG is as fresh as it was after a call that was refused: deleted, it is gone at once."""
    operation, parameters = REFUSED[why]
    with mock_directconnect() as dx:
        client = dx.client()
        lag = make_lag(client)
        ids = {"lag": lag["lagId"], "member": lag["connections"][0]["connectionId"]}
        given = {
            name: value.format(**ids) if isinstance(value, str) else value for name, value in parameters.items()
        }
        model = contract.service_model().operation_model(operation)
        assert dx.world.dispatch(Call(model, given, OWNER, "us-east-1")).error is not None
        assert dx.world.resource(lag["lagId"]).stage == "pending"
        assert client.delete_lag(lagId=lag["lagId"])["lagState"] == "deleted"


@needs("DescribeConnections.maxResults")
def test_deletions_under_way_are_under_way_still():
    """What a deletion holds is free before the next call that is accepted, not before one that is refused."""
    with mock_directconnect() as dx:
        client = dx.client()
        lag = make_lag(client)["lagId"]
        client.describe_lags()
        assert client.delete_lag(lagId=lag)["lagState"] == "deleting"
        with pytest.raises(client.exceptions.DirectConnectClientException):
            client.describe_lags(maxResults=-1)
        assert dx.world.resource(lag).stage == "deleting"
        assert one_lag(client, lag)["lagState"] == "deleted"


@needs("DescribeConnections.maxResults")
def test_a_port_that_was_freed_is_taken_again():
    """A deletion that ended before a call that is refused has not ended: nobody else gets its port."""
    with mock_directconnect() as dx:
        client = dx.client()
        first, second = (client.create_connection(**CONNECTION)["connectionId"] for _ in range(2))
        client.describe_connections()
        client.delete_connection(connectionId=first)
        before = state(dx.world)
        with pytest.raises(client.exceptions.DirectConnectClientException):
            client.describe_connections(maxResults=-1)
        assert state(dx.world) == before
        device = dx.world.resource(second).device
        assert (device.ports, device.freed) == ({1: first, 2: second}, [])
        third = client.create_connection(**CONNECTION)["connectionId"]  # the deletion ends before this call
        assert device.ports == {1: third, 2: second}


@needs("DescribeConnections.maxResults")
def test_a_refused_look_leaves_no_trace_in_a_snapshot():
    """Not even the number of the request, nor that somebody looked at another Region."""
    with mock_directconnect() as dx:
        client = dx.client()
        client.create_connection(**CONNECTION)
        before = dx.snapshot()
        for each in (client, dx.client("us-west-2")):
            with pytest.raises(client.exceptions.DirectConnectClientException):
                each.describe_lags(nextToken="of nothing")
        with pytest.raises(client.exceptions.DirectConnectClientException):
            client.create_connection(**{**CONNECTION, "lagId": "dxlag-fg000000"})
        assert dx.snapshot() == before
        ids = {call.response["ResponseMetadata"]["RequestId"] for call in refusals(client, 3)}
        assert len(ids) == 3  # and yet each request has an id of its own


def refusals(client, number):
    """Some refusals of a look."""
    for _ in range(number):
        with pytest.raises(client.exceptions.DirectConnectClientException) as caught:
            client.describe_lags(maxResults=-1)
        yield caught.value


@pytest.mark.parametrize(
    ("call", "wrong"),
    [
        pytest.param("describe_lags", {"maxResults": -1}, marks=needs("DescribeLagsRequest.maxResults")),
        pytest.param(
            "describe_connections",
            {"nextToken": "of nothing"},
            marks=needs("DescribeConnectionsRequest.nextToken"),
        ),
        ("describe_connections", {"connectionId": "dxcon-fg000000"}),
        ("describe_virtual_interfaces", {"virtualInterfaceId": "malformed"}),
        ("describe_interconnects", {}),
        ("delete_connection", {"connectionId": "dxcon-fg000000"}),
    ],
)
def test_what_is_wrong_in_itself_is_refused_before_anything_settles(call, wrong):
    """However much is due: nothing has to be taken back."""
    with mock_directconnect(quotas={"connections_per_location": 50}) as dx:
        client = dx.client()
        for _ in range(40):
            client.create_connection(**CONNECTION)
        entered = []
        dx.world.lifecycle.enter = lambda *arguments: entered.append(arguments)
        with pytest.raises(client.exceptions.DirectConnectClientException):
            getattr(client, call)(**wrong)
        assert not entered


def test_a_call_that_changes_something_settles_what_it_looks_at():
    """The connection that it names goes on, and its neighbours; the others wait for a look."""
    with mock_directconnect() as dx:
        client = dx.client()
        far, near = (client.create_connection(**CONNECTION)["connectionId"] for _ in range(2))
        lag = make_lag(client)
        client.associate_connection_with_lag(connectionId=near, lagId=lag["lagId"])
        stages = {each: dx.world.resource(each).stage for each in (far, near, *members(lag), lag["lagId"])}
        assert stages.pop(far) == "requested"
        assert set(stages.values()) == {"available"}
        assert one(client, far)["connectionState"] == "available"


def test_what_settles_nothing_notes_nothing():
    """Creations in a row do not pay for what is due: the journal is opened for what is about to settle only."""
    with mock_directconnect() as dx:
        client = dx.client()
        fresh = make_lag(client)["lagId"]
        opened = []
        dx.world.lifecycle.journal.open = lambda: opened.append(True)
        client.create_connection(**CONNECTION)
        assert not opened
        client.describe_lags(lagId=fresh)
        assert opened
