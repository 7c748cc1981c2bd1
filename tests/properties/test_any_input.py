"""Whatever well-typed input an operation gets: an answer, or a declared refusal that changes nothing.

Inputs are made from the installed botocore's shapes, out of ids that exist, ids that don't, and noise.
A bug of the mock would answer with AWS's server exception: that is what this looks for.
"""

from __future__ import annotations

from typing import Any

import pytest
from botocore import xform_name
from botocore.exceptions import ClientError, ParamValidationError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dx_mock import handlers, mock_directconnect
from dx_mock.protocol import contract
from tests import invariants
from tests.helpers import CUSTOMER, PARTNER, connect, make_lag
from tests.service.virtual_interfaces.helpers import allocate_private, gateway, hosted, private, public

OPERATIONS = [name for name in contract.operation_names() if handlers.find(xform_name(name)) is not None]
NOISE = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        ["", " ", "dxcon-", "dxvif-fg000000", "10.0.0.1/30", "10.0.0.2/30", "203.0.113.1/30", "::1/125",
         "fe80::%1/64", "10.0.0.0/255.0.0.0", "203.0.113.0/24", "1Gbps", "EqDC2", "ipv4", "ipv6", CUSTOMER,
         "vgw-12345678", "65000", "0", "\x00", "\ud7ff", "x" * 300, "1.1.1.1/99999999999999999999"]
    ),
)  # fmt: skip
NUMBERS = st.one_of(st.integers(-5, 5000), st.sampled_from([1500, 9001, 65000, 2**31 - 1, -(2**31), 4320]))


def values(shape: Any, ids: list[str], depth: int = 0) -> st.SearchStrategy[Any]:
    """Values of a shape."""
    kind = shape.type_name
    if kind == "structure":
        required = {name: values(shape.members[name], ids, depth + 1) for name in shape.required_members}
        rest = {
            name: values(member, ids, depth + 1)
            for name, member in shape.members.items()
            if name not in required
        }
        return st.fixed_dictionaries(required, optional=rest)
    if kind == "list":
        return st.lists(values(shape.member, ids, depth + 1), max_size=3)
    if kind == "string":
        allowed = st.sampled_from(shape.enum) if shape.enum else st.sampled_from(ids)
        return st.one_of(allowed, allowed, NOISE)
    if kind in ("integer", "long"):
        return NUMBERS
    if kind == "boolean":
        return st.booleans()
    raise AssertionError(f"no values for {kind}")


def furnish(dx: Any) -> list[str]:
    """Something of everything; gives all ids."""
    client, partner, customer = dx.client(), dx.client(account_id=PARTNER), dx.client(account_id=CUSTOMER)
    connection = connect(client)
    make_lag(client)
    dxgw = gateway(client)
    private(client, connection, vlan=1)
    private(client, connection, vlan=2, directConnectGatewayId=dxgw)
    public(client, connection, vlan=3)
    allocate_private(customer, connect(customer), "123456789012")
    hosted(partner, client, "123456789012")
    client.describe_virtual_interfaces()
    return [*dx.world.graph.resources, "EqDC2", "1Gbps", "vgw-12345678"]


@pytest.mark.parametrize("operation", OPERATIONS)
def test_any_input(operation):
    """Every operation of the model that has a handler."""
    check(operation, examples=4)


@pytest.mark.slow
@pytest.mark.parametrize("operation", OPERATIONS)
def test_much_input(operation):
    check(operation, examples=150)


def check(operation: str, examples: int) -> None:
    shape = contract.service_model().operation_model(operation).input_shape
    with mock_directconnect(partners=[PARTNER], others="block") as dx:
        ids = furnish(dx)
        client = dx.client()

        @settings(
            max_examples=examples, derandomize=True, database=None, deadline=None,
            suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        @given(values(shape, ids) if shape is not None else st.just({}))
        def call(parameters):
            dx.world.lifecycle.settle()
            before = invariants.dump(dx.world)
            try:
                getattr(client, xform_name(operation))(**parameters)
            except ParamValidationError:  # botocore itself refuses: a list too short, for instance
                return
            except ClientError as error:
                refusal = error.response["Error"]
            else:
                invariants.check(dx.world)
                return
            assert refusal["Code"] != "DirectConnectServerException", refusal
            assert refusal["Message"]
            assert invariants.dump(dx.world) == before

        call()
