"""Every operation with each resource, in each state that it can be in, in the place of each of its ids.

Every answer has the shape of the model, a refusal is an exception of the model and changes nothing, and an
accepted call leaves a consistent graph, at once and when everything that it began is finished.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest

from dx_mock import mock_directconnect
from dx_mock.engine import lifecycle
from dx_mock.protocol import contract
from dx_mock.world import dispatcher
from tests import invariants
from tests.helpers import CUSTOMER, PARTNER, state
from tests.operations.estate import OWNER
from tests.operations.inputs import LEAST
from tests.operations.museum import SETTINGS, Museum, TimedEstate
from tests.operations.test_every_operation import changed, members, present, shape_of

OPERATIONS = list(contract.operation_names())

#: The endings of members that name resources, and the one member with another name.
_IDS = re.compile(r"(Ids?|Identifiers|Arns?|ARN|\bbgpPeers)$")

#: Stages to which no call and no hand leads, and those in which a resource no longer exists.
UNREACHED = {
    ("connection", "rejected"): "only hosted connections are refused",
    ("gateway", "pending"): "a new gateway is available at once",
    ("association", "disassociated"): "it is gone",
    ("attachment", "detached"): "it goes with its virtual interface",
    ("bgp peer", "deleted"): "it is gone",
    ("macsec key", "disassociated"): "it is gone",
    ("resiliency association", "disassociated"): "it is gone",
    ("maintenance", "told again"): "time has to pass for it",
    ("maintenance", "complete"): "time has to pass for it",
}


#: Describing calls that change something: ``loaIssueTime``.
LEAVES_A_DATE = {"DescribeLoa", "DescribeConnectionLoa", "DescribeInterconnectLoa"}


def new_world() -> Any:
    return mock_directconnect(partners=[PARTNER], **SETTINGS)


@cache
def filled() -> Any:
    """Return the snapshot of a world with everything in it."""
    with new_world() as dx:
        Museum(dx)
        return dx.snapshot()


def test_the_museum_has_every_stage():
    """A new stage has to be added to the museum."""
    with new_world() as dx:
        dx.restore(filled())
        seen = {(each.kind, each.stage) for each in dx.world.graph.resources.values()}
        seen |= {
            at
            for each in dx.world.graph.resources.values()
            if each.kind in ("connection", "interconnect")
            for at in (("lag membership", each.membership), ("macsec change", each.key_change))
        }
    stages = {(machine, stage) for machine, stage in lifecycle.STEPS}
    stages |= {(machine, step.to) for (machine, _), step in lifecycle.STEPS.items()}
    stages = {each for each in stages if each[1] != lifecycle.FORGOTTEN}
    missing = stages - seen
    if "CreateResiliencyGroup" not in OPERATIONS:  # an older model, which lacks their operations
        missing = {each for each in missing if not each[0].startswith("resiliency")} | {
            each for each in UNREACHED if each[0].startswith("resiliency")
        }
    assert missing == set(UNREACHED)


def id_members(operation: str) -> list[tuple[str, Any]]:
    """Return path and shape of the members that name resources."""
    return [
        (path, shape)
        for path, _, shape in members(shape_of(operation))
        if _IDS.search(path) and shape.type_name in ("string", "list")
    ]


def names_of(world: Any) -> dict[str, list[str]]:
    """Return for each name of a resource, such as its id, the names of the resources that are linked to it."""
    plain = state(world)[0]
    names: dict[str, list[str]] = {}
    for name, fields in plain.items():
        near = {other for value in fields.values() for other in _strings(value) if other in plain}
        names.setdefault(name, []).extend(sorted(near))
        for other in near:
            names.setdefault(other, []).append(name)
    return names


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for each in value:
            yield from _strings(each)
    elif isinstance(value, dict):
        for key, each in value.items():
            yield from _strings(key)
            yield from _strings(each)


def spelled(world: Any, name: str, path: str) -> str:
    """Return the name of a resource in the form that a member takes."""
    resource = world.graph.resources[name]
    if path.endswith("secretARN"):
        return getattr(resource, "secret_arn", name)
    if re.search("Arns?$", path):
        kind = {"gateway": "dx-gateway", "resiliency group": "resiliency-group"}.get(resource.kind)
        owner = getattr(resource, "owner", "123456789012")
        return f"arn:aws:directconnect:{resource.region}:{owner}:{kind or name[:5]}/{name}"
    return name


def put(parameters: dict[str, Any], path: str, shape: Any, value: str) -> dict[str, Any]:
    """Return the parameters with a value at a path."""
    parameters = copy.deepcopy(parameters)
    outer = path.rpartition(".")[0]
    if outer and not present(parameters, outer):
        parameters[outer] = {}
    changed(parameters, path, [value] if shape.type_name == "list" else value)
    return parameters


def requests(world: Any, operation: str, least: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the least input with each resource for each id, and with linked resources for other ids."""
    paths = id_members(operation)
    for name, near in names_of(world).items():
        for path, shape in paths:
            given = put(least, path, shape, spelled(world, name, path))
            yield given
            for other_path, other_shape in paths:
                if other_path != path:
                    for other in near:
                        yield put(given, other_path, other_shape, spelled(world, other, other_path))


def ask(world: Any, operation: str, given: dict[str, Any], account: str) -> bool:
    """Return whether a call is answered; the answer is checked by the hook of all tests."""
    model = contract.service_model().operation_model(operation)
    return world.dispatch(dispatcher.Call(model, given, account, "us-east-1")).error is None


@pytest.mark.slow
@pytest.mark.parametrize("operation", [each for each in OPERATIONS if id_members(each)])
def test_with_everything_in_every_state(operation):
    """Each request is refused without a trace, or carried out completely."""
    changes = operation not in LEAVES_A_DATE and not operation.startswith(("Describe", "List", "Get"))
    with new_world() as dx:
        dx.restore(filled())
        least = LEAST[operation](TimedEstate(dx))
        ready, before, outcomes = dx.snapshot(), state(dx.world), set()
        for account in (OWNER, PARTNER, CUSTOMER):
            for given in requests(dx.world, operation, least):
                if not ask(dx.world, operation, given, account) or not changes:
                    continue
                outcome = repr(invariants.dump(dx.world))
                if outcome not in outcomes:
                    finish(dx)
                outcomes.add(outcome)
                dx.restore(ready)
            if operation not in LEAVES_A_DATE:
                assert state(dx.world) == before, f"{operation} left a trace where it was refused"
        assert outcomes or not changes, "not even the least input is taken"


def finish(dx: Any) -> None:
    """Let everything finish that a call has begun, and check the graph again."""
    invariants.check(dx.world)
    dx.clock.advance(days=8)
    ask(dx.world, "DescribeConnections", {}, OWNER)
    invariants.check(dx.world)
    dx.restore(dx.snapshot())
    invariants.check(dx.world)
