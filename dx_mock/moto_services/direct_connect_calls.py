"""Calls to Direct Connect that another AWS service makes for its customer."""

from __future__ import annotations

from typing import Any

from dx_mock.process import current_world
from dx_mock.protocol import contract
from dx_mock.world.dispatcher import Call


def call(account_id: str, region_name: str, operation: str, **parameters: Any) -> dict[str, Any]:
    """Return the answer to a call of an account in a Region, as a client would parse it.

    It goes the way of every call, so that it is recorded and refused like one; members that are None are
    left out.

    Raises:
        ServiceError: If it is refused.
        RuntimeError: If no mock is active.
    """
    world = current_world.current()
    if world is None:
        raise RuntimeError("no mock_directconnect is active")
    model = contract.service_model().operation_model(operation)
    given = {name: value for name, value in parameters.items() if value is not None}
    reply = world.dispatch(Call(model, given, account_id, region_name))
    if reply.error is not None:
        raise reply.error
    return contract.encode(model, reply.answer or {})
