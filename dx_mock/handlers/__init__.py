"""One module per family, one function per operation, named like boto3's method.

A function takes the caller (the view of the calling account in a Region) and the checked parameters, and
returns the answer as a plain dict.  A new operation is a new function here; a new family is a name in
``FAMILIES``.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from types import ModuleType
from typing import Any

Handler = Callable[[Any, Any], Mapping[str, Any]]


#: The modules, by name: nothing looks into a folder while a test may have put another file system there.
FAMILIES = (
    "connections",
    "customers",
    "failover",
    "gateways",
    "hosted",
    "lags",
    "letters",
    "locations",
    "macsec",
    "peers",
    "resiliency",
    "routers",
    "routes",
    "tags",
    "virtual_interfaces",
)


@lru_cache(maxsize=1)
def modules() -> tuple[ModuleType, ...]:
    """Return the modules of all families."""
    return tuple(importlib.import_module(f"{__name__}.{name}") for name in FAMILIES)


@cache
def find(name: str) -> Handler | None:
    """Return the handler of an operation by its name in Python (``create_lag``), or None."""
    for module in modules():
        handler: Handler | None = vars(module).get(name)
        if handler is not None and getattr(handler, "__module__", None) == module.__name__:
            return handler
    return None
