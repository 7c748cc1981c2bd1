"""``LookupEvents`` in moto's CloudTrail, which does not have it: the calls to Direct Connect of an account."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

from dx_mock.engine.cloudtrail_records import arrived, record_of, resources_of
from dx_mock.process import current_world
from dx_mock.support.patches import Patches

if TYPE_CHECKING:
    from dx_mock.world.world import World

MODULE = "moto.cloudtrail.responses"
#: The most events of a page, and as many as it has by default [documented: TRAIL].
PAGE = 50
#: How far back it looks [documented: TRAIL].
KEPT = timedelta(days=90)

_patches = Patches()


def install() -> None:
    """Add the operation, unless moto has it."""
    responses: Any = getattr(sys.modules.get(MODULE), "CloudTrailResponse", None)
    if _patches or responses is None or hasattr(responses, "lookup_events"):
        return
    _patches.set(responses, "lookup_events", _lookup_events)


def uninstall() -> None:
    """Put moto's class back."""
    _patches.undo()


def _lookup_events(self: Any) -> str:
    world = current_world.current()
    if world is None:
        raise NotImplementedError("The lookup_events action has not been implemented")
    asked: dict[str, Any] = json.loads(self.body or "{}")
    with world.lock:
        return json.dumps(_answer(world, self.current_account, self.region, asked))


def _answer(world: World, account_id: str, region: str, asked: Mapping[str, Any]) -> dict[str, Any]:
    begin, end = (_moment(asked.get(name)) for name in ("StartTime", "EndTime"))
    if begin is not None and end is not None and begin > end:
        raise _refusal("InvalidTimeRangeException", "The start time is later than the end time.")
    limit = asked.get("MaxResults", PAGE)
    if not isinstance(limit, int) or not 1 <= limit <= PAGE:
        raise _refusal("InvalidMaxResultsException", f"MaxResults must be from 1 to {PAGE}.")
    attributes = asked.get("LookupAttributes") or []
    if len(attributes) > 1:
        raise _refusal("InvalidLookupAttributesException", "You can specify one lookup attribute only.")
    earliest = world.clock.now() - KEPT
    found = []
    for call in reversed(world.calls):
        if not (call.account_id == account_id and call.region_name == region and arrived(call)):
            continue
        if call.time < max(earliest, begin or earliest) or (end is not None and call.time > end):
            continue
        event = _event(record_of(call), call.time)
        if all(_has(event, each) for each in attributes):
            found.append(event)
    first = _place(asked.get("NextToken"), len(found))
    answer: dict[str, Any] = {"Events": found[first : first + limit]}
    if first + limit < len(found):
        answer["NextToken"] = str(first + limit)
    return answer


def _place(token: Any, count: int) -> int:
    if token is None:
        return 0
    if not str(token).isdecimal() or int(token) >= count:
        raise _refusal("InvalidNextTokenException", "The next token is not valid.")
    return int(token)


def _event(record: Mapping[str, Any], time: datetime) -> dict[str, Any]:
    return {
        "EventId": record["eventID"],
        "EventName": record["eventName"],
        "ReadOnly": "true" if record["readOnly"] else "false",
        "EventTime": time.timestamp(),
        "EventSource": record["eventSource"],
        "Username": "root",
        "Resources": resources_of(record),
        "CloudTrailEvent": json.dumps(record),
    }


def _has(event: Mapping[str, Any], attribute: Mapping[str, Any]) -> bool:
    """Return whether an event has the value of an attribute."""
    key, value = attribute.get("AttributeKey"), attribute.get("AttributeValue")
    if key in {"ResourceName", "ResourceType"}:
        return any(each[key] == value for each in event["Resources"])
    return bool(event.get(str(key)) == value)


def _moment(seconds: Any) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(float(seconds), timezone.utc)


def _refusal(code: str, message: str) -> Exception:
    from moto.core.exceptions import JsonRESTError

    refusal: Exception = JsonRESTError(code, message)
    return refusal
