"""Emptying moto, by ``/moto-api/reset`` or by ``mock_aws().reset()``, empties the world as well."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

from dx_mock.process import in_moto_place
from dx_mock.support.patches import Patches
from dx_mock.world.beginning import reset as empty

#: Set while a mock_aws begins or ends: it resets moto then, and worlds have beginnings and ends of their own.
_at_the_ends: ContextVar[bool] = ContextVar("dx_mock_at_the_ends", default=False)


class _Resetting:
    """A method ``reset`` of one of moto's classes, which empties the world, too, while it is installed."""

    def __init__(self, awaited: str, module: str, kind: str, *quiet: str) -> None:
        self.MODULE = awaited
        self._module = module
        self._kind = kind
        #: methods that reset moto on their own account
        self._quiet = quiet
        self._patches = Patches()

    def install(self) -> None:
        """Reset the world of whoever resets moto."""
        kind: Any = getattr(sys.modules.get(self._module), self._kind, None)
        if kind is None or self._patches:
            return
        self._patches.set(kind, "reset", _resetting(kind.reset))
        for name in self._quiet:
            if hasattr(kind, name):
                self._patches.set(kind, name, _quietly(getattr(kind, name)))

    def uninstall(self) -> None:
        """Put moto's methods back."""
        self._patches.undo()


def _resetting(original: Callable[..., Any]) -> Callable[..., Any]:
    def reset(self: Any) -> None:
        original(self)
        world = None if _at_the_ends.get() else in_moto_place.world()
        if world is not None:
            empty(world)

    return reset


def _quietly(original: Callable[..., Any]) -> Callable[..., Any]:
    def method(self: Any, *arguments: Any, **options: Any) -> Any:
        token = _at_the_ends.set(True)
        try:
            return original(self, *arguments, **options)
        finally:
            _at_the_ends.reset(token)

    return method


_API, _CORE = "moto.moto_api._internal.models", "moto.core.models"

of_moto_api: _Resetting = _Resetting(_API, _API, "MotoAPIBackend")
# The package is waited for, which comes after its module: install() waits for that one.
of_mock_aws: _Resetting = _Resetting("moto.core", _CORE, "MockAWS", "_enable_patching", "_disable_patching")
