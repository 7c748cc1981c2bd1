"""All doors, opened by the first mock of the process and closed by the last."""

from __future__ import annotations

from contextlib import ExitStack
from typing import Any

from dx_mock import catalogue, handlers
from dx_mock.doors import (
    aiobotocore,
    botocore,
    botocore_sessions,
    connection_guard,
    moto,
    name_guard,
    other_services,
    pycurl_handles,
    requests_adapters,
    urllib3_pools,
)
from dx_mock.moto_services import (
    access_control,
    ami_loading,
    caller_identity,
    cloudtrail,
    cloudwatch,
    core_config,
    mapping_of_backends,
    model_data,
    module_names,
    recorder,
    reset,
    seeding,
    service_quotas,
    tagging,
    time_passing,
    transit_gateways,
    vpc_route_tables,
)
from dx_mock.moto_services.alarms import cloudwatch_backend as alarms
from dx_mock.moto_services.cloudformation import registration
from dx_mock.moto_services.health import beside_moto
from dx_mock.process import credentials, forks, import_hooks, quick_registration, shared_files
from dx_mock.protocol import contract
from dx_mock.rules import hosts

_ADAPTERS: tuple[Any, ...] = (
    moto, mapping_of_backends, model_data, reset.of_moto_api, reset.of_mock_aws, core_config, recorder,
    access_control, caller_identity, tagging, cloudwatch, registration, transit_gateways,
    seeding, ami_loading, module_names,
    alarms, time_passing, beside_moto, service_quotas, cloudtrail, vpc_route_tables,
)  # fmt: skip
_lock = forks.lock()


#: who needs moto's side: the mocks of this process, all together, and each server
_needed = {"mocks": 0, "servers": 0}


def _read_all() -> None:
    """Read now whatever calls need from the disk: a test may put another file system there."""
    contract.service_model()
    handlers.modules()
    catalogue.locations("us-east-1")
    hosts.direct_connect_pattern()
    hosts.domains()


def open_all() -> None:
    """Let every kind of traffic of this process in; libraries that load later get their door when they do."""
    _read_all()
    botocore.install()
    shared_files.install()
    quick_registration.install()
    credentials.install()
    botocore_sessions.install()
    urllib3_pools.install()
    name_guard.install()
    connection_guard.install()
    for module in requests_adapters.MODULES:
        import_hooks.when_imported(module, requests_adapters.install)
    import_hooks.when_imported(pycurl_handles.MODULE, pycurl_handles.install)
    import_hooks.when_imported(aiobotocore.MODULE, aiobotocore.install)
    import_hooks.when_imported(aiobotocore.SESSION_MODULE, aiobotocore.install_credentials)
    with _lock:
        _needed["mocks"] = 1
        _open_moto()


def close_all() -> None:
    """Put everything back as it was, but what a server still needs; where something fails, the rest as well."""
    with ExitStack() as closing:  # from the last line to the first
        closing.callback(other_services.take_credentials_back)
        closing.callback(botocore.uninstall)
        closing.callback(credentials.uninstall)
        closing.callback(shared_files.uninstall)
        closing.callback(quick_registration.uninstall)
        closing.callback(botocore_sessions.uninstall)
        closing.callback(urllib3_pools.uninstall)
        closing.callback(name_guard.uninstall)
        closing.callback(connection_guard.uninstall)
        closing.callback(requests_adapters.uninstall)
        closing.callback(pycurl_handles.uninstall)
        closing.callback(aiobotocore.uninstall)
        closing.callback(_close_mocks)
        for module in (
            *requests_adapters.MODULES,
            pycurl_handles.MODULE,
            aiobotocore.MODULE,
            aiobotocore.SESSION_MODULE,
        ):
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
    """Note that a server needs moto no longer."""
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
