"""What the rules need from other AWS services, as small protocols; a world gets implementations when it starts.

By default it gets the empty ones: without VPCs, secrets and transitions that a test has set.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from dx_mock.graph.gateway_resources import Association


@dataclass(frozen=True)
class VirtualGateway:
    """The facts of a virtual private gateway that matter here; ``vpc_id`` is None while it is detached."""

    id: str
    state: str
    asn: int
    vpc_id: str | None


@dataclass(frozen=True)
class TransitGateway:
    """The facts of a transit gateway that matter here."""

    id: str
    state: str
    asn: int


class OtherServices(Protocol):
    """Start and stop the other AWS services with a world, and know whether they answer in it."""

    #: whether a server of this process answers for them
    served: bool
    #: whether the world may start them
    may_start: bool

    def is_in_play(self) -> bool:
        """Return whether they answer now."""

    def bring_into_play(self) -> bool:
        """Start them if the world's settings allow it; return whether they answer now."""

    def start(self) -> None:
        """Start them for the rest of the world's life, unless they answer already."""

    def ends_with_it(self, end: Callable[[], None]) -> None:
        """Call ``end`` when the world ends."""

    def stop(self, heirs: Callable[[], Iterable[Any]] = tuple) -> None:
        """Stop what was started for this world, or leave it to one of those that ``heirs`` gives."""


class Ec2(Protocol):
    """EC2's gateways, VPCs and attachments."""

    def is_in_play(self) -> bool:
        """Return whether EC2 answers in this world now."""

    def bring_into_play(self) -> bool:
        """Start EC2 if the world's settings allow it; return whether it answers now."""

    def has_virtual_gateways(self) -> bool:
        """Return whether anybody has made a virtual private gateway, in any account and Region."""

    def virtual_gateway(self, account_id: str, region: str, gateway_id: str) -> VirtualGateway | None:
        """Return a virtual private gateway of an account in a Region, or None."""

    def virtual_gateways(self, account_id: str, region: str) -> list[VirtualGateway]:
        """Return the virtual private gateways of an account in a Region."""

    def transit_gateway(self, account_id: str, region: str, gateway_id: str) -> TransitGateway | None:
        """Return a transit gateway of an account in a Region, or None."""

    def cidrs_of_vpc(self, account_id: str, region: str, vpc_id: str) -> list[str]:
        """Return the IPv4 CIDRs of a VPC, the primary one first."""

    def begin_association(self, association: Association) -> None:
        """Show a Direct Connect gateway among the attachments of its associated transit gateway."""

    def end_association(self, association: Association) -> None:
        """Take a Direct Connect gateway away from the attachments of a transit gateway."""

    def private_vpn(self, association: Association) -> tuple[str, str] | None:
        """Return the attachment of an association and a private IP VPN that goes over it, or None."""


class SecretStore(Protocol):
    """MACsec secrets in Secrets Manager."""

    def cak_of(self, account_id: str, region: str, name: str) -> str | None:
        """Return the CAK that a secret has now, or None if there is no such secret or it has no CAK."""

    def is_deleted(self, account_id: str, region: str, arn: str) -> bool:
        """Return whether somebody has deleted a secret in Secrets Manager."""

    def store(self, account_id: str, region: str, name: str, arn: str, ckn: str, cak: str) -> None:
        """Store a pair of CKN and CAK so that GetSecretValue finds it by name and by ARN."""


class Transitions(Protocol):
    """Transitions that a test has set for a state machine; they override ``provisioning``."""

    def transition(self, machine: str) -> Mapping[str, Any] | None:
        """Return the transition that a test has set for a machine, or None."""

    def shows(self, operation: str, named: Collection[str], machine: str, resource: Any) -> bool:
        """Return whether a describing call shows a resource, and so counts for the resource's transition."""


class Observers(Protocol):
    """Those in other services who watch what happens in time: alarms, and who is told of maintenance."""

    def time_has_passed(self, world: Any) -> None:
        """Tell them what has happened in a world up to its present, in the order of time."""


class NoOtherServices:
    """Other services that never answer."""

    served = False
    may_start = False

    def is_in_play(self) -> bool:
        """Return False."""
        return False

    def bring_into_play(self) -> bool:
        """Return False."""
        return False

    def start(self) -> None:
        """Do nothing."""

    def ends_with_it(self, end: Callable[[], None]) -> None:
        """Do nothing: a world without other services is served to nobody."""

    def stop(self, heirs: Callable[[], Iterable[Any]] = tuple) -> None:
        """Do nothing: nothing was started."""


class NoEc2:
    """An EC2 that does not answer: any well-formed id counts as the id of an existing gateway."""

    def is_in_play(self) -> bool:
        """Return False."""
        return False

    def bring_into_play(self) -> bool:
        """Return False."""
        return False

    def has_virtual_gateways(self) -> bool:
        """Return False."""
        return False

    def virtual_gateway(self, account_id: str, region: str, gateway_id: str) -> VirtualGateway | None:
        """Return None."""

    def virtual_gateways(self, account_id: str, region: str) -> list[VirtualGateway]:
        """Return an empty list."""
        return []

    def transit_gateway(self, account_id: str, region: str, gateway_id: str) -> TransitGateway | None:
        """Return None."""

    def cidrs_of_vpc(self, account_id: str, region: str, vpc_id: str) -> list[str]:
        """Return an empty list."""
        return []

    def begin_association(self, association: Association) -> None:
        """Show nothing."""

    def end_association(self, association: Association) -> None:
        """Hide nothing."""

    def private_vpn(self, association: Association) -> tuple[str, str] | None:
        """Return None."""


class NoSecrets:
    """A Secrets Manager that keeps nothing: Direct Connect shows the ARNs only."""

    def cak_of(self, account_id: str, region: str, name: str) -> str | None:
        """Return None."""

    def is_deleted(self, account_id: str, region: str, arn: str) -> bool:
        """Return False."""
        return False

    def store(self, account_id: str, region: str, name: str, arn: str, ckn: str, cak: str) -> None:
        """Keep nothing."""


class NoTransitions:
    """Transitions of which none has been set."""

    def transition(self, machine: str) -> Mapping[str, Any] | None:
        """Return None."""

    def shows(self, operation: str, named: Collection[str], machine: str, resource: Any) -> bool:
        """Return True, as nothing is counted without a transition."""
        return True


class NoObservers:
    """Nobody watches."""

    def time_has_passed(self, world: Any) -> None:
        """Tell nobody."""


@dataclass
class Ports:
    """The implementations through which a world reaches other services."""

    other_services: OtherServices = field(default_factory=NoOtherServices)
    ec2: Ec2 = field(default_factory=NoEc2)
    secrets: SecretStore = field(default_factory=NoSecrets)
    transitions: Transitions = field(default_factory=NoTransitions)
    observers: Observers = field(default_factory=NoObservers)
