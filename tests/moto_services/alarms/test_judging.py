"""The verdict on datapoints: the tables of CloudWatch's page on missing data, and the words of its reasons."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from dx_mock.moto_services.alarms.judging import OPERATORS, Condition, Datapoint, judge

BEGIN = datetime(2026, 1, 1, tzinfo=timezone.utc)
TREATMENTS = ("missing", "ignore", "breaching", "notBreaching")
#: datapoints, oldest first (X breaches, 0 does not, - is missing), and the state by each treatment
THREE_OF_THREE = [
    ("0-X-X", ["OK", "OK", "OK", "OK"]),
    ("----0", ["OK", "OK", "OK", "OK"]),
    ("-----", ["INSUFFICIENT_DATA", "kept", "ALARM", "OK"]),
    ("0XX-X", ["ALARM", "ALARM", "ALARM", "ALARM"]),
    ("--X--", ["ALARM", "kept", "ALARM", "OK"]),
]
TWO_OF_THREE = [
    ("0-X-X", ["ALARM", "ALARM", "ALARM", "ALARM"]),
    ("00X0X", ["ALARM", "ALARM", "ALARM", "ALARM"]),
    ("0-X--", ["OK", "OK", "ALARM", "OK"]),
    ("----0", ["OK", "OK", "ALARM", "OK"]),
    ("---X-", ["ALARM", "kept", "ALARM", "OK"]),
]


def points(pattern):
    values = {"X": 0.0, "0": 1.0, "-": None}
    return [
        Datapoint(BEGIN + number * timedelta(minutes=5), values[each], 1.0)
        for number, each in enumerate(pattern)
    ]


def state_of(pattern, needed, treatment):
    verdict = judge(Condition("LessThanThreshold", 1.0, 3, needed, treatment), points(pattern), "kept")
    return "kept" if verdict is None else verdict.state


@pytest.mark.parametrize(("pattern", "states"), THREE_OF_THREE)
def test_three_of_three(pattern, states):
    """[documented: ALARMS]."""
    assert [state_of(pattern, 3, each) for each in TREATMENTS] == states


@pytest.mark.parametrize(("pattern", "states"), TWO_OF_THREE)
def test_two_of_three(pattern, states):
    """[documented: ALARMS]."""
    assert [state_of(pattern, 2, each) for each in TREATMENTS] == states


@pytest.mark.parametrize(
    ("comparison", "alarms"),
    [
        ("GreaterThanOrEqualToThreshold", "0XX"),
        ("GreaterThanThreshold", "00X"),
        ("LessThanThreshold", "X00"),
        ("LessThanOrEqualToThreshold", "XX0"),
    ],
)
def test_comparisons(comparison, alarms):
    """Below, at and above the threshold."""
    condition = Condition(comparison, 5.0, 1, 1)
    states = [judge(condition, [Datapoint(BEGIN, value, 1.0)], "OK").state for value in (4.0, 5.0, 6.0)]
    assert states == [{"X": "ALARM", "0": "OK"}[each] for each in alarms]
    assert comparison in OPERATORS


def test_reasons():
    """The words of the events in CloudWatch's documentation [documented: ALARMS]."""
    condition = Condition("LessThanThreshold", 1.0, 3, 2)
    assert judge(condition, points("0XX"), "OK").reason == (
        "Threshold Crossed: 2 out of the last 3 datapoints [0.0 (01/01/26 00:10:00), 0.0 (01/01/26 00:05:00)] "
        "were less than the threshold (1.0) (minimum 2 datapoints for OK -> ALARM transition)."
    )
    assert judge(Condition("LessThanThreshold", 1.0, 1, 1), points("0"), "ALARM").reason == (
        "Threshold Crossed: 1 out of the last 1 datapoints [1.0 (01/01/26 00:00:00)] was not less than the "
        "threshold (1.0) (minimum 1 datapoint for ALARM -> OK transition)."
    )
    assert judge(condition, points("---"), "OK").reason == "Insufficient Data: 3 datapoints were unknown."
    breaching = Condition("LessThanThreshold", 1.0, 1, 1, "breaching")
    assert judge(breaching, points("-"), "OK").reason == (
        "Threshold Crossed: no datapoints were received for 1 period and 1 missing datapoint was treated as "
        "[Breaching]."
    )
