"""A refused call changes nothing: a snapshot has the same bytes before and after, whatever was due.

All operations in random order, with inputs that are right, outdated, somebody else's, unknown or malformed.
"""

from __future__ import annotations

import json
import random
from contextlib import suppress
from datetime import timedelta

import pytest
from botocore.exceptions import ClientError

from dx_mock import mock_directconnect
from dx_mock.protocol import contract
from dx_mock.world.dispatcher import Call
from tests.helpers import CUSTOMER, PARTNER, STRANGER
from tests.operations.estate import OWNER, Estate
from tests.operations.inputs import ACTING, LEAST

ROOMY = {"connections_per_location": 99, "lags_per_region": 99, "gateways_per_account": 99}
TIGHT = {"connections_per_location": 12, "lags_per_region": 4, "vifs_per_connection": 1}
ACCOUNTS = (OWNER, CUSTOMER, PARTNER, STRANGER)
HANDS = ("provision", "link_down", "link_up", "bgp_down", "bgp_up")


def spoil(parameters, known, chance):
    """Change one of the parameters, or add what no listing takes."""
    changed = dict(parameters)
    kind = chance.choice(["id", "id", "id", "page", "token", "text"])
    ids = [name for name, value in parameters.items() if name.endswith(("Id", "ID")) and isinstance(value, str)]
    if kind == "id" and ids:
        name = chance.choice(ids)
        prefix = changed[name].partition("-")[0]
        changed[name] = chance.choice(["nonsense", f"{prefix}-fg000000", chance.choice(known), changed[name]])
    elif kind == "page":
        changed["maxResults"] = chance.choice([-1, 0, 1])
    elif kind == "token":
        changed["nextToken"] = "of nothing"
    else:
        texts = [name for name, value in parameters.items() if isinstance(value, str)]
        if texts:
            changed[chance.choice(texts)] = "?"
    return changed


def disturb(dx, chance):
    """Time, a fibre, a router, a technician."""
    if chance.random() < 0.3:
        dx.clock.advance(timedelta(minutes=chance.choice([0.5, 1, 20, 300, 5000])))
    else:
        with suppress(LookupError, ValueError):  # a hand for another kind of resource
            getattr(dx, chance.choice(HANDS))(chance.choice(list(dx.world.graph.resources)))


def call(dx, operation, parameters, account, region):
    """Call, and see that a refusal leaves every byte of a snapshot alone; return whether it was refused."""
    dx.world.lifecycle.run_calendar()  # what falls due by the clock does so whoever calls
    before = json.dumps(dx.snapshot())
    model = contract.service_model().operation_model(operation)
    # as over raw HTTP: no client checks anything before
    reply = dx.world.dispatch(Call(model, parameters, account, region))
    if reply.error is None:
        return False
    assert reply.error.code != "DirectConnectServerException", reply.error
    assert json.dumps(dx.snapshot()) == before, f"{operation} {parameters} by {account} in {region}"
    return True


@pytest.mark.parametrize("quotas", [ROOMY, TIGHT], ids=["roomy", "tight"])
@pytest.mark.parametrize("provisioning", ["auto", "manual", "timed"])
@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(1, 8))])
def test_not_a_byte(provisioning, quotas, seed):
    chance = random.Random(f"{provisioning} {seed} {len(quotas)}")
    operations = [*contract.operation_names()]
    roles = {"client": OWNER, "customer": CUSTOMER, "partner": PARTNER}
    refused = 0
    with mock_directconnect(provisioning=provisioning, partners=[PARTNER], others="block", quotas=quotas) as dx:
        estate = Estate(dx)
        for _ in range(150):
            operation = chance.choice(operations)
            if chance.random() < 0.08:
                estate = Estate(dx)
            try:
                parameters = LEAST[operation](estate)
            except (ClientError, LookupError, StopIteration, ValueError):
                continue  # another operation has taken a part of the estate
            shape = contract.service_model().operation_model(operation).input_shape
            accepted = shape.members if shape is not None else ()
            if chance.random() < 0.6:
                parameters = spoil(parameters, list(dx.world.graph.resources) or ["dxcon-fg000000"], chance)
            parameters = {name: value for name, value in parameters.items() if name in accepted}
            mine = chance.random() < 0.8
            account = roles[ACTING.get(operation, "client")] if mine else chance.choice(ACCOUNTS)
            region = "us-east-1" if chance.random() < 0.9 else "us-west-2"
            refused += call(dx, operation, parameters, account, region)
            if chance.random() < 0.2:
                disturb(dx, chance)
    assert refused >= 30
