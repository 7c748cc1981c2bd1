"""The one table of endpoints, from which routing, checks and the OpenAPI document are made."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from dx_mock.http_server.control_api import views, world_views
from dx_mock.http_server.control_api.messages import PREFIX
from dx_mock.http_server.control_api.schemas import FORMATS, STRING, WORLD, Schema, ref, schemas
from dx_mock.protocol import contract
from dx_mock.support.version import __version__

if TYPE_CHECKING:
    from dx_mock.http_server.control_api.messages import Given, Response
    from dx_mock.mock import MockDirectConnect

#: The largest body in bytes of most requests, and of a snapshot: enough for a hundred thousand connections.
MAX_BODY, MAX_SNAPSHOT = 1024 * 1024, 256 * 1024 * 1024

#: The meaning of each error status.
PROBLEMS: Mapping[int, str] = {
    400: "The request is malformed.",
    403: "A page of another origin sent the request.",
    404: "It does not exist.",
    405: "The path does not have the method; `Allow` lists those that it has.",
    409: "The state of the resource or of the clock forbids it.",
    413: "The body is too large.",
    415: "The body is not `application/json`.",
    503: "The server has as many worlds as it may.",
}

JSON = "application/json"
TEXT = "text/plain"
HTML = "text/html"
SVG = "image/svg+xml"


@dataclass(frozen=True, eq=False)
class ApiEndpoint:
    """One method of one path: its function, its input and its output."""

    method: str
    path: str
    summary: str
    run: Callable[[MockDirectConnect, Given], Response]
    #: the name of the answer's schema, and the answer's content types
    answer: str = ""
    kinds: tuple[str, ...] = (JSON,)
    status: int = 200
    query: Mapping[str, Schema] = field(default_factory=dict)
    #: the name of the body's schema, and whether a body is required
    body: str = ""
    required: bool = False
    max_body: int = MAX_BODY
    problems: tuple[int, ...] = ()
    #: whether it is about the server, not about the world whose address was called
    of_server: bool = False

    @property
    def name(self) -> str:
        """The operation's id, which is the name of the function that answers."""
        head, *rest = self.run.__name__.split("_")
        return head + "".join(word.title() for word in rest)

    @property
    def parameters(self) -> list[Schema]:
        """Return the parameters in path and query as OpenAPI has them."""
        in_path = [part[1:-1] for part in self.path.split("/") if part.startswith("{")]
        shapes = {"id": STRING, "name": WORLD, "number": {"type": "integer", "minimum": 1}}
        return [
            *({"name": name, "in": "path", "required": True, "schema": shapes[name]} for name in in_path),
            *({"name": name, "in": "query", "schema": schema} for name, schema in self.query.items()),
        ]

    @property
    def statuses(self) -> tuple[int, ...]:
        """Return every error status that it can answer with."""
        found = {*self.problems, 403, 405}
        if self.query or self.body:
            found.add(400)
        if self.method in {"POST", "PUT"}:
            found |= {400, 413, 415}
        return tuple(sorted(found))


def _hand(
    name: str,
    summary: str,
    run: Callable[[MockDirectConnect, Given], Response],
    answer: str = "Resource",
    **more: Any,
) -> ApiEndpoint:
    path = f"/resources/{{id}}/{name}"
    return ApiEndpoint("POST", path, summary, run, answer, problems=(404, 409), **more)


def _of_server(method: str, path: str, summary: str, run: Any, answer: str, **more: Any) -> ApiEndpoint:
    more.setdefault("problems", (404,))
    return ApiEndpoint(method, path, summary, run, answer, of_server=True, **more)


_REGION: Schema = {
    "type": "string",
    "pattern": "^[a-z0-9-]{1,64}$",
    "description": "One Region; all if left out.",
}
_WORD: Schema = {"type": "string", "maxLength": 63}
_LAST: Schema = {"type": "integer", "minimum": 0, "maximum": 100_000, "default": 100}


@cache
def endpoints() -> tuple[ApiEndpoint, ...]:
    """Return all endpoints, for the installed botocore."""
    topology = {"region": _REGION, "format": {"enum": list(FORMATS), "default": "dict"}}
    timeline = {
        "resource": {**STRING, "description": "One resource; the newest of all if left out."},
        "format": {"enum": ["dict", "text", "svg"], "default": "dict"},
        "last": {**_LAST, "description": "How many of the newest resources."},
    }
    calls = {"operation": {"enum": contract.operation_names()}, "last": _LAST}
    worlds = {"prefix": _WORD, "after": _WORD, "limit": {**_LAST, "minimum": 1, "default": 1000}}
    return (
        ApiEndpoint("GET", "/", "The page that shows the world", views.page, kinds=(HTML,)),
        ApiEndpoint("GET", "/openapi.json", "This document", views.openapi, "Document"),
        ApiEndpoint("GET", "/health", "Versions, once the server answers", views.health, "Health"),
        ApiEndpoint("GET", "/metrics", "Metrics of the server for Prometheus", views.metrics, kinds=(TEXT,)),
        ApiEndpoint("GET", "/topology", "All resources and their links", views.topology, "Topology",
                 kinds=(JSON, TEXT), query=topology),
        ApiEndpoint("GET", "/snapshot", "The whole world", views.snapshot, "Snapshot"),
        ApiEndpoint("PUT", "/snapshot", "Replace the world by that of a snapshot", views.restore, "World",
                 body="Snapshot", required=True, max_body=MAX_SNAPSHOT),
        ApiEndpoint("POST", "/reset", "Begin again: only what was declared exists", views.reset, "World"),
        ApiEndpoint("GET", "/clock", "The virtual time", views.clock, "Clock"),
        ApiEndpoint("POST", "/clock/advance", "Move the clock and let due steps happen", views.advance, "Clock",
                 body="Advance", required=True, problems=(409,)),
        _hand("provision", "Finish now what AWS, a technician or a partner would do by hand", views.provision),
        _hand("issue-loa", "Issue the letter of a requested connection or interconnect", views.issue_loa),
        _hand("link-down", "Cut the fibre of a connection or interconnect", views.link_down),
        _hand("link-up", "Mend the fibre of a connection or interconnect", views.link_up),
        _hand("bgp-down", "Take BGP sessions down on the customer's router", views.bgp_down, body="BgpSession"),
        _hand("bgp-up", "Let the customer's router bring BGP sessions up", views.bgp_up, body="BgpSession"),
        _hand("announce", "Let the customer's router announce these prefixes", views.announce,
              body="Announcement", required=True),
        _hand("traffic", "Let traffic go through a connection, LAG or virtual interface", views.traffic,
              body="Traffic", required=True),
        _hand("light", "Set the light in the fibre of a connection or interconnect", views.light, body="Light",
              required=True),
        ApiEndpoint("GET", "/timeline", "The past of resources", views.timeline, "Timeline",
                    kinds=(JSON, TEXT, SVG), query=timeline, problems=(404, 409)),
        _hand("maintenance", "Let AWS maintain its side of a connection or LAG", views.maintenance,
              answer="Window", body="NewWindow"),
        ApiEndpoint("GET", "/faults", "The faults that are set", views.list_faults, "Faults"),
        ApiEndpoint("POST", "/faults", "Let calls meet an error or a delay", views.add_fault, "Fault",
                 status=201, body="NewFault", required=True, problems=(404,)),
        ApiEndpoint("DELETE", "/faults", "Remove all faults", views.clear_faults, "Removed"),
        ApiEndpoint("DELETE", "/faults/{number}", "Remove one fault", views.remove_fault, "Removed",
                 problems=(404,)),
        ApiEndpoint("GET", "/calls", "The last calls of the record", views.calls, "Calls", query=calls),
        ApiEndpoint("DELETE", "/calls", "Clear the record", views.forget_calls, "Removed"),
        ApiEndpoint("GET", "/leftovers", "Resources that were not deleted", views.leftovers, "Leftovers"),
        _of_server("POST", "/worlds", "Make a world of its own", world_views.make_world, "HostedWorld",
                   status=201, body="NewWorld", max_body=MAX_SNAPSHOT, problems=(404, 409, 503)),
        _of_server("GET", "/worlds", "The worlds, by name", world_views.list_worlds, "HostedWorlds",
                   query=worlds),
        _of_server("PUT", "/worlds/{name}", "Make a world of this name", world_views.make_named_world,
                   "HostedWorld", status=201, body="NamedWorld", max_body=MAX_SNAPSHOT,
                   problems=(404, 409, 503)),
        _of_server("GET", "/worlds/{name}", "One world", world_views.about_world, "HostedWorld"),
        _of_server("DELETE", "/worlds/{name}", "End a world", world_views.end_world, "Removed"),
    )  # fmt: skip


# --- the document ------------------------------------------------------------------------------------------


def _content(kinds: tuple[str, ...], schema: str) -> dict[str, Any]:
    return {kind: {"schema": ref(schema) if kind == JSON else STRING} for kind in kinds}


def _operation(endpoint: ApiEndpoint) -> dict[str, Any]:
    responses: dict[str, Any] = {
        str(endpoint.status): {
            "description": endpoint.summary,
            "content": _content(endpoint.kinds, endpoint.answer),
        }
    }
    for status in endpoint.statuses:
        responses[str(status)] = {"$ref": f"#/components/responses/{status}"}
    found: dict[str, Any] = {
        "operationId": endpoint.name,
        "summary": endpoint.summary,
        "responses": responses,
    }
    if endpoint.parameters:
        found["parameters"] = endpoint.parameters
    if endpoint.body:
        found["requestBody"] = {"required": endpoint.required, "content": _content((JSON,), endpoint.body)}
    return found


@cache
def document() -> dict[str, Any]:
    """Return the OpenAPI 3.1 document of the control API."""
    paths: dict[str, Any] = {}
    for endpoint in endpoints():
        paths.setdefault(PREFIX + endpoint.path, {})[endpoint.method.lower()] = _operation(endpoint)
    refusals = {
        str(status): {"description": text, "content": _content((JSON,), "Error")}
        for status, text in PROBLEMS.items()
    }
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "dx_mock",
            "version": __version__,
            "summary": "Control of the Direct Connect world of this server, for tests.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "paths": paths,
        "components": {"schemas": schemas(), "responses": refusals},
    }
