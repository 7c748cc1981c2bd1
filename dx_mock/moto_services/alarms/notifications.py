"""What an alarm sends when its state changes: the message for SNS, the event for EventBridge.

[documented: ALARMS]
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from dx_mock.moto_services.alarms.judging import INSUFFICIENT, Verdict
from dx_mock.protocol import regions


class State(NamedTuple):
    """A state of an alarm, as it is told."""

    value: str
    reason: str
    data: str
    since: datetime


def precise(moment: datetime) -> str:
    """Return a time as alarms write it: ``2026-01-01T00:05:00.000+0000``."""
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}+0000"


def reason_data(alarm: Any, verdict: Verdict, moment: datetime) -> str:
    """Return the reason for machines, as JSON."""
    found: dict[str, Any] = {"version": "1.0", "queryDate": precise(moment)}
    if verdict.evaluated:
        found["startDate"] = precise(verdict.evaluated[-1].time)
    if alarm.metric_name:
        found["statistic"] = alarm.statistic or alarm.extended_statistic
    found["period"] = int(alarm.period) if alarm.period else None
    found["recentDatapoints"] = [point.value for point in reversed(verdict.evaluated)]
    found["threshold"] = float(alarm.threshold)
    found["evaluatedDatapoints"] = [
        {"timestamp": precise(point.time), "sampleCount": point.samples, "value": point.value}
        for point in verdict.evaluated
    ]
    return json.dumps({name: value for name, value in found.items() if value is not None})


def actions_of(alarm: Any, state: str) -> list[str]:
    """Return what an alarm is told to do in a state."""
    of_state = {
        "ALARM": alarm.alarm_actions,
        "OK": alarm.ok_actions,
        INSUFFICIENT: alarm.insufficient_data_actions,
    }
    return list(of_state[state] or ())


# --- SNS -----------------------------------------------------------------------------------------------------


def subject(alarm: Any, state: str) -> str:
    """Return the subject of a notification, which has 100 characters at most."""
    return f'{state}: "{alarm.name}" in {regions.long_name(alarm.region_name)}'[:99]


def notification(
    alarm: Any, account_id: str, old: State, new: State, children: Sequence[Mapping[str, Any]]
) -> str:
    """Return the message of a notification, as JSON."""
    message: dict[str, Any] = {
        "AlarmName": alarm.name,
        "AlarmDescription": alarm.description,
        "AWSAccountId": account_id,
        "AlarmConfigurationUpdatedTimestamp": precise(alarm.configuration_updated_timestamp),
        "NewStateValue": new.value,
        "NewStateReason": new.reason,
        "StateChangeTime": precise(new.since),
        "Region": regions.long_name(alarm.region_name),
        "AlarmArn": alarm.alarm_arn,
        "OldStateValue": old.value,
        "OKActions": list(alarm.ok_actions or ()),
        "AlarmActions": list(alarm.alarm_actions or ()),
        "InsufficientDataActions": list(alarm.insufficient_data_actions or ()),
    }
    if alarm.rule is not None:
        message["AlarmRule"] = alarm.rule
        message["TriggeringChildren"] = children
    else:
        message["Trigger"] = _trigger(alarm)
    return json.dumps(message)


def _trigger(alarm: Any) -> dict[str, Any]:
    trigger: dict[str, Any] = {}
    if alarm.metric_name:
        trigger.update(MetricName=alarm.metric_name, Namespace=alarm.namespace)
        if alarm.statistic:
            trigger.update(StatisticType="Statistic", Statistic=_shouted(alarm.statistic))
        else:
            trigger.update(StatisticType="ExtendedStatistic", ExtendedStatistic=alarm.extended_statistic)
        trigger["Unit"] = alarm.unit
        trigger["Dimensions"] = [{"value": each.value, "name": each.name} for each in alarm.dimensions]
    if alarm.period:
        trigger["Period"] = int(alarm.period)
    trigger.update(
        EvaluationPeriods=int(alarm.evaluation_periods),
        DatapointsToAlarm=int(alarm.datapoints_to_alarm or alarm.evaluation_periods),
        ComparisonOperator=alarm.comparison_operator,
        Threshold=float(alarm.threshold),
        TreatMissingData=alarm.treat_missing_data or "missing",
        EvaluateLowSampleCountPercentile=alarm.evaluate_low_sample_count_percentile or "",
    )
    if alarm.metric_data_queries:
        trigger["Metrics"] = [_query(each) for each in alarm.metric_data_queries]
    return trigger


def _shouted(statistic: str) -> str:
    return {"SampleCount": "SAMPLE_COUNT"}.get(statistic, statistic.upper())


def _query(query: Any) -> dict[str, Any]:
    found: dict[str, Any] = {"Id": query.id}
    if query.label is not None:
        found["Label"] = query.label
    if query.expression is not None:
        found["Expression"] = query.expression
    if query.metric_stat is not None:
        metric = query.metric_stat.metric
        found["MetricStat"] = {
            "Metric": {
                "Dimensions": [{"value": each.value, "name": each.name} for each in metric.dimensions],
                "MetricName": metric.metric_name,
                "Namespace": metric.namespace,
            },
            "Period": int(query.metric_stat.period),
            "Stat": query.metric_stat.stat,
        }
    found["ReturnData"] = returns_data(query)
    return found


def returns_data(query: Any) -> bool:
    """Return whether a query is the one that the alarm watches; moto keeps a text in some versions."""
    return query.return_data in (None, True, "true", "True")


# --- EventBridge ---------------------------------------------------------------------------------------------


def event_detail(alarm: Any, old: State, new: State) -> dict[str, Any]:
    """Return the detail of ``CloudWatch Alarm State Change``."""
    configuration: dict[str, Any] = {}
    if alarm.description is not None:
        configuration["description"] = alarm.description
    if alarm.rule is not None:
        configuration["alarmRule"] = alarm.rule
    else:
        configuration["metrics"] = _metrics(alarm)
    return {
        "alarmName": alarm.name,
        "state": _state(new),
        "previousState": _state(old),
        "configuration": configuration,
    }


def _state(state: State) -> dict[str, Any]:
    found = {"value": state.value, "reason": state.reason}
    if state.data and state.data != "{}":
        found["reasonData"] = state.data
    return {**found, "timestamp": precise(state.since)}


def _metrics(alarm: Any) -> list[dict[str, Any]]:
    if not alarm.metric_data_queries:
        stat = {
            "metric": {
                "namespace": alarm.namespace,
                "name": alarm.metric_name,
                "dimensions": {each.name: each.value for each in alarm.dimensions},
            },
            "period": int(alarm.period),
            "stat": alarm.statistic or alarm.extended_statistic,
        }
        return [{"id": "m1", "metricStat": stat, "returnData": True}]
    found = []
    for query in alarm.metric_data_queries:
        told: dict[str, Any] = {"id": query.id, "returnData": returns_data(query)}
        if query.expression is not None:
            told["expression"] = query.expression
        if query.label is not None:
            told["label"] = query.label
        if query.metric_stat is not None:
            metric = query.metric_stat.metric
            told["metricStat"] = {
                "metric": {
                    "namespace": metric.namespace,
                    "name": metric.metric_name,
                    "dimensions": {each.name: each.value for each in metric.dimensions},
                },
                "period": int(query.metric_stat.period),
                "stat": query.metric_stat.stat,
            }
        found.append(told)
    return found
