"""What the documents say is true: their examples run, the tests that they name exist, tables are up to date."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from dx_mock.engine.declarations.estates import ESTATES
from dx_mock.engine.settings import MockSettings
from dx_mock.protocol import contract
from dx_mock.rules.quirks import QUIRKS

ROOT = Path(__file__).parents[2]
PAGES = [
    ROOT / "README.md",
    ROOT / "examples" / "README.md",
    ROOT / "CONTRIBUTING.md",
    *sorted((ROOT / "docs").rglob("*.md")),
]
FIRST_PAGES = [ROOT / "README.md", ROOT / "docs" / "index.md", ROOT / "docs" / "tutorial.md"]
_BLOCK = re.compile(
    r"(?:<!-- (?P<note>[^>]*?) -->\n+)?^```(?P<kind>python|text)\n(?P<code>.*?)^```", re.MULTILINE | re.DOTALL
)


def blocks():
    """Every Python block of every page, and what it prints where a text block says that.

    One that can't run says so in a comment before it; one that ``continues`` goes on where the last one ended.
    Those of the first pages run always, all others with the slow tests.
    """
    for page in PAGES:
        chains: list[tuple[str, str]] = []
        needs: list[str] = []
        for match in _BLOCK.finditer(page.read_text(encoding="utf-8")):
            note = match["note"] or ""
            if match["kind"] == "text":
                if note == "output":
                    chains[-1] = (chains[-1][0], chains[-1][1] + match["code"])
            elif note == "continues":
                chains[-1] = (chains[-1][0] + match["code"], chains[-1][1])
            elif not note.startswith("not run:"):
                needs.append(note.removeprefix("needs moto ") if note.startswith("needs moto ") else "0")
                chains.append((match["code"], ""))
        for number, (chain, moto) in enumerate(zip(chains, needs, strict=True), 1):
            too_old = _numbers(version("moto")) < _numbers(moto)
            marks = [pytest.mark.skip(f"it needs moto {moto}")] if too_old else []
            if page not in FIRST_PAGES:
                marks.append(pytest.mark.slow)
            yield pytest.param(*chain, id=f"{page.relative_to(ROOT)}-{number}", marks=marks)


def _numbers(release):
    return [int(part) for part in release.split(".")[:2]]


@pytest.mark.parametrize(("code", "printed"), list(blocks()))
def test_example_in_the_documents(code, printed, tmp_path, runner):
    """A block runs as a script, or under pytest where it has tests, in a process of its own."""
    file = tmp_path / "test_block.py"
    file.write_text(code, encoding="utf-8")
    status, output = runner.run(file, tmp_path)
    assert status == 0, output
    if printed:
        assert output == printed


def test_every_test_that_fidelity_names_exists():
    tests = "".join(path.read_text() for path in (ROOT / "tests").rglob("test_*.py"))
    known = set(re.findall(r"def (test_\w+)", tests))
    for page in [ROOT / "docs" / "fidelity.md", *(ROOT / "docs" / "fidelity").glob("*.md")]:
        named = set(re.findall(r"\btest_\w+(?!\w|\.py|/)", page.read_text()))
        modules = {path.stem for path in (ROOT / "tests").rglob("test_*.py")}
        missing = named - known - modules
        assert not missing, f"{page.name} names tests that do not exist: {missing}"


def tool_of(name):
    """A module of tools/."""
    spec = importlib.util.spec_from_file_location(f"{name}_tool", ROOT / "tools" / f"{name}.py")
    assert spec is not None and spec.loader is not None
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    return tool


def test_every_row_of_fidelity_has_evidence():
    """One word for the rule and one for the wording, of those that the page explains."""
    tool = tool_of("fidelity")
    found = list(tool.rows())
    assert len(found) > 400
    assert tool.problems(found) == []
    wrong = [tool.Row("a", "sure", ""), tool.Row("b", "recorded", "sure"), tool.Row("c", "guessed", "recorded")]
    assert [problem[0] for problem in tool.problems(wrong)] == ["a", "b", "c"]


def test_figures_of_fidelity():
    """A refusal counts once, and what is ours not at all."""
    tool = tool_of("fidelity")
    texts = [tool.Row("docs/fidelity/errors.md:1", "guessed", "unrecorded")] * 3
    texts += [tool.Row("docs/fidelity/errors.md:2", "recorded", "recorded")]
    others = [tool.Row("docs/fidelity.md:1", "documented", ""), tool.Row("docs/fidelity.md:2", "ours", "")]
    others += [tool.Row("docs/fidelity.md:3", "guessed", "unrecorded")]
    figures = " ".join(tool.figures([*texts, *others]).split())
    assert "3 of 5 rules are guessed (60.0 %), and the wording of 3 of 4 refusals" in figures
    assert "1 rows are about the mock itself" in figures


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page):
    """Those of the site stay within docs/; their anchors are checked when the site is built."""
    within = ROOT / "docs" if ROOT / "docs" in page.parents else ROOT
    text = re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    for target in re.findall(r"\]\(([^)#\s]+)", text):
        if "://" not in target:
            found = (page.parent / target).resolve()
            assert found.exists() and within in found.parents, f"{page.name} links to {target}"


def rows(page):
    """The first cells of the rows of all tables of a page, without backticks."""
    text = (ROOT / page).read_text(encoding="utf-8")
    firsts = [line.strip("| ").split(" | ")[0] for line in text.splitlines() if line.startswith("| ")]
    return {name.strip('`" ') for first in firsts for name in first.split(", ")}


def test_every_operation_is_on_a_page_of_its_family():
    pages = (ROOT / "docs" / "operations").glob("*.md")
    described = set().union(*(rows(page.relative_to(ROOT)) for page in pages))
    missing = set(contract.operation_names()) - described
    assert not missing, f"no page in docs/operations has a row for {sorted(missing)}"


@pytest.mark.parametrize(
    ("page", "names"),
    [
        ("README.md", MockSettings.__annotations__),
        ("docs/guides/settings.md", MockSettings.__annotations__),
        ("docs/guides/snapshots.md", ESTATES),
        ("docs/fidelity.md", QUIRKS),
    ],
)
def test_tables_have_every_name(page, names):
    missing = set(names) - rows(page)
    assert not missing, f"{page} has no row for {sorted(missing)}"


@pytest.mark.parametrize(
    "tool",
    ["errors_page.py", "fidelity.py", "coverage.py", "tables.py", "topology_schema.py", "release_page.py"],
)
def test_generated_pages_are_up_to_date(tool):
    if tool == "topology_schema.py" and "GetResiliencyGroup" not in contract.operation_names():
        pytest.skip("the page is of a newer model than the installed botocore's")
    done = subprocess.run([sys.executable, ROOT / "tools" / tool, "--check"], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


@pytest.fixture(scope="module")
def coverage():
    """The tool, which has read the tests once."""
    tool = tool_of("coverage")
    tests = tool.Tests(contract.operation_names())
    tool.Tests = lambda operations: tests
    return tool


@pytest.mark.parametrize("lacking", ["handler", "test", "evidence"])
def test_coverage_finds_what_is_missing(lacking, coverage, monkeypatch, capsys):
    """An operation without a handler, a test or a row of fidelity fails the check, whatever the page says."""
    tool = coverage
    if lacking == "handler":
        monkeypatch.setattr(tool.handlers, "find", lambda name: None)
    elif lacking == "test":
        monkeypatch.setattr(tool.Tests(()), "of", lambda operation: [])
    else:
        monkeypatch.setattr(tool, "rows", lambda: [])
    monkeypatch.setattr(sys, "argv", ["coverage.py", "--check"])
    assert tool.main() == 1
    assert "CreateLag: it needs a handler, a test and a row in docs/fidelity" in capsys.readouterr().out


def examples():
    """The files in examples/."""
    return [pytest.param(path, id=path.name) for path in sorted((ROOT / "examples").glob("*.py"))]


@pytest.mark.slow
@pytest.mark.parametrize("path", examples())
def test_example_file(path, tmp_path, runner):
    """A script, or tests for pytest."""
    status, output = runner.run(path, tmp_path)
    assert status == 0, output


def test_every_example_is_in_the_table():
    """And the table names no file that is not there."""
    named = re.findall(r"\]\(([^)]+)\)", (ROOT / "examples" / "README.md").read_text())
    there = {path.name for path in (ROOT / "examples").iterdir() if path.suffix in (".py", ".yaml")}
    assert sorted(named) == sorted(there)


def test_the_demo():
    """Seven pictures, two accounts, and everything up at the end."""
    from dx_mock.command_line import demo

    lines: list[str] = []
    demo.main(lines.append)
    text = "\n".join(lines)
    assert text.count("us-east-1\n") == 7
    assert "[111111111111]" in text
    assert "[222222222222]" in text
    assert "DOWN" in text
    assert lines[-1].endswith("{'backbone': 'available', 'application': 'available'}")
