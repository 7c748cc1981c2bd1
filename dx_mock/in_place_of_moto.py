"""In moto's place inside every ``@mock_aws``: one line turns an existing suite over."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any, NoReturn

from dx_mock.doors import opening
from dx_mock.mock import MockDirectConnect, mock_directconnect
from dx_mock.process import forks, import_hooks, in_moto_place
from dx_mock.support.patches import Patches

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from dx_mock.engine.settings import MockSettings
    from dx_mock.world.world import World

MODULE = "moto.core.models"

_patches = Patches()
#: held by the threads of moto's servers
_lock = forks.lock()
_installed = False
_settings: MockSettings = {}
#: the mock inside the ``mock_aws`` that is active, or inside the last one, which may go on
_mock: MockDirectConnect | None = None
#: the mock of moto's servers in this process, outside every ``mock_aws``
_standing: MockDirectConnect | None = None


def install(**settings: Unpack[MockSettings]) -> None:
    """Put this mock in moto's place inside every ``@mock_aws`` from here on.

    moto's servers in this process (``ThreadedMotoServer``, ``moto.server``) answer with this mock, too: with
    the world of the ``mock_aws`` that is active, or with one that lasts until moto is reset or ``uninstall()``.

    Args:
        **settings: those of ``dx_mock.mock_directconnect``, for all of them.

    Raises:
        TypeError, ValueError: If a setting is unknown or has an impossible value.
        RuntimeError: If it is installed already, a ``mock_aws`` is active, or moto is told to send every call
            to a server of another process (``TEST_SERVER_MODE``, ``TEST_PROXY_MODE``).
    """
    global _installed, _settings
    if _installed:
        raise RuntimeError("dx_mock.install() has been called already; call dx_mock.uninstall() first")
    mock_directconnect(**settings)  # says what is wrong now, not inside some test
    _refuse_other_processes()
    if _is_active():
        raise RuntimeError("dx_mock.install() must be called before mock_aws starts")
    _settings = settings
    _installed = True
    in_moto_place.standing = _standing_world
    opening.open_server()
    import_hooks.when_imported(MODULE, _install)


def uninstall() -> None:
    """Give moto its place back; without ``install()`` before it, nothing happens.

    Raises:
        RuntimeError: If a ``mock_aws`` is active.
    """
    global _installed, _mock, _settings, _standing
    if not _installed:
        return
    if _is_active():
        raise RuntimeError("dx_mock.uninstall() must be called after mock_aws has ended")
    import_hooks.stop_waiting(MODULE)
    _patches.undo()
    opening.close_server()
    in_moto_place.standing = None
    _installed, _settings, _mock, _standing = False, {}, None, None


def _refuse_other_processes() -> None:
    """Say that moto's calls go elsewhere, if they do; moto reads the variables when it is imported."""
    settings: Any = sys.modules.get("moto.settings")
    server = getattr(settings, "TEST_SERVER_MODE", os.environ.get("TEST_SERVER_MODE", "").lower() == "true")
    proxy = os.environ.get("TEST_PROXY_MODE", "").lower() == "true"
    if server or proxy:
        raise RuntimeError(
            f"dx_mock.install() can't answer with {'TEST_SERVER_MODE' if server else 'TEST_PROXY_MODE'}=true: "
            "mock_aws sends every call to a moto server of another process then; run `dx-mock serve` in that "
            "server's place, or unset the variable before moto is imported"
        )


def _standing_world() -> World:
    """Return the world of moto's servers in this process; it begins with the first request."""
    global _standing
    with _lock:
        if _standing is None:
            mock = mock_directconnect(**_settings)
            mock.open(_no_endpoint)
            _standing = mock
        return _standing.world


def _no_endpoint() -> NoReturn:
    raise RuntimeError("this world has no client of its own: make one with the endpoint of moto's server")


def _is_active() -> bool:
    models: Any = sys.modules.get(MODULE)
    return models is not None and bool(models.MockAWS._nested_count)


def _install() -> None:
    if _patches:
        return
    models: Any = sys.modules[MODULE]
    begin, end = models.MockAWS.start, models.MockAWS.stop

    def start(self: Any, reset: bool = True) -> None:
        _refuse_other_processes()  # moto may have been imported after install()
        begin(self, reset=reset)
        if type(self)._nested_count == 1:
            try:
                _start(reset)
            except BaseException:  # the service refuses what was declared for every world
                end(self)
                raise

    def stop(self: Any, remove_data: bool = True) -> None:
        if type(self)._nested_count == 1:
            _stop(remove_data)
        end(self, remove_data=remove_data)

    _patches.set(models.MockAWS, "start", start)
    _patches.set(models.MockAWS, "stop", stop)


def _start(reset: bool) -> None:
    """Begin a world; or go on with the last one, as moto does between ``setUp`` and a test of a class."""
    global _mock, _standing
    if reset:
        _standing = None  # as what moto's servers have of its own services
    if reset or _mock is None:
        _mock = mock_directconnect(**_settings)
        _mock.start()
    else:
        _mock.resume()
    in_moto_place.inside_mock_aws = _mock.world


def _stop(remove_data: bool) -> None:
    global _mock
    in_moto_place.inside_mock_aws = None
    if _mock is not None:
        if _mock.is_active:
            _mock.stop()
        if remove_data:
            _mock = None
