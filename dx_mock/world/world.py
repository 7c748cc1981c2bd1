"""One world: everything that exists between the start and the end of a mock."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dx_mock.engine.ports import Ports
from dx_mock.engine.settings import Settings
from dx_mock.service.caller import Caller
from dx_mock.world.dispatcher import Dispatcher


class World(Dispatcher):
    """An engine, who calls on it, and the way in for their calls."""

    def __init__(self, settings: Settings, ports: Ports | None = None) -> None:
        super().__init__(settings, ports)
        #: gives the mock that this world is of, for the hands inside of decorated tests
        self.mock: Callable[[], Any] = _nothing
        self._callers: dict[tuple[str, str], Caller] = {}

    def caller(self, account_id: str, region_name: str) -> Caller:
        """Return what one account may see and do in one Region."""
        found = self._callers.get((account_id, region_name))
        if found is None:
            found = self._callers[account_id, region_name] = Caller(self, account_id, region_name)
        return found

    def forget_callers(self) -> None:
        """Let callers be made anew: they keep settings, backends and shapes."""
        self._callers.clear()


def _nothing() -> None:
    """Give no mock: this world was begun without one."""
