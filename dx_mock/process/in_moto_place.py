"""The worlds of ``install()``: the one inside ``mock_aws``, and the one that moto's servers have outside of it.

moto's backends live as long as the process: its server answers without any ``mock_aws``.  So does the standing
world, which begins with the first request that finds no mock active.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from dx_mock.process import current_world

if TYPE_CHECKING:
    from dx_mock.world.world import World

#: the world inside the ``mock_aws`` that is active
inside_mock_aws: World | None = None
#: gives the standing world; None while nothing is installed
standing: Callable[[], World] | None = None


def world() -> World | None:
    """Return the world that answers what comes through moto, or None where moto answers itself."""
    found = current_world.current()
    return found if found is not None or standing is None else standing()
