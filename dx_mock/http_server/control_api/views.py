"""The functions of the endpoints: a mock's methods, from plain data to plain data."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from dx_mock.graph.states import state_of
from dx_mock.http_server.control_api.messages import PREFIX, Given, Refusal, Response
from dx_mock.protocol import contract, regions
from dx_mock.rules import maintenance_notices as rules
from dx_mock.rules.addresses import check_prefix
from dx_mock.rules.communities import is_community
from dx_mock.support.errors import ServiceError
from dx_mock.support.version import __version__
from dx_mock.world import hands
from dx_mock.world import topology as topology_of_windows
from dx_mock.world.beginning import reset as empty
from dx_mock.world.timeline import nothing, past_of_ports

if TYPE_CHECKING:
    from dx_mock.engine.faults import Fault
    from dx_mock.mock import MockDirectConnect


# --- looking -----------------------------------------------------------------------------------------------


def page(mock: MockDirectConnect, given: Given) -> Response:
    """Return the page, with the policy that lets it load nothing else and talk to this server only."""
    from dx_mock.http_server.control_api import page

    return Response(page.page(), "text/html; charset=utf-8", {"Content-Security-Policy": page.policy()})


def openapi(mock: MockDirectConnect, given: Given) -> Response:
    """Return the OpenAPI document."""
    return Response(given.document())


def health(mock: MockDirectConnect, given: Given) -> Response:
    """Return versions."""
    import moto

    world = mock.world
    return Response(
        {
            "version": __version__,
            "botocore": contract.botocore_version(),
            "moto": moto.__version__,
            "provisioning": world.settings.provisioning,
            "release": world.settings.release,
            "resources": len(world.graph.resources),
        }
    )


def metrics(mock: MockDirectConnect, given: Given) -> Response:
    """Return the metrics in the text format of Prometheus."""
    return Response(given.metrics(), "text/plain; version=0.0.4; charset=utf-8")


def topology(mock: MockDirectConnect, given: Given) -> Response:
    """Return the topology in one of its formats."""
    region = given.query.get("region")
    if region is not None and (problem := regions.problem(region)):
        raise Refusal(400, problem)
    picture = mock.topology(region)
    form = given.query.get("format", "dict")
    if form == "dict":
        return Response(picture.to_dict())
    text = getattr(picture, f"to_{form}")()
    return Response(text if text.endswith("\n") else f"{text}\n", "text/plain; charset=utf-8")


def timeline(mock: MockDirectConnect, given: Given) -> Response:
    """Return the past of a resource, or of the newest ones, in one of its formats."""
    wanted, last = given.query.get("resource"), given.query.get("last", 100)
    try:
        if wanted is not None:
            found = mock.timeline(wanted)
        else:
            newest = past_of_ports(mock.world)[-last:] if last else []
            found = mock.timeline(*newest) if newest else nothing(mock.world)
    except ValueError as problem:
        raise Refusal(409, str(problem)) from None
    form = given.query.get("format", "dict")
    if form == "dict":
        return Response(found.to_dict())
    if form == "text":
        return Response(found.to_text(), "text/plain; charset=utf-8")
    return Response(found.to_svg(), "image/svg+xml; charset=utf-8")


def calls(mock: MockDirectConnect, given: Given) -> Response:
    """Return the last calls, of one operation or of all, in order."""
    wanted, last = given.query.get("operation"), given.query.get("last", 100)
    record = mock.calls
    places = [place for place, call in enumerate(record) if wanted in (None, call.operation)]
    shown = places[-last:] if last else []
    found = [{"number": record.forgotten + place + 1, **record[place].to_dict()} for place in shown]
    return Response({"total": len(places), "calls": found})


def forget_calls(mock: MockDirectConnect, given: Given) -> Response:
    """Empty the record."""
    count = len(mock.calls)
    mock.calls.clear()
    return Response({"removed": count})


def leftovers(mock: MockDirectConnect, given: Given) -> Response:
    """Return what ``assert_clean`` would list."""
    return Response({"leftovers": [_resource(each) for each in hands.left(mock.world)]})


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


def snapshot(mock: MockDirectConnect, given: Given) -> Response:
    """Return a snapshot of the whole world."""
    return Response(mock.snapshot())


def restore(mock: MockDirectConnect, given: Given) -> Response:
    """Replace the world by that of a snapshot."""
    from dx_mock.world.snapshot import SnapshotError

    try:
        mock.restore(given.body)
    except SnapshotError as problem:
        raise Refusal(400, str(problem)) from None
    return _world(mock)


def reset(mock: MockDirectConnect, given: Given) -> Response:
    """Reset the world to its beginning."""
    empty(mock.world)
    return _world(mock)


def _world(mock: MockDirectConnect) -> Response:
    return Response({"resources": len(mock.world.graph.resources), "calls": len(mock.calls)})


def clock(mock: MockDirectConnect, given: Given) -> Response:
    """Return the virtual time."""
    return Response({"now": mock.clock.now().isoformat()})


def advance(mock: MockDirectConnect, given: Given) -> Response:
    """Move the clock forward and return the virtual time."""
    try:
        return Response({"now": mock.clock.advance(**given.body).isoformat()})
    except ValueError as problem:
        raise Refusal(409, str(problem)) from None


# --- hands -------------------------------------------------------------------------------------------------


def _done(mock: MockDirectConnect, given: Given, hand: Any, *arguments: Any) -> Response:
    """Return a resource and its state after the call."""
    resource_id = given.path["id"]
    try:
        hand(resource_id, *arguments)
    except ValueError as problem:
        raise Refusal(409, str(problem)) from None
    return Response(_resource(mock.world.resource(resource_id)))


def provision(mock: MockDirectConnect, given: Given) -> Response:
    """Call ``dx.provision``."""
    return _done(mock, given, mock.provision)


def issue_loa(mock: MockDirectConnect, given: Given) -> Response:
    """Call ``dx.issue_loa``."""
    return _done(mock, given, mock.issue_loa)


def link_down(mock: MockDirectConnect, given: Given) -> Response:
    """Call ``dx.link_down``."""
    return _done(mock, given, mock.link_down)


def link_up(mock: MockDirectConnect, given: Given) -> Response:
    """Call ``dx.link_up``."""
    return _done(mock, given, mock.link_up)


def bgp_down(mock: MockDirectConnect, given: Given) -> Response:
    """Call ``dx.bgp_down``."""
    return _done(mock, given, mock.bgp_down, given.body.get("bgpPeerId"))


def bgp_up(mock: MockDirectConnect, given: Given) -> Response:
    """Call ``dx.bgp_up``."""
    return _done(mock, given, mock.bgp_up, given.body.get("bgpPeerId"))


def announce(mock: MockDirectConnect, given: Given) -> Response:
    """Call ``dx.announce``."""
    for prefix in given.body["prefixes"]:
        try:
            check_prefix(prefix)
        except ServiceError:
            raise Refusal(400, f"{prefix!r} is not a prefix such as '10.0.0.0/8'") from None
    communities: dict[str, list[str]] = given.body.get("communities", {})
    for prefix, each in communities.items():
        if prefix not in given.body["prefixes"]:
            raise Refusal(400, f"{prefix!r} has communities but is not among the prefixes")
        for community in each:
            if not is_community(community):
                raise Refusal(400, f"{community!r} is not a community such as '7224:7100'")
    prefixes = {prefix: communities.get(prefix, []) for prefix in given.body["prefixes"]}
    return _done(mock, given, mock.announce, prefixes)


_RATES = {
    "ingressBps": "ingress_bps",
    "egressBps": "egress_bps",
    "ingressPps": "ingress_pps",
    "egressPps": "egress_pps",
    "errors": "errors",
    "discards": "discards",
}


def traffic(mock: MockDirectConnect, given: Given) -> Response:
    """Call ``dx.traffic``."""
    rates = {_RATES[name]: value for name, value in given.body.items()}
    return _done(mock, given, partial(mock.traffic, **rates))


def light(mock: MockDirectConnect, given: Given) -> Response:
    """Call ``dx.light``."""
    return _done(mock, given, partial(mock.light, **given.body))


def maintenance(mock: MockDirectConnect, given: Given) -> Response:
    """Call ``dx.maintenance``."""
    body = given.body
    start = None
    if "start" in body:
        try:
            start = datetime.fromisoformat(body["start"].replace("Z", "+00:00"))
        except ValueError:
            raise Refusal(400, f"{body['start']!r} is not a time such as '2026-01-15T02:00:00Z'") from None
    duration = timedelta(minutes=body["minutes"]) if "minutes" in body else rules.DURATION
    emergency: bool = body.get("emergency", False)
    try:
        arn = mock.maintenance(given.path["id"], start, duration, emergency)
    except ValueError as problem:
        raise Refusal(409, str(problem)) from None
    window = mock.world.resource(arn.rpartition("_")[2])
    return Response(
        {
            "arn": arn,
            "id": window.id,
            "announcement": window.announcement.isoformat(),
            **topology_of_windows.window(window),
        }
    )


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
        "when": fault.when if isinstance(fault.when, dict) else None,  # a function can't be shown in JSON
        "status": fault.status,
        "seen": fault.seen,
        "struck": fault.struck,
        "over": fault.over,
    }


def list_faults(mock: MockDirectConnect, given: Given) -> Response:
    """Return all faults in order."""
    return Response({"faults": [_fault(each) for each in mock.faults]})


def add_fault(mock: MockDirectConnect, given: Given) -> Response:
    """Call ``dx.faults.add``; after the schema, only an unknown operation or error can be wrong."""
    try:
        made = mock.faults.add(**given.body)
    except ValueError as problem:
        raise Refusal(404, str(problem)) from None
    return Response(_fault(made), headers={"Location": f"{PREFIX}/faults/{made.number}"})


def clear_faults(mock: MockDirectConnect, given: Given) -> Response:
    """Remove all faults."""
    count = len(mock.faults)
    mock.faults.clear()
    return Response({"removed": count})


def remove_fault(mock: MockDirectConnect, given: Given) -> Response:
    """Remove one fault."""
    number = given.path["number"]
    for fault in mock.faults:
        if fault.number == number:
            fault.remove()
            return Response({"removed": 1})
    raise LookupError(f"there is no fault number {number}")
