"""The operations of AWS Health: which events an account has, what they say, and what they affect."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from dx_mock.moto_services.health.events import Event, events_of
from dx_mock.support.errors import ServiceError

if TYPE_CHECKING:
    from dx_mock.world.world import World

Operation = Callable[["World", str, Mapping[str, Any]], dict[str, Any]]

#: The most results of a page [documented: HEALTH].
PAGE = 100
#: member of a filter -> member of an event
_NAMED = {
    "eventArns": "arn",
    "eventTypeCodes": "eventTypeCode",
    "services": "service",
    "regions": "region",
    "eventTypeCategories": "eventTypeCategory",
    "eventStatusCodes": "statusCode",
}
_TIMES = {"startTimes": "startTime", "endTimes": "endTime", "lastUpdatedTimes": "lastUpdatedTime"}
#: what no event of ours has, so that asking for it finds none
_ABSENT = ("availabilityZones", "tags", "actionabilities", "personas")


def describe_events(world: World, account_id: str, asked: Mapping[str, Any]) -> dict[str, Any]:
    """Return the events that fit a filter, those that changed last first."""
    wanted = asked.get("filter", {})
    found = [event for event in events_of(world, account_id) if _fits(world, account_id, event, wanted)]
    found.sort(key=lambda event: event.updated, reverse=True)
    page, token = _page([event.to_dict() for event in found], asked, ("events", account_id, wanted))
    return {"events": page, "nextToken": token}


def describe_event_details(world: World, account_id: str, asked: Mapping[str, Any]) -> dict[str, Any]:
    """Return events with their descriptions; what is not an event of the account is in the failed set."""
    known = {event.arn: event for event in events_of(world, account_id)}
    arns = list(dict.fromkeys(asked["eventArns"]))
    return {
        "successfulSet": [
            {
                "event": known[arn].to_dict(),
                "eventDescription": {"latestDescription": known[arn].description},
                "eventMetadata": {},
            }
            for arn in arns
            if arn in known
        ],
        "failedSet": [
            {"eventArn": arn, "errorName": "InvalidArn", "errorMessage": f"Event with arn {arn} not found"}
            for arn in arns
            if arn not in known
        ],
    }


def describe_affected_entities(world: World, account_id: str, asked: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the events of a filter affect."""
    wanted = asked["filter"]
    found = [
        entity
        for event in events_of(world, account_id)
        if event.arn in wanted["eventArns"]
        for entity in event.entities(account_id, world.ids.derive)
        if (not wanted.get("entityValues") or entity["entityValue"] in wanted["entityValues"])
        and (not wanted.get("entityArns") or entity["entityArn"] in wanted["entityArns"])
        and (not wanted.get("statusCodes") or entity["statusCode"] in wanted["statusCodes"])
        and not wanted.get("tags")
        and _is_within(entity["lastUpdatedTime"], wanted.get("lastUpdatedTimes"))
    ]
    page, token = _page(found, asked, ("entities", account_id, wanted))
    return {"entities": page, "nextToken": token}


OPERATIONS: Mapping[str, Operation] = {
    "DescribeEvents": describe_events,
    "DescribeEventDetails": describe_event_details,
    "DescribeAffectedEntities": describe_affected_entities,
}


def _fits(world: World, account_id: str, event: Event, wanted: Mapping[str, Any]) -> bool:
    told = event.to_dict()
    if any(wanted.get(name) for name in _ABSENT):
        return False
    if any(wanted.get(name) and told[member] not in wanted[name] for name, member in _NAMED.items()):
        return False
    if not all(_is_within(told[member], wanted.get(name)) for name, member in _TIMES.items()):
        return False
    if wanted.get("entityValues") and not set(event.ids) & set(wanted["entityValues"]):
        return False
    if not wanted.get("entityArns"):
        return True
    arns = {entity["entityArn"] for entity in event.entities(account_id, world.ids.derive)}
    return bool(arns & set(wanted["entityArns"]))


def _is_within(moment: datetime, ranges: Iterable[Mapping[str, Any]] | None) -> bool:
    """Return whether a time is in one of some ranges; True if there are none."""
    if not ranges:
        return True
    return any(
        ("from" not in each or _aware(each["from"]) <= moment)
        and ("to" not in each or moment <= _aware(each["to"]))
        for each in ranges
    )


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=timezone.utc)


def _page(
    items: Sequence[dict[str, Any]], asked: Mapping[str, Any], scope: tuple[Any, ...]
) -> tuple[list[dict[str, Any]], str | None]:
    """Return a page of some items, and the token of the next; a token is good for the same question only.

    Raises:
        ServiceError: If the token is not one of this question.
    """
    question = json.dumps(scope, default=str, sort_keys=True)
    first = 0
    token = asked.get("nextToken")
    if token is not None:
        try:
            question_of_token, first = json.loads(base64.urlsafe_b64decode(token.encode()))
        except (ValueError, TypeError, binascii.Error):
            question_of_token = None
        if question_of_token != question or type(first) is not int or first < 0:
            raise ServiceError("InvalidPaginationToken", "The specified pagination token is not valid.")
    last = first + min(asked.get("maxResults") or PAGE, PAGE)
    following = json.dumps([question, last])
    return list(items[first:last]), (
        base64.urlsafe_b64encode(following.encode()).decode() if last < len(items) else None
    )
