"""What is asked: questions as data, read from the files beside this one.

``catalogue.json`` is written by hand, ``generated.json`` by ``tools/conform_questions.py`` from botocore's
model.  ``decides.json`` says which texts of ``dx_mock.support.errors`` an answer of AWS decides (written by the
same tool: those that dx_mock itself says when it is asked), ``undecided.json`` why the others can't be asked.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any, Literal, get_args

from dx_mock.conform.masking import strings
from dx_mock.support.suggestions import hint

Level = Literal["refused", "free", "ports"]
#: From what costs and changes nothing to what orders ports; a run at one asks those before it, too.
LEVELS: tuple[Level, ...] = get_args(Level)

#: What can be compared of an answer.
ASPECTS = (
    "outcome",
    "code",
    "message",
    "status",
    "top",
    "keys",
    "types",
    "forms",
    "states",
    "counts",
    "headers",
)
#: Locations of us-east-1 at which the catalogue orders.
_LOCATIONS = frozenset({"EqDC2", "EqDA2"})
_OF_A_REFUSAL = ("outcome", "code", "message", "status")
_OF_AN_ANSWER = ("outcome", "status", "keys", "types", "forms", "states", "headers")
#: What is compared of an answer about an account's own resources, which no other account has.
OF_ANY_ACCOUNT = ("outcome", "status", "top", "headers")


@dataclass(frozen=True)
class Find:
    """How something is found where the answer to its making was lost: by a name that begins with the run's."""

    operation: str
    #: the member of the answer that lists
    rows: str
    #: the member of a row with its name
    name: str
    #: what of a row is needed, a path such as ``connections.connectionId``
    value: str
    #: the name under which it is saved
    saves: str
    #: the member of a row with its state: one that is going or gone needs nothing more
    state: str = ""
    #: with what the name begins
    begins: str = "{run}"
    parameters: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Undo:
    """The call that takes away what another one made."""

    operation: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    find: Find | None = None


@dataclass(frozen=True)
class Asked:
    """One call of a question.

    In parameters ``{name}`` stands for a value that an earlier step of the question saved, ``{run}`` for a name
    that nothing else has.
    """

    operation: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    #: name -> path in the answer, such as ``directConnectGateway.directConnectGatewayId``
    save: Mapping[str, str] = field(default_factory=dict)
    #: take away what this one made, in this order
    undo: tuple[Undo, ...] = ()
    #: aspects that are compared; those of a refusal or of an answer if left out
    compare: tuple[str, ...] = ()

    def aspects(self, outcome: str) -> tuple[str, ...]:
        """Return what is compared of an answer (``"answered"``) or a refusal."""
        return (self.compare or _OF_AN_ANSWER) if outcome == "answered" else _OF_A_REFUSAL

    @property
    def is_of_any_account(self) -> bool:
        """Whether nothing is compared that depends on what the account has: then it is not kept either."""
        return bool(self.compare) and set(self.compare) <= set(OF_ANY_ACCOUNT)


@dataclass(frozen=True)
class Question:
    """One thing to find out about an endpoint."""

    id: str
    level: Level
    #: in one sentence, for the report
    about: str
    steps: tuple[Asked, ...]
    #: names of texts in ``dx_mock.support.errors`` whose rule or wording an answer of AWS decides
    decides: tuple[str, ...] = ()
    #: for endpoints on this machine only: an AWS that does not refuse it would do too much
    is_local: bool = False

    @property
    def is_of_us_east_1(self) -> bool:
        """Whether it orders at a location that belongs to that Region."""
        sent = {each for step in self.steps for each in strings(step.parameters)}
        return self.level == "ports" and not _LOCATIONS.isdisjoint(sent)

    @property
    def operations(self) -> list[str]:
        """The operations that it calls, each once; those that take away what was made are the last."""
        undone = [undo.operation for step in self.steps for undo in step.undo]
        return list(dict.fromkeys([*(step.operation for step in self.steps), *undone]))


def _undo(row: Mapping[str, Any]) -> Undo:
    find = row.get("find")
    return Undo(row["call"], row.get("with", {}), Find(**find) if find else None)


def _step(row: Mapping[str, Any], undos: Mapping[str, Any]) -> Asked:
    if unknown := set(row) - {"call", "with", "save", "undo", "compare"}:
        raise ValueError(f"a step has no {', '.join(sorted(unknown))}")
    compare = row.get("compare", ())
    return Asked(
        operation=row["call"],
        parameters=row.get("with", {}),
        save=row.get("save", {}),
        undo=tuple(_undo(undos[name]) for name in row.get("undo", ())),
        compare=OF_ANY_ACCOUNT if compare == "any account" else tuple(compare),
    )


def _read(name: str) -> Any:
    return json.loads(files("dx_mock.conform").joinpath(name).read_text(encoding="utf-8"))


@cache
def catalogue() -> tuple[Question, ...]:
    """Return every question, those of the first level first."""
    written, decides = _read("catalogue.json"), _read("decides.json")
    rows = [*written["questions"], *_read("generated.json")]
    found = [
        Question(
            id=row["id"],
            level=row["level"],
            about=row["about"],
            steps=tuple(_step(step, written["undo"]) for step in row["steps"]),
            decides=tuple(decides.get(row["id"], ())),
            is_local=row.get("local", False),
        )
        for row in rows
    ]
    return tuple(sorted(found, key=lambda each: LEVELS.index(each.level)))


def undecided() -> dict[str, str]:
    """Return the names of texts that no question decides, and why."""
    table = _read("undecided.json")
    return {name: reason for reason, names in table.items() for name in names}


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
            known_here = "dx-mock conform --list has all"
            raise ValueError(f"there is no question {name!r} ({known_here}){hint(name, known)}")
    reached = LEVELS[: LEVELS.index(level) + 1]
    return (each for each in catalogue() if each.level in reached and (not only or each.id in only))
