"""DirectConnectBackend: what one account may see and do in one Region."""

from __future__ import annotations

from dx_mock.backend.customers import CustomersBackend
from dx_mock.backend.failover import FailoverBackend
from dx_mock.backend.hosted import HostedBackend
from dx_mock.backend.lags import LagsBackend
from dx_mock.backend.letters import LettersBackend
from dx_mock.backend.macsec import MacSecBackend
from dx_mock.backend.proposals import ProposalsBackend
from dx_mock.backend.resiliency import ResiliencyBackend
from dx_mock.backend.routers import RoutersBackend
from dx_mock.backend.routes import RoutesBackend
from dx_mock.backend.vif_changes import VirtualInterfaceChangesBackend


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
