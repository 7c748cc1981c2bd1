"""Credentials for clients made inside a mock, where the environment has none."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

#: Set while a mock is active and there are none, so that botocore does not look for real ones.
_FAKE_CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "DXMOCK",
    "AWS_SECRET_ACCESS_KEY": "DXMOCK",
}


def lend_credentials() -> Callable[[], None]:
    """Give botocore credentials if there are none; returns what puts the environment back."""
    import boto3

    session: Any = boto3.DEFAULT_SESSION
    cached = session._session._credentials if session is not None else None
    changed = {}
    if "AWS_ACCESS_KEY_ID" not in os.environ:
        changed = {name: os.environ.get(name) for name in _FAKE_CREDENTIALS}
        os.environ.update(_FAKE_CREDENTIALS)

    def restore() -> None:
        for name, value in changed.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
        # The default session keeps the credentials that it found first; ours must not outlive the mock.
        current = boto3.DEFAULT_SESSION
        found = getattr(current, "_session", None)
        key = getattr(getattr(found, "_credentials", None), "access_key", None)
        if found is not None and key in (_FAKE_CREDENTIALS["AWS_ACCESS_KEY_ID"], "FOOBARKEY"):
            found._credentials = cached if current is session else None

    return restore
