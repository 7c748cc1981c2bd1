"""What the rules ask of other AWS services, as small protocols: the world is given who answers when it starts.

Without anybody, the empty implementations stand in: no VPC, no secret, no transition that a test has set.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from dx_mock.graph.gateway_resources import Association


@dataclass(frozen=True)
class VirtualGateway:
    """A virtual private gateway as far as Direct Connect cares; ``vpc_id`` is None while it is detached."""

    id: str
    state: str
    asn: int
    vpc_id: str | None


@dataclass(frozen=True)
class TransitGateway:
    """A transit gateway as far as Direct Connect cares."""

    id: str
    state: str
    asn: int


class OtherServices(Protocol):
    """Whether the other AWS services answer in a world, and how they begin and end with it."""

    #: a server of this process answers them for the world
    served: bool
    #: the world may start them
    may_start: bool

    def is_in_play(self) -> bool:
        """Return whether they answer now."""

    def bring_into_play(self) -> bool:
        """Start them if the world's settings let them; return whether they answer now."""

    def start(self) -> None:
        """Start them for the rest of the world's life, unless they answer already."""

    def pass_on(self, heir: Any) -> None:
        """Leave what was started for this world to another one that is still active."""

    def stop(self) -> None:
        """End what was started for this world."""


class Ec2(Protocol):
    """Gateways, VPCs and attachments of EC2."""

    def is_in_play(self) -> bool:
        """Return whether EC2 answers in this world now."""

    def bring_into_play(self) -> bool:
        """Start EC2 if the world's settings let it; return whether it answers now."""

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


class SecretStore(Protocol):
    """MACsec secrets in Secrets Manager."""

    def cak_of(self, account_id: str, region: str, name: str) -> str | None:
        """Return the CAK that a secret has now; None where there is no such secret, or none with a CAK."""

    def is_deleted(self, account_id: str, region: str, arn: str) -> bool:
        """Return whether somebody has deleted a secret in Secrets Manager."""

    def store(self, account_id: str, region: str, name: str, arn: str, ckn: str, cak: str) -> None:
        """Keep a pair of CKN and CAK where GetSecretValue finds it by name and by ARN."""


class Transitions(Protocol):
    """Transitions that a test has set for a state machine; they go before ``provisioning``."""

    def transition(self, machine: str) -> Mapping[str, Any] | None:
        """Return what a test has set for a machine; None where it has set nothing."""

    def shows(self, operation: str, named: Collection[str], machine: str, resource: Any) -> bool:
        """Return whether a call that looks shows a resource, so that it counts as a look at it."""


class NoOtherServices:
    """Nobody answers another service."""

    served = False
    may_start = False

    def is_in_play(self) -> bool:
        """Return False."""
        return False

    def bring_into_play(self) -> bool:
        """Return False."""
        return False

    def start(self) -> None:
        """There is nothing to start."""

    def pass_on(self, heir: Any) -> None:
        """Nothing was started."""

    def stop(self) -> None:
        """There is nothing to end."""


class NoEc2:
    """An EC2 that does not answer: any well-formed id stands for a gateway that is there."""

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
        """Take nothing away."""


class NoSecrets:
    """A Secrets Manager that keeps nothing: the ARN alone is what Direct Connect shows."""

    def cak_of(self, account_id: str, region: str, name: str) -> str | None:
        """Return None."""

    def is_deleted(self, account_id: str, region: str, arn: str) -> bool:
        """Return False."""
        return False

    def store(self, account_id: str, region: str, name: str, arn: str, ckn: str, cak: str) -> None:
        """Keep nothing."""


class NoTransitions:
    """No test has set a transition."""

    def transition(self, machine: str) -> Mapping[str, Any] | None:
        """Return None."""

    def shows(self, operation: str, named: Collection[str], machine: str, resource: Any) -> bool:
        """Return True: without a transition nothing is counted."""
        return True


@dataclass
class Ports:
    """Who answers a world's questions to other services."""

    other_services: OtherServices = field(default_factory=NoOtherServices)
    ec2: Ec2 = field(default_factory=NoEc2)
    secrets: SecretStore = field(default_factory=NoSecrets)
    transitions: Transitions = field(default_factory=NoTransitions)
