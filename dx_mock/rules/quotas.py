"""Quotas, one row each, beside the page that they come from.

Most are on one page of the User Guide [documented: UG:limits]; the size of a LAG is that of 2017.  Every row
can be changed with ``quotas={name: value}``.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TypedDict

QUOTAS: Mapping[str, int] = MappingProxyType(
    {
        # ports that one AWS device has for one account-facing speed [guessed: AWS publishes none]
        "ports_per_device": 64,
        # active connections per location, Region and account [documented: UG:limits]
        "connections_per_location": 10,
        # connections in a LAG of 1 or 10 Gbps: 10 by the release of 2017-02-17, 4 on today's page
        # [documented: 2017, UG:limits]
        "connections_per_lag": 10,
        # connections in a LAG of 100 or 400 Gbps [documented: UG:limits]
        "connections_per_lag_100g": 2,
        # LAGs per Region and account [documented: UG:limits]
        "lags_per_region": 10,
        # private and public virtual interfaces on one connection or LAG [documented: UG:limits]
        "vifs_per_connection": 50,
        # transit virtual interfaces on one connection or LAG [documented: UG:limits]
        "transit_vifs_per_connection": 4,
        # virtual interfaces on a hosted connection [recorded: E15]
        "vifs_per_hosted_connection": 1,
        # Direct Connect gateways per account [documented: UG:limits]
        "gateways_per_account": 200,
        # virtual interfaces, private or transit, on one Direct Connect gateway [documented: UG:limits]
        "vifs_per_gateway": 30,
        # virtual private gateways on one Direct Connect gateway [documented: UG:limits]
        "vgws_per_gateway": 20,
        # transit gateways on one Direct Connect gateway [documented: UG:limits]
        "tgws_per_gateway": 6,
        # prefixes from AWS to on-premises per association with a transit gateway [documented: UG:limits]
        "prefixes_per_tgw_association": 200,
        # routes that a public virtual interface may announce [documented: UG:limits]
        "route_filter_prefixes": 1000,
        # rate limiters on one connection or LAG [documented: UG:limits]
        "rate_limiters_per_connection": 10,
        # inbound prefixes of the virtual interfaces on one Direct Connect gateway, both address families
        # together [documented: UG:prefix-controls]
        "prefixes_per_gateway": 10000,
        # tags on one resource [documented: UG:using-tags]
        "tags_per_resource": 50,
    }
)


class Quotas(TypedDict, total=False):
    """The names of the quotas, for ``quotas={...}`` in an editor and for type checkers."""

    ports_per_device: int
    connections_per_location: int
    connections_per_lag: int
    connections_per_lag_100g: int
    lags_per_region: int
    vifs_per_connection: int
    transit_vifs_per_connection: int
    vifs_per_hosted_connection: int
    gateways_per_account: int
    vifs_per_gateway: int
    vgws_per_gateway: int
    tgws_per_gateway: int
    prefixes_per_tgw_association: int
    route_filter_prefixes: int
    rate_limiters_per_connection: int
    prefixes_per_gateway: int
    tags_per_resource: int


#: Routes that a customer may announce on a private or transit virtual interface, of each address family, and
#: on a public one; the BGP session goes down above that [documented: UG:limits].
ROUTES_PRIVATE = 100
ROUTES_PUBLIC = 1000

#: Results on one page of a Describe call, and the most that ``maxResults`` can ask for
#: [documented: API:DescribeConnections].
PAGE_SIZE = 100
