"""Violations of a JSON Schema, each as one sentence for the person who wrote the document."""

from __future__ import annotations

from itertools import islice
from typing import Any

from dx_mock.support.suggestions import hint
from dx_mock.support.text import shortened

#: The most problems that are looked at: a document may have millions.
_MOST = 1000
#: How many characters of a value are quoted.
WIDTH = 200


def first_problem(validator: Any, value: Any) -> Any:
    """Return the problem to report, or None; an unknown member is reported before a missing one."""
    from jsonschema.exceptions import best_match

    problems = list(islice(validator.iter_errors(value), _MOST))
    unknown = [each for each in problems if each.validator == "additionalProperties"]
    found = best_match(unknown or problems)
    while found is not None and found.parent is not None and "description" in found.parent.schema:
        if found.parent.validator not in {"anyOf", "not"}:
            break
        found = found.parent  # the message of the whole is clearer than that of one of its branches
    return found


def in_words(problem: Any, here: str = "", known_mark: str = "; known: ") -> str:
    """Return a problem in one sentence, with the nearest known word where one is unknown.

    Args:
        problem: what :func:`first_problem` returned.
        here: the text after "is not known", such as " here".
        known_mark: the text before the list of known words.
    """
    rule, schema, value = problem.validator, problem.schema, problem.instance

    def unknown(word: Any, known: list[Any]) -> str:
        words = list(map(str, known))
        listed = f"{known_mark}{', '.join(words)}"
        return f"{quoted(word)} is not known{here}" + hint(str(word)[:WIDTH], words, listed)

    if rule == "additionalProperties":
        members = list(schema.get("properties", ()))
        return unknown(next(name for name in value if name not in members), members)
    if rule in {"anyOf", "not"}:
        named = [each for part in schema.get("anyOf", ()) for each in part.get("enum", ())]
        return unknown(value, named) if named else str(schema.get("description", problem.message))
    if rule == "enum":
        return unknown(value, problem.validator_value)
    message = " ".join(str(problem.message).replace(repr(value), quoted(value)).split())[: 2 * WIDTH]
    if rule == "type" and problem.validator_value == "string" and "pattern" in schema:
        return f"{message}; write it in quotes"  # YAML reads an account id as a number
    return message


def quoted(value: Any) -> str:
    """Return the repr of a value, shortened where it is long."""
    return shortened(repr(value), WIDTH)
