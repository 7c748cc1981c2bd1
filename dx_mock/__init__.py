"""dx_mock: AWS Direct Connect for tests, in this process or behind an HTTP endpoint."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dx_mock.doors.other_services import UnansweredServiceError as UnansweredServiceError
    from dx_mock.engine.faults import Fault as Fault
    from dx_mock.engine.faults import Faults as Faults
    from dx_mock.engine.faults import LostReply as LostReply
    from dx_mock.engine.record import CallRecord as CallRecord
    from dx_mock.engine.record import Calls as Calls
    from dx_mock.engine.settings import MarkerSettings as MarkerSettings
    from dx_mock.engine.settings import MockSettings as MockSettings
    from dx_mock.http_server.server import Server as Server
    from dx_mock.http_server.server import ServerError as ServerError
    from dx_mock.http_server.server import server as server
    from dx_mock.http_server.worlds.borrowed import borrow_world as borrow_world
    from dx_mock.in_place_of_moto import install as install
    from dx_mock.in_place_of_moto import uninstall as uninstall
    from dx_mock.mock import MockDirectConnect as MockDirectConnect
    from dx_mock.mock import active_mock as active_mock
    from dx_mock.mock import mock_directconnect as mock_directconnect
    from dx_mock.process.backends_by_account import directconnect_backends as directconnect_backends
    from dx_mock.process.child_processes import Endpoint as Endpoint
    from dx_mock.pytest_marker import directconnect_marker as directconnect_marker
    from dx_mock.rules.quirks import Quirks as Quirks
    from dx_mock.rules.quotas import Quotas as Quotas
    from dx_mock.support.clock import Clock as Clock
    from dx_mock.support.errors import ServiceError as ServiceError
    from dx_mock.support.version import __version__ as __version__
    from dx_mock.world.snapshot import SnapshotError as SnapshotError
    from dx_mock.world.topology import Topology as Topology


#: Public name -> where it lives; imported when it is first used, so that importing the package costs little.
_WHERE = {
    "CallRecord": "dx_mock.engine.record",
    "Calls": "dx_mock.engine.record",
    "Clock": "dx_mock.support.clock",
    "Endpoint": "dx_mock.process.child_processes",
    "Fault": "dx_mock.engine.faults",
    "Faults": "dx_mock.engine.faults",
    "LostReply": "dx_mock.engine.faults",
    "MarkerSettings": "dx_mock.engine.settings",
    "MockDirectConnect": "dx_mock.mock",
    "MockSettings": "dx_mock.engine.settings",
    "Quirks": "dx_mock.rules.quirks",
    "Quotas": "dx_mock.rules.quotas",
    "Server": "dx_mock.http_server.server",
    "ServerError": "dx_mock.http_server.server",
    "ServiceError": "dx_mock.support.errors",
    "SnapshotError": "dx_mock.world.snapshot",
    "Topology": "dx_mock.world.topology",
    "UnansweredServiceError": "dx_mock.doors.other_services",
    "__version__": "dx_mock.support.version",
    "active_mock": "dx_mock.mock",
    "borrow_world": "dx_mock.http_server.worlds.borrowed",
    "directconnect_backends": "dx_mock.process.backends_by_account",
    "install": "dx_mock.in_place_of_moto",
    "directconnect_marker": "dx_mock.pytest_marker",
    "mock_directconnect": "dx_mock.mock",
    "server": "dx_mock.http_server.server",
    "uninstall": "dx_mock.in_place_of_moto",
}

__all__ = [
    "CallRecord",
    "Calls",
    "Clock",
    "Endpoint",
    "Fault",
    "Faults",
    "LostReply",
    "MarkerSettings",
    "MockDirectConnect",
    "MockSettings",
    "Quirks",
    "Quotas",
    "Server",
    "ServerError",
    "ServiceError",
    "SnapshotError",
    "Topology",
    "UnansweredServiceError",
    "__version__",
    "active_mock",
    "borrow_world",
    "directconnect_backends",
    "directconnect_marker",
    "install",
    "mock_directconnect",
    "server",
    "uninstall",
]

if not TYPE_CHECKING:  # else every misspelt name would have a type

    def __getattr__(name: str) -> Any:
        if name in _WHERE:
            import importlib

            value = getattr(importlib.import_module(_WHERE[name]), name)
            globals()[name] = value
            return value
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *_WHERE})
