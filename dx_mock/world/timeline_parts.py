"""What a timeline is made of."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True)
class Band:
    """A state of a resource, and from when to when it had it."""

    start: datetime
    end: datetime
    state: str


@dataclass(frozen=True)
class Plot:
    """A rate or the light of a resource, at times of equal distance; None where there was none."""

    name: str
    unit: str
    values: list[float | None]


@dataclass(frozen=True)
class Line:
    """The past of one resource."""

    id: str
    kind: str
    name: str
    bands: list[Band]
    graphs: list[Plot] = field(default_factory=list)
