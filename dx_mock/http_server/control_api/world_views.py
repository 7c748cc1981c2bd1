"""The functions of the endpoints about a server's worlds: making, finding, listing and ending them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from dx_mock.engine.declarations.estates import ESTATES
from dx_mock.http_server.control_api.messages import (
    PREFIX,
    Given,
    Refusal,
    Response,
    TooManyWorlds,
    WorldExists,
    WorldsOfServer,
)
from dx_mock.world.snapshot import SnapshotError

if TYPE_CHECKING:
    from dx_mock.mock import MockDirectConnect


def make_world(mock: MockDirectConnect, given: Given) -> Response:
    """Make a world and return its address."""
    worlds = _worlds(given)
    body = dict(given.body)
    topology = body.get("topology")
    if isinstance(topology, str) and topology not in ESTATES:  # the server's files are not for everybody
        known = ", ".join(ESTATES)
        raise Refusal(400, f"topology: there is no ready-made estate {topology[:100]!r}; known: {known}")
    if "settings" in body:
        body["settings"] = _whole(body["settings"])
    try:
        made = worlds.make(**body)
    except SnapshotError as problem:
        raise Refusal(400, str(problem)) from None
    except WorldExists as problem:
        raise Refusal(409, str(problem)) from None
    except TooManyWorlds as problem:
        raise Refusal(503, str(problem)) from None
    except (TypeError, ValueError) as problem:
        raise Refusal(400, str(problem)) from None
    location = {"Location": f"{PREFIX}/worlds/{made.name}"}
    return Response(_shown(made, given), headers=location)


def _whole(value: Any) -> Any:
    """Return settings with whole numbers as ``int``: 2.0 is one in JSON Schema, but a float in Python."""
    if isinstance(value, dict):
        return {name: _whole(each) for name, each in value.items()}
    return int(value) if isinstance(value, float) and value.is_integer() else value


def make_named_world(mock: MockDirectConnect, given: Given) -> Response:
    """Make a world with the name in the path, where a proxy sees it."""
    return make_world(mock, replace(given, body={**given.body, "name": given.path["name"]}))


def list_worlds(mock: MockDirectConnect, given: Given) -> Response:
    """Return the worlds in the order of their names, a page of them."""
    query = given.query
    total, found = _worlds(given).listing(
        query.get("prefix", ""), query.get("after", ""), query.get("limit", 1000)
    )
    return Response({"total": total, "worlds": [_shown(each, given) for each in found]})


def about_world(mock: MockDirectConnect, given: Given) -> Response:
    """Return the facts about a world."""
    return Response(_shown(_worlds(given).about(given.path["name"]), given))


def end_world(mock: MockDirectConnect, given: Given) -> Response:
    """End a world with everything in it."""
    _worlds(given).end(given.path["name"])
    return Response({"removed": 1})


def _worlds(given: Given) -> WorldsOfServer:
    if given.worlds is None:
        raise Refusal(404, f"this is one world; {PREFIX}/worlds is at the address of a server that has many")
    return given.worlds


def _shown(facts: Any, given: Given) -> dict[str, Any]:
    return {
        "name": facts.name,
        "endpoint_url": f"{given.base}/worlds/{facts.name}",
        "created": _moment(facts.created),
        "used": _moment(facts.used),
        "ttl": facts.ttl,
        "in_memory": facts.in_memory,
        "resources": facts.resources,
        "calls": facts.calls,
        "not_kept": list(facts.not_kept),
    }


def _moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, timezone.utc).isoformat(timespec="milliseconds")
