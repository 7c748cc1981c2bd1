"""One module per family, one function per operation, named like boto3's method.

A function takes the caller (the view of the calling account in a Region) and the checked parameters, and
returns the answer as a plain dict.  A new operation is a new function here; nothing has to be registered.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from types import ModuleType
from typing import Any

Handler = Callable[[Any, Any], Mapping[str, Any]]


@lru_cache(maxsize=1)
def modules() -> tuple[ModuleType, ...]:
    """Return the modules of all families."""
    return tuple(
        importlib.import_module(f"{__name__}.{found.name}")
        for found in pkgutil.iter_modules(__path__)
        if not found.name.endswith("shapes")
    )


@cache
def find(name: str) -> Handler | None:
    """Return the handler of an operation by its name in Python (``create_lag``), or None."""
    for module in modules():
        handler: Handler | None = vars(module).get(name)
        if handler is not None and getattr(handler, "__module__", None) == module.__name__:
            return handler
    return None
