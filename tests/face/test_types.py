"""What is said to type checkers is what is checked at run time: names that have to be written twice agree."""

from __future__ import annotations

import importlib
import typing

import pytest

import dx_mock
from dx_mock.engine.faults import COMMON_ERRORS, CONNECTION_ERRORS, FaultName
from dx_mock.engine.settings import MarkerSettings, MockSettings, Settings
from dx_mock.rules.quirks import QUIRKS, Quirks
from dx_mock.rules.quotas import QUOTAS, Quotas
from dx_mock.rules.releases import RELEASES, ReleaseName


def test_quotas():
    assert list(Quotas.__annotations__) == list(QUOTAS)
    assert set(typing.get_type_hints(Quotas).values()) == {int}


def test_quirks():
    hints = typing.get_type_hints(Quirks)
    assert {name: typing.get_args(values) for name, values in hints.items()} == {
        name: quirk.values for name, quirk in QUIRKS.items()
    }


def test_releases():
    assert typing.get_args(ReleaseName) == tuple(RELEASES)


def test_faults():
    assert list(typing.get_args(FaultName)) == [*COMMON_ERRORS, *CONNECTION_ERRORS]


def test_settings():
    assert list(MockSettings.__annotations__) == list(Settings.__dataclass_fields__)


def test_every_setting_is_explained():
    explained = dx_mock.mock_directconnect.__doc__ or ""
    assert not [name for name in MockSettings.__annotations__ if f"    {name} (" not in explained]


def test_the_marker_names_every_setting(pytester: pytest.Pytester):
    """``pytest --markers`` has the marker's settings with their defaults."""
    shown = pytester.runpytest("--markers", "-p", "no:asyncio").stdout.str()
    line = next(each for each in shown.splitlines() if each.startswith("@pytest.mark.directconnect("))
    listed = line.partition("(")[2].partition("):")[0]
    defaults = dict(each.split("=") for each in listed.split(", "))
    assert list(defaults) == [*MockSettings.__annotations__, "leftovers"]
    assert set(MarkerSettings.__annotations__) >= {"leftovers"}
    checked = Settings.check()
    for name in ("provisioning", "seed", "others", "share_botocore_files"):
        assert defaults[name] == repr(getattr(checked, name))
    assert "connections, interconnects, LAGs or virtual interfaces" in line


def test_every_public_name_exists():
    """They are imported late, by name."""
    for name in dx_mock.__all__:
        value = getattr(dx_mock, name)
        where = dx_mock._WHERE[name]
        assert value is getattr(importlib.import_module(where), name)
        assert name in dir(dx_mock)
    with pytest.raises(AttributeError, match="mock_direct_connect"):
        dx_mock.mock_direct_connect  # noqa: B018
