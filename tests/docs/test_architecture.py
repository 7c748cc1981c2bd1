"""The page on architecture is true: files exist and define what rows name, and the rooms have its names."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

try:
    import tomllib
except ModuleNotFoundError:  # before Python 3.11; pytest brings it there
    import tomli as tomllib

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
PACKAGE = ROOT / "dx_mock"

_TABLE = PAGE.partition("## I want to change")[2].partition("\n## ")[0]
ROWS = re.findall(r"^\| (?!I want|---)(.+?) \| `(.+?)` \| `(.+?)` \|$", _TABLE, re.MULTILINE)


def test_the_table_has_the_rows_that_a_newcomer_asks_for():
    wanted = {"limit", "text", "operation", "metric", "hand", "lost reply", "template of a router", "door"}
    told = " ".join(what for what, _, _ in ROWS)
    assert {word for word in wanted if word not in told} == set()


@pytest.mark.parametrize(("what", "file", "name"), ROWS, ids=[what for what, _, _ in ROWS])
def test_a_row_names_a_file_that_defines_it(what, file, name):
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    defined = set()
    for node in tree.body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            defined.add(node.name)
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            defined.add(node.target.id)
        elif isinstance(node, ast.Assign):
            defined |= {target.id for target in node.targets if isinstance(target, ast.Name)}
    assert name in defined


def test_files_that_the_page_names_exist():
    named = set(re.findall(r"`((?:dx_mock/|tests/)?[a-z_]+/[a-z_/]*(?:\.py)?)`", PAGE))
    assert len(named) > 20
    missing = [each for each in named if not (ROOT / each).exists() and not (PACKAGE / each).exists()]
    assert missing == []


def layers():
    config = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    (found,) = [each["layers"] for each in config["contracts"] if each["type"] == "layers"]
    return [name for layer in found for name in re.split(r" [|:] ", layer)]


def test_the_picture_has_every_layer():
    picture = PAGE.partition("## Layers")[2].partition("\n## ")[0]
    assert {name for name in layers() if name not in picture} == {"__main__"}


def modules():
    return [path for path in PACKAGE.rglob("*.py") if path.name != "__init__.py"]


def test_no_two_modules_have_one_name():
    """Handlers have the names of the families whose rules they call."""
    names = [path.stem for path in modules() if path.parent.name != "handlers"]
    assert sorted(name for name in set(names) if names.count(name) > 1) == []


def test_no_two_classes_of_the_package_have_one_name():
    """But for CloudFormation's, which are named like the types that they are."""
    classes = [
        node.name
        for path in modules()
        if path.parent.name != "cloudformation"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_")
    ]
    assert sorted(name for name in set(classes) if classes.count(name) > 1) == []


def test_nobody_below_moto_names_its_modules():
    below = layers()[layers().index("moto_services") + 1 :]
    named = [
        (path.relative_to(ROOT), node.value)
        for path in modules()
        if path.relative_to(PACKAGE).parts[0] in below
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and re.fullmatch(r"moto(\.[a-z_.]+)", str(node.value))
    ]
    assert named == []


def test_tests_mirror_the_rooms():
    """A folder of tests is named like a package or top-level module, or says what else it is about."""
    others = {
        "acceptance",
        "docs",
        "entries",
        "face",
        "operations",
        "packaging",
        "properties",
        "recorded",
        "stories",
    }
    others |= {"release_2017", "typing"}
    rooms = {path.name for path in PACKAGE.iterdir() if path.is_dir()}
    folders = {path.name for path in (ROOT / "tests").iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert folders - others <= rooms
