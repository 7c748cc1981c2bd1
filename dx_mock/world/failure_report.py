"""The report on the active mock of a failed test: the world as a tree, and the last calls."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dx_mock.support.text import shortened
from dx_mock.world import timeline, topology

if TYPE_CHECKING:
    from dx_mock.world.world import World

#: How many calls are shown, and how many characters of each.
CALLS = 10
WIDTH = 300
#: How many lines of the past.
PAST = 40


def text(world: World) -> str:
    """Return the report, without changing anything."""
    with world.lock:
        tree = topology.draw(world, None).to_text().rstrip() or "(nothing exists)"
        calls = [repr(call) for call in world.calls[-CALLS:]]
        earlier = len(world.calls) - len(calls)
    shown = [shortened(call, WIDTH, "…") for call in calls]
    if earlier:
        head = f"last {len(calls)} of {len(world.calls)} calls:"
    else:
        head = "1 call:" if len(calls) == 1 else f"{len(calls)} calls:"
    return "\n".join([tree, "", head, *(f"  {call}" for call in shown), *_past(world)])


def _past(world: World) -> list[str]:
    """Return what changed in time, without the curves, which are the test's own code."""
    with world.lock:
        lines = timeline.draw(world, (), None, None, graphs=False).lines
    told = [line for line in lines if len({band.start for band in line.bands}) > 1]
    if not told:
        return []
    rows = timeline.Timeline(world.clock.now(), world.clock.now(), told).to_text().splitlines()
    more = [f"  … and {len(rows) - PAST} more lines: dx.timeline()"] if len(rows) > PAST else []
    return ["", "what happened when:", *(f"  {row}" for row in rows[:PAST]), *more]
