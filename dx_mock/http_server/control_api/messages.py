"""What goes in and out of an endpoint of the control API, and what it refuses."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

#: What the paths of all endpoints begin with.
PREFIX = "/dx-mock"


class Refusal(Exception):
    """A request that can't be answered: an HTTP status and one sentence."""

    def __init__(self, status: int, sentence: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(sentence)
        self.status = status
        self.sentence = sentence
        self.headers = headers or {}


@dataclass(frozen=True)
class Given:
    """What came with a request, checked against the contract."""

    path: Mapping[str, Any] = field(default_factory=dict)
    query: Mapping[str, Any] = field(default_factory=dict)
    body: Mapping[str, Any] = field(default_factory=dict)
    #: makes the OpenAPI document of all endpoints
    document: Callable[[], dict[str, Any]] = dict


@dataclass(frozen=True)
class Response:
    """An answer: data for JSON, or a text or page with its content type."""

    content: Any
    kind: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)
