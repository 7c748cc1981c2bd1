"""The quotas of Direct Connect as Service Quotas shows them: names and descriptions, beside our own quotas.

Names, defaults and what they mean are on a page of the AWS General Reference; no source shows the codes, which
are made of the names here [documented: QUOTAS].
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from typing import NamedTuple

from dx_mock.rules.quotas import ROUTES_PRIVATE, ROUTES_PUBLIC

SERVICE_CODE = "directconnect"
SERVICE_NAME = "AWS Direct Connect"


class ServiceQuota(NamedTuple):
    """One quota; ``value`` reads it from the quotas of a world."""

    name: str
    description: str
    value: Callable[[Mapping[str, int]], int]

    @property
    def code(self) -> str:
        """A code in the form of AWS's: ``L-`` and eight hexadecimal digits [ours]."""
        return f"L-{hashlib.sha256(self.name.encode()).hexdigest()[:8].upper()}"


def _of(*names: str) -> Callable[[Mapping[str, int]], int]:
    return lambda quotas: sum(quotas[name] for name in names)


def _always(value: int) -> Callable[[Mapping[str, int]], int]:
    return lambda quotas: value


#: In the order of the page.
SERVICE_QUOTAS: tuple[ServiceQuota, ...] = (
    ServiceQuota(
        "Dedicated connections per location",
        "Active dedicated connections per location.",
        _of("connections_per_location"),
    ),
    ServiceQuota(
        "Direct Connect gateways per account",
        "Direct Connect gateways per account.",
        _of("gateways_per_account"),
    ),
    # not checked here
    ServiceQuota(
        "Direct Connect gateways per transit gateway",
        "Direct Connect gateways that are associated with one transit gateway.",
        _always(20),
    ),
    ServiceQuota("LAGs per Region", "Link aggregation groups (LAGs) per Region.", _of("lags_per_region")),
    ServiceQuota(
        "Members per LAG",
        "Dedicated connections or interconnects in one link aggregation group (LAG).",
        _of("connections_per_lag"),
    ),
    ServiceQuota(
        "Prefixes per transit gateway",
        "Prefixes per transit gateway from AWS to on-premises on a transit virtual interface.",
        _of("prefixes_per_tgw_association"),
    ),
    ServiceQuota(
        "Private or public or transit virtual interfaces per hosted connection",
        "Private, public or transit virtual interfaces on one hosted connection.",
        _of("vifs_per_hosted_connection"),
    ),
    ServiceQuota(
        "Public or private virtual interfaces per dedicated connection",
        "Private or public virtual interfaces on one dedicated connection.",
        _of("vifs_per_connection"),
    ),
    ServiceQuota(
        "Routes per BGP session on private or transit virtual interfaces",
        "Routes per BGP session on a private or transit virtual interface.",
        _always(ROUTES_PRIVATE),
    ),
    ServiceQuota(
        "Routes per BGP session on public virtual interfaces",
        "Routes per BGP session on a public virtual interface.",
        _always(ROUTES_PUBLIC),
    ),
    ServiceQuota(
        "Total number of virtual interfaces per dedicated connection",
        "Private, public and transit virtual interfaces on one dedicated connection.",
        _of("vifs_per_connection", "transit_vifs_per_connection"),
    ),
    ServiceQuota(
        "Transit gateways per AWS Direct Connect gateway",
        "Transit gateways on one Direct Connect gateway.",
        _of("tgws_per_gateway"),
    ),
    ServiceQuota(
        "Transit virtual interfaces per dedicated connection",
        "Transit virtual interfaces on one dedicated connection.",
        _of("transit_vifs_per_connection"),
    ),
    ServiceQuota(
        "Virtual interfaces per Direct Connect gateway",
        "Virtual interfaces on one Direct Connect gateway.",
        _of("vifs_per_gateway"),
    ),
    ServiceQuota(
        "Virtual interfaces per LAG",
        "Virtual interfaces on one link aggregation group (LAG).",
        _of("vifs_per_connection", "transit_vifs_per_connection"),
    ),
    ServiceQuota(
        "Virtual private gateways per Direct Connect gateway",
        "Virtual private gateways on one Direct Connect gateway.",
        _of("vgws_per_gateway"),
    ),
)
BY_CODE: Mapping[str, ServiceQuota] = {quota.code: quota for quota in SERVICE_QUOTAS}
