"""Every operation with each resource, in each state that it can be in, in the place of each of its ids.

Whatever the answer is: it has the shape of the model, a refusal is one of the model's and changes nothing, and
an accepted call leaves a graph that holds together, now and when everything is finished that it began.
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

#: What members that name resources end in; and the one that does not say so.
_IDS = re.compile(r"(Ids?|Identifiers|Arns?|ARN|\bbgpPeers)$")

#: Stages that no call and no hand leads to, and those in which a resource is no longer there.
UNREACHED = {
    ("connection", "rejected"): "only hosted connections are refused",
    ("gateway", "pending"): "a new gateway is available at once",
    ("association", "disassociated"): "it is gone",
    ("attachment", "detached"): "it goes with its virtual interface",
    ("bgp peer", "deleted"): "it is gone",
    ("macsec key", "disassociated"): "it is gone",
    ("resiliency association", "disassociated"): "it is gone",
}


#: Looks that are noted: ``loaIssueTime``.
LEAVES_A_DATE = {"DescribeLoa", "DescribeConnectionLoa", "DescribeInterconnectLoa"}


def new_world() -> Any:
    return mock_directconnect(partners=[PARTNER], **SETTINGS)


@cache
def filled() -> Any:
    """The snapshot of a world with everything in it."""
    with new_world() as dx:
        Museum(dx)
        return dx.snapshot()


def test_the_museum_has_every_stage():
    """So that a new stage is put into it."""
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
    if "CreateResiliencyGroup" not in OPERATIONS:  # an older model: none of theirs can be there
        missing = {each for each in missing if not each[0].startswith("resiliency")} | {
            each for each in UNREACHED if each[0].startswith("resiliency")
        }
    assert missing == set(UNREACHED)


def id_members(operation: str) -> list[tuple[str, Any]]:
    """Path and shape of the members that name resources."""
    return [
        (path, shape)
        for path, _, shape in members(shape_of(operation))
        if _IDS.search(path) and shape.type_name in ("string", "list")
    ]


def names_of(world: Any) -> dict[str, list[str]]:
    """Of each resource, the strings that a caller may take for its name, and those of what is linked to it."""
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
    """The name of a resource in the form that a member takes."""
    resource = world.graph.resources[name]
    if path.endswith("secretARN"):
        return getattr(resource, "secret_arn", name)
    if re.search("Arns?$", path):
        kind = {"gateway": "dx-gateway", "resiliency group": "resiliency-group"}.get(resource.kind)
        owner = getattr(resource, "owner", "123456789012")
        return f"arn:aws:directconnect:{resource.region}:{owner}:{kind or name[:5]}/{name}"
    return name


def put(parameters: dict[str, Any], path: str, shape: Any, value: str) -> dict[str, Any]:
    """The parameters with a value at a path."""
    parameters = copy.deepcopy(parameters)
    outer = path.rpartition(".")[0]
    if outer and not present(parameters, outer):
        parameters[outer] = {}
    changed(parameters, path, [value] if shape.type_name == "list" else value)
    return parameters


def requests(world: Any, operation: str, least: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The least input with each resource for each id; and with what is linked to it for another id."""
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
    """Whether a call is answered; how, is checked by the hook of all tests."""
    model = contract.service_model().operation_model(operation)
    return world.dispatch(dispatcher.Call(model, given, account, "us-east-1")).error is None


@pytest.mark.slow
@pytest.mark.parametrize("operation", [each for each in OPERATIONS if id_members(each)])
def test_with_everything_in_every_state(operation):
    """Refused without a trace, or done as a whole."""
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
    """Let everything end that a call has begun, and begin again from a snapshot."""
    invariants.check(dx.world)
    dx.clock.advance(days=8)
    ask(dx.world, "DescribeConnections", {}, OWNER)
    invariants.check(dx.world)
    dx.restore(dx.snapshot())
    invariants.check(dx.world)
