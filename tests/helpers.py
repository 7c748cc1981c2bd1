"""Helpers of many tests."""

from __future__ import annotations

import copy
import dataclasses
from contextlib import contextmanager
from typing import Any

import hypothesis
import pytest
from botocore.exceptions import ClientError

from dx_mock.protocol import contract

PARTNER = "111111111111"
CUSTOMER = "222222222222"
STRANGER = "333333333333"

CONNECTION = {"location": "EqDC2", "bandwidth": "1Gbps", "connectionName": "c"}
LAG = {"numberOfConnections": 2, "location": "EqDC2", "connectionsBandwidth": "1Gbps", "lagName": "lag"}


def examples(few: int, many: int) -> Any:
    """Give a property's test the parameter ``examples``: a few in every run, many in the slow one."""
    return pytest.mark.parametrize("examples", [few, pytest.param(many, marks=pytest.mark.slow)])


def for_all(number: int, *strategies: Any) -> Any:
    """Run the function below at once, with that many examples."""

    def run(check: Any) -> None:
        hypothesis.settings(max_examples=number)(hypothesis.given(*strategies)(check))()

    return run


def has(name: str) -> bool:
    """Return whether the installed model has a member: ``DescribeLags.maxResults``, ``BGPPeer.asnLong``."""
    owner, _, member = name.partition(".")
    model = contract.service_model()
    if owner in model.operation_names:
        shape = model.operation_model(owner).input_shape
    elif owner in model.shape_names:
        shape = model.shape_for(owner)
    else:
        return False
    return shape is not None and member in shape.members


def needs(name: str) -> pytest.MarkDecorator:
    """Skip a test where the installed botocore is older than the member that it is about."""
    return pytest.mark.skipif(not has(name), reason=f"the installed botocore has no {name}")


def connect(client: Any, **changes: Any) -> str:
    """Order a connection and return its id."""
    return client.create_connection(**{**CONNECTION, **changes})["connectionId"]


def make_lag(client: Any, **changes: Any) -> dict[str, Any]:
    """Create a LAG, of two connections at EqDC2 unless told otherwise."""
    return client.create_lag(**{**LAG, **changes})


def members(lag: dict[str, Any]) -> list[str]:
    """Return the ids of a LAG's members."""
    return [each["connectionId"] for each in lag["connections"]]


def one(client: Any, connection_id: str) -> dict[str, Any]:
    """Return a connection as DescribeConnections shows it."""
    return client.describe_connections(connectionId=connection_id)["connections"][0]


def one_lag(client: Any, lag_id: str) -> dict[str, Any]:
    """Return a LAG as DescribeLags shows it."""
    return client.describe_lags(lagId=lag_id)["lags"][0]


def state(world: Any) -> Any:
    """Return everything that a refused call must leave alone, as plain data."""
    graph = world.graph
    seen = {}
    for resource in graph.resources.values():
        fields = {}
        for name in type(resource).__slots__:
            fields[name] = _plain(getattr(resource, name))
        seen[resource.id] = fields
    regions = graph.backends.items()
    devices = {
        device.name: dict(device.ports)
        for _, region in regions
        for pool in region.devices.values()
        for device in pool
    }
    taken = {name: ports for name, ports in devices.items() if ports}
    counts = {
        (name, *key): count
        for name, region in regions
        for key, count in region.connection_count.items()
        if count
    }
    secrets = {arn: ckn for _, region in regions for arn, ckn in region.secrets.items()}
    beside = (secrets, copy.deepcopy(graph.agreements), dict(world.client_tokens), graph.sequence)
    lifecycle = world.lifecycle
    due = [{name: list(machines) for name, machines in each.items()} for each in _due(lifecycle)]
    pasts = {past.id: (past.born, past.first, tuple(past.points)) for past in graph.history.pasts.values()}
    return seen, taken, counts, beside, due, lifecycle.plans, pasts


def _due(lifecycle: Any) -> Any:
    return lifecycle.next_look, lifecycle.next_call, lifecycle.counted


def _plain(value: Any) -> Any:
    if hasattr(value, "id"):
        return value.id
    if hasattr(value, "name") and hasattr(value, "ports"):
        return value.name
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    if dataclasses.is_dataclass(value):  # a part of a resource, such as a notice of a maintenance window
        return dataclasses.asdict(value)
    return copy.deepcopy(value)


@contextmanager
def refused(world_of: Any, text: str, code: str = "DirectConnectClientException"):
    """Assert that the call inside is refused with ``text`` in its message and changes nothing."""
    world = getattr(world_of, "world", world_of)
    world.lifecycle.run_calendar()  # what falls due by the clock does so whoever calls
    before = state(world)
    with pytest.raises(ClientError) as caught:
        yield
    error = caught.value.response["Error"]
    assert error["Code"] == code
    assert text in error["Message"]
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == contract.status_of(code)
    assert state(world) == before
