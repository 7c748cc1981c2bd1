"""The guard for pycurl, a library of C that looks names up by itself: a class in the place of its handles.

It looks at the address that a handle is given.  Handles that were made before the mock, and places that a
server sends a handle on to, are not seen.
"""

from __future__ import annotations

import sys
from typing import Any

from dx_mock.doors import name_guard, policy
from dx_mock.support.patches import Patches

MODULE = "pycurl"

_patches = Patches()


def install() -> None:
    """Let no new handle be given the address of a host that may not be reached."""
    pycurl: Any = sys.modules.get(MODULE)
    kind = getattr(pycurl, "Curl", None)
    if isinstance(kind, type) and not _patches:
        _patches.set(pycurl, "Curl", _checking(pycurl, kind))


def uninstall() -> None:
    """Put pycurl back as it was."""
    _patches.undo()


def _checking(pycurl: Any, kind: Any) -> Any:
    class Curl(kind):  # type: ignore[misc]
        __doc__ = kind.__doc__

        def setopt(self, option: Any, value: Any) -> Any:
            _check(pycurl, option, value)
            return super().setopt(option, value)

        def setopt_string(self, option: Any, value: Any) -> Any:
            _check(pycurl, option, value)
            return super().setopt_string(option, value)

    Curl.__module__, Curl.__qualname__ = kind.__module__, kind.__qualname__
    return Curl


def _check(pycurl: Any, option: Any, value: Any) -> None:
    """Refuse an address as pycurl says that a connection failed."""
    if option != pycurl.URL:
        return
    url = value.decode("latin-1") if isinstance(value, bytes) else str(value)
    try:
        name_guard.check(policy.host_of(url if policy.is_whole(url) else f"//{url}"))
    except OSError as refused:
        raise pycurl.error(pycurl.E_COULDNT_CONNECT, str(refused)) from refused
