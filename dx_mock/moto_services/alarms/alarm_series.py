"""The datapoints of an alarm's metric, read through moto's CloudWatch and put into the alarm's periods."""

from __future__ import annotations

import math
import sys
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta, timezone
from typing import Any, NamedTuple

from dx_mock.moto_services.alarms.judging import Datapoint
from dx_mock.rules.metrics import FIVE_MINUTES
from dx_mock.world.datapoints import percentile

MINUTE = timedelta(minutes=1)
_DAY = timedelta(days=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_STATISTICS = ["Sum", "SampleCount", "Minimum", "Maximum"]


class Source(NamedTuple):
    """One metric and its statistic, as an alarm names them."""

    namespace: str
    name: str
    dimensions: tuple[tuple[str, str], ...]
    statistic: str
    period: timedelta
    unit: str | None = None
    #: how often it is reported
    every: timedelta = FIVE_MINUTES


class _Sample(NamedTuple):
    total: float
    number: float
    least: float
    most: float


def periods_in_range(counted: int, source: Source) -> int:
    """Return how many periods the evaluation range has, which is longer than what counts.

    AWS says that it is, and publishes no number.  Where data comes less often than the periods end, it
    reaches back so far that as many datapoints are in it as count.
    """
    return max(counted + 2, math.ceil((counted + 2) * source.every / source.period))


def steps(since: datetime, until: datetime, step: timedelta) -> Iterator[datetime]:
    """Yield the moments after ``since`` and up to ``until`` at which an alarm is evaluated."""
    moment = _EPOCH + ((since - _EPOCH) // step + 1) * step
    while moment <= until:
        yield moment
        moment += step


class Series:
    """What was reported of a metric in a time, for the windows of an alarm's periods."""

    def __init__(self, samples: Mapping[datetime, _Sample], source: Source) -> None:
        self._times = sorted(samples)
        self._samples = [samples[time] for time in self._times]
        self._source = source
        self._totals, self._counts = [0.0], [0.0]
        #: where something is another than before, and where it ends
        self._turns = _turns(self._times, self._samples, source.every)
        for sample in self._samples:
            self._totals.append(self._totals[-1] + sample.total)
            self._counts.append(self._counts[-1] + sample.number)

    def is_over(self, moment: datetime) -> bool:
        """Return whether nothing was reported since a moment."""
        return not self._times or self._times[-1] < moment

    def same_until(self, moment: datetime, reach: timedelta) -> datetime | None:
        """Return the time up to which all windows are like that of a moment; None if the next may differ."""
        period, every = self._source.period, self._source.every
        if period % every and every % period:
            return None  # windows differ by the number of datapoints in them
        place = bisect_right(self._turns, moment - reach)
        if place == len(self._turns) or self._turns[place] < moment:
            return None
        return self._turns[place]

    def points(self, moment: datetime, count: int) -> list[Datapoint]:
        """Return the datapoints of the periods before a moment, oldest first."""
        period, every = self._source.period, self._source.every
        known = moment if not period % every else moment - every + timedelta.resolution
        return [
            self._point(moment - number * period, min(moment - (number - 1) * period, known))
            for number in range(count, 0, -1)
        ]

    def _point(self, begin: datetime, end: datetime) -> Datapoint:
        low, high = bisect_left(self._times, begin), bisect_left(self._times, end)
        if low >= high:
            return Datapoint(begin)
        count = self._counts[high] - self._counts[low]
        return Datapoint(begin, self._value(low, high, count), count)

    def _value(self, low: int, high: int, count: float) -> float | None:
        statistic = self._source.statistic
        total = self._totals[high] - self._totals[low]
        if statistic == "Sum":
            return total
        if statistic == "SampleCount":
            return count
        if statistic == "Average":
            return total / count if count else None
        chosen = self._samples[low:high]
        if statistic == "Minimum":
            return min(sample.least for sample in chosen)
        if statistic == "Maximum":
            return max(sample.most for sample in chosen)
        return _percentile([sample.total / sample.number for sample in chosen if sample.number], statistic)


def _turns(times: Sequence[datetime], samples: Sequence[_Sample], every: timedelta) -> list[datetime]:
    """Return the times of samples that differ from the one before, or do not follow it; and the end."""
    found = [
        time
        for number, time in enumerate(times)
        if not number or samples[number] != samples[number - 1] or time - times[number - 1] != every
    ]
    return [*found, times[-1] + every] if times else []


def _percentile(values: list[float], statistic: str) -> float | None:
    """Return ``p95`` of some values, as a query for it does; None of none."""
    try:
        percent = float(statistic.removeprefix("p"))
    except ValueError:
        return None
    if not values or not 0 <= percent <= 100:
        return None
    return percentile([(value, 1) for value in values], percent)


class MathSeries:
    """The results of an expression, which moto computes, by the beginnings of their periods."""

    def __init__(self, values: Mapping[datetime, float], period: timedelta) -> None:
        self._values = values
        self._last = max(values, default=None)
        self._period = period

    def is_over(self, moment: datetime) -> bool:
        """Return whether there is no result since a moment."""
        return self._last is None or self._last < moment

    def same_until(self, moment: datetime, reach: timedelta) -> datetime | None:
        """Return None: the next result may differ."""
        return None

    def points(self, moment: datetime, count: int) -> list[Datapoint]:
        """Return the results of the periods before a moment, oldest first."""
        begins = [moment - number * self._period for number in range(count, 0, -1)]
        return [Datapoint(begin, self._values.get(begin), 1.0) for begin in begins]


def read(backend: Any, source: Source, begin: datetime, end: datetime) -> Series:
    """Return what moto's CloudWatch has of a metric between two times.

    Days on which nothing changes are read in one piece.
    """
    every = source.every
    if end - begin < 2 * _DAY:
        return Series(_samples(backend, source, begin, end, MINUTE), source)
    samples: dict[datetime, _Sample] = {}
    for time, day in _samples(backend, source, begin, end, _DAY).items():
        if day.number == _DAY / every and day.least == day.most:
            same = _Sample(day.least, 1.0, day.least, day.least)
            samples.update((time + number * every, same) for number in range(int(day.number)))
        else:
            samples.update(_samples(backend, source, time, min(time + _DAY, end), MINUTE))
    return Series(samples, source)


def _samples(
    backend: Any, source: Source, begin: datetime, end: datetime, period: timedelta
) -> dict[datetime, _Sample]:
    found = backend.get_metric_statistics(
        source.namespace,
        source.name,
        in_zone(begin),
        in_zone(end),
        int(period.total_seconds()),
        _STATISTICS,
        [{"Name": name, "Value": value} for name, value in source.dimensions],
        unit=source.unit,
        exactly=True,
    )
    return {
        _utc(each.timestamp): _Sample(
            float(each.sum), float(each.sample_count), float(each.minimum), float(each.maximum)
        )
        for each in found
    }


def compute(
    backend: Any, queries: Sequence[Mapping[str, Any]], source: Source, begin: datetime, end: datetime
) -> MathSeries:
    """Return the results of one of some queries, for periods that begin at every step of an alarm."""
    values: dict[datetime, float] = {}
    first = begin
    while first < begin + source.period and first < end:
        results = backend.get_metric_data(
            queries=[dict(each) for each in queries],
            start_time=in_zone(first),
            end_time=in_zone(end),
            scan_by="TimestampAscending",
            exactly=True,
        )
        for result in results:
            if result["id"] == source.name:
                values.update(zip(map(_utc, result["timestamps"]), map(float, result["values"]), strict=False))
        first += source.every
    return MathSeries(values, source.period)


def _utc(moment: Any) -> datetime:
    """Return a time of moto's, which is a text in earlier versions, and without a zone in later ones."""
    found = datetime.fromisoformat(moment.replace("Z", "+00:00")) if isinstance(moment, str) else moment
    return found.replace(tzinfo=timezone.utc)


def in_zone(moment: datetime) -> datetime:
    """Return a time as moto's CloudWatch compares it: with a zone in some versions, without one in others."""
    models: Any = sys.modules["moto.cloudwatch.models"]
    probe = models.MetricDatum("AWS/DX", "probe", 0.0, [], None)
    return moment.replace(tzinfo=probe.timestamp.tzinfo)
