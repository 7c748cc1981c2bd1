"""The history of a world as JSON, and back."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

from dx_mock.graph.gateway_resources import Association
from dx_mock.graph.history import FACTS, LANES, TRAFFIC, History, Past, Point
from dx_mock.graph.resources import VirtualInterface
from dx_mock.world.curves import frozen

_UNIX = datetime(1970, 1, 1, tzinfo=timezone.utc)
_MICROSECOND = timedelta(microseconds=1)

#: Kinds with facts that are lists of prefixes.
_WITH_LISTS = (VirtualInterface, Association)

_BY_HAND = frozenset((*TRAFFIC, *LANES))


def write(history: History) -> list[Any]:
    """Return the past of each resource; of a curve, what it was in every five minutes until now."""
    history.prune()
    now = history.present()
    return [_written(past, now) for past in history.pasts.values()]


def _written(past: Past, now: datetime) -> list[Any]:
    points = [[_microseconds(when), name, _plain(value)] for when, name, value in frozen(past.points, now)]
    fixed, first = map(list, (past.fixed, past.first))
    if past.kind.cls in _WITH_LISTS:
        fixed, first = [*map(_plain, fixed)], [*map(_plain, first)]
    return [past.id, past.kind.cls.__name__, fixed, _microseconds(past.born), first, points]


def _plain(value: Any) -> Any:
    """Return a fact as JSON has it."""
    return list(value) if isinstance(value, (tuple, list)) else value


def _microseconds(moment: datetime) -> int:
    return (moment - _UNIX) // _MICROSECOND


def _moment(number: Any) -> datetime:
    if type(number) is not int:
        raise ValueError(f"a time in the history is {number!r}")
    return _UNIX + timedelta(microseconds=number)


def read(history: History, rows: Any) -> None:
    """Put the pasts of a snapshot into an empty history.

    Raises:
        ValueError, TypeError, KeyError: If they are not what was written.
    """
    for resource_id, name_of_kind, constants, born, first, points in rows:
        kind = FACTS[name_of_kind]
        if len(constants) != len(kind.constants) or len(first) != len(kind.facts):
            raise ValueError(f"the past of {resource_id} is not that of a {name_of_kind}")
        past = Past(str(resource_id), kind, tuple(constants), _moment(born), tuple(map(_value, first)))
        for when, name, value in points:
            past.add(_point(past, _moment(when), name, _value(value)))
        if points:
            now = dict(zip(kind.facts, past.first, strict=True))
            now.update((name, value) for _, name, value in past.points if name in now)
            past.facts = tuple(now.values())
            past.values = {name: value for _, name, value in past.points if name in _BY_HAND} or None
        history.put_in(past)


def _point(past: Past, when: datetime, name: Any, value: Any) -> Point:
    if when < past.last:
        raise ValueError(f"the past of {past.id} is not in order")
    if name in _BY_HAND:
        if type(value) not in (int, float):
            raise ValueError(f"the {name} of {past.id} was {value!r}")
    elif name not in past.kind.facts:
        raise ValueError(f"a {past.kind.cls.__name__} has no {name!r}")
    return when, name, value


def _value(value: Any) -> Any:
    """Return a fact; lists were tuples.  Facts are plain values."""
    if isinstance(value, list):
        if not all(isinstance(each, str) for each in value):
            raise ValueError(f"a fact in the history is {value!r}")
        return tuple(value)
    if value is not None and not isinstance(value, (str, int, float, bool)):
        raise ValueError(f"a fact in the history is {value!r}")
    return value
