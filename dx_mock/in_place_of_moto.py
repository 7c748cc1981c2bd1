"""In moto's place inside every ``@mock_aws``: one line turns an existing suite over."""

from __future__ import annotations

import sys
from typing import Any

from dx_mock.mock import MockDirectConnect, mock_directconnect
from dx_mock.process import import_hooks
from dx_mock.support.patches import Patches

MODULE = "moto.core.models"

_patches = Patches()
_installed = False
_settings: dict[str, Any] = {}
#: the mock inside the ``mock_aws`` that is active, or inside the last one, which may go on
_mock: MockDirectConnect | None = None


def install(**settings: Any) -> None:
    """Put this mock in moto's place inside every ``@mock_aws`` from here on.

    Args:
        **settings: those of ``dx_mock.mock_directconnect``, for all of them.

    Raises:
        TypeError, ValueError: a setting is unknown or has an impossible value.
        RuntimeError: it is installed already, or a ``mock_aws`` is active.
    """
    global _installed
    if _installed:
        raise RuntimeError("dx_mock.install() has been called already; call dx_mock.uninstall() first")
    mock_directconnect(**settings)  # says what is wrong now, not inside some test
    if _is_active():
        raise RuntimeError("dx_mock.install() must be called before mock_aws starts")
    _settings.update(settings)
    _installed = True
    import_hooks.when_imported(MODULE, _install)


def uninstall() -> None:
    """Give moto its place back; without ``install()`` before it, nothing happens.

    Raises:
        RuntimeError: a ``mock_aws`` is active.
    """
    global _installed, _mock
    if _installed and _is_active():
        raise RuntimeError("dx_mock.uninstall() must be called after mock_aws has ended")
    import_hooks.stop_waiting(MODULE)
    _patches.undo()
    _settings.clear()
    _installed, _mock = False, None


def _is_active() -> bool:
    models: Any = sys.modules.get(MODULE)
    return models is not None and bool(models.MockAWS._nested_count)


def _install() -> None:
    if _patches:
        return
    models: Any = sys.modules[MODULE]
    begin, end = models.MockAWS.start, models.MockAWS.stop

    def start(self: Any, reset: bool = True) -> None:
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
    global _mock
    if reset or _mock is None:
        _mock = mock_directconnect(**_settings)
        _mock.start()
    else:
        _mock.resume()


def _stop(remove_data: bool) -> None:
    global _mock
    if _mock is not None:
        if _mock.is_active:
            _mock.stop()
        if remove_data:
            _mock = None
