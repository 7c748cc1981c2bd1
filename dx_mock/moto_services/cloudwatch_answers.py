"""The answers of moto's CloudWatch about ``AWS/DX``, made of the world's history when somebody asks.

A metric of this namespace that the world does not have is left to moto, where a test may have put one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

from dx_mock.process import current_world
from dx_mock.rules.metrics import METRICS, NAMESPACE, Metric
from dx_mock.world.datapoints import Bucket, Span, in_microseconds, moment_of, spans
from dx_mock.world.metric_series import Observer

if TYPE_CHECKING:
    from dx_mock.world.world import World

_SECOND = 1_000_000
_MINUTE = 60 * _SECOND
_DAY = 24 * 60 * _MINUTE

_PERCENTILE = re.compile(r"p(\d{1,2}(?:\.\d{1,10})?|100)")

#: The statistics of a period by their names in the API.
_STATISTICS: Mapping[str, Callable[[Bucket], float]] = {
    "SampleCount": lambda bucket: float(bucket.count),
    "Average": lambda bucket: bucket.total / bucket.count,
    "Sum": lambda bucket: bucket.total,
    "Minimum": lambda bucket: bucket.least,
    "Maximum": lambda bucket: bucket.greatest,
}

# --- the world that is asked -------------------------------------------------------------------------------


class MetricsQuestion:
    """What one request asks of the world, at one time.

    Args:
        exactly: count periods from the minute of the start, however long ago that is: for alarms, whose periods
            are judged later than they end if the clock moves far.
    """

    def __init__(self, world: World, account_id: str, region_name: str, *, exactly: bool = False) -> None:
        self._observer = Observer(world, account_id, region_name)
        self._now = in_microseconds(world.clock.now())
        self._exactly = exactly
        #: by the beginning and the period of a query: the times of its periods
        self._times: dict[tuple[datetime, int], list[datetime]] = {}

    def series(self) -> Iterable[tuple[Metric, dict[str, str]]]:
        """Return every series."""
        return self._observer.listed()

    def spans(
        self, name: str, dimensions: Iterable[Mapping[str, str]], start: datetime, end: datetime, period: int
    ) -> list[Span] | None:
        """Return the periods of a metric that have datapoints; None without such a series."""
        steps = self._observer.steps(name, {each["Name"]: each.get("Value", "") for each in dimensions})
        if steps is None:
            return None
        begin, until = self._beginning(start), in_microseconds(_aware(end))
        return spans(METRICS[name], steps, begin, until, period * _SECOND, self._now)

    def times(self, start: datetime, period: int, span: Span) -> list[datetime]:
        """Return the times of some periods as moto wants them: with a zone if those of the request have one."""
        known = self._times.setdefault((start, period), [])
        if len(known) <= span.last:
            zone = timezone.utc if start.tzinfo else None
            first = moment_of(self._beginning(start)).replace(tzinfo=zone)
            known += [first + timedelta(seconds=period * number) for number in range(len(known), span.last + 1)]
        return known[span.first : span.last + 1]

    def _beginning(self, start: datetime) -> int:
        """Return the time from which periods are counted [documented: CW].

        It is the whole minute; that of five minutes if it is more than 15 days ago, the hour after 63 days.
        """
        begin = in_microseconds(_aware(start))
        age = 0 if self._exactly else self._now - begin
        step = _MINUTE if age < 15 * _DAY else 5 * _MINUTE if age <= 63 * _DAY else 60 * _MINUTE
        return begin // step * step


def _aware(moment: datetime) -> datetime:
    return moment.replace(tzinfo=timezone.utc) if moment.tzinfo is None else moment.astimezone(timezone.utc)


def _ask(backend: Any, answer: Callable[[MetricsQuestion], Any], *, exactly: bool = False) -> Any:
    """Return what the world that is active here answers, if there is one; a question is a look at it."""
    world = current_world.current()
    if world is None:
        return None
    with world.lock:
        world.lifecycle.run_calendar()
        world.lifecycle.settle()
        return answer(MetricsQuestion(world, backend.account_id, backend.region_name, exactly=exactly))


# --- moto's methods ----------------------------------------------------------------------------------------


def patched_get_metric_statistics(models: Any, original: Any) -> Any:
    """Return the method behind GetMetricStatistics, in place of moto's."""

    def get_metric_statistics(
        self: Any,
        namespace: str,
        metric_name: str,
        start_time: datetime,
        end_time: datetime,
        period: int,
        stats: list[str],
        dimensions: list[dict[str, str]],
        unit: str | None = None,
        *,
        exactly: bool = False,
    ) -> Any:
        found = None
        if namespace == NAMESPACE and start_time < end_time:

            def answer(question: MetricsQuestion) -> Any:
                length = _seconds(period)
                there = question.spans(metric_name, dimensions, start_time, end_time, length)
                if there is None or not _fits(METRICS[metric_name], unit):
                    return there and []
                return [
                    _datapoint(models, metric_name, stats, time, span.bucket)
                    for span in there
                    for time in question.times(start_time, length, span)
                ]

            found = _ask(self, answer, exactly=exactly)
        if found is None:
            return original(
                self, namespace, metric_name, start_time, end_time, period, stats, dimensions, unit=unit
            )
        return found

    return get_metric_statistics


def _seconds(period: int | str) -> int:
    """Return a period, which the protocols have as a number or as text."""
    return max(int(period), 1)


def _fits(metric: Metric, unit: str | None) -> bool:
    return unit in (None, metric.unit)


def _datapoint(models: Any, name: str, stats: list[str], time: datetime, bucket: Bucket) -> Any:
    """Return a period as moto's own class for it, which works out the statistics."""
    metric = METRICS[name]
    made = models.Statistics(stats, time)
    made.unit = metric.unit
    made.metric_data = [
        models.MetricAggregatedDatum(
            NAMESPACE, name, bucket.least, bucket.greatest, float(bucket.count), bucket.total, [], time,
            metric.unit,
        )
    ]  # fmt: skip
    made._dx_mock_bucket = bucket
    return made


def patched_view_of_statistics(original: Any) -> Any:
    """Return the method of moto's that answers GetMetricStatistics, with percentiles, which moto leaves out."""

    def get_metric_statistics(self: Any) -> Any:
        answer = original(self)
        for name in self._get_param("ExtendedStatistics") or ():
            read = _statistic(name)
            for point in answer.result["Datapoints"]:
                bucket = getattr(point, "_dx_mock_bucket", None)
                if bucket is not None:
                    extended = vars(point).setdefault("extended_statistics", {})
                    extended[name] = read(bucket)
        return answer

    return get_metric_statistics


def patched_get_metric_data(models: Any, original: Any) -> Any:
    """Return the method behind GetMetricData, in place of moto's."""

    def get_metric_data(
        self: Any,
        queries: list[dict[str, Any]],
        start_time: datetime,
        end_time: datetime,
        scan_by: str = "TimestampAscending",
        *,
        exactly: bool = False,
    ) -> Any:
        ours: dict[str, dict[str, Any]] = {}
        if any(map(_is_ours, queries)) and start_time < end_time:

            def answer(question: MetricsQuestion) -> Any:
                return _results(question, queries, start_time, end_time, scan_by)

            ours = _ask(self, answer, exactly=exactly) or {}
        if not ours:
            return original(self, queries, start_time, end_time, scan_by)
        return _merged(ours, queries, lambda left: original(self, left, start_time, end_time, scan_by))

    return get_metric_data


def _is_ours(query: Mapping[str, Any]) -> bool:
    return query.get("MetricStat", {}).get("Metric", {}).get("Namespace") == NAMESPACE  # type: ignore[no-any-return]


def _results(
    question: MetricsQuestion, queries: Iterable[dict[str, Any]], start: datetime, end: datetime, scan_by: str
) -> dict[str, dict[str, Any]]:
    """Return the results of those queries that ask for a metric that the world has, by their ids."""
    found = {}
    for query in filter(_is_ours, queries):
        asked = query["MetricStat"]
        name, statistic = asked["Metric"].get("MetricName", ""), asked["Stat"]
        period = _seconds(asked["Period"])
        there = question.spans(name, asked["Metric"].get("Dimensions", ()), start, end, period)
        if there is None:
            continue
        read = _statistic(statistic)
        values: list[float] = []
        times: list[datetime] = []
        for span in there if _fits(METRICS[name], asked.get("Unit")) else ():
            values += [read(span.bucket)] * span.length
            times += question.times(start, period, span)
        if scan_by == "TimestampDescending":
            values.reverse()
            times.reverse()
        found[query["Id"]] = {
            "id": query["Id"],
            "label": query.get("Label") or f"{name} {statistic}",
            **_named(values),
            "timestamps": times,
            "status_code": "Complete",
        }
    return found


def _statistic(name: str) -> Callable[[Bucket], float]:
    """Return what works a statistic out.

    Raises:
        InvalidParameterValue: If it is neither a plain one nor a percentile; an error of moto's.
    """
    plain = _STATISTICS.get(name)
    if plain is not None:
        return plain
    percentile = _PERCENTILE.fullmatch(name)
    if percentile is None:
        from moto.cloudwatch.exceptions import InvalidParameterValue

        raise InvalidParameterValue(
            f"dx_mock has SampleCount, Average, Sum, Minimum, Maximum and percentiles such as p95, not {name}"
        )
    percent = float(percentile[1])
    return lambda bucket: bucket.percentile(percent)


def _named(values: list[float]) -> dict[str, list[float]]:
    """Return the values of a result by both of their names: templates of moto before 5.1 call them ``vals``."""
    return {"values": values, "vals": values}


def _shown(query: Mapping[str, Any]) -> dict[str, Any]:
    """Return a query whose data is returned, as it is if nothing is said."""
    return {name: value for name, value in query.items() if name != "ReturnData"}


def _merged(
    ours: Mapping[str, dict[str, Any]],
    queries: list[dict[str, Any]],
    theirs: Callable[[list[dict[str, Any]]], list[dict[str, Any]]],
) -> list[dict[str, Any]]:
    """Return the results of all queries: moto's own, and expressions over both."""
    from moto.cloudwatch.metric_data_expression_parser import parse_expression

    left = [query for query in queries if query["Id"] not in ours]
    plain = [_shown(query) for query in left if "MetricStat" in query]
    selects = [query for query in left if query.get("Expression", "").startswith("SELECT")]
    known = {result["id"]: result for result in (theirs(plain) if plain else [])}
    known.update(ours)
    # The query protocol, in which moto before 5.1 is asked, sends words.
    shown = [query["Id"] for query in queries if query.get("ReturnData") not in (False, "false")]
    found = [known[name] for name in shown if name in known]
    for query in left:
        if "Expression" in query and query not in selects:
            values, timestamps = parse_expression(query["Expression"], list(known.values()))
            found.append(
                {
                    "id": query["Id"],
                    "label": query.get("Label") or query["Id"],
                    **_named(values),
                    "timestamps": timestamps,
                    "status_code": "Complete",
                }
            )
    return found + (theirs(selects) if selects else [])


def patched_get_filtered_metrics(models: Any, original: Any) -> Any:
    """Return the method behind ListMetrics, in place of moto's."""

    def get_filtered_metrics(
        self: Any, metric_name: str, namespace: str, dimensions: list[dict[str, str]]
    ) -> Any:
        found = original(self, metric_name, namespace, dimensions)
        if namespace not in (None, "", NAMESPACE):
            return found

        def answer(question: MetricsQuestion) -> list[Any]:
            return [
                models.MetricDatum(
                    NAMESPACE,
                    metric.name,
                    0.0,
                    [{"Name": name, "Value": value} for name, value in where.items()],
                    None,
                    metric.unit,
                )
                for metric, where in question.series()
                if (not metric_name or metric_name == metric.name) and _has(where, dimensions)
            ]

        return [*found, *(_ask(self, answer) or [])]

    return get_filtered_metrics


def _has(where: Mapping[str, str], dimensions: Iterable[Mapping[str, str]] | None) -> bool:
    """Return whether a series has all of some dimensions; without a value any will do."""
    return all(
        each["Name"] in where and each.get("Value") in (None, where[each["Name"]]) for each in dimensions or ()
    )
