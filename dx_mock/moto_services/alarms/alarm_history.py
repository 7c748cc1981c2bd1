"""What happened to alarms, as DescribeAlarmHistory shows it, which moto does not have."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timezone
from typing import Any

from dx_mock.moto_services.alarms.notifications import State, precise

#: The most items of one answer, and as many as it has by default [documented: ALARMS].
PAGE = 100


def _note(backend: Any, alarm: Any, kind: str, summary: str, data: Mapping[str, Any], time: datetime) -> None:
    if not hasattr(backend, "dx_alarm_history"):
        backend.dx_alarm_history = []  # gone when moto is reset
    backend.dx_alarm_history.append(
        {
            "AlarmName": alarm.name,
            "AlarmType": "MetricAlarm" if alarm.rule is None else "CompositeAlarm",
            "Timestamp": time,
            "HistoryItemType": kind,
            "HistorySummary": summary,
            "HistoryData": json.dumps({"version": "1.0", **data}),
        }
    )


def note_configuration(backend: Any, alarm: Any, what: str, time: datetime) -> None:
    """Note that an alarm was created, updated or deleted."""
    data = {"type": {"created": "Create", "updated": "Update", "deleted": "Delete"}[what]}
    _note(backend, alarm, "ConfigurationUpdate", f'Alarm "{alarm.name}" {what}', data, time)


def note_state(backend: Any, alarm: Any, old: State, new: State) -> None:
    """Note a change of state."""
    data = {"oldState": _state(old), "newState": _state(new)}
    _note(backend, alarm, "StateUpdate", f"Alarm updated from {old.value} to {new.value}", data, new.since)


def note_action(backend: Any, alarm: Any, action: str, state: State, problem: str | None) -> None:
    """Note an action that was performed, or why it was not."""
    result = "Succeeded" if problem is None else "Failed"
    data: dict[str, Any] = {
        "actionState": result,
        "stateUpdateTimestamp": precise(state.since),
        "notificationResource": action,
    }
    summary = f"Successfully executed action {action}"
    if problem is not None:
        data["error"] = problem
        summary = f'Failed to execute action {action}. Received error: "{problem}"'
    _note(backend, alarm, "Action", summary, data, state.since)


def _state(state: State) -> dict[str, Any]:
    found: dict[str, Any] = {"stateValue": state.value, "stateReason": state.reason}
    if state.data and state.data != "{}":
        found["stateReasonData"] = json.loads(state.data)
    return found


def page(backend: Any, asked: Mapping[str, Any]) -> tuple[list[dict[str, Any]], str | None]:
    """Return the items that are asked for, and the token of the next page."""
    begin, end = (_moment(asked.get(name)) for name in ("StartDate", "EndDate"))
    types = asked.get("AlarmTypes") or (None if asked.get("AlarmName") else ["MetricAlarm"])
    found = [
        item
        for item in getattr(backend, "dx_alarm_history", ())
        if asked.get("AlarmName") in (None, item["AlarmName"])
        and (types is None or item["AlarmType"] in types)
        and asked.get("HistoryItemType") in (None, item["HistoryItemType"])
        and (begin is None or item["Timestamp"] >= begin)
        and (end is None or item["Timestamp"] <= end)
    ]
    found.sort(key=lambda item: item["Timestamp"])  # in the order of time, then of notes
    if asked.get("ScanBy") != "TimestampAscending":
        found.reverse()
    first = int(asked.get("NextToken") or 0)
    last = first + min(int(asked.get("MaxRecords") or PAGE), PAGE)
    return found[first:last], str(last) if last < len(found) else None


def _moment(value: Any) -> datetime | None:
    """Return a time as moto has it of a request: with or without a zone, or as a text."""
    if value is None:
        return None
    found = datetime.fromisoformat(value.replace("Z", "+00:00")) if isinstance(value, str) else value
    aware: datetime = found if found.tzinfo is not None else found.replace(tzinfo=timezone.utc)
    return aware
