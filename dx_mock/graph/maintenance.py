"""Maintenance of AWS's side of a link: a window that is announced, begins and ends."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from dx_mock.graph.resources import Connection, Lag


@dataclass(slots=True, eq=False)
class Notice:
    """What AWS Health told at a time: an event that is new, or one that was told again."""

    time: datetime
    code: str
    #: whether AWS has told the same before
    again: bool = False


@dataclass(slots=True, eq=False)
class Maintenance:
    """A maintenance window; its id is the last part of the ARNs of its events."""

    id: str
    region: str
    target: Connection | Lag
    start: datetime
    end: datetime
    emergency: bool
    #: when AWS announces it
    announcement: datetime
    stage: str = "planned"
    #: account -> ids of what is its own and may become unavailable, as of the announcement
    affected: dict[str, list[str]] = field(default_factory=dict)
    notices: list[Notice] = field(default_factory=list)
    #: the ports that it holds down now
    ports: list[Connection] = field(default_factory=list)
    kind: Literal["maintenance"] = "maintenance"


def affected_by(target: Connection | Lag) -> dict[str, list[str]]:
    """Return what rides on a port or LAG, and itself, by the accounts that are told."""
    found: dict[str, list[str]] = {}

    def add(account: str, resource_id: str) -> None:
        ids = found.setdefault(account, [])
        if resource_id not in ids:
            ids.append(resource_id)

    carriers: list[Connection | Lag] = [target]
    if isinstance(target, Lag):
        carriers += target.members.values()
    carriers += [each for carrier in list(carriers) for each in (carrier.hosted or {}).values()]
    for carrier in carriers:
        add(carrier.owner, carrier.id)
        if isinstance(carrier, Connection) and carrier.parent is not None:
            add(carrier.parent.owner, carrier.id)
        for interface in (carrier.virtual_interfaces or {}).values():
            add(carrier.owner, interface.id)
            add(interface.owner, interface.id)
    return found


def begin(maintenance: Maintenance) -> None:
    """Take the links down."""
    target = maintenance.target
    maintenance.ports = list(target.members.values()) if isinstance(target, Lag) else [target]
    for port in maintenance.ports:
        port.windows += 1


def end(maintenance: Maintenance) -> None:
    """Give the links back, unless another window holds them down or somebody has pulled the fibre."""
    for port in maintenance.ports:
        port.windows -= 1
    maintenance.ports = []
