"""The English of docstrings, comments and pages, as far as a machine can tell."""

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

#: A noun phrase or a question where an order belongs; D401 of ruff knows some of these.
NOT_AN_ORDER = re.compile(r"(An?|The|What|Whether|How|Who|Whose|Which|Where|When|Nothing|Nobody|Every|``)\b|``")

#: What maintainers do not write, and what they write instead.
PATTERNS = {
    r"(?<![Tt]here )\b(is|are|was|were) no (?!longer\b|more\b|one\b|other than\b)\w+": '"is not a"',
    r"\b(say|says|tell|tells) whether\b": '"return whether"',
    r"\bgives? back who\b": "who does what, in plain words",
    r"; gives (its?|the|a)\b": '"and return"',
}


def files(pattern: str) -> list[str]:
    return sorted(path.relative_to(ROOT).as_posix() for path in ROOT.glob(pattern))


SOURCES = [
    *files("dx_mock/**/*.py"),
    *files("benchmarks/*.py"),
    *files("tools/*.py"),
    *("tests/helpers.py", "tests/invariants.py", "tests/conformance.py"),
]
PAGES = [
    *files("docs/guides/*.md"),
    *files("docs/operations/*.md"),
    *files("docs/clients/*.md"),
    *("docs/server.md", "docs/troubleshooting.md", "docs/coming-from-moto.md"),
]


@cache
def tree_of(path: str) -> ast.Module:
    return ast.parse((ROOT / path).read_text("utf-8"))


def functions(path: str) -> Iterator[tuple[str, str]]:
    """Yield name and docstring of the functions and methods that have one; properties are named like values."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not node.name.startswith("test_"):
            text = ast.get_docstring(node)
            if text and not any("property" in ast.unparse(each) for each in node.decorator_list):
                yield node.name, text


def prose_of(path: str) -> Iterator[str]:
    """Yield the docstrings and the comments of a file, those without a break between them as one."""
    source = (ROOT / path).read_text("utf-8")
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield ast.get_docstring(node) or ""
    comments = [
        each for each in tokenize.generate_tokens(io.StringIO(source).readline) if each.type == tokenize.COMMENT
    ]
    yield "\n".join(each.string.lstrip("#: ") for each in comments)


def blunders(text: str) -> list[str]:
    """Return what maintainers would write in another way, with what they would write."""
    joined = " ".join(text.split())
    return [
        f"{found.group()!r}: write {instead}"
        for pattern, instead in PATTERNS.items()
        for found in re.finditer(pattern, joined)
    ]


@pytest.mark.parametrize("path", SOURCES)
def test_first_lines_are_orders(path):
    wrong = [f"{name}: {text.splitlines()[0]}" for name, text in functions(path) if NOT_AN_ORDER.match(text)]
    assert not wrong, f"begin with a verb in the imperative, such as Return: {wrong}"


@pytest.mark.parametrize("path", SOURCES)
def test_reasons_of_exceptions_begin_with_if(path):
    wrong = [
        line.strip()
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        for section in (ast.get_docstring(node) or "").partition("\nRaises:\n")[2:]
        for line in section.splitlines()
        if re.match(r" {4}\w[\w, ]*: ", line) and not re.match(r" {4}[\w, ]+: (\(a \w+\) )?If ", line)
    ]
    assert not wrong


@pytest.mark.parametrize("path", SOURCES)
def test_docstrings_and_comments_have_no_odd_words(path):
    assert [each for text in prose_of(path) for each in blunders(text)] == []


@pytest.mark.parametrize("path", PAGES)
def test_pages_have_no_odd_words(path):
    text = re.sub(
        r"(?ms)^```.*?^```|<!-- table:.*?<!-- end of table -->|`[^`\n]*`", "", (ROOT / path).read_text("utf-8")
    )
    assert blunders(text) == []


def test_odd_words_are_found():
    assert blunders("None where it is\nno list of prefixes") == ["'is no list': write \"is not a\""]
    assert blunders("64 clients at once; says whether nothing was lost") != []
    assert blunders("It is no longer there, and there is no other.") == []
    assert NOT_AN_ORDER.match("``number`` in ``length`` characters") and NOT_AN_ORDER.match("A listing.")
    assert not NOT_AN_ORDER.match("Answer CreateLag.") and not NOT_AN_ORDER.match("Address a letter.")
