"""moto's own way in: ``directconnect_backends[account_id][region]``."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

from dx_mock.process import current_world

if TYPE_CHECKING:
    from dx_mock.service.caller import Caller
    from dx_mock.world.world import World


class _Regions(Mapping[str, "Caller"]):
    """The backends of one account."""

    def __init__(self, world: Callable[[], World], account_id: str) -> None:
        self._world = world
        self._account_id = account_id

    def __getitem__(self, region_name: str) -> Caller:
        return self._world().caller(self._account_id, region_name)

    def __iter__(self) -> Iterator[str]:
        seen = {
            resource.region
            for resource in self._world().graph.resources.values()
            if getattr(resource, "owner", None) == self._account_id and resource.region
        }
        return iter(sorted(seen))

    def __len__(self) -> int:
        return len(list(iter(self)))

    def __contains__(self, region_name: object) -> bool:
        return isinstance(region_name, str)


class Backends(Mapping[str, _Regions]):
    """``directconnect_backends[account_id][region]``: what an account sees in a Region of the active mock.

    Iterating gives the accounts and Regions that own something.
    """

    def __init__(self, world: Callable[[], World] | None = None) -> None:
        self._world = world or _active_world

    def __getitem__(self, account_id: str) -> _Regions:
        return _Regions(self._world, account_id)

    def __iter__(self) -> Iterator[str]:
        owners = {getattr(each, "owner", None) for each in self._world().graph.resources.values()}
        return iter(sorted(owner for owner in owners if owner))

    def __len__(self) -> int:
        return len(list(iter(self)))

    def __contains__(self, account_id: object) -> bool:
        return isinstance(account_id, str)


def _active_world() -> World:
    world = current_world.current()
    if world is None:
        raise RuntimeError("directconnect_backends: no mock_directconnect is active")
    return world


directconnect_backends = Backends()
