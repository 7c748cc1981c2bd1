"""Virtual private gateways, from moto's EC2."""

from __future__ import annotations

from typing import Any

from dx_mock.world import World


def is_in_play(world: World) -> bool:
    """Whether moto's EC2 answers in this world."""
    return False


def virtual_gateway(world: World, account_id: str, region: str, gateway_id: str) -> Any:
    """A virtual private gateway of an account, or None."""
    return None


def virtual_gateways(world: World, account_id: str, region: str) -> list[Any]:
    """The virtual private gateways of an account in a Region; none where EC2 is not in play."""
    return []
