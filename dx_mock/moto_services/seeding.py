"""Whether moto's generator of ids has been seeded, and what has to happen before it is.

A late piece of work that draws ids moves all ids after it.  Nobody can tell while the generator is not seeded.
It is watched as long as the doors are open; where a mock of moto's was active before them, somebody may have
seeded it unseen.  moto's class is patched, not its one instance, which may not be there yet.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from dx_mock.moto_services.runtime import moto_is_active
from dx_mock.support.patches import Patches

MODULE = "moto.moto_api._internal.moto_random"

_patches = Patches()
#: it was seeded in this process while we watched
_seeded = False
#: nobody can have seeded it before we watched
_watched_in_time = False
#: what is to be done before it is seeded
_before: list[Callable[[], None]] = []


def install() -> None:
    """Watch moto's generator from here on."""
    global _watched_in_time
    generator = getattr(sys.modules.get(MODULE), "MotoRandom", None)
    if generator is None or _patches:
        return
    _watched_in_time = _instance() is None or not moto_is_active()
    for name in ("seed", "setstate"):
        _patches.set(generator, name, _seeding(getattr(generator, name)))


def uninstall() -> None:
    """Put moto's class back."""
    global _watched_in_time
    _watched_in_time = False
    _patches.undo()


def ids_are_random() -> bool:
    """Return whether ids of moto's are known to come from a generator that nobody has seeded."""
    return _watched_in_time and not _seeded


def before_it_is_seeded(then: Callable[[], None]) -> None:
    """Have something done before the generator is seeded; what is drawn there is drawn from the old ids."""
    if then not in _before:
        _before.append(then)


def _instance() -> Any:
    return getattr(sys.modules.get("moto.moto_api._internal"), "mock_random", None)


def _seeding(original: Callable[..., Any]) -> Callable[..., Any]:
    def method(self: Any, *arguments: Any, **options: Any) -> Any:
        global _seeded
        if self is _instance():
            for each in _before:
                each()
            _seeded = True
        return original(self, *arguments, **options)

    return method
