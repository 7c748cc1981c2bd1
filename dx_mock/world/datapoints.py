"""The datapoints of a metric, from the times at which it changed.

A datapoint is what a metric was during an interval that is over: its mean over the time, least and greatest
value; of one that counts, what was counted.  It bears the time at which the interval began.  Where nothing
changes, any number of equal datapoints are one :class:`Run`, so that a query costs by the changes and by the
periods that it asks for.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta, timezone
from typing import NamedTuple

from dx_mock.graph.replay import Steps
from dx_mock.rules.metrics import FIVE_MINUTES, Metric
from dx_mock.world import curves
from dx_mock.world.curves import Value

_UNIX = datetime(1970, 1, 1, tzinfo=timezone.utc)
_MICROSECOND = timedelta(microseconds=1)


class Run(NamedTuple):
    """Equal datapoints of intervals that follow one another, by the number of the first."""

    first: int
    length: int
    mean: float
    least: float
    greatest: float


class _Piece(NamedTuple):
    """A part of an interval, in microseconds, in which a metric did not change or followed a curve."""

    length: int
    mean: float
    least: float
    greatest: float


class Bucket:
    """The datapoints of a period."""

    __slots__ = ("count", "greatest", "least", "runs", "total")

    def __init__(self) -> None:
        self.count: int = 0
        self.total: float = 0.0
        self.least: float = math.inf
        self.greatest: float = -math.inf
        #: (value, how many), for percentiles
        self.runs: list[tuple[float, int]] = []

    def add(self, run: Run, count: int) -> None:
        """Add some datapoints of a run."""
        self.count += count
        self.total += run.mean * count
        self.least = min(self.least, run.least)
        self.greatest = max(self.greatest, run.greatest)
        self.runs.append((run.mean, count))

    def percentile(self, percent: float) -> float:
        """Return the value that this part of the datapoints does not exceed."""
        return percentile(self.runs, percent)


def percentile(runs: Iterable[tuple[float, int]], percent: float) -> float:
    """Return the value that this part of some values does not exceed, by nearest rank.

    Args:
        runs: each value and how many there are of it; at least one.
        percent: how many percent of them.
    """
    ordered = sorted(runs)
    rank = max(math.ceil(sum(count for _, count in ordered) * percent / 100), 1)
    for value, count in ordered:
        rank -= count
        if rank <= 0:
            return value
    return ordered[-1][0]


class Span(NamedTuple):
    """Equal periods that follow one another, by the number of the first."""

    first: int
    length: int
    bucket: Bucket

    @property
    def last(self) -> int:
        """The number of the last one."""
        return self.first + self.length - 1


def in_microseconds(moment: datetime) -> int:
    """Return a time as a number."""
    return (moment - _UNIX) // _MICROSECOND


def moment_of(microseconds: int) -> datetime:
    """Return the time that a number stands for."""
    return _UNIX + timedelta(microseconds=microseconds)


def spans(metric: Metric, steps: Steps, start: int, end: int, period: int, now: int) -> list[Span]:
    """Return the periods from ``start`` to ``end`` that have datapoints, equal ones together.

    All times are in microseconds.
    """
    every = metric.every // _MICROSECOND
    usual = period // every if period % every == 0 else 0
    found: list[Span] = []
    for run in runs(metric, steps, start, end, now):
        number, left = run.first, run.length
        while left:
            place = (number * every - start) // period
            until = start + (place + 1) * period
            there = min(left, -((number * every - until) // every))
            fresh = not found or found[-1].last < place
            periods = left // usual if fresh and usual and there == usual else 1
            bucket = Bucket() if fresh else found[-1].bucket
            bucket.add(run, there)
            if fresh:
                found.append(Span(place, periods, bucket))
            number, left = number + there * periods, left - there * periods
    return found


def runs(metric: Metric, steps: Steps, start: int, end: int, now: int) -> Iterator[Run]:
    """Return the datapoints of the intervals that begin from ``start`` on and before ``end``, and are over."""
    every = metric.every // _MICROSECOND
    first, last = -(-start // every), min(-(-end // every), now // every)
    pending: list[_Piece] = []
    place = first  # the interval that the pieces belong to
    for begin, until, value in _segments(steps, first * every, last * every):
        while begin < until:
            if begin // every != place:
                yield from _closed(metric, place, pending)
                pending, place = [], begin // every
            whole = (until - begin) // every if begin % every == 0 else 0
            if whole and not callable(value):
                counted = value * (metric.every / FIVE_MINUTES) if metric.counts else value
                yield Run(place, whole, counted, counted, counted)
                begin += whole * every
                continue
            edge = min(until, (place + 1) * every)
            pending.append(_piece(begin, edge, value))
            begin = edge
    yield from _closed(metric, place, pending)


def _segments(steps: Steps, start: int, end: int) -> Iterator[tuple[int, int, Value]]:
    """Return from when to when a metric had which value, where it had one."""
    times = [in_microseconds(when) for when, _ in steps]
    for number, (_, value) in enumerate(steps):
        begin = max(times[number], start)
        until = min(times[number + 1], end) if number + 1 < len(times) else end
        if value is not None and begin < until:
            yield begin, until, value


def _piece(begin: int, until: int, value: Value) -> _Piece:
    if not callable(value):
        return _Piece(until - begin, value, value, value)
    found = [curves.read(value, each) for each in curves.samples(moment_of(begin), moment_of(until))]
    return _Piece(until - begin, sum(found) / len(found), min(found), max(found))


def _closed(metric: Metric, place: int, pieces: list[_Piece]) -> Iterator[Run]:
    """Make a datapoint of the pieces of an interval."""
    if not pieces:
        return
    length = sum(piece.length for piece in pieces)
    weighted = sum(piece.mean * piece.length for piece in pieces)
    if metric.counts:  # so many in five minutes
        counted = weighted / (FIVE_MINUTES // _MICROSECOND)
        yield Run(place, 1, counted, counted, counted)
    else:
        yield Run(
            place,
            1,
            pieces[0].mean if len(pieces) == 1 else weighted / length,
            min(piece.least for piece in pieces),
            max(piece.greatest for piece in pieces),
        )
