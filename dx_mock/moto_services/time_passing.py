"""What moto's services do as time passes on the mock's clock: alarms change, and notices arrive.

They are told when the clock is moved, and, as freezegun and others move it too, before every call of one of
moto's services.
"""

from __future__ import annotations

import sys
from datetime import datetime
from typing import TYPE_CHECKING, Any

from dx_mock.moto_services.health import events
from dx_mock.process import current_world
from dx_mock.support.patches import Patches

if TYPE_CHECKING:
    from dx_mock.world.world import World

MODULE = "moto.core.responses"

_patches = Patches()


class MotoObservers:
    """Who watches in moto's services, as a world tells them."""

    def __init__(self) -> None:
        self._at_work = False

    def time_has_passed(self, world: World) -> None:
        """Pass on what AWS has told, and let alarms act, up to the present of a world whose lock is held."""
        untold = world.maintenance.untold
        if not world.active:
            untold.clear()  # nobody listens before its first request, or after its end
            return
        if self._at_work or ("moto.cloudwatch.models" not in sys.modules and not untold):
            return
        self._at_work = True
        try:
            with current_world.within(world):
                while untold:
                    window, notice = untold.pop(0)
                    _evaluate(world, notice.time)
                    events.tell(world, window, notice)
                _evaluate(world, world.clock.now())
        finally:
            self._at_work = False


def _evaluate(world: World, until: datetime) -> None:
    """Evaluate alarms up to a time, if CloudWatch was ever used."""
    if "moto.cloudwatch.models" in sys.modules:
        from dx_mock.moto_services.alarms import watching

        watching.evaluate(world, until)


def install() -> None:
    """Look at the clock before every call of a service of moto's."""
    response: Any = getattr(sys.modules.get(MODULE), "BaseResponse", None)
    if _patches or not hasattr(response, "call_action"):
        return
    _patches.set(response, "call_action", _calling(response.call_action))


def uninstall() -> None:
    """Put moto's method back."""
    _patches.undo()


def _calling(original: Any) -> Any:
    def call_action(self: Any) -> Any:
        world = current_world.current()
        if world is not None:
            with world.lock:
                world.lifecycle.run_calendar()
                world.ports.observers.time_has_passed(world)
        return original(self)

    return call_action
