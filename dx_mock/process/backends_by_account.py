"""moto's own way in: ``directconnect_backends[account_id][region]``."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from dx_mock.process import in_moto_place

if TYPE_CHECKING:
    from dx_mock.service.caller import Caller
    from dx_mock.world.world import World


@lru_cache(maxsize=1)
def _known_regions() -> frozenset[str]:
    """Return the Regions of every partition that the installed botocore knows."""
    import botocore.session

    session = botocore.session.Session()
    return frozenset(
        region
        for partition in session.get_available_partitions()
        for service in ("directconnect", "ec2")
        for region in session.get_available_regions(service, partition)
    )


def _is_known(region_name: object) -> bool:
    """Return whether a Region exists, or moto is told that any may."""
    anything = os.environ.get("MOTO_ALLOW_NONEXISTENT_REGION", "").lower() == "true"
    return isinstance(region_name, str) and (anything or region_name in _known_regions())


class _Regions(Mapping[str, "Caller"]):
    """The backends of one account."""

    def __init__(self, world: Callable[[], World], account_id: str) -> None:
        self._world = world
        self.account_id = account_id

    def __getitem__(self, region_name: str) -> Caller:
        if region_name not in self:
            raise KeyError(region_name)
        return self._world().caller(self.account_id, region_name)

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._seen()))

    def _seen(self) -> set[str]:
        return {
            resource.region
            for resource in self._world().graph.resources.values()
            if getattr(resource, "owner", None) == self.account_id and getattr(resource, "region", None)
        }

    def __len__(self) -> int:
        return len(self._seen())

    def __contains__(self, region_name: object) -> bool:
        return _is_known(region_name) or region_name in self._seen()


class Backends(Mapping[str, _Regions]):
    """``directconnect_backends[account_id][region]``: what an account sees in a Region of the active mock.

    As in moto any account and any Region that AWS has can be asked for; a Region that it has not is a
    ``KeyError``.  Iterating gives the accounts and Regions that own something.
    """

    def __init__(self, world: Callable[[], World] | None = None) -> None:
        self._world = world or _active_world
        #: moto's mapping, while ours stands in its place
        self.of_moto: Any = None

    def _is_motos_turn(self) -> bool:
        return self.of_moto is not None and in_moto_place.world() is None

    def __getitem__(self, account_id: str) -> Any:
        if account_id == "global" and self.of_moto is not None:
            # Where moto looks the routes of a service up whose mapping is not of its own kind.
            return self.of_moto.backend("us-east-1", "123456789012")
        if self._is_motos_turn():
            return self.of_moto[account_id]
        return _Regions(self._world, account_id)

    def __iter__(self) -> Iterator[str]:
        if self._is_motos_turn():
            return iter(self.of_moto)
        owners = {getattr(each, "owner", None) for each in self._world().graph.resources.values()}
        return iter(sorted(owner for owner in owners if owner))

    def __len__(self) -> int:
        return len(list(iter(self)))

    def __contains__(self, account_id: object) -> bool:
        return account_id in list(iter(self))

    def iter_backends(self) -> Iterator[tuple[str, str, Any]]:
        """Give account, Region and backend of everything that owns something, as moto's mapping does."""
        for account_id, regions in self.items():
            for region_name, backend in regions.items():
                yield account_id, region_name, backend


def _active_world() -> World:
    world = in_moto_place.world()
    if world is None:
        raise RuntimeError("directconnect_backends: no mock_directconnect is active")
    return world


directconnect_backends: Backends = Backends()
