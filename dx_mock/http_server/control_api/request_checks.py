"""Check requests against the control API's schemas, and say in one sentence what is wrong."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any

from dx_mock.http_server.control_api.endpoints import MAX_BODY, document
from dx_mock.http_server.control_api.messages import Refusal
from dx_mock.http_server.control_api.schemas import ref
from dx_mock.support.schema_problems import first_problem, in_words, quoted
from dx_mock.world.snapshot import SnapshotError, check_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from dx_mock.http_server.control_api.endpoints import ApiEndpoint

#: The most objects and lists of a body: those of two hundred thousand connections.
_MOST = 2_500_000


def read_query(endpoint: ApiEndpoint, given: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Return the parameters of a query.

    Raises:
        Refusal: If one is unknown, comes twice, or has an impossible value.
    """
    found: dict[str, Any] = {}
    for name, text in given:
        schema = endpoint.query.get(name)
        if schema is None:
            known = ", ".join(endpoint.query) or "it takes none"
            raise Refusal(400, f"the query parameter {quoted(name)} is not known here; known: {known}")
        if name in found:
            raise Refusal(400, f"the query parameter {name!r} was given twice")
        value: Any = text
        if schema.get("type") == "integer" and text.isascii() and text.isdecimal() and len(text) < 20:
            value = int(text)
        problem = first_problem(_validator(json.dumps(schema)), value)
        if problem is not None:
            raise Refusal(400, f"the query parameter {name!r}: {in_words(problem)}")
        found[name] = value
    return found


def read_body(endpoint: ApiEndpoint, content: bytes) -> dict[str, Any]:
    """Return the body of a request, with whole numbers as ``int``.

    Raises:
        Refusal: If it is not JSON, or not what the endpoint takes.
    """
    if not content and not endpoint.required:
        return {}
    if endpoint.max_body > MAX_BODY:  # a snapshot: an empty object takes two bytes here and sixty in memory
        try:
            check_text(content, _MOST)
        except SnapshotError as problem:
            raise Refusal(400, str(problem)) from None
    try:
        value = json.loads(content.decode(), parse_constant=_no_constant)
    except (ValueError, RecursionError) as problem:
        raise Refusal(400, f"the body is not valid JSON: {_reason(problem)}") from None
    if not endpoint.body:
        if value != {}:
            raise Refusal(400, "this request takes no body, or an empty object")
        return {}
    wrong = first_problem(_validator(json.dumps(ref(endpoint.body))), value)
    if wrong is not None:
        place = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in wrong.absolute_path)
        raise Refusal(400, f"{place.lstrip('.') or 'the body'}: {in_words(wrong)}")
    found: dict[str, Any] = value
    # 2.0 is a whole number in JSON Schema, but a float in Python.
    return {
        name: int(each) if isinstance(each, float) and each.is_integer() else each
        for name, each in found.items()
    }


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _reason(problem: Exception) -> str:
    return "it is nested too deeply" if isinstance(problem, RecursionError) else str(problem)


@cache
def _validator(schema: str) -> Any:
    """Return a validator of a schema that may refer to those of the control API."""
    from jsonschema import Draft202012Validator

    return Draft202012Validator({**json.loads(schema), "components": document()["components"]})


def names_of(parameters: Mapping[str, str]) -> dict[str, Any]:
    """Return the variable parts of a path, with numbers as ``int``.

    Raises:
        LookupError: If a number is not a possible one.
    """
    found: dict[str, Any] = dict(parameters)
    number = found.get("number")
    if number is not None:
        if not (number.isascii() and number.isdecimal() and len(number) < 20):
            raise LookupError(f"there is no fault number {quoted(number)}")
        found["number"] = int(number)
    return found
