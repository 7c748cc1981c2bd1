"""A caller: what one account may see and do in one Region."""

from __future__ import annotations

from dx_mock.service.customers import CustomerRules
from dx_mock.service.failover import FailoverTestRules
from dx_mock.service.hosted import HostedConnectionRules
from dx_mock.service.lags import LagRules
from dx_mock.service.letters import LetterRules
from dx_mock.service.macsec import MacSecRules
from dx_mock.service.proposals import ProposalRules
from dx_mock.service.resiliency import ResiliencyRules
from dx_mock.service.routers import RouterRules
from dx_mock.service.routes import RouteRules
from dx_mock.service.virtual_interface_changes import VirtualInterfaceChangeRules


class Caller(
    LagRules,
    HostedConnectionRules,
    LetterRules,
    VirtualInterfaceChangeRules,
    FailoverTestRules,
    RouterRules,
    RouteRules,
    ProposalRules,
    MacSecRules,
    CustomerRules,
    ResiliencyRules,
):
    """Every rule of the service as one account meets it in one Region; a family of operations a base class.

    Methods check everything first and change the graph after: a refused call changes nothing.
    """
