"""What moto registers with ``responses`` when its mock starts, registered when somebody asks for it.

It is 1,300 objects for ``requests`` alone: clients of botocore never look at them, and nearly all tests have no
others.  moto's own code makes them, the first time and when they are needed again.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from dx_mock.process import forks
from dx_mock.support.patches import Patches

_lock = forks.lock()

#: what moto registered last, in order, and what each was made of
_registered: list[tuple[dict[str, Any], Any]] = []


@contextmanager
def of(mock: Any) -> Iterator[None]:
    """Let a mock of moto's start without registering anything; its registry fills itself later."""
    models: Any = sys.modules.get("moto.core.models")
    methods = getattr(models, "RESPONSES_METHODS", None)
    if not isinstance(methods, list) or not hasattr(mock, "_enable_patching"):
        yield
        return
    patches = Patches()
    patches.set(models, "RESPONSES_METHODS", [])
    try:
        yield
    finally:
        patches.undo()
    registry: Any = getattr(models.responses_mock, "_registry", None)
    waiting = _Waiting(list)
    waiting.fill = lambda: _fill(models, mock, registry, waiting)
    if type(getattr(registry, "_registered", None)) is defaultdict:
        registry._registered = waiting
    else:  # a version of moto, or of responses, that keeps them elsewhere
        waiting.fill()


class _Waiting(defaultdict[str, list[Any]]):
    """An empty mapping of methods to responses, in whose place a full one comes when it is looked at."""

    fill: Callable[[], dict[str, list[Any]]]

    def __missing__(self, method: str) -> list[Any]:
        return self.fill()[method]

    def values(self) -> Any:
        """Return the lists of responses."""
        return self.fill().values()


def _fill(models: Any, mock: Any, registry: Any, waiting: Any) -> dict[str, list[Any]]:
    with _lock:
        if getattr(registry, "_registered", waiting) is waiting:
            if registry is not None:
                registry._registered = defaultdict(list)
            patches = Patches()
            patches.set(models, "CallbackResponse", _of_earlier_mocks(models.CallbackResponse))
            patches.set(models.responses_mock, "start", _nothing)
            try:
                mock._enable_patching(reset=False)
            finally:
                patches.undo()
        found: dict[str, list[Any]] = registry._registered
        return found


def _nothing() -> None:
    """Do not start a mock again that is active."""


def _of_earlier_mocks(plain: Any) -> Any:
    """Return what gives moto the objects of its last start again; to make 1,300 new ones takes 4 ms.

    They are in one registry at a time: moto empties it whenever its outermost mock begins or ends.
    """
    place = iter(range(len(_registered)))

    def again(**options: Any) -> Any:
        at = next(place, None)
        if at is None or type(_registered[at][1]) is not plain or _registered[at][0] != options:
            return _new(plain, options, at)
        found = _registered[at][1]
        found._calls = type(found._calls)()
        return found

    return again


def _new(cls: Any, options: dict[str, Any], at: int | None) -> Any:
    found = cls(**options)
    if at is not None:
        _registered[at] = options, found
    elif hasattr(found, "_calls"):  # else a version of responses that keeps its calls elsewhere
        _registered.append((options, found))
    return found
