"""DirectConnectBackend: what one account may see and do in one Region."""

from __future__ import annotations

from dx_mock.service.customers import CustomersBackend
from dx_mock.service.failover import FailoverBackend
from dx_mock.service.hosted import HostedBackend
from dx_mock.service.lags import LagsBackend
from dx_mock.service.letters import LettersBackend
from dx_mock.service.macsec import MacSecBackend
from dx_mock.service.proposals import ProposalsBackend
from dx_mock.service.resiliency import ResiliencyBackend
from dx_mock.service.routers import RoutersBackend
from dx_mock.service.routes import RoutesBackend
from dx_mock.service.virtual_interface_changes import VirtualInterfaceChangesBackend


class DirectConnectBackend(
    LagsBackend,
    HostedBackend,
    LettersBackend,
    VirtualInterfaceChangesBackend,
    FailoverBackend,
    RoutersBackend,
    RoutesBackend,
    ProposalsBackend,
    MacSecBackend,
    CustomersBackend,
    ResiliencyBackend,
):
    """Every rule of the service as one account meets it in one Region; a family of operations a base class.

    Methods check everything first and change the graph after: a refused call changes nothing.
    """


__all__ = ["DirectConnectBackend"]
