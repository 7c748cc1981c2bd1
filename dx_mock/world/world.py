"""One world: everything between the start and the end of a mock."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dx_mock.engine.ports import Ports
from dx_mock.engine.settings import Settings
from dx_mock.service.caller import Caller
from dx_mock.world.dispatcher import Dispatcher


class World(Dispatcher):
    """An engine, its callers, and the way in for their calls."""

    def __init__(self, settings: Settings, ports: Ports | None = None) -> None:
        super().__init__(settings, ports)
        #: returns the mock of this world, for the hands in decorated tests
        self.mock: Callable[[], Any] = _nothing
        self._callers: dict[tuple[str, str], Caller] = {}

    def caller(self, account_id: str, region_name: str) -> Caller:
        """Return the view of one account in one Region."""
        found = self._callers.get((account_id, region_name))
        if found is None:
            found = self._callers[account_id, region_name] = Caller(self, account_id, region_name)
        return found

    def forget_callers(self) -> None:
        """Forget all callers, which keep settings, backends and shapes; new ones are made when needed."""
        self._callers.clear()


def _nothing() -> None:
    """Return None: this world was begun without a mock."""
