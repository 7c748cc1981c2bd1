"""dx_mock: AWS Direct Connect for tests, in this process or behind an HTTP endpoint."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dx_mock.http_server.server import server as server
    from dx_mock.in_place_of_moto import install as install
    from dx_mock.in_place_of_moto import uninstall as uninstall
    from dx_mock.mock import MockDirectConnect as MockDirectConnect
    from dx_mock.mock import active_mock as active_mock
    from dx_mock.mock import mock_directconnect as mock_directconnect
    from dx_mock.process.backends_by_account import directconnect_backends as directconnect_backends
    from dx_mock.support.version import __version__ as __version__


#: Public name -> where it lives; imported when it is first used, so that importing the package costs little.
_WHERE = {
    "__version__": "dx_mock.support.version",
    "MockDirectConnect": "dx_mock.mock",
    "active_mock": "dx_mock.mock",
    "directconnect_backends": "dx_mock.process.backends_by_account",
    "install": "dx_mock.in_place_of_moto",
    "mock_directconnect": "dx_mock.mock",
    "server": "dx_mock.http_server.server",
    "uninstall": "dx_mock.in_place_of_moto",
}

__all__ = [
    "MockDirectConnect",
    "__version__",
    "active_mock",
    "directconnect_backends",
    "install",
    "mock_directconnect",
    "server",
    "uninstall",
]


def __getattr__(name: str) -> Any:
    if name in _WHERE:
        import importlib

        value = getattr(importlib.import_module(_WHERE[name]), name)
        globals()[name] = value
        return value
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *_WHERE})
