"""One answer of an endpoint, in the form that is compared and saved."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import ClientError

from dx_mock.conform.masking import Mask
from dx_mock.support.text import shortened

#: Headers that AWS sends with every answer [recorded: ANS]; their presence is compared.
HEADERS = ("content-length", "content-type", "date", "x-amzn-requestid")
_WIDTH = 500
#: Ends of the names of members that say how a thing is, in a word of AWS.
_SAYING = ("state", "status", "mode", "redundancy")


@dataclass(frozen=True)
class Answer:
    """What came back to one call: ``answered``, ``refused``, or ``broken``: not an answer of AWS's kind."""

    outcome: str
    operation: str
    code: str = ""
    message: str = ""
    status: int = 0
    headers: tuple[str, ...] = ()
    #: the answer's members, masked
    body: Any = field(default=None, hash=False)

    def aspect(self, name: str) -> Any:
        """Return one of the aspects that are compared."""
        if name == "top":
            return _top(self.body)
        if name == "keys":
            return sorted(_paths(self.body))
        if name == "types":
            return dict(sorted(_leaves(self.body, lambda value: type(value).__name__).items()))
        if name == "states":
            return dict(sorted(_states(self.body).items()))
        if name == "forms":
            return dict(sorted(_leaves(self.body, _form).items()))
        if name == "counts":
            return {member: len(each) for member, each in self.body.items() if isinstance(each, list)}
        if name == "headers":
            return list(self.headers)
        return getattr(self, name)

    def to_dict(self) -> dict[str, Any]:
        """Return it for JSON; a refusal has no body."""
        found = {"outcome": self.outcome, "operation": self.operation, "status": self.status}
        if self.outcome == "answered":
            return {**found, "headers": list(self.headers), "body": self.body}
        return {**found, "code": self.code, "message": self.message, "headers": list(self.headers)}

    @classmethod
    def from_dict(cls, saved: Mapping[str, Any]) -> Answer:
        """Return the answer that was saved."""
        return cls(
            outcome=str(saved["outcome"]),
            operation=str(saved["operation"]),
            code=str(saved.get("code", "")),
            message=str(saved.get("message", "")),
            status=int(saved.get("status", 0)),
            headers=tuple(map(str, saved.get("headers", ()))),
            body=saved.get("body"),
        )

    def __str__(self) -> str:
        if self.outcome == "answered":
            return shortened(
                f"HTTP {self.status} with {', '.join(self.aspect('keys')) or 'no members'}", _WIDTH
            )
        if self.outcome == "broken":
            return self.message
        return shortened(f"{self.code}: {self.message} (HTTP {self.status})", _WIDTH)


def answered(operation: str, parsed: Mapping[str, Any], mask: Mask, *, whole: bool) -> Answer:
    """Return what an endpoint answered; only its top level unless it is wanted whole."""
    metadata = parsed.get("ResponseMetadata", {})
    body = {name: value for name, value in parsed.items() if name != "ResponseMetadata"}
    if not whole:
        body = {name: _emptied(value) for name, value in body.items()}
    return Answer(
        "answered",
        operation,
        status=int(metadata.get("HTTPStatusCode", 0)),
        headers=_headers(metadata),
        body=mask.of(body),
    )


def failed(operation: str, problem: Exception, mask: Mask) -> Answer:
    """Return what an endpoint refused, or the kind of what broke: its words may be anybody's."""
    if not isinstance(problem, ClientError):
        kind = type(problem).__name__
        return Answer("broken", operation, kind, f"{kind}: the endpoint gave no answer that a client can read")
    error, metadata = problem.response.get("Error", {}), problem.response.get("ResponseMetadata", {})
    status = int(metadata.get("HTTPStatusCode", 0))
    code = str(error.get("Code", ""))
    # botocore takes the status for the code where there is no error that it can read: HTML, for instance.
    if not re.fullmatch("[A-Za-z][A-Za-z0-9.]{0,80}", code):
        return Answer(
            "broken", operation, f"HTTP {status}", f"HTTP {status} without an error of AWS's kind", status
        )
    message = shortened(mask.text(_beginning(str(error.get("Message", "")))), _WIDTH)
    return Answer("refused", operation, mask.text(code), message, status, _headers(metadata))


def _beginning(text: str) -> str:
    """Return what of a text is looked at: it ends between two words, for half a secret is not recognized."""
    return text if len(text) <= 4 * _WIDTH else text[: 4 * _WIDTH].rpartition(" ")[0]


def _headers(metadata: Mapping[str, Any]) -> tuple[str, ...]:
    there = {str(name).lower() for name in metadata.get("HTTPHeaders", {})}
    return tuple(name for name in HEADERS if name in there)


def _emptied(value: Any) -> Any:
    """Return a value of the same type with nothing in it."""
    return type(value)() if isinstance(value, (list, dict, str)) else value


def _top(body: Mapping[str, Any]) -> dict[str, str]:
    """Return the members at the top and their types; whether there is another page depends on the account."""
    return {name: type(value).__name__ for name, value in sorted(body.items()) if name != "nextToken"}


def _form(value: Any) -> str:
    """Return the kind of a value's mark, without its number."""
    return (
        re.sub(r"<([a-z]+) [0-9]+>", r"<\1>", value) if isinstance(value, str) and value[:1] == "<" else "plain"
    )


def _paths(value: Any, path: str = "") -> set[str]:
    if isinstance(value, Mapping):
        found = set()
        for name, each in value.items():
            inner = f"{path}.{name}" if path else str(name)
            found |= {inner} | _paths(each, inner)
        return found
    if isinstance(value, list):
        return {each for item in value for each in _paths(item, f"{path}[]")}
    return set()


def _leaves(value: Any, told: Callable[[Any], str], path: str = "") -> dict[str, str]:
    """Return what is told of each value that has nothing below it, by its path."""
    found: dict[str, str] = {}
    if isinstance(value, Mapping):
        for name, each in value.items():
            found |= _leaves(each, told, f"{path}.{name}" if path else str(name))
        return found
    if isinstance(value, list):
        for item in value:
            found |= _leaves(item, told, f"{path}[]")
        return found or {path: "list"}
    return {path: told(value)}


def _states(value: Any, path: str = "", name: str = "") -> dict[str, Any]:
    if isinstance(value, Mapping):
        found: dict[str, Any] = {}
        for inner, each in value.items():
            found |= _states(each, f"{path}.{inner}" if path else str(inner), str(inner))
        return found
    if isinstance(value, list):
        found = {}
        for item in value:
            found |= _states(item, f"{path}[]", name)
        return found
    return {path: value} if name.lower().endswith(_SAYING) else {}
