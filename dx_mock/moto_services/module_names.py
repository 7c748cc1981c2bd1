"""The names of moto's modules, which its server lists anew for every request: 180 looks at the disk.

They are a third of what a small call costs there; and each lets another thread run, so that many clients get
fewer answers than one.  moto's packages do not change while it runs, so they are listed once.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from functools import cache
from typing import Any

from dx_mock.support.patches import Patches

MODULE = "moto.moto_server.werkzeug_app"

_patches = Patches()


def install() -> None:
    """List them once from here on."""
    backends: Any = sys.modules.get("moto.backends")
    original = getattr(backends, "list_of_moto_modules", None)
    if _patches or original is None:
        return

    @cache
    def names() -> tuple[str, ...]:
        return tuple(original())

    def list_of_moto_modules() -> Iterable[str]:
        return names()

    _patches.set(backends, "list_of_moto_modules", list_of_moto_modules)


def uninstall() -> None:
    """Put moto's function back."""
    _patches.undo()
