"""Worlds that are declared instead of called for: ``mock_directconnect(topology=...)``.

A declaration lists what the Create calls of the API take, with names where those take ids, so that every rule
of the API holds for it.  It is a mapping, a YAML or JSON file, or the name of a ready-made estate.
"""

from __future__ import annotations

import difflib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dx_mock.declared.estates import ESTATES

#: Where something stands in a declaration: ("connections", 0, "bandwidth").
Place = tuple[Any, ...]


@dataclass(frozen=True)
class Declaration:
    """A checked declaration, and how to name a place in it."""

    content: Mapping[str, Any]
    source: str
    lines: Mapping[Place, int]

    def where(self, place: Place) -> str:
        """A place in words: ``estate.yaml, line 7 (connections[0].bandwidth)``."""
        path = ""
        for part in place:
            path += f"[{part}]" if isinstance(part, int) else f".{part}" if path else str(part)
        line = None
        for length in range(len(place), -1, -1):
            line = self.lines.get(place[:length])
            if line is not None:
                break
        spot = f"{self.source}, line {line}" if line is not None else self.source
        return f"{spot} ({path})" if path else spot


def load(topology: object) -> Declaration:
    """The declaration that a setting stands for.

    Raises:
        TypeError: it is no mapping, path or name.
        ValueError: the file can't be read, or does not follow the schema; the message says where.
    """
    if isinstance(topology, Declaration):
        return topology
    if isinstance(topology, str) and topology in ESTATES:
        return Declaration(ESTATES[topology], f"estate {topology!r}", {})
    if isinstance(topology, Mapping):
        declaration = Declaration(dict(topology), "topology", {})
    elif isinstance(topology, (str, os.PathLike)):
        declaration = _read(Path(topology))
    else:
        raise TypeError(f"topology must be a mapping, a file or the name of an estate, not {topology!r}")
    _check(declaration)
    return declaration


def _read(path: Path) -> Declaration:
    if path.suffix not in {".yaml", ".yml", ".json"}:
        close = difflib.get_close_matches(str(path), ESTATES, n=1)
        hint = f"; did you mean {close[0]!r}?" if close else ""
        raise ValueError(
            f"topology {str(path)!r} is neither an estate ({', '.join(map(repr, ESTATES))}) nor a .yaml or "
            f".json file{hint}"
        )
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeError) as problem:
        raise ValueError(f"can't read the topology {path}: {problem}") from None
    yaml = _library("yaml")
    try:
        content = yaml.safe_load(text)  # JSON is YAML, too
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as problem:
        raise ValueError(f"topology {path} is not YAML: {problem}") from None
    lines: dict[Place, int] = {}
    if root is not None:
        _note_lines(root, (), lines)
    return Declaration(content, str(path), lines)


def _note_lines(node: Any, place: Place, lines: dict[Place, int]) -> None:
    """Remember the line of every place of a composed YAML document."""
    lines[place] = node.start_mark.line + 1
    if node.id == "mapping":
        for key, value in node.value:
            within: Place = (*place, key.value)
            _note_lines(value, within, lines)
            lines[within] = key.start_mark.line + 1
    elif node.id == "sequence":
        for number, item in enumerate(node.value):
            _note_lines(item, (*place, number), lines)


def _check(declaration: Declaration) -> None:
    from dx_mock.declared.schema import schema

    jsonschema = _library("jsonschema")
    validator = jsonschema.Draft202012Validator(schema())
    problems = list(validator.iter_errors(declaration.content))
    # A misspelled member is missing, too: the first says more.
    unknown = [each for each in problems if each.validator == "additionalProperties"]
    problem = jsonschema.exceptions.best_match(unknown or problems)
    if problem is not None:
        place = tuple(problem.absolute_path)
        raise ValueError(f"{declaration.where(place)}: {_in_words(problem)}")


def _in_words(problem: Any) -> str:
    """A validator's message, with the nearest known word where one is unknown."""
    message = str(problem.message)
    if problem.validator == "additionalProperties":
        known = list(problem.schema.get("properties", ()))
        unknown = [name for name in problem.instance if name not in known]
        close = difflib.get_close_matches(str(unknown[0]), known, n=1)
        hint = f"; did you mean {close[0]!r}?" if close else f". Known: {', '.join(known)}"
        return f"{unknown[0]!r} is not known here{hint}"
    return message


def _library(name: str) -> Any:
    import importlib

    try:
        return importlib.import_module(name)
    except ImportError:
        raise ValueError(
            f"a topology of your own needs {name}: pip install 'dx-mock[yaml]' (the estates "
            f"{', '.join(map(repr, ESTATES))} don't)"
        ) from None
