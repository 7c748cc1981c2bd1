"""Values that change with the time: what a test gives ``dx.traffic`` as a function."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta, timezone
from typing import Union

from dx_mock.graph.history import Point

Curve = Callable[[datetime], float]
Value = Union[float, Curve]

#: How often a curve is read for a datapoint, and how often for a snapshot.
SAMPLE = timedelta(minutes=1)
_FROZEN = timedelta(minutes=5)

_UNIX = datetime(1970, 1, 1, tzinfo=timezone.utc)


def read(curve: Curve, moment: datetime) -> float:
    """Return the value of a curve at a time.

    Raises:
        ValueError: If it is not a number of 0 or more.
    """
    value = curve(moment)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value < float("inf"):
        raise ValueError(f"a curve must return a number of 0 or more; at {moment} it returned {value!r}")
    return float(value)


def at(value: Value, moment: datetime) -> float:
    """Return a value at a time."""
    return read(value, moment) if callable(value) else value


def combined(values: Iterable[Value], how: Callable[[list[float]], float]) -> Value:
    """Return what follows from several values: a number, or a curve if one of them is a curve."""
    parts = list(values)
    numbers = [each for each in parts if not callable(each)]
    if len(numbers) == len(parts):
        return how(numbers)
    return lambda moment: how([at(each, moment) for each in parts])


def samples(start: datetime, end: datetime) -> Iterator[datetime]:
    """Return the times at which a curve is read from ``start`` on, before ``end``: each full minute."""
    moment = _UNIX + (start - _UNIX) // SAMPLE * SAMPLE
    if moment < start:
        moment += SAMPLE
    if moment >= end:
        moment = start
    while moment < end:
        yield moment
        moment += SAMPLE


def frozen(points: Sequence[Point], now: datetime) -> Sequence[Point]:
    """Return the points of a past without functions: a curve's values in every five minutes until now.

    A function can't be written; after the snapshot its last value stays.
    """
    if not any(callable(value) for _, _, value in points):
        return points
    found: list[Point] = []
    for number, (when, name, value) in enumerate(points):
        if not callable(value):
            found.append((when, name, value))
            continue
        later = (each[0] for each in points[number + 1 :] if each[1] == name)
        found += _frozen_curve(when, next(later, now), name, value)
    return sorted(found, key=lambda point: point[0])


def _frozen_curve(start: datetime, end: datetime, name: str, curve: Curve) -> list[Point]:
    """Return the points of one curve, without those that change nothing."""
    found: list[Point] = [(start, name, read(curve, start))]
    begin = start
    while begin < end:
        until = min(_UNIX + (begin - _UNIX) // _FROZEN * _FROZEN + _FROZEN, end)
        read_at = list(samples(begin, until))
        mean = sum(read(curve, each) for each in read_at) / len(read_at)
        if begin == start:
            found[0] = (start, name, mean)
        elif mean != found[-1][2]:
            found.append((begin, name, mean))
        begin = until
    last = read(curve, end)
    if last != found[-1][2]:
        found.append((end, name, last))
    return found
