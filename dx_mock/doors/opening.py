"""All doors, opened by the first mock of the process and closed by the last."""

from __future__ import annotations

import threading
from typing import Any

from dx_mock.doors import aiobotocore, botocore, http_requests, moto
from dx_mock.moto_services import ami_loading, caller_identity, cloudwatch, reset, seeding, tagging
from dx_mock.moto_services.cloudformation import registration
from dx_mock.process import import_hooks, quick_registration, shared_files

_ADAPTERS: tuple[Any, ...] = (
    moto,
    tagging,
    cloudwatch,
    caller_identity,
    reset,
    registration,
    seeding,
    ami_loading,
)
_lock = threading.RLock()


#: who needs moto's side: the mocks of this process, all together, and each server
_needed = {"mocks": 0, "servers": 0}


def open_all() -> None:
    """Let every kind of traffic of this process in; libraries that load later get their door when they do."""
    botocore.install()
    shared_files.install()
    quick_registration.install()
    http_requests.install()
    import_hooks.when_imported("requests.adapters", http_requests.install_requests)
    import_hooks.when_imported(aiobotocore.MODULE, aiobotocore.install)
    with _lock:
        _needed["mocks"] = 1
        _open_moto()


def close_all() -> None:
    """Put everything back as it was, but what a server still needs."""
    import_hooks.stop_waiting("requests.adapters")
    import_hooks.stop_waiting(aiobotocore.MODULE)
    with _lock:
        _needed["mocks"] = 0
        _close_moto()
    aiobotocore.uninstall()
    http_requests.uninstall()
    quick_registration.uninstall()
    shared_files.uninstall()
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
        import_hooks.when_imported(adapter.MODULE, adapter.install)


def _close_moto() -> None:
    if any(_needed.values()):
        return
    for adapter in reversed(_ADAPTERS):
        import_hooks.stop_waiting(adapter.MODULE)
        adapter.uninstall()
