"""Resiliency groups: connections that are to meet a resiliency model together."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from dx_mock.graph.resources import Connection


@dataclass(slots=True, eq=False)
class ResiliencyGroup:
    """A resiliency group of one account in one Region."""

    id: str
    owner: str
    name: str
    region: str
    #: the resiliency model that it should meet
    model: str
    stage: str
    sequence: int = 0
    tags: dict[str, str] | None = None
    #: by the id of the connection
    associations: dict[str, ResiliencyAssociation] = field(default_factory=dict)
    kind: Literal["resiliency group"] = "resiliency group"


@dataclass(slots=True, eq=False)
class ResiliencyAssociation:
    """A connection in a resiliency group."""

    id: str
    group: ResiliencyGroup
    connection: Connection
    stage: str
    sequence: int = 0
    region: str = ""
    kind: Literal["resiliency association"] = "resiliency association"
