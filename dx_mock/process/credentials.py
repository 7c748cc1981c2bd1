"""Credentials for clients made inside a mock, where the environment has none."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from typing import Any

#: Set while a mock is active and there are none, so that botocore does not look for real ones.
_FAKE_CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "DXMOCK",
    "AWS_SECRET_ACCESS_KEY": "DXMOCK",
}


_lock = threading.Lock()
#: how many mocks need them
_borrowers = 0
#: what the first of them found in the environment, and the default session and its credentials
_found: dict[str, str | None] = {}
_session: Any = None
_cached: Any = None


def lend_credentials() -> Callable[[], None]:
    """Give botocore credentials if there are none; returns what gives them back.

    The last of the mocks that are active puts the environment back, in whatever order they end.
    """
    import boto3

    global _borrowers, _session, _cached
    with _lock:
        _borrowers += 1
        if _borrowers == 1:
            _session = boto3.DEFAULT_SESSION
            _cached = _session._session._credentials if _session is not None else None
        if "AWS_ACCESS_KEY_ID" not in os.environ:
            for name in _FAKE_CREDENTIALS:
                _found.setdefault(name, os.environ.get(name))
            os.environ.update(_FAKE_CREDENTIALS)
    return _give_back


def _give_back() -> None:
    global _borrowers, _session, _cached
    with _lock:
        _borrowers -= 1
        if _borrowers:
            return
        for name, value in _found.items():
            if os.environ.get(name) != _FAKE_CREDENTIALS[name]:
                continue  # somebody has set it meanwhile
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
        _found.clear()
        _forget_in_session()
        _session = _cached = None


def _forget_in_session() -> None:
    """The default session keeps the credentials that it found first; ours must not outlive the mocks."""
    import boto3

    current: Any = boto3.DEFAULT_SESSION
    found = getattr(current, "_session", None)
    key = getattr(getattr(found, "_credentials", None), "access_key", None)
    if found is not None and key in (_FAKE_CREDENTIALS["AWS_ACCESS_KEY_ID"], "FOOBARKEY"):
        found._credentials = _cached if current is _session else None
