"""What the suites of pytest need that these tests run in processes of their own."""

from __future__ import annotations

import pytest


@pytest.fixture
def _plugin_alone(monkeypatch):
    """No other plugin is loaded: that takes most of the time of a small suite."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.setenv("PYTEST_PLUGINS", "dx_mock.pytest_plugin")
