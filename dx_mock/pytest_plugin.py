"""The pytest plugin: fixture ``directconnect`` and marker ``directconnect(...)``.

Nothing is imported here before a test uses it: a suite that does not pays next to nothing.
"""

from __future__ import annotations

import sys
from collections.abc import Generator, Iterator
from typing import TYPE_CHECKING, Any, NoReturn

import pytest

if TYPE_CHECKING:
    from dx_mock.http_server.worlds.borrowed import BorrowedWorld
    from dx_mock.mock import MockDirectConnect

_MARKER = "directconnect"
_WORLD = "directconnect_world"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Make the ini option known."""
    parser.addini(
        "directconnect_in_mock_aws",
        "put dx_mock in moto's place inside every mock_aws, as dx_mock.install() does",
        type="bool",
        default=False,
    )
    parser.addini(
        "directconnect_server",
        "the address of the server whose worlds tests take; DX_MOCK_SERVER in the environment goes before it",
        default="",
    )


def pytest_unconfigure(config: pytest.Config) -> None:
    """Give moto its place back."""
    if config.getini("directconnect_in_mock_aws"):
        import dx_mock

        dx_mock.uninstall()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Add the world and the last calls to the report of a test that failed while a mock was active."""
    report = yield
    if report.failed and call.excinfo is not None and "dx_mock.world.world" in sys.modules:
        from dx_mock.process import current_world

        world: Any = getattr(call.excinfo.value, "_dx_mock_world", None) or current_world.current()
        if world is not None:
            from dx_mock.world import failure_report as module

            report.sections.append(("Direct Connect", module.text(world)))
    return report


def pytest_configure(config: pytest.Config) -> None:
    """Make the marker known."""
    if config.getini("directconnect_in_mock_aws"):
        import dx_mock

        try:
            dx_mock.install()
        except RuntimeError as problem:  # moto is told to send every call to another process
            raise pytest.UsageError(str(problem)) from None
    config.addinivalue_line(
        "markers",
        f"{_MARKER}(provisioning='auto', partners=None, quotas=None, quirks=None, release=None, seed=0, "
        "clock='fixed', others='moto', allow_hosts=None, topology=None, share_botocore_files=True, "
        "leftovers='ignore'): run the test inside mock_directconnect with these settings; with "
        "leftovers='fail' it fails if it leaves connections, interconnects, LAGs or virtual interfaces behind",
    )
    config.addinivalue_line(
        "markers",
        f"{_WORLD}(topology=None, snapshot=None, ttl=600, **settings): what the world of the fixture {_WORLD} "
        "begins with",
    )


def pytest_itemcollected(item: pytest.Item) -> None:
    """Mock a test with the marker, whether or not it asks for the fixture."""
    names = getattr(item, "fixturenames", None)
    if names is not None and _MARKER not in names and item.get_closest_marker(_MARKER) is not None:
        names.insert(0, _MARKER)


def _misused(text: str, marker: str = _MARKER) -> NoReturn:
    """End the test with a sentence about its marker, instead of a traceback through this plugin."""
    pytest.fail(f"@pytest.mark.{marker}{text}", pytrace=False)


def _settings_of(request: pytest.FixtureRequest, name: str) -> dict[str, Any]:
    """Return the settings of a test: markers of it, its class and its module add up; the closest one wins."""
    settings: dict[str, Any] = {}
    for marker in reversed(list(request.node.iter_markers(name))):
        if marker.args:
            _misused(f" takes keyword settings such as provisioning='manual', not {marker.args!r}", name)
        settings.update(marker.kwargs)
    return settings


@pytest.fixture
def directconnect(request: pytest.FixtureRequest) -> Iterator[MockDirectConnect]:
    """Return the mock, active for the test, with the settings of the marker ``directconnect``."""
    from dx_mock.mock import mock_directconnect

    settings = _settings_of(request, _MARKER)
    leftovers = settings.pop("leftovers", "ignore")
    if leftovers not in ("ignore", "fail"):
        _misused(f": leftovers must be 'ignore' or 'fail', not {leftovers!r}")
    topology = settings.get("topology")
    if isinstance(topology, str) and (beside := request.path.parent / topology).is_file():
        settings["topology"] = beside
    try:
        mock = mock_directconnect(**settings)
    except (TypeError, ValueError) as problem:
        _misused(f": {problem}")
    with mock as dx:
        yield dx
        if leftovers == "fail":
            dx.assert_clean()


@pytest.fixture(scope="session")
def directconnect_server(request: pytest.FixtureRequest) -> Iterator[str]:
    """Return the address of the server whose worlds tests take.

    That of ``DX_MOCK_SERVER``, of the ini option ``directconnect_server``, or of one that is started for this
    process, so one for each worker of xdist.
    """
    import os

    named = os.environ.get("DX_MOCK_SERVER") or request.config.getini("directconnect_server")
    if named:
        yield named
        return
    from dx_mock.http_server.server import server

    with server() as running:
        yield running.endpoint_url


@pytest.fixture
def directconnect_world(request: pytest.FixtureRequest, directconnect_server: str) -> Iterator[BorrowedWorld]:
    """Return a world of a running server for the test, with what the marker of this name says.

    For tests of programs in any language: ``directconnect_world.environment()`` is what they need.  It is given
    back when the test ends.
    """
    from dx_mock.http_server.worlds.borrowed import WorldError, borrow_world

    try:
        world = borrow_world(directconnect_server, **_settings_of(request, _WORLD)).start()
    except (TypeError, ValueError, WorldError) as problem:
        _misused(f": {problem}", _WORLD)
    try:
        yield world
    finally:
        world.stop()
