"""The clock under freezegun and time-machine: theirs is the base, ours comes on top (design, rule 7)."""

from __future__ import annotations

import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone

import boto3
import freezegun
import pytest
import time_machine

from dx_mock import active_mock, mock_directconnect
from dx_mock.support.clock import EPOCH
from tests.helpers import connect, one

START = datetime(2030, 1, 1, tzinfo=timezone.utc)
DAY = timedelta(days=1)


class Freezegun:
    """Both libraries in the same words."""

    def __init__(self, moment=START, **options):
        self._frozen = freezegun.freeze_time(moment, **options)

    def __enter__(self):
        self._hands = self._frozen.start()
        return self

    def __exit__(self, *_):
        self._frozen.stop()

    def shift(self, delta):
        self._hands.tick(delta)

    def move_to(self, moment):
        self._hands.move_to(moment)


class TimeMachine:
    def __init__(self, moment=START, *, tick=False):
        self._travel = time_machine.travel(moment, tick=tick)

    def __enter__(self):
        self._hands = self._travel.start()
        return self

    def __exit__(self, *_):
        self._travel.stop()

    def shift(self, delta):
        self._hands.shift(delta)

    def move_to(self, moment):
        self._hands.move_to(moment)


@pytest.fixture(params=[Freezegun, TimeMachine])
def held(request):
    """A library that holds the time."""
    return request.param


def here():
    return boto3.client("directconnect", region_name="us-east-1")


def state_of(made):
    return one(here(), made)["connectionState"]


@pytest.mark.parametrize("first", ["library", "mock"])
def test_their_time_moves_ours(held, first):
    """Whichever was there first; LOA within 72 hours, as the table of the state machines has it."""
    mock, library = mock_directconnect(provisioning="timed"), held()
    order = (library, mock) if first == "library" else (mock, library)
    with order[0], order[1]:
        dx = active_mock()
        assert dx.clock.now() == START
        made = connect(here())
        library.shift(timedelta(hours=72) - timedelta(seconds=1))
        assert state_of(made) == "requested"
        library.shift(timedelta(seconds=1))
        assert state_of(made) == "pending"
        library.move_to(START + 30 * DAY)
        assert state_of(made) == "available"


def test_advance_comes_on_top(held):
    with held() as library, mock_directconnect(provisioning="timed") as dx:
        made = connect(here())
        dx.clock.advance(hours=71)
        assert state_of(made) == "requested"
        library.shift(timedelta(hours=1))
        assert state_of(made) == "pending"
        assert dx.clock.now() == START + 3 * DAY
        dx.clock.advance(days=3)
        assert state_of(made) == "available"


def test_backwards(held):
    """Nothing that has happened is undone; what was planned comes at its time, and new things work."""
    with held() as library, mock_directconnect(provisioning="timed") as dx:
        ready, waiting = connect(here()), None
        library.shift(10 * DAY)
        waiting = connect(here())
        assert (state_of(ready), state_of(waiting)) == ("available", "requested")
        library.move_to(START - 100 * DAY)
        assert (state_of(ready), state_of(waiting)) == ("available", "requested")
        early = connect(here())
        dx.clock.advance(days=3)
        assert (state_of(early), state_of(waiting)) == ("pending", "requested")
        library.move_to(START + 20 * DAY)
        assert {state_of(each) for each in (ready, waiting, early)} == {"available"}
        here().delete_connection(connectionId=waiting)
        library.move_to(START)
        assert state_of(waiting) == "deleting"


def test_hands_and_pictures_see_what_fell_due(held):
    """Not only calls: a letter that AWS has issued meanwhile can't be issued by hand."""
    with held() as library, mock_directconnect(provisioning="timed") as dx:
        made = connect(here())
        library.shift(3 * DAY)
        with pytest.raises(ValueError, match="does not wait for its LOA, it is in state pending"):
            dx.issue_loa(made)
        library.shift(3 * DAY)
        assert "available" in dx.topology().to_text()
        assert dx.snapshot()["state"]["calendar"] == []


def test_before_and_after(held):
    """Outside of theirs our own time stands where it was; what happened stays."""
    with mock_directconnect(provisioning="timed") as dx:
        made = connect(here())
        dx.clock.advance(hours=1)
        with held():
            assert dx.clock.now() == START + timedelta(hours=1)
            assert state_of(made) == "available"
        assert dx.clock.now() == EPOCH + timedelta(hours=1)
        assert state_of(made) == "available"


def test_a_snapshot_goes_on_where_it_was(held):
    """The clock of a snapshot is the same time under another library's time, or under none."""

    def go_on(dx, made):
        found = []
        for _ in range(3):
            found.append((dx.clock.now().isoformat(), here().describe_connections()))
            dx.clock.advance(days=3)
        return json.dumps(found, default=str)

    with mock_directconnect(provisioning="timed") as dx:
        with held():
            made = connect(here())
            dx.clock.advance(hours=5)
            taken = json.loads(json.dumps(dx.snapshot()))
            original = go_on(dx, made)
        dx.restore(taken)
        assert dx.clock.now() == START + timedelta(hours=5)
        assert go_on(dx, made) == original
        with held(START + 3650 * DAY):
            dx.restore(taken)
            assert go_on(dx, made) == original
        with held(START - 3650 * DAY) as library:
            dx.restore(taken)
            library.shift(3 * DAY)
            assert dx.clock.now() == START + 3 * DAY + timedelta(hours=5)
            assert state_of(made) == "pending"


@freezegun.freeze_time("2030-01-01")
@mock_directconnect(provisioning="timed")
def test_as_decorators_freezegun():
    assert active_mock().clock.now() == START
    assert one(here(), connect(here()))["connectionState"] == "requested"


@mock_directconnect(provisioning="timed")
@time_machine.travel("2030-01-01 00:00 +0000", tick=False)
def test_as_decorators_time_machine():
    assert active_mock().clock.now() == START
    assert one(here(), connect(here()))["connectionState"] == "requested"


@mock_directconnect(provisioning="timed")
@freezegun.freeze_time("2030-01-01")
class TestDecoratedClass:
    def test_it(self):
        assert active_mock().clock.now() == START


def test_a_ticking_clock_ticks(held):
    """tick=True: theirs runs on by itself, and so does ours."""
    with held(START, tick=True), mock_directconnect() as dx:
        first = dx.clock.now()
        assert START <= first <= dx.clock.now() < START + DAY


def test_looking_does_not_move_a_clock_that_ticks_when_looked_at(monkeypatch):
    """auto_tick_seconds counts the looks of the user's code, and of other threads, but not ours."""
    ticks = []
    with freezegun.freeze_time(START, auto_tick_seconds=15) as frozen, mock_directconnect() as dx:
        monkeypatch.setattr(frozen, "tick", lambda *_: ticks.append(threading.current_thread()))
        begun = dx.clock.now()
        dx.clock.advance(minutes=1)
        assert dx.clock.now() == begun + timedelta(minutes=1)
        assert threading.current_thread() not in ticks
        time.time()
        assert threading.current_thread() in ticks


def test_the_same_time_in_every_thread(held):
    """Freezegun gives the real time to what ``threading`` and ``queue`` call."""
    found = []
    with held(), mock_directconnect() as dx:
        thread = threading.Thread(target=lambda: found.append(dx.clock.now()))
        thread.start()
        thread.join()
        with ThreadPoolExecutor(1) as pool:
            found.append(pool.submit(dx.clock.now).result())
    assert found == [START, START]


def test_one_in_the_other():
    with Freezegun(), mock_directconnect() as dx, Freezegun(START + DAY):
        assert dx.clock.now() == START + DAY


async def test_in_coroutines(held):
    async with mock_directconnect(provisioning="timed") as dx:
        with held() as library:
            made = connect(here())
            library.shift(3 * DAY)
            assert state_of(made) == "pending"
            assert dx.clock.now() == START + 3 * DAY
