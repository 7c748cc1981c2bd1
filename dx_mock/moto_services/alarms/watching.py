"""The evaluation of alarms on the mock's clock, in the order of time, and what follows from it."""

from __future__ import annotations

import logging
import sys
import weakref
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

from dx_mock.moto_services import event_bus
from dx_mock.moto_services.alarms import alarm_history, alarm_series, composites, judging, notifications
from dx_mock.moto_services.alarms.alarm_series import Source
from dx_mock.moto_services.alarms.judging import ALARM, OK, Verdict
from dx_mock.rules.metrics import FIVE_MINUTES, METRICS, NAMESPACE

if TYPE_CHECKING:
    from dx_mock.world.world import World

MODELS = "moto.cloudwatch.models"
#: For how long CloudWatch keeps metrics, so that no more need be evaluated [documented: ALARMS].
KEPT = timedelta(days=455)


_log = logging.getLogger(__name__)


@dataclass
class Watch:
    """What an alarm is watched by, and up to when it has been evaluated."""

    world: weakref.ref[World]
    until: datetime


@dataclass
class _Change:
    time: datetime
    alarm: Any
    verdict: Verdict


# --- which alarms --------------------------------------------------------------------------------------------


def is_ours(backend: Any, alarm: Any) -> bool:
    """Return whether an alarm is on a metric of Direct Connect, or on alarms of which one is."""
    if alarm.rule is not None:
        return any(each.rule is None and is_ours(backend, each) for each in _children(backend, alarm))
    named = [alarm.namespace]
    named += [query.metric_stat.metric.namespace for query in alarm.metric_data_queries if query.metric_stat]
    return NAMESPACE in named


def _children(backend: Any, alarm: Any) -> list[Any]:
    """Return the alarms that a composite one is about, those of its children included, each once."""
    found: dict[str, Any] = {}
    names = composites.names(alarm.rule)
    while names:
        name = names.pop(0)
        child = backend.alarms.get(name)
        if child is None or name in found:
            continue
        found[name] = child
        if child.rule is not None:
            names += composites.names(child.rule)
    return list(found.values())


def backends() -> Iterator[Any]:
    """Yield moto's CloudWatch backends that have an alarm."""
    models: Any = sys.modules.get(MODELS)
    for regions in list(getattr(models, "cloudwatch_backends", {}).values()):
        for backend in list(regions.values()):
            if backend.alarms:
                yield backend


def _watched(world: World, backend: Any) -> list[Any]:
    """Return the alarms of a backend that are evaluated in a world; one that nobody watches is taken over."""
    found = []
    for alarm in list(backend.alarms.values()):
        watch: Watch | None = getattr(alarm, "dx_watch", None)
        watcher = watch.world() if watch is not None else None
        if watch is not None and watcher is world:
            found.append(alarm)
        elif (watcher is None or not watcher.active) and is_ours(backend, alarm):
            begin(world, alarm)
            found.append(alarm)
    return found


def begin(world: World, alarm: Any) -> None:
    """Watch an alarm from now on."""
    alarm.dx_watch = Watch(weakref.ref(world), world.clock.now())


# --- evaluating ----------------------------------------------------------------------------------------------


def evaluate(world: World, until: datetime) -> None:
    """Evaluate all alarms of a world up to a time, and let them act, in the order of time."""
    for backend in backends():
        alarms = _watched(world, backend)
        if alarms:
            _evaluate(world, backend, alarms, until)


def _evaluate(world: World, backend: Any, alarms: list[Any], until: datetime) -> None:
    changes: list[_Change] = []
    looks: set[datetime] = set()
    for alarm in alarms:
        since = min(alarm.dx_watch.until, until)  # the clock may have been set back
        alarm.dx_watch.until = until
        if alarm.rule is None:
            try:
                changes += _changes(backend, alarm, max(since, until - KEPT), until)
            except Exception as problem:  # a statistic or an expression that moto does not have
                _log.warning("the alarm %r can't be evaluated: %r", alarm.name, problem)
        else:
            looks.update(next(([each] for each in alarm_series.steps(since, until, alarm_series.MINUTE)), []))
    by_time: dict[datetime, list[_Change]] = {time: [] for time in looks}
    for change in changes:
        by_time.setdefault(change.time, []).append(change)
    for time in sorted(by_time):
        for change in by_time[time]:
            verdict = change.verdict
            data = notifications.reason_data(change.alarm, verdict, time)
            set_state(world, backend, change.alarm, verdict.state, verdict.reason, data, time)
        evaluate_composites(world, backend, time)


def _changes(backend: Any, alarm: Any, since: datetime, until: datetime) -> Iterator[_Change]:
    """Yield the changes of state of an alarm on a metric between two times."""
    found = _metric(alarm)
    if found is None or since >= until:
        return
    source, condition = found
    step = source.every  # as often as data arrives
    count = alarm_series.periods_in_range(condition.periods, source)
    reach = count * source.period
    first = next(alarm_series.steps(since, until, step), None)
    if first is None:
        return
    reported = _read(backend, alarm, source, first - reach, until)
    state = alarm.state_value
    same = since
    for moment in alarm_series.steps(since, until, step):
        if moment <= same:
            continue
        verdict = judging.judge(condition, reported.points(moment, count), state)
        if verdict is not None and verdict.state != state:
            state = verdict.state
            yield _Change(moment, alarm, verdict)
        if reported.is_over(moment - reach):
            return  # nothing will be seen any more
        same = reported.same_until(moment, reach) or moment


def _metric(alarm: Any) -> tuple[Source, judging.Condition] | None:
    """Return the metric and the condition of an alarm; None where it is of a kind that is not evaluated."""
    if alarm.comparison_operator not in judging.OPERATORS or alarm.threshold is None:
        return None  # anomaly detection, for which there are no bands
    periods = int(alarm.evaluation_periods)
    condition = judging.Condition(
        alarm.comparison_operator,
        float(alarm.threshold),
        periods,
        int(alarm.datapoints_to_alarm or periods),
        alarm.treat_missing_data or "missing",
    )
    if not alarm.metric_data_queries:
        return _source(alarm, alarm, alarm.statistic or alarm.extended_statistic), condition
    query = _query_watched(alarm)
    if query.metric_stat is not None:
        return _source(query.metric_stat.metric, query.metric_stat, query.metric_stat.stat), condition
    periods_named = [query.period, alarm.period]
    periods_named += [each.metric_stat.period for each in alarm.metric_data_queries if each.metric_stat]
    seconds = next((int(each) for each in periods_named if each), 300)
    named = [each.metric_stat.metric.metric_name for each in alarm.metric_data_queries if each.metric_stat]
    every = min(map(_interval, named), default=FIVE_MINUTES)
    return Source("", query.id, (), "", timedelta(seconds=seconds), None, every), condition


def _query_watched(alarm: Any) -> Any:
    """Return the query that an alarm watches: the one that returns data, or another that it stands for."""
    queries = {query.id: query for query in alarm.metric_data_queries}
    watched = next((each for each in queries.values() if notifications.returns_data(each)), None)
    watched = watched or list(queries.values())[-1]
    return queries.get(watched.expression, watched) if watched.metric_stat is None else watched


def _source(metric: Any, stat: Any, statistic: str) -> Source:
    dimensions = tuple((each.name, each.value) for each in metric.dimensions)
    period = timedelta(seconds=int(stat.period))
    name = metric.metric_name
    return Source(metric.namespace, name, dimensions, statistic, period, stat.unit, _interval(name))


def _interval(name: str) -> timedelta:
    """Return how often a metric is reported."""
    return METRICS[name].every if name in METRICS else FIVE_MINUTES


def _read(backend: Any, alarm: Any, source: Source, begin: datetime, end: datetime) -> Any:
    if source.namespace:
        return alarm_series.read(backend, source, begin, end)
    queries = []
    for query in alarm.metric_data_queries:
        asked: dict[str, Any] = {"Id": query.id, "ReturnData": True}
        if query.expression is not None:
            asked["Expression"] = query.expression
        if query.metric_stat is not None:
            metric, stat = query.metric_stat.metric, query.metric_stat
            asked["MetricStat"] = {
                "Metric": {
                    "Namespace": metric.namespace,
                    "MetricName": metric.metric_name,
                    "Dimensions": [{"Name": each.name, "Value": each.value} for each in metric.dimensions],
                },
                "Period": int(stat.period),
                "Stat": stat.stat,
            }
        queries.append(asked)
    return alarm_series.compute(backend, queries, source, begin, end)


def evaluate_composites(world: World, backend: Any, time: datetime) -> None:
    """Evaluate the composite alarms of a backend, until none changes because of another."""
    composed = [alarm for alarm in _watched(world, backend) if alarm.rule is not None]
    for _ in composed:
        changed = [alarm for alarm in composed if _evaluate_composite(world, backend, alarm, time)]
        if not changed:
            return


def _evaluate_composite(world: World, backend: Any, alarm: Any, time: datetime) -> bool:
    def state_of(name: str) -> str | None:
        found = backend.alarms.get(name)
        return None if found is None else str(found.state_value)

    try:
        state = ALARM if composites.holds(alarm.rule, state_of) else OK
    except composites.RuleError:
        return False
    if state == alarm.state_value:
        return False
    latest = max(
        (backend.alarms[name] for name in composites.names(alarm.rule) if name in backend.alarms),
        key=lambda each: _aware(each.state_updated_timestamp),
        default=alarm,
    )
    reason = f"{latest.alarm_arn} transitioned to {latest.state_value} at {time:%A %d %B, %Y %H:%M:%S} UTC"
    set_state(world, backend, alarm, state, reason, "{}", time)
    return True


# --- changing ------------------------------------------------------------------------------------------------


def set_state(
    world: World, backend: Any, alarm: Any, state: str, reason: str, data: str | None, time: datetime
) -> None:
    """Put an alarm into a state; note it in its history, send the event and do what it is told to do then."""
    old = notifications.State(
        alarm.state_value, alarm.state_reason, alarm.state_reason_data, _aware(alarm.state_updated_timestamp)
    )
    alarm.update_state(reason, data, state)  # moto keeps a list, too
    set_times(alarm, time, "state_updated_timestamp")
    new = notifications.State(state, reason, data or "{}", time)
    if old.value == state:
        return
    set_times(alarm, time, "state_transitioned_timestamp")
    alarm_history.note_state(backend, alarm, old, new)
    event_bus.put(
        backend.account_id,
        backend.region_name,
        event_id=_event_id(world, alarm, time, state),
        source="aws.cloudwatch",
        detail_type="CloudWatch Alarm State Change",
        resources=[alarm.alarm_arn],
        detail=notifications.event_detail(alarm, old, new),
        time=time,
    )
    if alarm.actions_enabled:
        for action in notifications.actions_of(alarm, state):
            problem = _act(backend, alarm, action, old, new)
            alarm_history.note_action(backend, alarm, action, new, problem)


def _event_id(world: World, alarm: Any, time: datetime, state: str) -> str:
    digits = world.ids.derive(f"alarm:{alarm.alarm_arn}:{time.isoformat()}:{state}").hex()
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-a{digits[17:20]}-{digits[20:]}"


def _act(
    backend: Any, alarm: Any, action: str, old: notifications.State, new: notifications.State
) -> str | None:
    """Do what an alarm is told to do, and return why it could not be done; None if it was."""
    parts = action.split(":")
    if parts[2:3] != ["sns"] or len(parts) != 6:
        return "dx_mock does not perform this kind of action"
    try:
        from moto.sns.models import sns_backends

        children = _alarming_children(backend, alarm) if alarm.rule is not None else []
        message = notifications.notification(alarm, backend.account_id, old, new, children)
        sns_backends[parts[4]][parts[3]].publish(
            message=message, arn=action, subject=notifications.subject(alarm, new.value)
        )
    except Exception as problem:  # the topic or its queue is gone
        return f"{type(problem).__name__}: {problem}"
    return None


def _alarming_children(backend: Any, alarm: Any) -> list[dict[str, Any]]:
    return [
        {
            "Arn": each.alarm_arn,
            "State": {
                "Value": each.state_value,
                "Timestamp": notifications.precise(_aware(each.state_updated_timestamp)),
            },
        }
        for each in _children(backend, alarm)
        if each.rule is None and each.state_value == ALARM
    ]


def _aware(moment: datetime) -> datetime:
    return moment.replace(tzinfo=timezone.utc)


def set_times(alarm: Any, time: datetime, *names: str) -> None:
    """Set times of an alarm, which moto keeps without a zone, to one of the mock's clock."""
    for name in names:
        setattr(alarm, name, time.replace(tzinfo=None))
