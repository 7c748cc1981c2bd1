"""What a world is given at its start, so that its rules reach moto's other services."""

from __future__ import annotations

from dx_mock.engine.ports import Ports
from dx_mock.engine.settings import Settings
from dx_mock.moto_services.ec2 import MotoEc2
from dx_mock.moto_services.runtime import MotoServices
from dx_mock.moto_services.secrets_manager import MotoSecrets
from dx_mock.moto_services.time_passing import MotoObservers
from dx_mock.moto_services.transitions import MotoTransitions


def moto_ports(settings: Settings) -> Ports:
    """Return the ports of a new world; nothing of moto is imported until it is needed."""
    services = MotoServices(settings)
    return Ports(services, MotoEc2(services), MotoSecrets(services), MotoTransitions(), MotoObservers())
