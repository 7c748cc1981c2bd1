"""All doors, opened by the first mock of the process and closed by the last."""

from __future__ import annotations

import threading
from typing import Any

from dx_mock.integrations import cloudformation, cloudwatch, iam, moto_api, tagging
from dx_mock.interception import aio, botocore, http, late, moto

_ADAPTERS: tuple[Any, ...] = (moto, tagging, cloudwatch, iam, moto_api, cloudformation)
_lock = threading.RLock()


#: who needs moto's side: the mocks of this process, all together, and each server
_needed = {"mocks": 0, "servers": 0}


def open_all() -> None:
    """Let every kind of traffic of this process in; libraries that load later get their door when they do."""
    botocore.install()
    http.install()
    late.when_imported("requests.adapters", http.install_requests)
    late.when_imported(aio.MODULE, aio.install)
    with _lock:
        _needed["mocks"] = 1
        _open_moto()


def close_all() -> None:
    """Put everything back as it was, but what a server still needs."""
    late.stop_waiting("requests.adapters")
    late.stop_waiting(aio.MODULE)
    with _lock:
        _needed["mocks"] = 0
        _close_moto()
    aio.uninstall()
    http.uninstall()
    botocore.uninstall()


def open_server() -> None:
    """Take our place in moto for a server, which needs no other door."""
    with _lock:
        _needed["servers"] += 1
        _open_moto()


def close_server() -> None:
    """A server needs moto no longer."""
    with _lock:
        _needed["servers"] -= 1
        _close_moto()


def _open_moto() -> None:
    for adapter in _ADAPTERS:
        late.when_imported(adapter.MODULE, adapter.install)


def _close_moto() -> None:
    if any(_needed.values()):
        return
    for adapter in reversed(_ADAPTERS):
        late.stop_waiting(adapter.MODULE)
        adapter.uninstall()
