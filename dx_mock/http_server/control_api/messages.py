"""The input, the output and the errors of an endpoint of the control API."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

#: The beginning of the paths of all endpoints.
PREFIX = "/dx-mock"


class Refusal(Exception):
    """A request is refused, with an HTTP status and one sentence that says why."""

    def __init__(self, status: int, sentence: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(sentence)
        self.status = status
        self.sentence = sentence
        self.headers: Mapping[str, str] = headers or {}


@dataclass(frozen=True)
class Given:
    """The input of an endpoint, checked against the schemas."""

    path: Mapping[str, Any] = field(default_factory=dict)
    query: Mapping[str, Any] = field(default_factory=dict)
    body: Mapping[str, Any] = field(default_factory=dict)
    #: returns the OpenAPI document of all endpoints
    document: Callable[[], dict[str, Any]] = dict
    #: returns the metrics of the server
    metrics: Callable[[], str] = str


@dataclass(frozen=True)
class Response:
    """An answer: data for JSON, or a text or page with its content type."""

    content: Any
    kind: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)
