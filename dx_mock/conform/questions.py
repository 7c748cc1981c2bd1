"""What is asked: questions as data, read from ``catalogue.json`` beside this file."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any, Literal, get_args

from dx_mock.support.suggestions import hint

Level = Literal["refused", "free", "ports"]
#: From what costs and changes nothing to what orders ports; a run at one asks those before it, too.
LEVELS: tuple[Level, ...] = get_args(Level)

#: What can be compared of an answer.
ASPECTS = ("outcome", "code", "message", "status", "keys", "types", "states", "headers")
_OF_A_REFUSAL = ("outcome", "code", "message", "status")
_OF_AN_ANSWER = ("outcome", "status", "keys", "types", "states", "headers")


@dataclass(frozen=True)
class Find:
    """How something is found again by its name, where the answer to its making was lost."""

    operation: str
    #: the member of the answer that lists
    rows: str
    #: the member of a row that is needed, and the name under which it is saved
    value: str
    saves: str
    parameters: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Undo:
    """The call that takes away what another one made."""

    operation: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    find: Find | None = None


@dataclass(frozen=True)
class Step:
    """One call of a question.

    In parameters ``{name}`` stands for a value that an earlier step of the question saved, ``{run}`` for a name
    that nothing else has.
    """

    operation: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    #: name -> path in the answer, such as ``directConnectGateway.directConnectGatewayId``
    save: Mapping[str, str] = field(default_factory=dict)
    #: takes away what this one made
    undo: Undo | None = None
    #: aspects that are compared; those of a refusal or of an answer if left out
    compare: tuple[str, ...] = ()

    def aspects(self, outcome: str) -> tuple[str, ...]:
        """Return what is compared of an answer (``"answered"``) or a refusal."""
        return self.compare or (_OF_AN_ANSWER if outcome == "answered" else _OF_A_REFUSAL)


@dataclass(frozen=True)
class Question:
    """One thing to find out about an endpoint."""

    id: str
    level: Level
    #: in one sentence, for the report
    about: str
    steps: tuple[Step, ...]
    #: names of texts in ``dx_mock.support.errors`` whose rule or wording an answer of AWS decides
    decides: tuple[str, ...] = ()

    @property
    def operations(self) -> list[str]:
        """The operations that it calls, each once."""
        called = [
            *(step.operation for step in self.steps),
            *(step.undo.operation for step in self.steps if step.undo),
        ]
        return list(dict.fromkeys(called))


def _step(row: Mapping[str, Any]) -> Step:
    undo = row.get("undo")
    find = undo.get("find") if undo else None
    return Step(
        operation=row["call"],
        parameters=row.get("with", {}),
        save=row.get("save", {}),
        undo=Undo(undo["call"], undo.get("with", {}), Find(**find) if find else None) if undo else None,
        compare=tuple(row.get("compare", ())),
    )


@cache
def catalogue() -> tuple[Question, ...]:
    """Return every question."""
    rows = json.loads(files("dx_mock.conform").joinpath("catalogue.json").read_text(encoding="utf-8"))
    return tuple(
        Question(
            id=row["id"],
            level=row["level"],
            about=row["about"],
            steps=tuple(_step(step) for step in row["steps"]),
            decides=tuple(row.get("decides", ())),
        )
        for row in rows
    )


def questions(level: str = "refused", only: Collection[str] = ()) -> Iterator[Question]:
    """Return the questions of a level and of those before it.

    Args:
        level: one of ``LEVELS``.
        only: ids of questions; all of them if left out.

    Raises:
        ValueError: If there is no such level or question.
    """
    if level not in LEVELS:
        raise ValueError(
            f"level must be one of {', '.join(map(repr, LEVELS))}, not {level!r}{hint(level, LEVELS)}"
        )
    known = {question.id for question in catalogue()}
    for name in only:
        if name not in known:
            raise ValueError(
                f"there is no question {name!r}{hint(name, known)}; dx-mock conform --list has all"
            )
    reached = LEVELS[: LEVELS.index(level) + 1]
    return (each for each in catalogue() if each.level in reached and (not only or each.id in only))
