"""What the endpoints do: the hands of a mock, from plain data to plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import dx_mock
from dx_mock.graph.states import state_of
from dx_mock.protocol import contract, regions
from dx_mock.rules.addresses import check_prefix
from dx_mock.support.errors import ServiceError
from dx_mock.world import hands
from dx_mock.world.beginning import reset as empty

if TYPE_CHECKING:
    from dx_mock.engine.faults import Fault
    from dx_mock.mock import MockDirectConnect


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


@dataclass(frozen=True)
class Reply:
    """An answer: data for JSON, or a text or page with its content type."""

    content: Any
    kind: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)


# --- looking -----------------------------------------------------------------------------------------------


def page(mock: MockDirectConnect, given: Given) -> Reply:
    """The page, which may load nothing but what is in it and ask nobody but this server."""
    from dx_mock.http_server.control_api import page

    return Reply(page.page(), "text/html; charset=utf-8", {"Content-Security-Policy": page.policy()})


def openapi(mock: MockDirectConnect, given: Given) -> Reply:
    """The document."""
    from dx_mock.http_server.control_api.endpoints import document

    return Reply(document())


def health(mock: MockDirectConnect, given: Given) -> Reply:
    """Versions."""
    import moto

    world = mock.world
    return Reply(
        {
            "version": dx_mock.__version__,
            "botocore": contract.botocore_version(),
            "moto": moto.__version__,
            "provisioning": world.settings.provisioning,
            "resources": len(world.graph.resources),
        }
    )


def topology(mock: MockDirectConnect, given: Given) -> Reply:
    """The picture in one of its forms."""
    region = given.query.get("region")
    if region is not None and (problem := regions.problem(region)):
        raise Refusal(400, problem)
    picture = mock.topology(region)
    form = given.query.get("format", "dict")
    if form == "dict":
        return Reply(picture.to_dict())
    text = getattr(picture, f"to_{form}")()
    return Reply(text if text.endswith("\n") else f"{text}\n", "text/plain; charset=utf-8")


def calls(mock: MockDirectConnect, given: Given) -> Reply:
    """The last calls, of one operation or of all, in order."""
    wanted, last = given.query.get("operation"), given.query.get("last", 100)
    record = mock.calls
    places = [place for place, call in enumerate(record) if wanted in (None, call.operation)]
    shown = places[-last:] if last else []
    found = [{"number": record.forgotten + place + 1, **record[place].to_dict()} for place in shown]
    return Reply({"total": len(places), "calls": found})


def forget_calls(mock: MockDirectConnect, given: Given) -> Reply:
    """Empty the record."""
    count = len(mock.calls)
    mock.calls.clear()
    return Reply({"removed": count})


def leftovers(mock: MockDirectConnect, given: Given) -> Reply:
    """What ``assert_clean`` would list."""
    return Reply({"leftovers": [_resource(each) for each in hands.left(mock.world)]})


def _resource(resource: Any) -> dict[str, Any]:
    return {
        "id": resource.id,
        "kind": resource.kind,
        "name": getattr(resource, "name", ""),
        "owner": getattr(resource, "owner", ""),
        "region": resource.region,
        "state": state_of(resource),
    }


# --- the world as a whole ----------------------------------------------------------------------------------


def snapshot(mock: MockDirectConnect, given: Given) -> Reply:
    """The whole world."""
    return Reply(mock.snapshot())


def restore(mock: MockDirectConnect, given: Given) -> Reply:
    """Another world in the place of this one."""
    from dx_mock.world.snapshot import SnapshotError

    try:
        mock.restore(given.body)
    except SnapshotError as problem:
        raise Refusal(400, str(problem)) from None
    return _world(mock)


def reset(mock: MockDirectConnect, given: Given) -> Reply:
    """The world as it was at the start."""
    empty(mock.world)
    return _world(mock)


def _world(mock: MockDirectConnect) -> Reply:
    return Reply({"resources": len(mock.world.graph.resources), "calls": len(mock.calls)})


def clock(mock: MockDirectConnect, given: Given) -> Reply:
    """The time."""
    return Reply({"now": mock.clock.now().isoformat()})


def advance(mock: MockDirectConnect, given: Given) -> Reply:
    """A later time."""
    try:
        return Reply({"now": mock.clock.advance(**given.body).isoformat()})
    except ValueError as problem:
        raise Refusal(409, str(problem)) from None


# --- hands -------------------------------------------------------------------------------------------------


def _done(mock: MockDirectConnect, given: Given, hand: Any, *arguments: Any) -> Reply:
    """The resource after a hand was laid on it."""
    resource_id = given.path["id"]
    try:
        hand(resource_id, *arguments)
    except ValueError as problem:
        raise Refusal(409, str(problem)) from None
    return Reply(_resource(mock.world.resource(resource_id)))


def provision(mock: MockDirectConnect, given: Given) -> Reply:
    """``dx.provision``."""
    return _done(mock, given, mock.provision)


def issue_loa(mock: MockDirectConnect, given: Given) -> Reply:
    """``dx.issue_loa``."""
    return _done(mock, given, mock.issue_loa)


def link_down(mock: MockDirectConnect, given: Given) -> Reply:
    """``dx.link_down``."""
    return _done(mock, given, mock.link_down)


def link_up(mock: MockDirectConnect, given: Given) -> Reply:
    """``dx.link_up``."""
    return _done(mock, given, mock.link_up)


def bgp_down(mock: MockDirectConnect, given: Given) -> Reply:
    """``dx.bgp_down``."""
    return _done(mock, given, mock.bgp_down, given.body.get("bgpPeerId"))


def bgp_up(mock: MockDirectConnect, given: Given) -> Reply:
    """``dx.bgp_up``."""
    return _done(mock, given, mock.bgp_up, given.body.get("bgpPeerId"))


def announce(mock: MockDirectConnect, given: Given) -> Reply:
    """``dx.announce``."""
    for prefix in given.body["prefixes"]:
        try:
            check_prefix(prefix)
        except ServiceError:
            raise Refusal(400, f"{prefix!r} is not a prefix such as '10.0.0.0/8'") from None
    return _done(mock, given, mock.announce, given.body["prefixes"])


# --- faults ------------------------------------------------------------------------------------------------


def _fault(fault: Fault) -> dict[str, Any]:
    return {
        "number": fault.number,
        "operation": fault.operation,
        "error": fault.error,
        "message": fault.message,
        "times": fault.times,
        "after": fault.after,
        "probability": fault.probability,
        "latency": fault.latency.total_seconds(),
        "applied": fault.applied,
        "when": fault.when if isinstance(fault.when, dict) else None,  # a function is nothing for JSON
        "seen": fault.seen,
        "struck": fault.struck,
        "over": fault.over,
    }


def list_faults(mock: MockDirectConnect, given: Given) -> Reply:
    """All of them, in order."""
    return Reply({"faults": [_fault(each) for each in mock.faults]})


def add_fault(mock: MockDirectConnect, given: Given) -> Reply:
    """``dx.faults.add``: what the schema lets through can only fail to fit an operation."""
    try:
        made = mock.faults.add(**given.body)
    except ValueError as problem:
        raise Refusal(404, str(problem)) from None
    return Reply(_fault(made), headers={"Location": f"{PREFIX}/faults/{made.number}"})


def clear_faults(mock: MockDirectConnect, given: Given) -> Reply:
    """None is left."""
    count = len(mock.faults)
    mock.faults.clear()
    return Reply({"removed": count})


def remove_fault(mock: MockDirectConnect, given: Given) -> Reply:
    """One less."""
    number = given.path["number"]
    for fault in mock.faults:
        if fault.number == number:
            fault.remove()
            return Reply({"removed": 1})
    raise LookupError(f"there is no fault number {number}")
