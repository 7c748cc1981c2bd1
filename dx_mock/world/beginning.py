"""The beginning of a world, at the start of a mock and when it is reset."""

from __future__ import annotations

from dx_mock.engine.faults import Faults
from dx_mock.engine.ports import Ports
from dx_mock.engine.settings import Settings
from dx_mock.world import snapshot
from dx_mock.world.world import World


def begin(settings: Settings, ports: Ports | None = None) -> World:
    """Return a new world with what is declared for it, else an empty one.

    Raises:
        ValueError: If the service refuses what is declared; the message says where.
    """
    world = World(settings, ports)
    if settings.topology is not None:
        from dx_mock.world.building import build

        build(world, settings.topology)
    return world


def reset(world: World) -> None:
    """Begin again, in place: only what is declared exists, and the record of calls is empty."""
    with world.lock:
        snapshot.put_back(world, snapshot.take(begin(world.settings, world.ports)))
        world.calls.clear()
        world.calls.forgotten = 0
        world.faults = Faults(world.settings.seed)
