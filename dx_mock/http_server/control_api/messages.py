"""The input, the output and the errors of an endpoint of the control API."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

#: The beginning of the paths of all endpoints.
PREFIX = "/dx-mock"


class Refusal(Exception):
    """A request is refused, with an HTTP status and one sentence that says why."""

    def __init__(self, status: int, sentence: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(sentence)
        self.status = status
        self.sentence = sentence
        self.headers: Mapping[str, str] = headers or {}


class WorldExists(ValueError):
    """There is a world of that name already."""


class TooManyWorlds(RuntimeError):
    """The server has as many worlds as it may."""


class WorldsOfServer(Protocol):
    """The worlds of a server, as the endpoints need them."""

    def make(self, **wanted: Any) -> Any:
        """Make a world and return the facts about it.

        Raises:
            WorldExists, TooManyWorlds, ValueError: If it can't be made.
        """

    def about(self, name: str) -> Any:
        """Return the facts about a world; a LookupError if there is none."""

    def end(self, name: str) -> None:
        """End a world; a LookupError if there is none."""

    def listing(self, prefix: str, after: str, limit: int) -> tuple[int, list[Any]]:
        """Return how many have a prefix, and the facts about those that come next."""


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
    #: the worlds of the server, where it has any, and its address as the client called it
    worlds: WorldsOfServer | None = None
    base: str = ""


@dataclass(frozen=True)
class Response:
    """An answer: data for JSON, or a text or page with its content type."""

    content: Any
    kind: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)
