"""Worlds that are declared instead of made by calls: ``mock_directconnect(topology=...)``.

A declaration lists the parameters of the API's Create calls, with names in the place of ids, so that every rule
of the API holds for it.  It is a mapping, a YAML or JSON file, or the name of a ready-made estate.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from dx_mock.engine.declarations.estates import ESTATES
from dx_mock.protocol import regions
from dx_mock.support.schema_problems import first_problem, in_words
from dx_mock.support.suggestions import hint

#: A place in a declaration, such as ("connections", 0, "bandwidth").
Place = tuple[Any, ...]

#: The largest file in bytes, and its greatest number of entries; those behind an alias count at each use.  That
#: is room for tens of thousands of connections, and read in seconds.
_LARGEST, _MOST = 4 * 1024 * 1024, 250_000


@dataclass(frozen=True)
class Declaration:
    """A checked declaration, and the names of the places in it."""

    content: Mapping[str, Any]
    source: str
    lines: dict[Place, int]

    def where(self, place: Place) -> str:
        """Return a place in words: ``estate.yaml, line 7 (connections[0].bandwidth)``."""
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
    """Return the declaration that a setting names or contains.

    Raises:
        TypeError: If it is not a mapping, a path or a name.
        ValueError: If the file can't be read, or does not follow the schema; the message says where.
    """
    if isinstance(topology, Declaration):
        return topology
    if isinstance(topology, str) and topology in ESTATES:
        return Declaration(ESTATES[topology], f"estate {topology!r}", {})
    if isinstance(topology, Mapping):
        declaration = Declaration(dict(topology), "topology", {})
    elif isinstance(topology, (str, os.PathLike)):
        declaration = _read(topology)
    else:
        raise TypeError(f"topology must be a mapping, a file or the name of an estate, not {topology!r}")
    _check(declaration)
    return declaration


def _read(file: str | os.PathLike[str]) -> Declaration:
    path = Path(file)
    if path.suffix not in {".yaml", ".yml", ".json"}:
        raise ValueError(
            f"topology {os.fspath(file)!r} is neither an estate ({', '.join(map(repr, ESTATES))}) nor a .yaml "
            f"or .json file{hint(path, ESTATES)}"
        )
    try:
        with path.open("rb") as opened:  # not more of it than may be read: it may be a device
            text = opened.read(_LARGEST + 1).decode()
    except (OSError, UnicodeError) as problem:
        raise ValueError(f"can't read the topology {path}: {problem}") from None
    if len(text) > _LARGEST:
        raise ValueError(f"{path}: it is larger than {_LARGEST} bytes")
    yaml = _library("yaml")
    declaration = Declaration({}, str(path), {})
    # libyaml reads ten times as fast, but not every build of the library has it.
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)(text)
    try:
        root = loader.get_single_node()  # the YAML parser reads JSON too
        if root is None:
            raise ValueError(f"{path}: it is empty")
        _note_lines(declaration, root, (), ())
        content = loader.construct_document(root)
    except yaml.YAMLError as problem:
        raise ValueError(_not_yaml(path, problem)) from None
    except RecursionError:
        raise ValueError(f"{path}: it is nested too deeply") from None
    finally:
        loader.dispose()
    return replace(declaration, content=content)


def _not_yaml(path: Path, problem: Any) -> str:
    """Return the error for a file that the parser can't read, with the parser's message in one line."""
    mark = getattr(problem, "problem_mark", None)
    spot = f"{path}, line {mark.line + 1}, column {mark.column + 1}" if mark is not None else str(path)
    kind = "JSON" if path.suffix == ".json" else "YAML"
    why = getattr(problem, "problem", None) or str(problem).splitlines()[0]
    return f"{spot}: this is not {kind}: {why}"


def _note_lines(declaration: Declaration, node: Any, place: Place, inside: tuple[Any, ...]) -> None:
    """Note the line of every place of a composed YAML document, those behind aliases included."""
    lines = declaration.lines
    if node in inside:
        raise ValueError(f"{declaration.where(place)}: it contains itself")
    if len(lines) > _MOST:
        raise ValueError(f"{declaration.source}: it has more than {_MOST} entries")
    lines.setdefault(place, node.start_mark.line + 1)
    inside = (*inside, node)
    if node.id == "mapping":
        for key, value in node.value:
            within: Place = (*place, key.value if key.id == "scalar" else "?")
            if within in lines:
                lines[within] = key.start_mark.line + 1
                raise ValueError(f"{declaration.where(within)}: there are two of it")
            lines[within] = key.start_mark.line + 1
            _note_lines(declaration, value, within, inside)
    elif node.id == "sequence":
        for number, item in enumerate(node.value):
            _note_lines(declaration, item, (*place, number), inside)


def _check(declaration: Declaration) -> None:
    from dx_mock.engine.declarations.schema import schema

    jsonschema = _library("jsonschema")
    problem = first_problem(jsonschema.Draft202012Validator(schema()), declaration.content)
    if problem is not None:
        place = tuple(problem.absolute_path)
        raise ValueError(f"{declaration.where(place)}: {in_words(problem, ' here', '. Known: ')}")
    _check_regions(declaration)


def _check_regions(declaration: Declaration) -> None:
    entries: list[tuple[Place, Any]] = [((), declaration.content)]
    for section, listed in declaration.content.items():
        if isinstance(listed, list):
            entries += [((section, number), entry) for number, entry in enumerate(listed)]
    for place, entry in entries:
        problem = regions.problem(entry["region"]) if isinstance(entry, dict) and "region" in entry else ""
        if problem:
            raise ValueError(f"{declaration.where((*place, 'region'))}: {problem}")


def _library(name: str) -> Any:
    import importlib

    try:
        return importlib.import_module(name)
    except ImportError:
        raise ValueError(
            f"a topology of your own needs {name}: pip install 'dx-mock[yaml]' (the estates "
            f"{', '.join(map(repr, ESTATES))} don't)"
        ) from None
