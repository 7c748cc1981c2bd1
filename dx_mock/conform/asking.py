"""Asking: one call after the other, politely, and what was made is taken away whatever happens."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from botocore import xform_name
from botocore.exceptions import ClientError, ParamValidationError

from dx_mock.conform.answers import Answer, answered, failed
from dx_mock.conform.masking import Mask
from dx_mock.conform.questions import Question, Step, Undo

_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
#: Attempts to take a thing away, and seconds between them: an association goes before its gateway.
_UNDO_ATTEMPTS, _UNDO_PAUSE = 3, 1.0


class NotAsked(Exception):
    """A question could not be asked; the message says why."""


@dataclass
class Made:
    """Something that a run made, or may have made, and how it is taken away."""

    undo: Undo
    #: the values that are known so far, the run's own name among them
    saved: dict[str, str]
    #: its making was sent, and no answer has come
    unsure: bool = True

    @property
    def parameters(self) -> dict[str, Any]:
        """The parameters of the call that takes it away."""
        found: dict[str, Any] = _filled(self.undo.parameters, self.saved)
        return found

    @property
    def is_known(self) -> bool:
        """Whether all values that taking it away needs are known."""
        return not _PLACEHOLDER.search(str(self.parameters))

    @property
    def by_hand(self) -> str:
        """How somebody takes it away: a command, or what to look for first."""
        name = xform_name(self.undo.operation).replace("_", "-")
        options = " ".join(
            f"--{xform_name(each).replace('_', '-')} {value}" for each, value in self.parameters.items()
        )
        command = f"aws directconnect {name} {options}"
        if self.is_known:
            return command
        return f"look for what is named {self.saved['run']!r}; if it is there: {command}"


@dataclass
class Asker:
    """Asks one endpoint.

    Args:
        client: a boto3 client of Direct Connect.
        pause: seconds between two calls.
        until: on :func:`time.monotonic`, after which nothing new is asked; None for no limit.
    """

    client: Any
    pause: float = 0.0
    until: float | None = None
    #: what the run calls what it makes
    name: str = "dx-mock-conform"
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    mask: Mask = field(default_factory=Mask)
    #: what was made and is not taken away yet
    made: list[Made] = field(default_factory=list)
    calls: int = 0
    _last: float = float("-inf")

    def ask(self, question: Question) -> list[Answer]:
        """Return the answers to the steps of a question; what they made is taken away before.

        Raises:
            NotAsked: If the client or the time left does not allow it; the message says why.
        """
        if self.until is not None and self.clock() >= self.until:
            raise NotAsked("the time of the run was over")
        model = self.client.meta.service_model.operation_names
        missing = [name for name in question.operations if name not in model]
        if missing:
            raise NotAsked(f"the installed botocore has no operation {', '.join(missing)}")
        self.mask = Mask()  # numbered anew for each question, so that runs of different questions compare
        begun = len(self.made)
        saved = {"run": f"{self.name}-{question.id}"}
        try:
            return [self._step(step, saved) for step in question.steps]
        finally:
            self.clean(begun)

    def _step(self, step: Step, saved: dict[str, str]) -> Answer:
        made = None
        if step.undo is not None:  # noted before it is sent: whatever happens then, it is not forgotten
            made = Made(step.undo, saved)
            self.made.append(made)
        try:
            parsed = self._call(step.operation, _filled(step.parameters, saved))
        except ParamValidationError as refusal:
            self._forget(made)
            raise NotAsked(f"the client checks parameters itself: {' '.join(str(refusal).split())}") from None
        except Exception as problem:
            answer = failed(step.operation, problem, self.mask)
            if answer.outcome == "refused":
                self._forget(made)
            return answer
        for name, path in step.save.items():
            value = _at(parsed, path)
            if value is not None:
                saved[name] = str(value)
        if made is not None:
            made.unsure = False
        return answered(step.operation, parsed, self.mask)

    def _forget(self, made: Made | None) -> None:
        if made is not None:
            self.made.remove(made)

    def _call(self, operation: str, parameters: Mapping[str, Any]) -> Any:
        wait = self._last + self.pause - self.clock()
        if wait > 0:
            self.sleep(wait)
        self._last = self.clock()
        self.calls += 1
        return getattr(self.client, xform_name(operation))(**parameters)

    def clean(self, begun: int = 0) -> None:
        """Take away what was made, the last first; what can't be taken away stays in ``made``."""
        for made in reversed(self.made[begun:]):
            if self._undone(made):
                self.made.remove(made)

    def _undone(self, made: Made) -> bool:
        if not made.is_known and not self._found(made):
            # An answer without the id, or one that came from nowhere; else it was looked for and is not there.
            return made.is_known
        if not made.is_known:
            return True
        for attempt in range(_UNDO_ATTEMPTS):
            try:
                self._call(made.undo.operation, made.parameters)
            except ClientError as refusal:
                if "does not exist" in str(refusal) or "Could not find" in str(refusal):
                    return True
            except Exception:  # whatever it is, the report names what is left
                pass
            else:
                return True
            if attempt + 1 < _UNDO_ATTEMPTS:
                self.sleep(_UNDO_PAUSE)
        return False

    def _found(self, made: Made) -> bool:
        """Look for what may have been made, by the run's own name; return whether the look was answered."""
        find = made.undo.find
        if find is None:
            return False
        try:
            rows = self._call(find.operation, _filled(find.parameters, made.saved))[find.rows]
        except Exception:
            return False
        for row in rows:
            if made.saved["run"] in map(str, row.values()):
                made.saved[find.saves] = str(row[find.value])
        return True


def _filled(value: Any, saved: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return _PLACEHOLDER.sub(lambda found: saved.get(found[1], found[0]), value)
    if isinstance(value, Mapping):
        return {name: _filled(each, saved) for name, each in value.items()}
    if isinstance(value, list):
        return [_filled(each, saved) for each in value]
    return value


def _at(parsed: Any, path: str) -> Any:
    for part in path.split("."):
        if isinstance(parsed, list):
            parsed = parsed[int(part)] if part.isdigit() and int(part) < len(parsed) else None
        elif isinstance(parsed, Mapping):
            parsed = parsed.get(part)
        else:
            return None
    return parsed
