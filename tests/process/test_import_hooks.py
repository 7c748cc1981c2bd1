"""Libraries that are imported inside a mock: their loaders are theirs, whatever kind they are."""

from __future__ import annotations

import importlib
import sys
import zipfile
from importlib.machinery import SourceFileLoader

import pytest

from dx_mock.process import import_hooks

NAME = "dx_mock_is_told_of_this"


@pytest.fixture
def told():
    """What was loaded when we were told."""
    found = []
    import_hooks.when_imported(NAME, lambda: found.append(sys.modules[NAME].value))
    yield found
    import_hooks.stop_waiting(NAME)
    sys.modules.pop(NAME, None)


@pytest.fixture
def place(monkeypatch, tmp_path):
    monkeypatch.syspath_prepend(tmp_path)
    return tmp_path


def test_a_file(told, place):
    (place / f"{NAME}.py").write_text("value = [1]")
    module = importlib.import_module(NAME)
    assert told == [[1]]
    assert type(module.__loader__) is type(module.__spec__.loader) is SourceFileLoader
    assert "exec_module" not in vars(module.__loader__)
    (place / f"{NAME}.py").write_text("value = [1, 2]")
    importlib.invalidate_caches()
    assert importlib.reload(module).value == [1, 2]
    assert told == [[1], [1, 2]]


def test_an_archive_whose_loader_loads_other_modules_as_well(told, monkeypatch, tmp_path):
    archive = tmp_path / "some.zip"
    with zipfile.ZipFile(archive, "w") as made:
        made.writestr(f"{NAME}.py", "value = [1]")
        made.writestr("dx_mock_is_not_told.py", "value = [2]")
    monkeypatch.syspath_prepend(archive)
    module = importlib.import_module(NAME)
    other = importlib.import_module("dx_mock_is_not_told")
    del sys.modules["dx_mock_is_not_told"]
    assert told == [[1]]
    assert type(module.__loader__).__name__ == type(other.__loader__).__name__ == "zipimporter"
    assert module.__spec__.loader is module.__loader__


def test_a_loader_that_is_a_class(told, place, monkeypatch):
    """As those of modules that are built in, or frozen."""

    class Loader:
        @staticmethod
        def create_module(spec):
            return None

        @staticmethod
        def exec_module(module):
            module.value = [3]

    class Finder:
        @staticmethod
        def find_spec(name, path=None, target=None):
            return importlib.machinery.ModuleSpec(name, Loader) if name == NAME else None

    before = dict(vars(Loader))
    monkeypatch.setattr(sys, "meta_path", [*sys.meta_path, Finder])
    assert importlib.import_module(NAME).__loader__ is Loader
    assert told == [[3]]
    assert dict(vars(Loader)) == before


def test_a_folder_without_a_module(told, place):
    (place / NAME).mkdir()
    assert importlib.import_module(NAME).__path__
    assert told == []


def test_a_module_that_fails(told, place):
    (place / f"{NAME}.py").write_text("raise ValueError('no')")
    with pytest.raises(ValueError, match="no"):
        importlib.import_module(NAME)
    assert told == []


@pytest.mark.parametrize("copy", [lambda finders: [object(), *finders], lambda finders: finders[-1:]])
@pytest.mark.parametrize("begins_first", [True, False])
@pytest.mark.parametrize("ends_first", [True, False])
def test_a_test_puts_another_list_of_finders_there(monkeypatch, copy, begins_first, ends_first):
    """As people do who let an import fail."""
    there, before = sys.meta_path, list(sys.meta_path)
    with monkeypatch.context() as patch:
        if not begins_first:
            patch.setattr(sys, "meta_path", copy(sys.meta_path))
        import_hooks.when_imported(NAME, lambda: None)
        if begins_first:
            patch.setattr(sys, "meta_path", copy(sys.meta_path))
        if ends_first:
            import_hooks.stop_waiting(NAME)
    import_hooks.stop_waiting(NAME)
    assert sys.meta_path is there
    assert sys.meta_path == before
