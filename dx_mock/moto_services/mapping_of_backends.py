"""``moto.backends.get_backend("directconnect")``, and moto's own names for it, are our mapping."""

from __future__ import annotations

import sys
from typing import Any

from dx_mock.process.backends_by_account import directconnect_backends
from dx_mock.support.patches import Patches

MODULE = "moto.directconnect"
NAME = "directconnect_backends"

_patches = Patches()


def install() -> None:
    """Put our mapping where moto has its own: ``get_backend`` looks it up for every request."""
    package: Any = sys.modules.get(MODULE)
    models: Any = getattr(package, "models", None)
    if _patches or not hasattr(models, NAME):
        return
    import moto.directconnect.responses  # noqa: F401  # it keeps moto's mapping, for its turn

    directconnect_backends.of_moto = getattr(models, NAME)
    for owner in (package, models):
        if hasattr(owner, NAME):
            _patches.set(owner, NAME, directconnect_backends)


def uninstall() -> None:
    """Put moto's mapping back."""
    _patches.undo()
    directconnect_backends.of_moto = None
