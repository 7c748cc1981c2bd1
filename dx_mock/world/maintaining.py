"""The hand that has AWS maintain its side of a link."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

from dx_mock.graph.maintenance import Maintenance
from dx_mock.graph.resources import Connection, Lag
from dx_mock.graph.states import LEAVING
from dx_mock.rules import maintenance_notices as rules
from dx_mock.support.clock import LATEST

if TYPE_CHECKING:
    from dx_mock.world.world import World


def plan(
    world: World,
    resource_id: str,
    start: datetime | timedelta | None,
    duration: timedelta,
    *,
    emergency: bool,
) -> Maintenance:
    """Plan a maintenance window, and let happen of it what is due."""
    if not isinstance(duration, timedelta):
        raise TypeError(f"duration must be a timedelta, not {duration!r}")
    if duration <= timedelta():
        raise ValueError(f"duration must be longer than nothing, not {duration}")
    if not isinstance(emergency, bool):
        raise TypeError(f"emergency must be True or False, not {emergency!r}")
    with world.lock:
        world.lifecycle.run_calendar()
        target = world.resource(resource_id)
        if not isinstance(target, (Connection, Lag)) or target.kind == "hosted connection":
            raise ValueError(f"{resource_id} is not a connection, interconnect or LAG")
        if target.stage in LEAVING:
            raise ValueError(f"{resource_id} is {target.stage}")
        now = world.clock.now()
        begins = _start(start, now, emergency)
        if duration > LATEST - begins:
            raise ValueError(f"a window can't end beyond the year {LATEST.year}")
        window = Maintenance(
            world.ids.uuid("maintenance").replace("-", "").upper(),
            target.region,
            target,
            begins,
            begins + duration,
            emergency,
            rules.announcement(begins, emergency, now),
        )
        world.maintenance.plan(window)
        world.lifecycle.run_calendar()
        world.ports.observers.time_has_passed(world)
        return window


def _start(start: datetime | timedelta | None, now: datetime, emergency: bool) -> datetime:
    """Return when a window begins."""
    if start is None:
        start = rules.EMERGENCY_ANNOUNCED if emergency else rules.ANNOUNCED
    if isinstance(start, timedelta):
        if start > LATEST - now:
            raise ValueError(f"a window can't begin beyond the year {LATEST.year}")
        start = now + start
    if not isinstance(start, datetime):
        raise TypeError(f"start must be a datetime, or a timedelta from now, not {start!r}")
    if start.tzinfo is None:
        raise ValueError(f"start must have a time zone, as dx.clock.now() has, which {start!r} has not")
    begins = start.astimezone(timezone.utc)
    if begins < now:
        raise ValueError(f"start must not be in the past: it is {now.isoformat()} on the mock's clock")
    return begins
