"""The past of resources: their states one after the other, and what went through them, as text and as SVG."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from dx_mock.graph import replay, states
from dx_mock.graph.history import LANES, TRAFFIC, Past
from dx_mock.graph.replay import Steps, Then
from dx_mock.graph.resources import Connection, Lag, VirtualInterface
from dx_mock.rules.metrics import DARK, LIGHT, lanes_of
from dx_mock.world import curves, flows
from dx_mock.world.timeline_parts import Band, Line, Plot

if TYPE_CHECKING:
    from dx_mock.world.world import World

#: How many values a graph has.
POINTS = 60

#: The heights of a graph in text, lowest first.
_BARS = "▁▂▃▄▅▆▇█"

_UNITS = {
    "ingress_bps": "bit/s",
    "egress_bps": "bit/s",
    "ingress_pps": "packets/s",
    "egress_pps": "packets/s",
    "errors": "in 5 minutes",
    "discards": "packets/s",
}


@dataclass(frozen=True)
class Timeline:
    """The past of some resources between two times."""

    start: datetime
    end: datetime
    lines: list[Line]

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {
            "start": self.start.isoformat(),
            "end": self.end.isoformat(),
            "resources": [
                {
                    "id": line.id,
                    "kind": line.kind,
                    "name": line.name,
                    "states": [
                        {"start": each.start.isoformat(), "end": each.end.isoformat(), "state": each.state}
                        for each in line.bands
                    ],
                    "graphs": [
                        {"name": each.name, "unit": each.unit, "values": each.values} for each in line.graphs
                    ],
                }
                for line in self.lines
            ],
        }

    def to_text(self) -> str:
        """Return it as text: a line for each state, and graphs of a line."""
        return "".join(f"{row}\n" for line in self.lines for row in _rows(line))

    def to_svg(self) -> str:
        """Return it as an SVG picture: a band of states for each resource, with its graphs below."""
        from dx_mock.world.timeline_svg import picture

        return picture(self.start, self.end, self.lines)

    def __str__(self) -> str:
        return self.to_text().rstrip("\n")


def draw(
    world: World,
    resource_ids: Iterable[str],
    start: datetime | None,
    end: datetime | None,
    *,
    graphs: bool = True,
) -> Timeline:
    """Return the past of some resources, or of all ports, LAGs and virtual interfaces that ever were."""
    pasts = [_past(world, each) for each in [*resource_ids] or past_of_ports(world)]
    now = world.clock.now()
    until = now if end is None else end
    since = min((past.born for past in pasts), default=until) if start is None else start
    if since > until:
        raise ValueError(f"timeline() can't begin at {since}, after its end at {until}")
    return Timeline(since, until, [_line(world, past, since, min(until, now), graphs=graphs) for past in pasts])


def past_of_ports(world: World) -> list[str]:
    """Return the ids of all ports, LAGs and virtual interfaces that ever were, oldest first."""
    kinds = (Connection, Lag, VirtualInterface)
    return [past.id for past in world.graph.history.pasts.values() if past.kind.cls in kinds]


def nothing(world: World) -> Timeline:
    """Return the timeline of a world in which nothing ever was."""
    return Timeline(world.clock.now(), world.clock.now(), [])


def _past(world: World, resource_id: str) -> Past:
    past = world.graph.history.pasts.get(resource_id) if isinstance(resource_id, str) else None
    if past is None:
        raise LookupError(f"no resource {resource_id!r} in this mock has a past")
    if past.kind.cls not in (Connection, Lag, VirtualInterface):
        raise ValueError(f"{resource_id} is not a connection, LAG or virtual interface")
    return past


def _line(world: World, past: Past, since: datetime, until: datetime, *, graphs: bool) -> Line:
    history = world.graph.history
    resource_id = past.id

    def seen(then: Then) -> str:
        return states.state_of(then.resources[resource_id]) or ""

    steps = replay.steps(replay.carriers_of(history, [resource_id]).values(), seen)
    kind = {Lag: "lag", VirtualInterface: "virtual interface"}.get(past.kind.cls)
    if kind is None:
        kind = str(dict(zip(past.kind.facts, past.facts, strict=True))["kind"])
    live = world.graph.resources.get(resource_id)
    name = live.name if live is not None else past.constants["name"]
    drawn = list(_graphs(world, past, since, until)) if graphs and since < until else []
    return Line(resource_id, kind, name, list(_bands(steps, since, until)), drawn)


def _bands(steps: Steps, since: datetime, until: datetime) -> Iterator[Band]:
    for number, (begin, state) in enumerate(steps):
        end = steps[number + 1][0] if number + 1 < len(steps) else until
        if state and state != "gone" and begin <= until and (end > since or begin == end == until):
            yield Band(max(begin, since), min(end, until), state)


# --- graphs ------------------------------------------------------------------------------------------------


def _graphs(world: World, past: Past, since: datetime, until: datetime) -> Iterator[Plot]:
    """Return graphs of what ever was other than it is without anybody's hands."""
    history, resource_id = world.graph.history, past.id
    riders = {past.id, *replay.riders_of(history, past)}
    around = replay.carriers_of(history, riders)
    touched = {name for each in around.values() for _, name, _ in each.points}
    for what in TRAFFIC:
        if what in touched:
            seen = _while_there(resource_id, partial(_flow, resource_id, what))
            steps = replay.steps(around.values(), seen)
            graph = Plot(what, _UNITS[what], _sampled(steps, past.born, since, until))
            if any(graph.values):
                yield graph
    if past.kind.cls is Connection:
        yield from _light(past, since, until)


def _while_there(resource_id: str, value: Callable[[Then], Any]) -> Callable[[Then], Any]:
    """Return what reads a value of a resource until that ends, and None after it."""
    return lambda then: None if then.resources[resource_id].stage in replay.LEFT else value(then)


def _flow(resource_id: str, what: str, then: Then) -> Any:
    return flows.through(then, then.resources[resource_id], what)


def _light(past: Past, since: datetime, until: datetime) -> Iterator[Plot]:
    """Return the light of a port, the least of its lanes, where it ever was not that of a healthy one."""
    if not any(name in LANES or name == "link_up" for _, name, _ in past.points):
        return
    lanes = range(1, lanes_of(past.constants["bandwidth"]) + 1)
    for way in ("rx", "tx"):

        def level(then: Then, way: str = way) -> float:
            values = then.values[past.id]
            least: float = min(values.get(f"{way}{lane}", LIGHT) for lane in lanes)
            return min(least, DARK) if way == "rx" and not then.resources[past.id].link_up else least

        steps = replay.steps([past], _while_there(past.id, level))
        values = _sampled(steps, past.born, since, until)
        if any(value not in (None, LIGHT) for value in values):
            yield Plot(f"light_{way}", "dBm", values)


def _sampled(steps: Steps, born: datetime, since: datetime, until: datetime) -> list[float | None]:
    """Return the values at times of equal distance, None where there is none."""
    found: list[float | None] = []
    place = -1
    for number in range(POINTS):
        moment = since + (until - since) * (number / (POINTS - 1))
        while place + 1 < len(steps) and steps[place + 1][0] <= moment:
            place += 1
        value = steps[place][1] if place >= 0 and moment >= born else None
        found.append(None if value is None else curves.at(value, moment))
    return found


# --- text --------------------------------------------------------------------------------------------------


def _rows(line: Line) -> Iterator[str]:
    yield f'{line.id} {line.kind} "{line.name}"'
    for band in line.bands:
        yield f"  {_short(band.start)}  {band.state} ({_length(band.end - band.start)})"
    for graph in line.graphs:
        known = [value for value in graph.values if value is not None]
        low, high = min(known), max(known)
        bars = "".join(_bar(value, min(low, 0.0), high) for value in graph.values)
        yield f"  {graph.name:<19}  {bars} {low:g} to {high:g} {graph.unit}"


def _bar(value: float | None, low: float, high: float) -> str:
    if value is None:
        return " "
    return _BARS[round((value - low) / (high - low) * (len(_BARS) - 1)) if high > low else 0]


def _short(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S}"


def _length(time: timedelta) -> str:
    """Return a length of time in its two largest units."""
    minutes, seconds = divmod(int(time.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    parts = [f"{n} {unit}" for n, unit in ((days, "d"), (hours, "h"), (minutes, "min"), (seconds, "s")) if n]
    return " ".join(parts[:2]) or "0 s"
