"""The rules of composite alarms: ``ALARM("a") AND NOT (OK(b) OR FALSE)`` [documented: ALARMS]."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from types import MappingProxyType

#: the functions of a rule, and the state that each asks for
FUNCTIONS: Mapping[str, str] = MappingProxyType(
    {"ALARM": "ALARM", "OK": "OK", "INSUFFICIENT_DATA": "INSUFFICIENT_DATA"}
)
_TOKEN = re.compile(
    r"""\s*(?:(?P<function>ALARM|OK|INSUFFICIENT_DATA)\s*\(\s*(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)'"""
    r"""|(?P<plain>[^()"']+?))\s*\)|(?P<word>AND|OR|NOT|TRUE|FALSE)\b|(?P<sign>[()]))""",
)

#: (function or word, name of an alarm)
Token = tuple[str, str]


class RuleError(ValueError):
    """A rule that can't be read."""


@lru_cache(maxsize=256)
def tokens(rule: str) -> tuple[Token, ...]:
    """Return the parts of a rule.

    Raises:
        RuleError: If something in it is none.
    """
    found: list[Token] = []
    at = 0
    while rule[at:].strip():
        match = _TOKEN.match(rule, at)
        if match is None:
            raise RuleError(f"can't read the rule {rule!r} from {rule[at : at + 20]!r}")
        name = match["double"] or match["single"] or match["plain"] or ""
        found.append((match["function"] or match["word"] or match["sign"], _name(name)))
        at = match.end()
    return tuple(found)


def _name(alarm: str) -> str:
    """Return the name of an alarm that a rule has by its name or its ARN."""
    return alarm.split(":alarm:", 1)[1] if alarm.startswith("arn:") and ":alarm:" in alarm else alarm


def names(rule: str) -> list[str]:
    """Return the alarms that a rule is about; none where it can't be read."""
    try:
        return list(dict.fromkeys(name for what, name in tokens(rule) if what in FUNCTIONS))
    except RuleError:
        return []


def holds(rule: str, state_of: Callable[[str], str | None]) -> bool:
    """Return whether a rule is true for the states of alarms; one that does not exist has no state.

    Raises:
        RuleError: If it can't be read.
    """
    left = list(reversed(tokens(rule)))
    result = _either(left, state_of)
    if left:
        raise RuleError(f"can't read the rule {rule!r} from {left[-1][0]!r}")
    return result


def _either(left: list[Token], state_of: Callable[[str], str | None]) -> bool:
    result = _both(left, state_of)
    while left and left[-1][0] == "OR":
        left.pop()
        other = _both(left, state_of)
        result = result or other
    return result


def _both(left: list[Token], state_of: Callable[[str], str | None]) -> bool:
    result = _term(left, state_of)
    while left and left[-1][0] == "AND":
        left.pop()
        other = _term(left, state_of)
        result = result and other
    return result


def _term(left: list[Token], state_of: Callable[[str], str | None]) -> bool:
    if not left:
        raise RuleError("the rule ends too early")
    what, name = left.pop()
    if what in FUNCTIONS:
        return state_of(name) == FUNCTIONS[what]
    if what in {"TRUE", "FALSE"}:
        return what == "TRUE"
    if what == "NOT":
        return not _term(left, state_of)
    if what != "(":
        raise RuleError(f"can't read the rule at {what!r}")
    result = _either(left, state_of)
    if not left or left.pop()[0] != ")":
        raise RuleError("a parenthesis of the rule is not closed")
    return result
