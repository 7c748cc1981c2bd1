"""The pytest marker with types, for suites that are checked; pytest is imported when it is called."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest
    from typing_extensions import Unpack

    from dx_mock.engine.settings import MarkerSettings


def directconnect_marker(**settings: Unpack[MarkerSettings]) -> pytest.MarkDecorator:
    """Return ``pytest.mark.directconnect(...)`` with settings that editors complete and type checkers check."""
    import pytest

    return pytest.mark.directconnect(**settings)
