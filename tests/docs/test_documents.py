"""What the documents say is true: their examples run, the tests that they name exist, tables are up to date."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from dx_mock import wire

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
_BLOCK = re.compile(r"(?P<before><!--[^>]*-->\n)?^```python\n(?P<code>.*?)^```", re.MULTILINE | re.DOTALL)


def blocks():
    """Every Python block of every page; one that can't run says so in a comment before it."""
    for page in PAGES:
        for number, match in enumerate(_BLOCK.finditer(page.read_text()), 1):
            if "not run:" not in (match["before"] or ""):
                name = f"{page.relative_to(ROOT)}-{number}"
                yield pytest.param(match["code"], id=name)


@pytest.mark.parametrize("code", list(blocks()))
def test_example_in_the_documents(code, tmp_path):
    """A block runs as a script, or under pytest where it has tests, in a process of its own."""
    file = tmp_path / "test_block.py"
    file.write_text(code)
    command = [sys.executable, "-W", "error", str(file)]
    if re.search(r"^\s*(async )?def test_|^class Test", code, re.MULTILINE):
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", str(tmp_path)]
        command += ["-o", "asyncio_mode=auto", str(file)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_test_that_fidelity_names_exists():
    tests = "".join(path.read_text() for path in (ROOT / "tests").rglob("test_*.py"))
    known = set(re.findall(r"def (test_\w+)", tests))
    for page in [ROOT / "docs" / "fidelity.md", *(ROOT / "docs" / "fidelity").glob("*.md")]:
        named = set(re.findall(r"\btest_\w+(?!\w|\.py|/)", page.read_text()))
        modules = {path.stem for path in (ROOT / "tests").rglob("test_*.py")}
        missing = named - known - modules
        assert not missing, f"{page.name} names tests that do not exist: {missing}"


def test_every_row_of_fidelity_has_evidence():
    words = {"recorded", "client-proven", "documented", "guessed"}
    for page in [ROOT / "docs" / "fidelity.md", *(ROOT / "docs" / "fidelity").glob("*.md")]:
        in_table = False
        for line in page.read_text().splitlines():
            cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
            if line.startswith("| Behaviour"):
                in_table = True
            elif in_table and not line.startswith("|"):
                in_table = False
            elif in_table and not re.match(r"\| ?---", line):
                assert any(word in cells[1] for word in words), f"{page.name}: {line}"


@pytest.mark.parametrize("tool", ["errors_page.py", "coverage.py", "topology_schema.py"])
def test_generated_pages_are_up_to_date(tool):
    if tool == "topology_schema.py" and "GetResiliencyGroup" not in wire.operation_names():
        pytest.skip("the page is of a newer model than the installed botocore's")
    done = subprocess.run([sys.executable, ROOT / "tools" / tool, "--check"], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def examples():
    """The files in examples/."""
    return [pytest.param(path, id=path.name) for path in sorted((ROOT / "examples").glob("*.py"))]


@pytest.mark.parametrize("path", examples())
def test_example_file(path):
    """A script, or tests for pytest."""
    command = [sys.executable, "-W", "error", str(path)]
    if path.name.startswith("test_"):
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(path)]
        command += ["--rootdir", str(path.parent), "-o", "asyncio_mode=auto"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_demo():
    """Seven pictures, two accounts, and everything up at the end."""
    from dx_mock import demo

    lines: list[str] = []
    demo.main(lines.append)
    text = "\n".join(lines)
    assert text.count("us-east-1\n") == 7
    assert "[111111111111]" in text
    assert "[222222222222]" in text
    assert "DOWN" in text
    assert lines[-1].endswith("{'backbone': 'available', 'application': 'available'}")
