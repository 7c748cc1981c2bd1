"""The server that the client programs speak to."""

from __future__ import annotations

import pytest

import dx_mock
from tests.acceptance import browser


@pytest.fixture
def endpoint_url():
    """The endpoint of a server with a world of its own."""
    if not hasattr(dx_mock, "server"):
        pytest.skip("this dx_mock has no server yet")
    with dx_mock.server() as running:
        yield running.endpoint_url


@pytest.fixture(scope="module")
def chromium(tmp_path_factory):
    """A browser with a profile of its own and a log of all that it asks for."""
    driver = browser.start(tmp_path_factory.mktemp("profile"))
    yield driver
    driver.quit()
