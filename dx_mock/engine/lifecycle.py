"""Every state machine as a table of steps, and the engine that takes them.

A step happens by itself (AWS works on it), by somebody's hands (a technician, a partner, a router), or by
the calendar alone.  ``provisioning`` says when:

========  ==========================================  =====================
policy    by hands                                    by AWS itself
========  ==========================================  =====================
auto      before the next call that looks             the same
manual    when ``dx.provision(id)`` says so           before the next call that looks
timed     ``after`` on the virtual clock              ``after`` on the virtual clock
========  ==========================================  =====================

Steps by the calendar always wait for the clock.  A transition that a test has set in moto's state manager goes
before the policy for its model (:mod:`dx_mock.moto_services.transitions`).
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import datetime, timedelta
from functools import partial
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

from dx_mock.graph.history import History
from dx_mock.graph.journal import Journal
from dx_mock.support.clock import Clock

By = Literal["hands", "aws", "calendar"]

#: What a resource turns into when it is neither listed nor found any more.
FORGOTTEN = "forgotten"


class Step(NamedTuple):
    """What follows a stage: the next one, after how long in AWS, by whom, and where that is written."""

    to: str
    after: timedelta
    by: By
    source: str


def _step(to: str, by: By, source: str, *, days: float = 0, hours: float = 0, minutes: float = 0) -> Step:
    return Step(to, timedelta(days=days, hours=hours, minutes=minutes), by, source)


#: (machine, stage) -> what follows.  A stage without a row waits for a call (or for ever).
STEPS: Mapping[tuple[str, str], Step] = MappingProxyType(
    {
        # A dedicated connection: LOA, cross connect, link
        ("connection", "requested"): _step(
            "pending", "hands", "LOA within 72 hours [documented: UG:dedicated_connection]", hours=72
        ),
        ("connection", "pending"): _step("available", "hands", "cross connect made [guessed]", days=3),
        ("connection", "deleting"): _step("deleted", "aws", "Terraform waits 10 minutes", minutes=10),
        ("connection", "deleted"): _step(FORGOTTEN, "calendar", "retention [guessed]", hours=24),
        ("connection", "rejected"): _step(FORGOTTEN, "calendar", "retention [guessed]", hours=24),
        ("interconnect", "requested"): _step("pending", "hands", "as a connection", hours=72),
        ("interconnect", "pending"): _step("available", "hands", "as a connection", days=3),
        ("interconnect", "deleting"): _step("deleted", "aws", "as a connection", minutes=10),
        ("interconnect", "deleted"): _step(FORGOTTEN, "calendar", "as a connection", hours=24),
        # A hosted connection waits in "ordering" for ConfirmConnection [documented: API:Connection]
        ("hosted connection", "pending"): _step("available", "hands", "minutes [client-proven: TF]", minutes=5),
        ("hosted connection", "deleting"): _step("deleted", "aws", "as a connection", minutes=10),
        ("hosted connection", "deleted"): _step(FORGOTTEN, "calendar", "as a connection", hours=24),
        ("hosted connection", "rejected"): _step(FORGOTTEN, "calendar", "as a connection", hours=24),
        # A LAG is initialized when its first member is; by the clock also without one, and is down then: both
        # "pending" and "down" were captured while all members were requested [recorded: ANS, CLI]
        # "requested" by a quirk only: until the letter of a member is there [documented: API:Lag]
        ("lag", "requested"): _step("pending", "aws", "the letter is there [documented: API:Lag]"),
        ("lag", "pending"): _step("available", "aws", "captured later as down [recorded: CLI]", hours=1),
        ("lag", "deleting"): _step("deleted", "aws", "Terraform waits 10 minutes", minutes=10),
        ("lag", "deleted"): _step(FORGOTTEN, "calendar", "as a connection", hours=24),
        # A connection on its way between LAGs and parents: without a link, or interrupted [documented: 2017]
        ("lag membership", "transitioning"): _step(
            "settled", "aws", "E6, Terraform retries 1 minute", minutes=1
        ),
        ("lag membership", "interrupted"): _step("settled", "hands", "as transitioning", minutes=1),
        # Virtual interfaces and their BGP peers
        ("virtual interface", "verifying"): _step(
            "pending", "hands", "up to 72 hours [documented: UG:create-vif]", hours=72
        ),
        ("virtual interface", "pending"): _step(
            "available", "hands", "minutes [client-proven: TF]", minutes=10
        ),
        ("virtual interface", "deleting"): _step("deleted", "aws", "Terraform waits 10 minutes", minutes=5),
        ("virtual interface", "deleted"): _step(
            FORGOTTEN, "calendar", "listed 15 minutes [documented: API:DescribeVirtualInterfaces]", minutes=15
        ),
        ("virtual interface", "rejected"): _step(FORGOTTEN, "calendar", "as deleted [guessed]", minutes=15),
        ("bgp peer", "verifying"): _step(
            "pending", "hands", "up to 72 hours [documented: UG:create-vif]", hours=72
        ),
        ("bgp peer", "pending"): _step("available", "hands", "minutes [client-proven: TF]", minutes=10),
        ("bgp peer", "deleting"): _step("deleted", "aws", "seconds to minutes [guessed]", minutes=1),
        # A BGP failover test ends after the time that it was given; its history is kept a year
        ("bgp test", "running"): _step(
            "completed", "calendar", "default duration [documented: UG:resiliency_failover]", minutes=180
        ),
        ("bgp test", "completed"): _step(
            FORGOTTEN, "calendar", "history [documented: UG:resiliency_failover]", days=365
        ),
        ("bgp test", "cancelled"): _step(
            FORGOTTEN, "calendar", "history [documented: UG:resiliency_failover]", days=365
        ),
        # Direct Connect gateways, associations, proposals, attachments
        ("gateway", "pending"): _step("available", "aws", "minutes [client-proven: TF]", minutes=1),
        ("gateway", "deleting"): _step("deleted", "aws", "minutes [client-proven: TF]", minutes=5),
        ("gateway", "deleted"): _step(
            FORGOTTEN,
            "calendar",
            "not returned even now [documented: API:DescribeDirectConnectGateways]",
            minutes=15,
        ),
        ("association", "associating"): _step(
            "associated", "aws", "5 to 20 minutes [client-proven: TF]", minutes=20
        ),
        ("association", "updating"): _step("associated", "aws", "as associating", minutes=5),
        ("association", "disassociating"): _step("disassociated", "aws", "as associating", minutes=20),
        ("proposal", "requested"): _step(
            "deleted", "calendar", "expires after 7 days [documented: UG:virtualgateways]", days=7
        ),
        ("proposal", "accepted"): _step(
            FORGOTTEN, "calendar", "visible 3 days [documented: UG:virtualgateways]", days=3
        ),
        ("proposal", "deleted"): _step(
            FORGOTTEN, "calendar", "visible 3 days [documented: UG:virtualgateways]", days=3
        ),
        ("attachment", "attaching"): _step("attached", "aws", "minutes [guessed]", minutes=5),
        ("attachment", "detaching"): _step("detached", "aws", "minutes [guessed]", minutes=5),
        ("attachment", "detached"): _step(FORGOTTEN, "calendar", "as its interface [guessed]", minutes=15),
        # MACsec keys
        ("macsec key", "associating"): _step("associated", "aws", "minutes [guessed]", minutes=5),
        ("macsec key", "disassociating"): _step("disassociated", "aws", "minutes [guessed]", minutes=5),
        ("macsec change", "pending"): _step(
            "settled", "aws", "for a while [client-proven: TF#26274]", minutes=5
        ),
        # Resiliency groups (model of botocore: states)
        ("resiliency group", "pending"): _step("available", "aws", "minutes [guessed]", minutes=1),
        ("resiliency group", "deleting"): _step(
            "deleted", "aws", "asynchronous [documented: API:DeleteResiliencyGroup]", minutes=5
        ),
        ("resiliency group", "deleted"): _step(FORGOTTEN, "calendar", "briefly [guessed]", minutes=15),
        # Maintenance windows, each step at a date of its own
        ("maintenance", "planned"): _step("announced", "calendar", "14 days before [documented: KCM]"),
        ("maintenance", "announced"): _step(
            "told again", "calendar", "7 days and 1 day before [documented: KCM]"
        ),
        ("maintenance", "told again"): _step("told again", "calendar", "the same"),
        ("maintenance", "under way"): _step("complete", "calendar", "4 hours [documented: UG:dx-maintenance]"),
        ("maintenance", "complete"): _step(
            FORGOTTEN, "calendar", "shown 90 days [documented: HEALTH]", days=90
        ),
        ("resiliency association", "associating"): _step("associated", "aws", "minutes [guessed]", minutes=1),
        ("resiliency association", "disassociating"): _step(
            "disassociated", "aws", "minutes [guessed]", minutes=1
        ),
    }
)

#: Stages in which something ends: what it holds is free before any next call.
_ENDING = frozenset({"deleting", "disassociating", "detaching"})

#: Machines whose stage is kept in another attribute than ``stage``.
_ATTRIBUTE = {"lag membership": "membership", "macsec change": "key_change"}


def _taken(due: dict[str, dict[str, Any]]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Take what is due out of a dict until it is empty, in order, with what is added or dropped meanwhile.

    Asking a dict for its first key again and again would walk over all places that are empty already.
    """
    while due:
        names, planned = list(reversed(due)), list(reversed(due.values()))
        while names:
            resource_id, machines = names.pop(), planned.pop()
            if due.get(resource_id) is machines:  # else it was dropped; what was added again comes later
                yield resource_id, due.pop(resource_id)


class Lifecycle:
    """Takes the steps of :data:`STEPS` when the policy says so.

    ``effects`` maps (machine, stage) to what happens to the graph when a resource enters that stage, and
    ``ready`` maps a machine's stage to whether its next step can be taken yet; both are filled in by the
    world, so that this engine knows no resource.
    """

    def __init__(
        self,
        policy: str,
        clock: Clock,
        journal: Journal,
        history: History,
        transition: Callable[[str], Mapping[str, Any] | None] = lambda machine: None,
    ) -> None:
        self.policy = policy
        self.clock = clock
        self.journal = journal
        self.history = history
        #: what moto's state manager says of a machine, which goes before the policy
        self.transition = transition
        self.effects: dict[tuple[str, str], Callable[[Any], None]] = {}
        self.ready: dict[tuple[str, str], Callable[[Any], bool]] = {}
        #: when the step that follows a stage falls due, where that depends on the resource
        self.dates: dict[tuple[str, str], Callable[[Any], datetime]] = {}
        #: id -> machine -> resource: what is due before the next look, in order
        self.next_look: dict[str, dict[str, Any]] = {}
        #: the same for deletions under way, which are due before any next call: what they held is free then
        self.next_call: dict[str, dict[str, Any]] = {}
        #: id -> machine -> [resource, looks that are left], by moto's "manual" progression
        self.counted: dict[str, dict[str, list[Any]]] = {}
        #: (due, number, machine, resource), a heap
        self.calendar: list[tuple[datetime, int, str, Any]] = []
        self.plans: int = 0
        #: when the step that the calendar is taking fell due
        self._moment: datetime | None = None
        #: (machine, id) -> since when a step is due that waits for the next look or call
        self.due_since: dict[tuple[str, str], datetime] = {}
        #: the same of the step that is taken now
        self._since: datetime | None = None
        #: the number of the plan that counts, of those that a resource has in the calendar
        self.latest: dict[tuple[str, str], int] = {}
        #: what was due of a kind when the open journal first noted it
        self._noted: dict[str, dict[str, dict[str, Any]]] = {}
        self.steps: dict[tuple[str, str], Step] = dict(STEPS)

    def stage_of(self, machine: str, resource: Any) -> str:
        """Return the stage of one of a resource's machines."""
        stage: str = getattr(resource, _ATTRIBUTE.get(machine, "stage"))
        return stage

    def enter(self, resource: Any, stage: str, machine: str | None = None) -> None:
        """Put a resource into a stage, with its effects, and plan what follows."""
        machine = machine or resource.kind
        self.journal.keep(resource)
        setattr(resource, _ATTRIBUTE.get(machine, "stage"), stage)
        self.history.note(resource)
        self._drop_plan(resource, machine)
        effect = self.effects.get((machine, stage))
        if effect is not None:
            effect(resource)
        self.plan(resource, machine)

    def plan(self, resource: Any, machine: str | None = None) -> None:
        """Plan the step that follows the stage that a resource is in."""
        machine = machine or resource.kind
        step = self.steps.get((machine, self.stage_of(machine, resource)))
        if step is None:
            return
        chosen = None if step.by == "calendar" else self.transition(machine)
        if chosen is not None:
            self._plan_as_chosen(chosen, resource, machine)
        elif step.by == "calendar" or self.policy == "timed":
            date = self.dates.get((machine, self.stage_of(machine, resource)))
            self.at(self.now() + step.after if date is None else date(resource), resource, machine)
        elif step.by == "aws" or self.policy == "auto":
            self._plan_for_next(resource, machine)

    def _plan_for_next(self, resource: Any, machine: str) -> None:
        """Plan a step for the next look; that of a deletion for any next call."""
        ending = self.stage_of(machine, resource) in _ENDING
        self._note_due("next_call" if ending else "next_look", resource.id)
        due = self.next_call if ending else self.next_look
        due.setdefault(resource.id, {})[machine] = resource
        self.journal.keep_item(self.due_since, (machine, resource.id))
        self.due_since[machine, resource.id] = self.happening()

    def _plan_as_chosen(self, chosen: Mapping[str, Any], resource: Any, machine: str) -> None:
        """Plan a step as moto's state manager says."""
        progression = chosen["progression"]
        if progression == "time":
            self.at(self.now() + timedelta(seconds=chosen["seconds"]), resource, machine)
        elif progression == "manual" and chosen["times"] > 0:
            self._note_due("counted", resource.id)
            waiting = self.counted.setdefault(resource.id, {})
            waiting.setdefault(machine, [resource, chosen["times"]])
        else:
            self._plan_for_next(resource, machine)

    def count_look(self, shows: Callable[[str, Any], bool]) -> None:
        """Count a look at what ``shows(machine, resource)`` says, and take the steps that waited for it."""
        before = [(entry, entry[1]) for machines in self.counted.values() for entry in machines.values()]
        for resource_id in self.counted:
            self._note_due("counted", resource_id)

        def recount() -> None:
            for entry, left in before:
                entry[1] = left

        self.journal.note(recount)
        for resource_id, machines in list(self.counted.items()):
            for machine, entry in list(machines.items()):
                if not shows(machine, entry[0]):
                    continue
                entry[1] -= 1
                if entry[1] <= 0:
                    del machines[machine]
                    if not self.take_step(entry[0], machine):  # not ready: at the next look, then
                        machines[machine] = [entry[0], 1]
            if not self.counted.get(resource_id, True):
                del self.counted[resource_id]

    def now(self) -> datetime:
        """Return the time; while a step of the calendar is taken, the time at which it fell due.

        So a clock that is moved far in one go finds everything as if it had been moved in small steps.
        """
        return self._moment or self.clock.now()

    def happening(self) -> datetime:
        """Return when what happens now happened, for the history: a step that waited for a look, before it.

        What nobody has looked at was ready all the same since it could be.
        """
        return self._since or self._moment or self.clock.now()

    def _take_due(self, resource: Any, machine: str) -> None:
        """Take a step that waited for a look or a call."""
        at = machine, resource.id
        if at in self.due_since:
            self.journal.keep_items(self.due_since)
        before, self._since = self._since, self.due_since.pop(at, None)
        try:
            self.take_step(resource, machine)
        finally:
            self._since = before

    def at(self, due: datetime, resource: Any, machine: str) -> None:
        """Plan the next step of a resource for a time; it takes the place of an earlier plan."""
        self.plans += 1
        self.journal.keep_item(self.latest, (machine, resource.id))
        self.latest[machine, resource.id] = self.plans
        heapq.heappush(self.calendar, (due, self.plans, machine, resource))

    def take_step(self, resource: Any, machine: str | None = None) -> bool:
        """Take the step that follows now, if there is one and it is ready, and return whether it was taken."""
        machine = machine or resource.kind
        at = (machine, self.stage_of(machine, resource))
        step = self.steps.get(at)
        if step is None:
            return False
        ready = self.ready.get(at)
        if ready is not None and not ready(resource):
            return False
        self.enter(resource, step.to, machine)
        return True

    def settle(self) -> None:
        """Let everything happen that is due before the next look."""
        self.settle_deletions()
        if not self.next_look:
            return
        self._note_due("next_look")
        for _, machines in _taken(self.next_look):
            for machine, resource in machines.items():
                self._take_due(resource, machine)
        self.settle_deletions()

    def settle_some(self, resource_ids: Collection[str]) -> None:
        """Let happen what is due before the next look for some resources; the cost is theirs alone."""
        self.settle_deletions()
        while due := [each for each in resource_ids if each in self.next_look]:
            self._note_due("next_look")
            for resource_id in due:
                for machine, resource in self.next_look.pop(resource_id, {}).items():
                    self._take_due(resource, machine)
        self.settle_deletions()

    def settle_deletions(self) -> None:
        """Let deletions end."""
        if not self.next_call:
            return
        self._note_due("next_call")
        for _, machines in _taken(self.next_call):
            for machine, resource in machines.items():
                self._take_due(resource, machine)

    def _drop_plan(self, resource: Any, machine: str) -> None:
        for kind in ("next_look", "next_call", "counted"):
            due: dict[str, dict[str, Any]] = getattr(self, kind)
            machines = due.get(resource.id)
            if machines is not None and machine in machines:
                self._note_due(kind, resource.id)
            if machines is not None and machines.pop(machine, None) is not None and not machines:
                del due[resource.id]
        plan = machine, resource.id
        if plan in self.due_since:
            self.journal.keep_items(self.due_since)
            del self.due_since[plan]
        if plan in self.latest:
            self.journal.keep_items(self.latest)
            del self.latest[plan]

    def mark(self) -> None:
        """Open the journal, so that what is settled from here on can be taken back."""
        if self.journal.is_open:
            return
        self.journal.open()
        self._noted.clear()
        plans = self.plans

        def undo() -> None:
            if self.plans > plans:
                self.calendar = [entry for entry in self.calendar if entry[1] <= plans]
                heapq.heapify(self.calendar)
                self.plans = plans

        self.journal.note(undo)

    def _note_due(self, kind: str, resource_id: str | None = None) -> None:
        """Note what is due of a kind, and in which order, before it changes.

        With ``resource_id`` what is due of that resource is about to change, too.
        """
        if not self.journal.is_open:
            return
        due: dict[str, dict[str, Any]] = getattr(self, kind)
        if kind not in self._noted:
            self._noted[kind] = dict(due)
            self.journal.note(partial(setattr, self, kind, self._noted[kind]))
        before = self._noted[kind]
        if resource_id in before and before[resource_id] is due.get(resource_id):
            before[resource_id] = dict(before[resource_id])

    def run_calendar(self) -> None:
        """Let everything happen that has fallen due on the clock, in the order of its time."""
        if not self.calendar:
            return
        now = self.clock.now()
        while self.calendar and self.calendar[0][0] <= now:
            due, number, machine, resource = heapq.heappop(self.calendar)
            if self.latest.get((machine, resource.id)) == number:  # else a later plan stands for it
                del self.latest[machine, resource.id]
                self._moment = due
                try:
                    self.take_step(resource, machine)
                finally:
                    self._moment = None
