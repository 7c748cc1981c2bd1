"""One answer of an endpoint, in the form that is compared and saved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError

from dx_mock.conform.masking import Mask
from dx_mock.support.text import shortened

#: Headers whose presence is compared.
_HEADERS = ("content-length", "content-type", "date", "x-amzn-requestid")
_WIDTH = 500


@dataclass(frozen=True)
class Answer:
    """What came back to one call: ``answered``, ``refused``, or ``broken`` where it was no answer of AWS's kind."""

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
        if name == "keys":
            return sorted(_paths(self.body))
        if name == "types":
            return dict(sorted(_types(self.body).items()))
        if name == "states":
            return dict(sorted(_states(self.body).items()))
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
        return shortened(
            f"{self.code}: {self.message} (HTTP {self.status})" if self.status else self.message, _WIDTH
        )


def answered(operation: str, parsed: Mapping[str, Any], mask: Mask) -> Answer:
    """Return what an endpoint answered."""
    metadata = parsed.get("ResponseMetadata", {})
    body = {name: value for name, value in parsed.items() if name != "ResponseMetadata"}
    return Answer(
        "answered",
        operation,
        status=int(metadata.get("HTTPStatusCode", 0)),
        headers=_headers(metadata),
        body=mask.of(body),
    )


def failed(operation: str, problem: Exception, mask: Mask) -> Answer:
    """Return what an endpoint refused, or what broke."""
    if isinstance(problem, ClientError):
        error, metadata = problem.response.get("Error", {}), problem.response.get("ResponseMetadata", {})
        status = int(metadata.get("HTTPStatusCode", 0))
        code = str(error.get("Code", ""))
        # botocore takes the status for the code where there is no error that it can read: HTML, for instance.
        outcome = "broken" if not code or code == str(status) else "refused"
        message = mask.text(shortened(str(error.get("Message", "")), _WIDTH))
        return Answer(outcome, operation, code, message, status, _headers(metadata))
    kind = type(problem).__name__
    if isinstance(problem, (HTTPClientError, BotoCoreError)):
        return Answer("broken", operation, kind, f"{kind}: the endpoint gave no answer that a client can read")
    return Answer("broken", operation, kind, f"{kind}: {mask.text(shortened(str(problem), _WIDTH))}")


def _headers(metadata: Mapping[str, Any]) -> tuple[str, ...]:
    there = {str(name).lower() for name in metadata.get("HTTPHeaders", {})}
    return tuple(name for name in _HEADERS if name in there)


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


def _types(value: Any, path: str = "") -> dict[str, str]:
    if isinstance(value, Mapping):
        found: dict[str, str] = {}
        for name, each in value.items():
            found |= _types(each, f"{path}.{name}" if path else str(name))
        return found
    if isinstance(value, list):
        found = {}
        for item in value:
            found |= _types(item, f"{path}[]")
        return found or {path: "list"}
    return {path: type(value).__name__}


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
    return {path: value} if name.lower().endswith(("state", "status")) else {}
