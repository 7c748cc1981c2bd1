"""Read docs/fidelity/sources.md, the page that explains the keys of sources, and find where keys are used.

    python tools/sources.py

prints every reference that is not as the page says, as ``file:line: what is wrong``, and exits with 1 if there
are any.  A reference looks like ``[recorded: ANS, TF#9317; documented: UG:limits (the number)]``.  The same
keys stand in the columns "Source" of the tables in docs/fidelity.
"""

from __future__ import annotations

import io
import json
import re
import sys
import tokenize
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import botocore
import botocore.session

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "fidelity" / "sources.md"

#: Words that say what kind of evidence there is; it has a source, which is named by its key.
SOURCED = ("recorded", "client-proven", "documented")
#: Words that stand alone, or with the reason in plain English.
UNSOURCED = ("guessed", "inferred", "ours")

_WORDS = "|".join(SOURCED + UNSOURCED)
#: Neither a link of a page, nor code: the character 0 stands for that.
_REFERENCE = re.compile(rf"\[(?P<body>(?:{_WORDS})\b[^\[\]\0]*)\](?!\()")
_CLAUSE = re.compile(rf"(?P<word>{_WORDS})(?:: *(?P<rest>\S.*))?")
_ITEM = re.compile(r"(?P<key>[A-Za-z0-9][\w#:.-]*)(?: \([^()]*\))?")
_BETWEEN_ITEMS = re.compile(r"[,;] *(?![^()]*\))")
_KEY_IN_PROSE = re.compile(r"\bE[1-9]\d?\b|\b[A-Za-z][\w-]*#\d+|\b(?:API|CLI|UG):[\w-]*\w")
_ANCHOR = re.compile(r'<a id="(?P<anchor>[^"]+)"></a>\[?`(?P<key>[^`]+)`')
_TABLE_HEAD = re.compile(r"\| (?:Behaviour|Text) \| Evidence \| Source \|")
_FENCED = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)

#: Forms of references from before the page was there, and what is wrong with each.
_OUTDATED = (
    (re.compile(r"\[(?:cli-ex|CLI examples?|CFN|UG|TF|ANS)\b[^\[\]\0]*\](?!\()"), "no word of evidence"),
    (re.compile(r"\bbehaviour (?:sections? )?\d[\d.]*", re.IGNORECASE), "a file that is not here"),
    (re.compile(r"\bdesign, sections?\b", re.IGNORECASE), "a file that is not here"),
    (re.compile(r"(?<!RFC \d{4}, )\bsections? \d+(?:\.\d+)*"), "a section of a file that is not here"),
    (re.compile(r"\btraps? \d+\b", re.IGNORECASE), "a number in a file that is not here"),
)
#: Numbers of sections alone, as in "(13.5, 13.6)"; in code that would be a call.
_NUMBERS = re.compile(
    r"\(\d{1,2}\.\d{1,2}(?:(?:,| to| and) \d{1,2}\.\d{1,2})*\)|\b(?:and|from) \d{1,2}\.\d{1,2}: "
)
#: A page by its name or path, or another file by its path from the top.
_FILE = re.compile(
    r"(?<![\w/.:~{}<>-])(?:[\w.-]+/)*[\w-]+\.md\b(?![/.]\w)"
    r"|(?<![\w/.-])(?:benchmarks|docs|dx_mock|examples|tests|tools)/[\w./-]*\w\.(?:html|json|md|py|ya?ml)\b"
)


class Use(NamedTuple):
    """A key and its place, or what stands in a place instead of a key and what is wrong with it."""

    key: str
    place: str
    fault: str = ""


def anchor_of(key: str) -> str:
    """Return the id of a key's row: links can't have ``#`` and ``:`` in it."""
    return re.sub("[#:]", "-", key)


def known_keys(page: Path = PAGE) -> set[str]:
    """Return the keys that the page explains, and those that its rules for ``API:`` and ``CLI:`` allow.

    An issue (``TF#9317``) and a page of the User Guide (``UG:limits``) need a row of their own.  ``API:`` may
    name what the model of the installed botocore has, ``CLI:`` what the AWS CLI has an example for.
    """
    keys: set[str] = set()
    for match in _ANCHOR.finditer(page.read_text(encoding="utf-8")):
        if match["anchor"] != anchor_of(match["key"]):
            raise ValueError(f"{page.name}: the anchor of {match['key']} is {match['anchor']}")
        if match["key"] in keys:
            raise ValueError(f"{page.name} explains {match['key']} twice")
        keys.add(match["key"])
    return keys | _operations_and_types() | _examples()


def _operations_and_types() -> set[str]:
    """Return what the API Reference has a page for; it has none for inputs and outputs of operations."""
    model = botocore.session.get_session().get_service_model("directconnect")
    types = {name for name in model.shape_names if model.shape_for(name).type_name == "structure"}
    pages = {name for name in types if not re.search("(?:Request|Result|Response)$", name)}
    return {f"API:{name}" for name in pages | set(model.operation_names)}


def _examples() -> set[str]:
    (facts,) = (ROOT / "tests").rglob("cli_examples.json")
    return {f"CLI:{name}" for name in json.loads(facts.read_text(encoding="utf-8"))}


def model_is_older(page: Path = PAGE) -> bool:
    """Return whether the installed botocore is older than the one that the page names."""
    named = re.search(r"model in botocore (\d+)\.(\d+)\.(\d+)", page.read_text(encoding="utf-8"))
    assert named is not None, "the page names no version of botocore"
    return tuple(map(int, botocore.__version__.split(".")[:3])) < tuple(map(int, named.groups()))


def used_keys(paths: Iterable[Path]) -> Mapping[str, list[str]]:
    """Return the keys that files use, each with its places as ``file:line``."""
    found: dict[str, list[str]] = {}
    for use in uses(paths):
        if not use.fault:
            found.setdefault(use.key, []).append(use.place)
    return found


def faults(paths: Iterable[Path], known: set[str]) -> list[str]:
    """Return what is wrong with the references in files, as ``file:line: what``."""
    older = model_is_older()
    wrong = []
    for use in uses(paths):
        if use.fault:
            wrong.append(f"{use.place}: {use.fault}: {use.key}")
        elif use.key not in known and not (older and use.key.startswith("API:")):
            wrong.append(f"{use.place}: {PAGE.name} has no such key: {use.key}")
    return wrong


def uses(paths: Iterable[Path]) -> Iterator[Use]:
    """Find the keys in references and in columns of sources, and what stands there instead of keys."""
    for path in paths:
        name = path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else path.name
        text, prose = readable(path)
        for start, key, fault in (*_in_text(text), *_in_prose(prose), *_files(text, path)):
            yield Use(key, f"{name}:{text.count(chr(10), 0, start) + 1}", fault)
        if path.suffix == ".md":
            for start, key, fault in _in_columns(text):
                yield Use(key, f"{name}:{text.count(chr(10), 0, start) + 1}", fault)


Found = Iterator[tuple[int, str, str]]


def _in_text(text: str) -> Found:
    """Find references in square brackets, those of older forms too."""
    for match in _REFERENCE.finditer(text):
        for key, fault in _in_reference(_in_one_line(match["body"])):
            yield match.start(), key, fault
    for pattern, fault in _OUTDATED:
        for match in pattern.finditer(text):
            yield match.start(), _in_one_line(match[0]), fault


def _in_prose(prose: str) -> Found:
    for match in _NUMBERS.finditer(prose):
        yield match.start(), match[0], "numbers of a file that is not here"


def _files(text: str, path: Path) -> Found:
    for match in _FILE.finditer(text):
        if not _exists(match[0], path):
            yield match.start(), match[0], "there is no such file"


def _exists(name: str, path: Path) -> bool:
    """Say whether a file that a text names is there, by its path from the top, docs or here, or by its name."""
    if "/" in name:
        return any((folder / name).is_file() for folder in (ROOT, ROOT / "docs", path.parent))
    folders = (ROOT / "docs", ROOT / "examples", ROOT / "tests")
    return (ROOT / name).is_file() or any(True for folder in folders for _ in folder.rglob(name))


def _in_reference(body: str) -> Iterator[tuple[str, str]]:
    """Find the keys between two brackets; what is not a key comes with the reason."""
    for clause in re.split(r"; *", body):
        match = _CLAUSE.fullmatch(clause)
        if match is None:
            yield f"[{body}]", "not a word of evidence with keys"
        elif match["word"] in UNSOURCED:
            yield from ((key, "") for key in _KEY_IN_PROSE.findall(match["rest"] or ""))
        elif match["rest"] is None:
            yield f"[{body}]", "a source is missing"
        else:
            yield from _in_list(match["rest"])


def _in_list(text: str) -> Iterator[tuple[str, str]]:
    """Find the keys of a list such as ``ANS, E9 (a part of the text)``."""
    for item in _BETWEEN_ITEMS.split(text):
        match = _ITEM.fullmatch(item.strip())
        yield (match["key"], "") if match else (item, "not a key, or a key and a remark in brackets")


def _in_columns(text: str) -> Found:
    """Find the keys in the columns "Source" of a page's tables."""
    inside, start = False, 0
    for line in text.splitlines(keepends=True):
        if not line.startswith("|"):
            inside = False
        elif _TABLE_HEAD.match(line):
            inside = True
        elif inside and not re.match(r"\| ?---", line):
            evidence, source = (cell.strip() for cell in re.split(r"(?<!\\)\|", line)[2:4])
            if any(word in evidence for word in SOURCED):
                guessed_too = any(word in evidence for word in UNSOURCED)
                for key, fault in _in_list(source):
                    if not (guessed_too and key in {"-", "–"}):
                        yield start, key, fault
            else:
                yield from ((start, key, "") for key in _KEY_IN_PROSE.findall(source))
        start += len(line)


def _in_one_line(text: str) -> str:
    """Join the lines of a reference, without the signs of comments at their beginnings."""
    return " ".join(re.sub(r"\n\s*(?:#:?)?", " ", text).split())


def readable(path: Path) -> tuple[str, str]:
    """Return what a reader reads in a file, and of that the prose: all else is the character 0, line for line.

    In Python that is comments and strings, and comments and docstrings; in a page all but its code.
    """
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        return _of_python(text)
    kept = _FENCED.sub(lambda block: _blank(block[0]), text) if path.suffix == ".md" else text
    return kept, kept


def _blank(text: str) -> str:
    return re.sub(r"\S", "\0", text)


def _of_python(text: str) -> tuple[str, str]:
    strings, prose = list(_blank(text)), list(_blank(text))
    starts = [0]
    for line in text.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    kinds = {tokenize.COMMENT, tokenize.STRING, getattr(tokenize, "FSTRING_MIDDLE", tokenize.STRING)}
    before = tokenize.NEWLINE
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type in kinds:
            first, last = (starts[row - 1] + column for row, column in (token.start, token.end))
            strings[first:last] = text[first:last]
            begins = before in {tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT}
            if token.type == tokenize.COMMENT or (token.type == tokenize.STRING and begins):
                prose[first:last] = text[first:last]
        if token.type not in {tokenize.COMMENT, tokenize.NL}:
            before = token.type
    return "".join(strings), "".join(prose)


def looked_at() -> list[Path]:
    """Return the files whose references count: the package, its tests, its documentation."""
    suffixes = {".html", ".j2", ".md", ".py", ".toml", ".yaml", ".yml"}
    folders = [ROOT / name for name in ("docs", "dx_mock", "tests")]
    found = [path for folder in folders for path in sorted(folder.rglob("*")) if path.suffix in suffixes]
    about_wrong_ones = ROOT / "tests" / "docs" / "test_sources.py"
    return [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(path for path in found if path != about_wrong_ones)]


def main() -> int:
    """Print what is wrong with references, and return the exit code."""
    wrong = faults(looked_at(), known_keys())
    print("\n".join(wrong) or "every reference is as the page says")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
