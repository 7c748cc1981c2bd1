"""Doors for libraries that are imported later, inside an active mock: they are opened as soon as they load.

Nothing is imported for their sake: where the library is not there yet, a finder at the front of
``sys.meta_path`` waits for its import, and is gone again when the last mock ends.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

from dx_mock.process import forks

_lock = forks.lock()
#: module -> what to do when it has been loaded
_waiting: dict[str, Callable[[], None]] = {}


class _Finder:
    """Lets the other finders find a module that is waited for, and adds what is to be done after."""

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Part of the protocol of ``sys.meta_path``."""
        if name not in _waiting:
            return None
        for finder in sys.meta_path:
            if finder is self or not hasattr(finder, "find_spec"):
                continue
            spec = finder.find_spec(name, path, target)
            if spec is not None:
                _wrap(spec)
                return spec
        return None


def _wrap(spec: ModuleSpec) -> None:
    loader: Any = spec.loader
    execute = loader.exec_module

    def exec_module(module: ModuleType) -> None:
        execute(module)
        then = _waiting.get(spec.name)
        if then is not None:
            then()

    loader.exec_module = exec_module


_finder: Any = _Finder()


def when_imported(module: str, then: Callable[[], None]) -> None:
    """Do something now if a module is loaded, else when it is."""
    with _lock:
        _waiting[module] = then
        loaded = module in sys.modules
        if not loaded and _finder not in sys.meta_path:
            sys.meta_path.insert(0, _finder)
    if loaded:
        then()


def stop_waiting(module: str) -> None:
    """Wait for a module no longer."""
    with _lock:
        _waiting.pop(module, None)
        if not _waiting and _finder in sys.meta_path:
            sys.meta_path.remove(_finder)
