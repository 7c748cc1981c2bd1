"""What the package imports is declared where it is needed, and what is declared is imported."""

from __future__ import annotations

import ast
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from tests.packaging import ROOT, project

#: The modules that run only with an extra installed, subpackages included; all others have the base alone.
EXTRA_MODULES = {
    "server": ("dx_mock.http_server", "dx_mock.command_line.serve"),
    "yaml": ("dx_mock.engine.declarations",),
    "cloudformation": ("dx_mock.moto_services.cloudformation",),
    "completion": ("dx_mock.command_line.completion",),
    "router": ("dx_mock.catalogue.router_types",),
}

#: Whoever runs the import has the distribution: pytest loads its plugins, and is asked for where it is loaded.
HOSTS = {
    "dx_mock.pytest_plugin": "pytest",
    "dx_mock.pytest_marker": "pytest",
    "dx_mock.decorated_classes": "pytest",
    "dx_mock.doors.requests_refusals": "requests",
}

#: Calls that import a module by name: ``importlib.import_module("yaml")``, and the helper around it.
IMPORTERS = {"import_module", "_library"}


def normal(name):
    """A distribution's name as the index writes it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def requirements():
    """(extra or nothing, requirement) of everything that is declared, but for extras that name extras."""
    settings = project()["project"]
    for extra, listed in {"": settings["dependencies"], **settings["optional-dependencies"]}.items():
        for requirement in listed:
            if not requirement.startswith("dx-mock["):
                yield extra, requirement


def name_of(requirement):
    """The distribution of a requirement."""
    return normal(re.match(r"[\w.-]+", requirement)[0])


def declared():
    """The distributions of the base and of each extra."""
    found = defaultdict(set)
    for extra, requirement in requirements():
        found[extra].add(name_of(requirement))
    return found


class Imports(ast.NodeVisitor):
    """The packages from elsewhere that a module imports when it runs, with their lines."""

    def __init__(self, tree: ast.AST) -> None:
        self.found: list[tuple[str, int]] = []
        self.visit(tree)

    def visit_If(self, node: ast.If) -> None:
        if ast.unparse(node.test) in {"TYPE_CHECKING", "typing.TYPE_CHECKING"}:
            for each in node.orelse:
                self.visit(each)
        else:
            self.generic_visit(node)

    def visit_Import(self, node: ast.Import) -> None:
        for alias in node.names:
            self._add(alias.name, node)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        if node.level == 0:
            self._add(node.module or "", node)

    def visit_Call(self, node: ast.Call) -> None:
        function = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if function in IMPORTERS and node.args and isinstance(node.args[0], ast.Constant):
            self._add(node.args[0].value, node)
        self.generic_visit(node)

    def _add(self, name: str, node: ast.stmt | ast.expr) -> None:
        package = name.split(".")[0]
        if package not in sys.stdlib_module_names and package != "dx_mock":
            self.found.append((package, node.lineno))


def modules() -> Iterator[tuple[str, Path]]:
    """Every module of the package by its name."""
    for path in sorted((ROOT / "dx_mock").rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts), path


def extras_of(module):
    """The extras that a module may count on."""
    return [
        extra
        for extra, owners in EXTRA_MODULES.items()
        if any(module == owner or module.startswith(f"{owner}.") for owner in owners)
    ]


def used():
    """(module, extras that it may count on, distribution, where) of every import."""
    distributions = packages_distributions()
    for module, path in modules():
        for package, line in Imports(ast.parse(path.read_text(encoding="utf-8"))).found:
            where = f"{path.relative_to(ROOT)}:{line}"
            names = {normal(name) for name in distributions.get(package, [package])}
            yield module, extras_of(module), names, where


def test_every_import_is_declared():
    """In the base, or in an extra that whoever runs the module has installed."""
    known = declared()
    missing = []
    for module, extras, names, where in used():
        allowed = known[""].union(*(known[extra] for extra in extras), {HOSTS.get(module, "")})
        if not names & allowed:
            missing.append(f"{where} imports {'/'.join(sorted(names))}, declared {places(names, known)}")
    assert not missing, "\n".join(missing)


def places(names, known):
    """Where distributions are declared, in words."""
    found = sorted(extra for extra, declarations in known.items() if names & declarations)
    return f"only for {', '.join(found)}" if found else "nowhere"


def test_every_declared_dependency_is_imported():
    """By a module that runs with the part that declares it."""
    needed = defaultdict(set)
    for _module, extras, names, _where in used():
        for extra in ["", *extras]:
            needed[extra] |= names
    for extra, names in declared().items():
        idle = names - needed[extra]
        assert not idle, f"{extra or 'the base'} declares {sorted(idle)}, which nothing there imports"


def test_an_extra_declares_only_what_the_base_does_not():
    """Apart from a distribution whose own extra it asks for: moto[server]."""
    base = declared()[""]
    twice = {each for extra, each in requirements() if extra and "[" not in each and name_of(each) in base}
    assert not twice


def test_the_constraints_of_ci_name_everything_that_is_declared():
    """Else CI takes whatever is newest of it; ``tox -e constraints`` writes the file anew."""
    groups = [
        each for group in project()["dependency-groups"].values() for each in group if isinstance(each, str)
    ]
    wanted = {name_of(each) for each in [*groups, *(each for _extra, each in requirements())]} - {"dx-mock"}
    lines = (ROOT / ".ci" / "constraints.txt").read_text(encoding="utf-8").splitlines()
    listed = {name_of(line) for line in lines if not line.startswith("#")}
    assert wanted <= listed, f"not in .ci/constraints.txt: {sorted(wanted - listed)}"


@pytest.mark.parametrize("owner", sorted({owner for owners in EXTRA_MODULES.values() for owner in owners}))
def test_the_modules_of_extras_exist(owner):
    """A module that has moved has to be entered above under its new name."""
    assert owner in dict(modules())


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("import yaml.nodes, os", ["yaml"]),
        ("def late():\n    from moto.core import models", ["moto"]),
        ("if TYPE_CHECKING:\n    import flask\nelse:\n    import jinja2", ["jinja2"]),
        ("from . import yaml", []),
        ("import importlib\nimportlib.import_module('yaml').compose", ["yaml"]),
        ("import dx_mock.world", []),
    ],
)  # fmt: skip
def test_imports_are_found_wherever_they_are(code, found):
    """The visitor itself, since a blind one would let everything pass."""
    assert [package for package, _line in Imports(ast.parse(code)).found] == found
