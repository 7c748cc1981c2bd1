"""What a run has made at an endpoint, and how it is taken away: at once, or later by hand."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from botocore import xform_name

from dx_mock.conform.masking import strings
from dx_mock.conform.questions import Find, Undo

Call = Callable[[str, Mapping[str, Any]], Any]

_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
#: Attempts to take a thing away: what hangs on it may still be going.
_ATTEMPTS = 3
#: Pages of a listing that are looked through: 100 rows each.
_PAGES = 50
_GONE = frozenset({"deleting", "deleted", "rejected"})


@dataclass(eq=False)
class Made:
    """Something that a run made, or may have made, and how it is taken away."""

    undo: Undo
    #: name -> the values that are known so far, the run's own name among them
    saved: dict[str, list[str]]
    #: the answer to its making has come, and nothing else can have been made
    is_sure: bool = False

    @property
    def _needed(self) -> str:
        """The name of the value that the call which takes it away needs."""
        found = _PLACEHOLDER.search(str(self.undo.parameters))
        assert found is not None, self.undo  # a test holds it for the whole catalogue
        return found[1]

    @property
    def is_known(self) -> bool:
        """Whether it is known what to take away."""
        return bool(self.saved.get(self._needed))

    def calls(self) -> list[dict[str, Any]]:
        """Return the parameters of the calls that take it away."""
        name = self._needed
        values = self.saved.get(name, [])
        return [filled(self.undo.parameters, {**self.saved, name: [value]}) for value in values]

    def is_taken_by(self, operation: str, parameters: Mapping[str, Any]) -> bool:
        """Return whether a call that was answered has taken it away."""
        return self.is_sure and operation == self.undo.operation and self.calls() == [parameters]

    @property
    def by_hand(self) -> list[str]:
        """How somebody takes it away: commands of the AWS CLI, or what to look for first."""
        command = f"aws directconnect {_dashed(self.undo.operation)}"
        found = [f"{command} {_options(parameters)}" for parameters in self.calls()]
        if not self.is_sure and self.undo.find is not None:
            wanted = f"{command} {_options(filled(self.undo.parameters, {}))}"
            run, listing = self.saved["run"][0], _dashed(self.undo.find.operation)
            found.append(f"look with 'aws directconnect {listing}' for {run}; if it is there: {wanted}")
        return found


def _dashed(name: str) -> str:
    return xform_name(name).replace("_", "-")


def _options(parameters: Mapping[str, Any]) -> str:
    return " ".join(f"--{_dashed(name)} {_word(value)}" for name, value in parameters.items())


def _word(value: Any) -> str:
    """Return a value for a shell; what is not known yet keeps its name."""
    text = str(value)
    return f"<{text[1:-1]}>" if _PLACEHOLDER.fullmatch(text) else shlex.quote(text)


def take_away(made: Made, call: Call, wait: Callable[[], None]) -> bool:
    """Take something away; return whether it is known to be gone."""
    if not made.is_sure:
        listed = _listed(made, call)
        if listed is None:
            # Not even looked for: what is known is taken away at least, and the rest stays in the report.
            return _all_gone(made, call, wait) and made.undo.find is None and made.is_known
        known = made.saved.get(made.undo.find.saves, []) if made.undo.find else []
        made.saved[made._needed] = list(dict.fromkeys([*known, *listed]))
        made.is_sure = True
    return _all_gone(made, call, wait)


def _all_gone(made: Made, call: Call, wait: Callable[[], None]) -> bool:
    for attempt in range(_ATTEMPTS):
        if attempt:
            wait()
        refused = False
        for parameters in made.calls():
            try:
                call(made.undo.operation, parameters)
            except Exception:  # whatever it is: what counts is whether it is still there
                refused = True
        if not refused:
            return True
        left = _listed(made, call)
        if left is not None and not set(left) & set(made.saved.get(made._needed, [])):
            return True
    return False


def _listed(made: Made, call: Call) -> list[str] | None:
    """Return what is there by the run's own name; None if the endpoint does not say."""
    find = made.undo.find
    if find is None:
        return None
    try:
        rows = _rows(find, filled(find.parameters, made.saved), call)
        return [value for row in rows for value in _wanted(find, row, filled(find.begins, made.saved))]
    except Exception:  # an answer of another kind is not an answer
        return None


def _wanted(find: Find, row: Mapping[str, Any], begins: str) -> list[str]:
    if not str(row.get(find.name)).startswith(begins) or str(row.get(find.state)) in _GONE:
        return []
    return values_at(row, find.value)


def _rows(find: Find, parameters: Mapping[str, Any], call: Call) -> Iterator[Mapping[str, Any]]:
    token: dict[str, str] = {}
    for _ in range(_PAGES):
        page = call(find.operation, {**parameters, **token})
        yield from page[find.rows]
        if not page.get("nextToken"):
            return
        token = {"nextToken": page["nextToken"]}
    raise LookupError("the listing has no end")


def filled(value: Any, saved: Mapping[str, list[str]]) -> Any:
    """Return parameters with the saved values in the place of ``{name}``; what is not known stays."""
    if isinstance(value, str):
        return _PLACEHOLDER.sub(lambda found: (saved.get(found[1]) or [found[0]])[0], value)
    if isinstance(value, Mapping):
        return {name: filled(each, saved) for name, each in value.items()}
    if isinstance(value, list):
        return [filled(each, saved) for each in value]
    return value


def unfilled(value: Any) -> bool:
    """Return whether parameters have a ``{name}`` whose value is not known."""
    return any(_PLACEHOLDER.search(each) for each in strings(value))


def values_at(parsed: Any, path: str) -> list[str]:
    """Return the values at a path in an answer; a list on the way is gone through."""
    found = [parsed]
    for part in path.split("."):
        found = [each for item in found for each in (item if isinstance(item, list) else [item])]
        found = [item[part] for item in found if isinstance(item, Mapping) and item.get(part) is not None]
    return [str(each) for each in found]
