"""The table of the release of 2017-02-17: every statement has a test that exists, or a reason why not."""

from __future__ import annotations

import ast
import importlib.util
from functools import cache
from pathlib import Path

from dx_mock.rules.quirks import QUIRKS
from dx_mock.rules.quotas import QUOTAS
from dx_mock.rules.releases import RELEASES

ROOT = Path(__file__).parents[2]


def _tool():
    spec = importlib.util.spec_from_file_location("release_page", ROOT / "tools" / "release_page.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


TOOL = _tool()
CLAUSES = TOOL.clauses()


@cache
def functions_in(path: str) -> frozenset[str]:
    """The test functions of a file of the repository."""
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return frozenset(
        node.name
        for node in ast.walk(tree)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.name.startswith("test_")
    )


def test_it_is_whole():
    """About 250 statements, each under a name of its own."""
    names = [clause["id"] for clause in CLAUSES]
    assert len(names) >= 247
    assert len(set(names)) == len(names)


def test_each_has_a_test_or_a_reason():
    for clause in CLAUSES:
        assert clause["says"] and clause["at"], clause["id"]
        if clause["observable"] is True:
            path, _, name = clause["test"].partition("::")
            assert (ROOT / path).is_file(), clause["id"]
            assert name in functions_in(path), clause["id"]
        else:
            assert len(clause["observable"]) > 10, clause["id"]
            assert not clause["test"], clause["id"]


def test_differences_are_those_of_the_releases():
    """Where the worlds differ a quirk or quota makes the difference, and a release sets it."""
    set_by_releases = {name for each in RELEASES.values() for name in (*each.quirks, *each.quotas)}
    named = set()
    for clause in CLAUSES:
        if clause["needs"]:
            continue
        name = clause["quirk"]
        assert not name or name in {*QUIRKS, *QUOTAS}, clause["id"]
        if clause["observable"] is True and TOOL.differs(clause):
            assert name in set_by_releases, clause["id"]
            named.add(name)
    assert named == set_by_releases
