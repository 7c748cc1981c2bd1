"""A restored world goes on exactly like the original: all operations in random orders, call by call.

The original is driven by what stands in ``tests/operations``; its snapshot is taken in the middle, as text, and
everything that came later is done again in a world that was restored from it.
"""

from __future__ import annotations

import json
import random
from datetime import timedelta

import pytest
from botocore import xform_name
from botocore.exceptions import ClientError

from dx_mock import mock_directconnect
from dx_mock.protocol import contract
from dx_mock.world.dispatcher import Call
from tests.helpers import PARTNER
from tests.operations.estate import Estate
from tests.operations.inputs import ACTING, LEAST

MUCH = {"connections_per_location": 99, "lags_per_region": 99, "gateways_per_account": 99}
HANDS = ("provision", "issue_loa", "link_down", "link_up", "bgp_down", "bgp_up", "announce")


class Recorded:
    """A mock whose hands are noted between its calls."""

    def __init__(self, dx):
        self.dx = dx
        self.events = []

    def act(self, name, *arguments):
        self.events.append((len(self.dx.calls), name, arguments))
        if name == "advance":
            self.dx.clock.advance(*arguments)
        else:
            getattr(self.dx, name)(*arguments)

    def __getattr__(self, name):
        if name in HANDS:
            return lambda *arguments: self.act(name, *arguments)
        return getattr(self.dx, name)


def disturb(recorded, chance):
    """Something that is no call: time, a fibre, a router, a technician."""
    resources = list(recorded.world.graph.resources)
    name = chance.choice(["advance", "advance", *HANDS])
    if name == "advance":
        recorded.act(name, timedelta(minutes=chance.choice([1, 20, 300, 5000])))
    elif resources:
        arguments = ([f"10.{chance.randrange(9)}.0.0/16"],) if name == "announce" else ()
        try:
            recorded.act(name, chance.choice(resources), *arguments)
        except (LookupError, ValueError):
            recorded.events.pop()


def drive(recorded, estate, operations, chance):
    """Every operation, with what others have left of an estate; now and then with a new one."""
    for operation in operations:
        if chance.random() < 0.2:
            estate = Estate(recorded)
        try:
            parameters = LEAST[operation](estate)
            getattr(estate.acting(ACTING.get(operation, "client")), xform_name(operation))(**parameters)
        except ClientError:
            pass  # refusals are answers as well
        except (LookupError, StopIteration, ValueError):
            continue  # the estate could not be made: another operation has taken a part of it
        if chance.random() < 0.4:
            disturb(recorded, chance)


def replay(dx, calls, events):
    """The same calls and hands again."""
    events = list(events)
    model = contract.service_model()
    for number, call in enumerate(calls):
        while events and events[0][0] <= number:
            _, name, arguments = events.pop(0)
            Recorded(dx).act(name, *arguments)
        operation = model.operation_model(call.operation)
        dx.world.dispatch(Call(operation, call.parameters, call.account_id, call.region_name))
    for _, name, arguments in events:
        Recorded(dx).act(name, *arguments)


@pytest.mark.parametrize(
    "provisioning",
    [*(pytest.param(each, marks=pytest.mark.slow) for each in ("auto", "manual")), "timed"],
)
@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(1, 4))])
def test_call_by_call(provisioning, seed):
    chance = random.Random(seed)
    operations = [*contract.operation_names()] * 2
    chance.shuffle(operations)
    middle = chance.randrange(len(operations) // 4, len(operations) * 3 // 4)
    settings = {
        "provisioning": provisioning,
        "partners": [PARTNER],
        "others": "block",
        "seed": seed,
        "quotas": MUCH,
    }
    with mock_directconnect(**settings) as dx:
        recorded = Recorded(dx)
        estate = Estate(recorded)
        drive(recorded, estate, operations[:middle], chance)
        taken = json.dumps(dx.snapshot())
        done, recorded.events = len(dx.calls), []
        drive(recorded, estate, operations[middle:], chance)
        original = [call.to_dict() for call in dx.calls[done:]]
        calls, events = dx.calls[done:], [(at - done, *rest) for at, *rest in recorded.events]
        at_the_end = dx.snapshot()
    assert len(original) >= 40
    assert sum(each["error"] is None for each in original) >= 25
    with mock_directconnect(others="block", seed=99) as other:
        other.restore(json.loads(taken))
        replay(other, calls, events)
        for mine, theirs in zip((call.to_dict() for call in other.calls), original, strict=True):
            assert mine == theirs
        assert other.snapshot() == at_the_end
