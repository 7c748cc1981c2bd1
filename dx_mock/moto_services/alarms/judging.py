"""Whether the datapoints of a metric put an alarm into another state, and why: pure functions.

The rules are those of CloudWatch's pages on the evaluation of alarms and on missing data
[documented: ALARMS].
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

OK, ALARM, INSUFFICIENT = "OK", "ALARM", "INSUFFICIENT_DATA"

#: name of the comparison -> the comparison, and the words for it
OPERATORS: Mapping[str, tuple[Callable[[float, float], bool], str]] = MappingProxyType(
    {
        "GreaterThanOrEqualToThreshold": (operator.ge, "greater than or equal to"),
        "GreaterThanThreshold": (operator.gt, "greater than"),
        "LessThanThreshold": (operator.lt, "less than"),
        "LessThanOrEqualToThreshold": (operator.le, "less than or equal to"),
    }
)


@dataclass(frozen=True)
class Condition:
    """What decides about the state of an alarm on a metric."""

    comparison: str
    threshold: float
    #: N, the periods that are looked at
    periods: int
    #: M, how many of them must breach
    datapoints: int
    missing: str = "missing"

    def breaches(self, value: float) -> bool:
        """Return whether a value is beyond the threshold."""
        return OPERATORS[self.comparison][0](value, self.threshold)


@dataclass(frozen=True)
class Datapoint:
    """The statistic of one period; ``value`` is None where nothing was reported."""

    time: datetime
    value: float | None = None
    samples: float = 0.0


@dataclass(frozen=True)
class Verdict:
    """The state that follows, the reason in CloudWatch's words, and the datapoints that it is about."""

    state: str
    reason: str
    evaluated: tuple[Datapoint, ...] = ()


def judge(condition: Condition, points: Sequence[Datapoint], state: str) -> Verdict | None:
    """Return the verdict on the datapoints of the evaluation range, oldest first; None to keep the state.

    The range is longer than the periods that count, so that late or missing datapoints are made up for by
    earlier ones.
    """
    real = [point for point in points if point.value is not None][-condition.periods :]
    unknown = condition.periods - len(real)
    breaching = sum(_breaches(condition, point) for point in real)
    if unknown and condition.missing == "breaching":
        return _verdict(condition, real, breaching + unknown >= condition.datapoints, unknown)
    if unknown and condition.missing not in {"breaching", "notBreaching"}:
        if not real:
            reason = f"Insufficient Data: {_count(condition.periods, 'datapoint')} {_were(unknown)} unknown."
            return None if condition.missing == "ignore" else Verdict(INSUFFICIENT, reason)
        if breaching < condition.datapoints and _is_early(condition, points, real, breaching):
            return None if condition.missing == "ignore" else _verdict(condition, real, True, 0)
        unknown = 0
    return _verdict(condition, real, breaching >= condition.datapoints, unknown)


def _breaches(condition: Condition, point: Datapoint) -> bool:
    return point.value is not None and condition.breaches(point.value)


def _is_early(
    condition: Condition, points: Sequence[Datapoint], real: Sequence[Datapoint], breaching: int
) -> bool:
    """Return whether an alarm begins before all of its datapoints are there.

    It does when the oldest breaching datapoint is as old as the number that is needed, and all that came later
    breach or are missing.
    """
    if breaching < len(real):
        return False
    ages = [
        age
        for age, point in enumerate(reversed(points[-condition.periods :]), 1)
        if point.value is not None and condition.breaches(point.value)
    ]
    return bool(ages) and max(ages) >= condition.datapoints


def _verdict(condition: Condition, real: Sequence[Datapoint], alarm: bool, filled: int) -> Verdict:
    """Return ALARM or OK with its reason; ``filled`` missing datapoints count as told."""
    state = ALARM if alarm else OK
    evaluated = tuple(reversed(real))
    treated = "Breaching" if condition.missing == "breaching" else "NonBreaching"
    if not real:
        reason = (
            f"Threshold Crossed: no datapoints were received for {_count(filled, 'period')} and "
            f"{_count(filled, 'missing datapoint')} {_were(filled)} treated as [{treated}]."
        )
        return Verdict(state, reason)
    fitting = [point for point in evaluated if _breaches(condition, point) is alarm]
    words = f"{'' if alarm else 'not '}{OPERATORS[condition.comparison][1]}"
    shown = ", ".join(f"{point.value} ({point.time:%d/%m/%y %H:%M:%S})" for point in fitting)
    needed = condition.datapoints if alarm else condition.periods - condition.datapoints + 1
    way = "OK -> ALARM" if alarm else "ALARM -> OK"
    parts = [
        f"Threshold Crossed: {len(fitting)} out of the last {len(evaluated)} datapoints [{shown}] "
        f"{_were(len(fitting))} {words} the threshold ({condition.threshold})"
    ]
    if filled:
        parts.append(f"and {_count(filled, 'missing datapoint')} {_were(filled)} treated as [{treated}]")
    parts.append(f"(minimum {_count(needed, 'datapoint')} for {way} transition).")
    return Verdict(state, " ".join(parts), evaluated)


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _were(number: int) -> str:
    return "was" if number == 1 else "were"
