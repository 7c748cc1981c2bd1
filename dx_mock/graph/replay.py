"""The graph as it was: resources with the facts of an earlier time, for the functions of :mod:`graph.states`.

A replay makes resources of the same classes as those of the graph, of only those that a question is about, and
takes them through all of their changes in order.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Collection, Iterator
from datetime import datetime
from functools import cache
from operator import itemgetter
from typing import Any

from dx_mock.graph.gateway_resources import Association, Gateway
from dx_mock.graph.history import FACTS, GONE, History, Past
from dx_mock.graph.resources import Connection, Lag, VirtualInterface

#: Stages at whose beginning a part leaves its whole.
LEFT = frozenset({GONE, "deleted", "rejected", "disassociated"})

_LINKS = frozenset({"lag", "parent", "moving_with", "virtual_interface", "holder"})

Steps = list[tuple[datetime, Any]]


# --- which resources a question is about -------------------------------------------------------------------


def carriers_of(history: History, resource_ids: Collection[str]) -> dict[str, Past]:
    """Return the pasts of resources and of everything that ever carried them, keys and members included."""
    found: dict[str, Past] = {}
    todo = list(resource_ids)
    while todo:
        past = history.pasts.get(todo.pop())
        if past is None or past.id in found:
            continue
        found[past.id] = past
        todo += _carriers(history, past)
    return found


def _carriers(history: History, past: Past) -> Iterator[str]:
    cls = past.kind.cls
    for name in _LINKS.intersection(past.kind.facts):
        yield from (each for each in past.ever(name) if each is not None)
    if cls in (Connection, Lag):
        yield from (each.id for each in history.relatives("holder", past.id))
    if cls is Lag:
        yield from (each.id for each in history.relatives("lag", past.id))
    if cls is VirtualInterface:
        yield from (each.id for each in history.relatives("virtual_interface", past.id))


def riders_of(history: History, past: Past) -> set[str]:
    """Return the ids of all that ever rode on a connection or LAG, or on a LAG that it was in."""
    found: set[str] = set()
    todo = [past.id]
    if past.kind.cls is Connection:
        todo += (each for each in past.ever("lag") if each is not None)
    while todo:
        for rider in history.relatives("parent", todo.pop()):
            if rider.id not in found:
                found.add(rider.id)
                todo.append(rider.id)
    return found


def gateways_of(history: History, past: Past) -> set[str]:
    """Return the ids of what decides on what is announced on a virtual interface: all around its gateways."""
    found: set[str] = set()
    for gateway_id in past.ever("gateway_id"):
        if gateway_id:
            found |= {each.id for each in history.relatives("gateway", gateway_id)}
            others = history.relatives("gateway_id", gateway_id)
            found |= {other.id for other in others if True in other.ever("site_link")}
    return found


# --- taking them through their changes ---------------------------------------------------------------------


@cache
def _blank(cls: Any) -> tuple[tuple[str, Any, Any], ...]:
    """Return the fields of a class with the means to fill them."""
    return tuple(
        (
            field.name,
            None if field.default is dataclasses.MISSING else field.default,
            None if field.default_factory is dataclasses.MISSING else field.default_factory,
        )
        for field in dataclasses.fields(cls)
    )


def _made(past: Past) -> Any:
    cls: Any = past.kind.cls
    made = cls.__new__(cls)
    for name, default, factory in _blank(cls):
        setattr(made, name, default if factory is None else factory())
    made.id = past.id
    for name, value in past.constants.items():
        setattr(made, name, value)
    return made


class Then:
    """Some resources of the graph as they were at a time."""

    def __init__(self, pasts: Collection[Past]) -> None:
        #: all of them from the beginning, so that they can link to each other; without a stage before they are
        self.resources: dict[str, Any] = {past.id: _made(past) for past in pasts}
        self.gateways: dict[str, Gateway] = {}
        #: those that were available once, and report since
        self.started: set[str] = set()
        #: id -> what a test had set
        self.values: dict[str, dict[str, Any]] = {past.id: {} for past in pasts}

    def gateway(self, gateway_id: str) -> Gateway:
        """Return a gateway with the associations that it had."""
        found = self.gateways.get(gateway_id)
        if found is None:
            found = self.gateways[gateway_id] = Gateway(gateway_id, "", "", 0, "", "available")
        return found

    def begin(self, past: Past) -> None:
        """Let a resource begin, with its first facts; the stage comes last, as it may end links."""
        made = self.resources[past.id]
        for name, value in reversed(tuple(zip(past.kind.facts, past.first, strict=True))):
            self.change(made, name, value)

    def change(self, resource: Any, name: str, value: Any) -> None:
        """Give a resource another fact; what links to it from the other end follows."""
        if name in _LINKS:
            self._part(resource, name)
            setattr(resource, name, self.resources.get(value))
            self._join(resource, name)
        elif name == "gateway":
            resource.gateway = self.gateway(value)
            resource.gateway.associations[resource.id] = resource
        elif name == "announced":
            resource.announced = dict.fromkeys(value)
        elif name == "stage":
            resource.stage = value
            if value in ("available", "testing"):
                self.started.add(resource.id)
            if value in LEFT:
                self._leave(resource)
        elif name in FACTS[type(resource).__name__].facts:
            setattr(resource, name, value)
        else:
            self.values[resource.id][name] = value

    def _leave(self, resource: Any) -> None:
        if isinstance(resource, Association):
            resource.gateway.associations.pop(resource.id, None)
        for name in _LINKS.intersection(FACTS[type(resource).__name__].facts):
            self._part(resource, name)

    @staticmethod
    def _group(resource: Any, name: str) -> dict[Any, Any] | None:
        """Return where the other end of a link lists a resource; ids stand for VLANs here."""
        other = getattr(resource, name)
        if other is None:
            return None
        if name == "lag":
            return None if resource.kind == "hosted connection" else other.members
        if name == "virtual_interface":
            return other.peers  # type: ignore[no-any-return]
        if name == "parent":
            attribute = "hosted" if isinstance(resource, Connection) else "virtual_interfaces"
            if getattr(other, attribute) is None:
                setattr(other, attribute, {})
            return getattr(other, attribute)  # type: ignore[no-any-return]
        return None

    def _part(self, resource: Any, name: str) -> None:
        group = self._group(resource, name)
        if group is not None:
            group.pop(resource.id, None)
        if name == "holder" and resource.holder is not None:
            resource.holder.macsec_keys = [
                each for each in resource.holder.macsec_keys or () if each is not resource
            ]

    def _join(self, resource: Any, name: str) -> None:
        group = self._group(resource, name)
        if group is not None:
            group[resource.id] = resource
        if name == "holder" and resource.holder is not None:
            resource.holder.macsec_keys = [*(resource.holder.macsec_keys or ()), resource]


def replay(pasts: Collection[Past]) -> Iterator[tuple[datetime, Then]]:
    """Go through the times at which something changed, and return each with the resources as they were then."""
    events: list[tuple[datetime, Past, str, Any]] = []
    for past in pasts:
        events.append((past.born, past, "", None))
        events += ((when, past, name, value) for when, name, value in past.points)
    events.sort(key=itemgetter(0))
    then = Then(pasts)
    for number, (when, past, name, value) in enumerate(events):
        if name:
            then.change(then.resources[past.id], name, value)
        else:
            then.begin(past)
        if number + 1 == len(events) or events[number + 1][0] != when:
            yield when, then


def steps(pasts: Collection[Past], value: Callable[[Then], Any]) -> Steps:
    """Return when a value changed, and what it became."""
    found: Steps = []
    for when, then in replay(pasts):
        seen = value(then)
        if not found or found[-1][1] != seen:
            found.append((when, seen))
    return found
