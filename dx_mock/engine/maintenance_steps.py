"""The steps of a maintenance window: AWS tells of it, the links go down, and come back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from dx_mock import catalogue
from dx_mock.engine.lifecycle import Lifecycle
from dx_mock.graph import maintenance
from dx_mock.graph.backends import Graph
from dx_mock.graph.maintenance import Maintenance, Notice
from dx_mock.graph.resources import Connection
from dx_mock.rules import maintenance_notices as rules


class MaintenanceSteps:
    """What happens at the dates of maintenance windows, and what AWS has told that nobody has passed on yet."""

    def __init__(self, graph: Graph, lifecycle: Lifecycle) -> None:
        self._graph = graph
        self._lifecycle = lifecycle
        #: in the order of time
        self.untold: list[tuple[Maintenance, Notice]] = []
        kind = "maintenance"
        lifecycle.effects.update(
            {
                (kind, "announced"): self.announce,
                (kind, "told again"): self.tell_again,
                (kind, "under way"): self.begin,
                (kind, "complete"): self.complete,
                (kind, "forgotten"): graph.forget,
            }
        )
        lifecycle.dates.update(
            {
                (kind, "planned"): lambda window: window.announcement,
                (kind, "announced"): self._next,
                (kind, "told again"): self._next,
                (kind, "under way"): lambda window: window.end,
            }
        )

    def plan(self, window: Maintenance) -> None:
        """Put a new window on the calendar."""
        self._graph.backend(window.region).hold(window)
        self._lifecycle.plan(window)

    def _next(self, window: Maintenance) -> datetime:
        return rules.next_reminder(window.start, window.emergency, self._lifecycle.now())

    def announce(self, window: Maintenance) -> None:
        """Tell of a window for the first time."""
        window.affected = maintenance.affected_by(window.target)
        self._tell(window, over=False)

    def tell_again(self, window: Maintenance) -> None:
        """Tell of a window once more, or begin it when its time has come."""
        if self._lifecycle.now() >= window.start:
            self._lifecycle.enter(window, "under way")
        else:
            self._tell(window, over=False, again=True)

    def begin(self, window: Maintenance) -> None:
        """Take the links down."""
        maintenance.begin(window)
        self._remember(window.ports)

    def complete(self, window: Maintenance) -> None:
        """Give the links back, and tell of it."""
        ports = window.ports
        maintenance.end(window)
        self._remember(ports)
        self._tell(window, over=True)

    def _remember(self, ports: list[Connection]) -> None:
        for port in ports:
            self._graph.history.note(port)

    def _tell(self, window: Maintenance, *, over: bool, again: bool = False) -> None:
        notice = Notice(self._lifecycle.now(), rules.code(window.emergency, over=over), again)
        window.notices.append(notice)
        self.untold.append((window, notice))


def description(window: Maintenance, notice: Notice, ids: Sequence[str]) -> str:
    """Return what a notice says to an account, to which some ids belong."""
    found = catalogue.find_location(window.target.region, window.target.location)
    place = window.target.location if found is None else found[1].name
    if notice.code == rules.code(window.emergency, over=True):
        return rules.complete_text(place, ids, emergency=window.emergency)
    return rules.scheduled_text(
        place, window.start, window.end, ids, emergency=window.emergency, again=notice.again
    )
