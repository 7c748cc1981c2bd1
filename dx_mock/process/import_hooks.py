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
#: module -> what to do when it has been loaded, in order
_waiting: dict[str, list[Callable[[], None]]] = {}


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
                loader: Any = spec.loader
                if hasattr(loader, "exec_module"):  # None for a folder without a module
                    telling: Any = _Telling(loader)
                    spec.loader = telling
                return spec
        return None


class _Telling:
    """A loader that tells when a module has been loaded, and has put the module's own in its place by then.

    Not a change to the loader itself: that of an archive, or of a frozen program, loads other modules, too.
    """

    def __init__(self, loader: Any) -> None:
        self._loader = loader

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        """Part of the protocol of loaders."""
        made: ModuleType | None = self._loader.create_module(spec)
        return made

    def exec_module(self, module: ModuleType) -> None:
        """Part of the protocol of loaders."""
        spec: Any = module.__spec__
        spec.loader = module.__loader__ = self._loader
        self._loader.exec_module(module)
        for then in list(_waiting.get(spec.name, ())):
            then()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._loader, name)


_finder: Any = _Finder()
#: where it stands: a test may put another list in the place of ``sys.meta_path`` and this one back later
_lists: list[list[Any]] = []


def when_imported(module: str, then: Callable[[], None]) -> None:
    """Do something now if a module is loaded, else when it is."""
    with _lock:
        wanted = _waiting.setdefault(module, [])
        if then not in wanted:
            wanted.append(then)
        loaded = module in sys.modules
        if not loaded and _finder not in sys.meta_path:
            sys.meta_path.insert(0, _finder)
            _lists.append(sys.meta_path)
    if loaded:
        then()


def stop_waiting(module: str) -> None:
    """Wait for a module no longer."""
    with _lock:
        _waiting.pop(module, None)
        if not _waiting:
            for finders in (*_lists, sys.meta_path):
                if _finder in finders:
                    finders.remove(_finder)
            _lists.clear()
