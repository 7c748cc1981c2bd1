"""The rules of composite alarms."""

from __future__ import annotations

import pytest

from dx_mock.moto_services.alarms.composites import RuleError, holds, names

STATES = {"a": "ALARM", "b": "OK", "c d": "INSUFFICIENT_DATA"}


@pytest.mark.parametrize(
    ("rule", "true"),
    [
        ('ALARM("a")', True),
        ("ALARM(a)", True),
        ("ALARM('a') AND OK(b)", True),
        ("NOT ALARM(a)", False),
        ("NOT (ALARM(b) OR OK(a))", True),
        ('OK(a) OR ALARM(b) OR INSUFFICIENT_DATA("c d")', True),
        ("TRUE AND FALSE", False),
        ("ALARM(b) AND OK(b) OR ALARM(a)", True),
        ("ALARM(b) AND (OK(b) OR ALARM(a))", False),
        ("ALARM(arn:aws:cloudwatch:us-east-1:123456789012:alarm:a)", True),
        ("ALARM(nobody)", False),
        ("OK(nobody)", False),
    ],
)
def test_rules(rule, true):
    assert holds(rule, STATES.get) is true


@pytest.mark.parametrize(
    "rule", ["", "ALARM(a", "ALARM(a) ALARM(b)", "(ALARM(a)", "XOR", "NOT", "ALARM(a) AND", "()"]
)
def test_what_is_not_a_rule(rule):
    with pytest.raises(RuleError):
        holds(rule, STATES.get)


def test_names_of_the_alarms():
    assert names('ALARM("a") AND (OK(b) OR NOT ALARM(a))') == ["a", "b"]
    assert names("ALARM(a") == []
