"""moto's own API: ``/moto-api/reset`` empties the mock's world as well."""

from __future__ import annotations

import sys
from typing import Any

from dx_mock.process import current_world
from dx_mock.support.patches import Patches
from dx_mock.world.beginning import reset as empty

MODULE = "moto.moto_api._internal.models"

_patches = Patches()


def install() -> None:
    """Reset the world of whoever resets moto."""
    models: Any = sys.modules.get(MODULE)
    backend = getattr(models, "MotoAPIBackend", None)
    if backend is None or _patches:
        return
    original = backend.reset

    def reset(self: Any) -> None:
        original(self)
        world = current_world.current()
        if world is not None:
            empty(world)

    _patches.set(backend, "reset", reset)


def uninstall() -> None:
    """Put moto's function back."""
    _patches.undo()
