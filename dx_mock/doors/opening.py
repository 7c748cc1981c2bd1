"""All doors, opened by the first mock of the process and closed by the last."""

from __future__ import annotations

from contextlib import ExitStack
from typing import Any

from dx_mock.doors import aiobotocore, botocore, http_requests, moto
from dx_mock.moto_services import caller_identity, cloudwatch, reset, tagging
from dx_mock.moto_services.cloudformation import resource_types
from dx_mock.process import credentials, forks, import_hooks

_ADAPTERS: tuple[Any, ...] = (moto, tagging, cloudwatch, caller_identity, reset, resource_types)
_lock = forks.lock()


#: who needs moto's side: the mocks of this process, all together, and each server
_needed = {"mocks": 0, "servers": 0}


def open_all() -> None:
    """Let every kind of traffic of this process in; libraries that load later get their door when they do."""
    botocore.install()
    credentials.install()
    http_requests.install()
    import_hooks.when_imported("requests.adapters", http_requests.install_requests)
    import_hooks.when_imported(aiobotocore.MODULE, aiobotocore.install)
    import_hooks.when_imported(aiobotocore.SESSION_MODULE, aiobotocore.install_credentials)
    with _lock:
        _needed["mocks"] = 1
        _open_moto()


def close_all() -> None:
    """Put everything back as it was, but what a server still needs; where something fails, the rest as well."""
    with ExitStack() as closing:  # from the last line to the first
        closing.callback(botocore.uninstall)
        closing.callback(credentials.uninstall)
        closing.callback(http_requests.uninstall)
        closing.callback(aiobotocore.uninstall)
        closing.callback(_close_mocks)
        for module in ("requests.adapters", aiobotocore.MODULE, aiobotocore.SESSION_MODULE):
            closing.callback(import_hooks.stop_waiting, module)


def _close_mocks() -> None:
    with _lock:
        _needed["mocks"] = 0
        _close_moto()


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
