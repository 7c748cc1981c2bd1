"""What is due is taken in order, with what is added and dropped meanwhile."""

from __future__ import annotations

import sys

from dx_mock.engine.lifecycle import _taken


def test_added_and_dropped_meanwhile():
    due = {name: {"machine": name} for name in "abcd"}
    order = []
    for name, machines in _taken(due):
        assert machines == {"machine": name} and name not in due
        order.append(name)
        if order == ["a"]:
            del due["b"]  # dropped
            del due["c"]  # dropped and added again: at the end
            due["c"] = {"machine": "c"}
            due["e"] = {"machine": "e"}
        if name == "e":
            due["a"] = {"machine": "a"}
    assert order == ["a", "d", "c", "e", "a"]
    assert due == {}


def test_an_error_leaves_the_rest():
    due = {name: {} for name in "abc"}
    try:
        for name, _ in _taken(due):
            if name == "b":
                raise ValueError
    except ValueError:
        pass
    assert list(due) == ["c"]


def test_each_is_asked_for_once():
    """Taking from the front of a dict that is being emptied looks at every empty place again."""
    looks = []

    class Key(str):
        __slots__ = ()
        __hash__ = str.__hash__

        def __eq__(self, other):
            looks.append(self)
            return str.__eq__(self, other)

    number = 2000
    due = {Key(each): {} for each in range(number)}
    events = []
    sys.setprofile(lambda frame, event, argument: events.append(event))
    try:
        taken = sum(1 for _ in _taken(due))
    finally:
        sys.setprofile(None)
    assert taken == number
    assert len(events) + len(looks) < 20 * number
