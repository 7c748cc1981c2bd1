"""The three worlds: as AWS was last seen, that of the release, and the latest in everything."""

from __future__ import annotations

from contextlib import ExitStack

import pytest

from dx_mock import mock_directconnect
from dx_mock.rules.releases import RELEASES
from tests.helpers import PARTNER


@pytest.fixture(params=[None, *RELEASES], ids=["default", *RELEASES])
def release(request):
    """The value of the setting."""
    return request.param


@pytest.fixture
def begin(release):
    """Begin a world of the release, with other settings."""
    with ExitStack() as stack:
        yield lambda **settings: stack.enter_context(
            mock_directconnect(release=release, partners=[PARTNER], **settings)
        )


@pytest.fixture
def dx(begin):
    """The world with no other settings."""
    return begin()


@pytest.fixture
def client(dx):
    """A client of the default account in us-east-1."""
    return dx.client()
