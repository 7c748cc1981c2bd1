"""moto's recorder: while it runs, calls to Direct Connect are written down with those to its own services."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

from dx_mock.moto_services.requests_for_moto import request_for_moto
from dx_mock.process.full_way import under_way
from dx_mock.support.patches import Patches

MODULE = "moto.moto_api"

#: the recorder of the process, while a mock is active and moto's API is loaded
_recorder: Any = None
_patches = Patches()
_record: Any = None


def install() -> None:
    """Look at moto's recorder from here on."""
    global _recorder, _record
    recorder: Any = getattr(sys.modules.get(MODULE), "recorder", None)
    if _patches or not hasattr(recorder, "_user_enabled"):
        return
    _recorder, _record = recorder, type(recorder)._record_request
    _patches.set(type(recorder), "_record_request", _without_ours)


def uninstall() -> None:
    """Look at it no longer."""
    global _recorder
    _patches.undo()
    _recorder = None


def _without_ours(self: Any, request: Any, *more: Any, **options: Any) -> Any:
    """Record a request, unless :func:`record` does: botocore runs moto's hook on the full way as well."""
    return None if under_way.get() else _record(self, request, *more, **options)


def is_recording() -> bool:
    """Return whether a test has started moto's recorder."""
    return _recorder is not None and bool(_recorder._user_enabled)


def record(method: str, url: str, headers: Mapping[str, Any], body: Any) -> None:
    """Write a request to Direct Connect down, if the recorder runs."""
    if is_recording():
        _record(_recorder, request_for_moto(method, url, headers, body))
