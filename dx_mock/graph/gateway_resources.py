"""Direct Connect gateways and their connections: global resources, besides the regional ones."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from dx_mock.graph.resources import VirtualInterface

AssociatedType = Literal["virtualPrivateGateway", "transitGateway"]


@dataclass(slots=True, eq=False)
class Gateway:
    """A Direct Connect gateway: the same from every Region of its partition, so it has no Region."""

    id: str
    owner: str
    name: str
    asn: int
    partition: str
    stage: str
    sequence: int = 0
    tags: dict[str, str] | None = None
    #: why the last deletion failed
    state_change_error: str | None = None
    #: by the id of the association
    associations: dict[str, Association] = field(default_factory=dict)
    #: by the id of the virtual interface
    attachments: dict[str, Attachment] = field(default_factory=dict)
    region: str = ""
    kind: Literal["gateway"] = "gateway"


@dataclass(slots=True, eq=False)
class Association:
    """A virtual private or transit gateway on a Direct Connect gateway."""

    id: str
    gateway: Gateway
    associated_id: str
    associated_type: AssociatedType
    #: owner and Region of the associated gateway
    owner: str
    region: str
    stage: str
    prefixes: list[str]
    sequence: int = 0
    kind: Literal["association"] = "association"


@dataclass(slots=True, eq=False)
class Proposal:
    """A proposal to the owner of a Direct Connect gateway to associate the proposer's gateway with it."""

    id: str
    gateway: Gateway
    associated_id: str
    associated_type: AssociatedType
    #: owner and Region of the proposer's gateway, the one to be associated
    owner: str
    region: str
    stage: str
    requested: list[str]
    existing: list[str] | None = None
    sequence: int = 0
    kind: Literal["proposal"] = "proposal"


@dataclass(slots=True, eq=False)
class Attachment:
    """A virtual interface on a gateway."""

    id: str
    gateway: Gateway
    virtual_interface: VirtualInterface
    stage: str
    sequence: int = 0
    region: str = ""
    kind: Literal["attachment"] = "attachment"
