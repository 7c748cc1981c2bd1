"""Routes of a virtual interface: what the customer announces, and what AWS does."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from dx_mock.graph.resources import BgpPeer, VirtualInterface
from dx_mock.graph.states import peer_is_up
from dx_mock.rules.addresses import check_prefix, family_of, is_within, single_prefixes
from dx_mock.rules.communities import supported_communities
from dx_mock.service.paging import Page, page_by_place, page_size
from dx_mock.service.peers import live_peers
from dx_mock.service.virtual_interfaces import VirtualInterfaceRules
from dx_mock.support import errors

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from dx_mock.graph.gateway_resources import Association, Gateway

Direction = Literal["accepted", "advertised"]
_DIRECTIONS = ("accepted", "advertised")
_FAMILIES = ("ipv4", "ipv6")


@dataclass(frozen=True)
class Route:
    """One route in one direction; ``installed_at`` is known of those that the customer announces."""

    cidr: str
    direction: Direction
    path: tuple[int, ...]
    installed_at: datetime | None = None
    communities: tuple[str, ...] = ()

    @property
    def family(self) -> str:
        """``ipv4`` or ``ipv6``."""
        return family_of(self.cidr)

    @property
    def place(self) -> tuple[int, int, int, int]:
        """Where it comes in the list: by direction, family, address and length [guessed]."""
        network = ipaddress.ip_network(self.cidr)
        return (
            _DIRECTIONS.index(self.direction),
            _FAMILIES.index(self.family),
            int(network.network_address),
            network.prefixlen,
        )


class RouteRules(VirtualInterfaceRules):
    """Rules of ListVirtualInterfaceRoutes (documented in the model that has it; nothing was recorded)."""

    def list_routes(
        self,
        virtual_interface_id: str | None,
        filters: Mapping[str, Any],
        max_results: int | None,
        next_token: str | None,
    ) -> tuple[VirtualInterface, Page[Route]]:
        """Return the routes of a virtual interface that fit all filters."""
        if virtual_interface_id is None:
            raise errors.VIF_MEMBER_MISSING(member="virtualInterfaceId")
        vif = self.live_virtual_interface(virtual_interface_id)
        page_size(max_results)
        wanted = {str(check_prefix(cidr)) for cidr in filters.get("cidrs", ())}
        fitting = (route for route in self._routes(vif) if _fits(route, filters, wanted))
        scope = self.scope("ListVirtualInterfaceRoutes", vif.id, sorted(filters.items()))
        return vif, page_by_place(fitting, lambda route: route.place, max_results, next_token, scope=scope)

    def _routes(self, vif: VirtualInterface) -> Iterator[Route]:
        """Routes are exchanged in the families whose sessions are up."""
        up: dict[str, BgpPeer] = {}
        for peer in live_peers(vif):
            if peer_is_up(peer):
                up.setdefault(peer.address_family, peer)
        filters = single_prefixes(vif.route_filter_prefixes)
        for cidr, since in vif.announced.items():
            session = up.get(family_of(cidr))
            # On a public one AWS takes what the route filters allow only [documented: API:RouteFilterPrefix].
            if session is not None and (vif.type != "public" or is_within(cidr, filters)):
                yield Route(
                    _canonical(cidr),
                    "accepted",
                    (session.asn,),
                    since,
                    supported_communities(vif.type, vif.communities.get(cidr, ())),
                )
        for cidr, path in self._advertised(vif).items():
            if family_of(cidr) in up:
                yield Route(cidr, "advertised", path)

    def _advertised(self, vif: VirtualInterface) -> dict[str, tuple[int, ...]]:
        return advertised(vif, self.global_backend.gateways.get(vif.gateway_id), self.vpc_cidrs)


#: The CIDRs of a VPC, by the owner, Region and id of the gateway that is attached to it.
VpcCidrs = Callable[[str, str, str], "list[str]"]


def advertised(
    vif: VirtualInterface, gateway: Gateway | None, vpc_cidrs: VpcCidrs
) -> dict[str, tuple[int, ...]]:
    """Return what AWS announces: the allowed prefixes of a gateway's associations, or the CIDRs of the VPC.

    Of the public routes of a Region, which change by the day, there are none in the mock.
    """
    if gateway is None:
        # Those of the VPC behind a private virtual interface, as far as moto's EC2 has one.
        there = vpc_cidrs(vif.owner, vif.region, vif.virtual_gateway_id) if vif.virtual_gateway_id else []
        return {_canonical(cidr): (vif.amazon_side_asn,) for cidr in there}
    found: dict[str, tuple[int, ...]] = {
        _canonical(cidr): (vif.amazon_side_asn,)
        for association in gateway.associations.values()
        if association.stage in {"associated", "updating"}
        for cidr in _announced_for(association, vpc_cidrs)
    }
    if vif.site_link:
        for attachment in gateway.attachments.values():
            other = attachment.virtual_interface
            if other is not vif and other.site_link:
                for route in accepted(other):
                    found.setdefault(route, (vif.amazon_side_asn, other.asn))
    return found


def _announced_for(association: Association, vpc_cidrs: VpcCidrs) -> Sequence[str]:
    """Return what is announced of an association: its allowed prefixes, or what they let pass.

    With a transit gateway these very prefixes are announced; with a virtual private gateway they are a
    filter over the CIDRs of its VPC [documented: UG:allowed-to-prefixes].  Of a VPC that EC2 does not know
    the prefixes stand for its CIDRs.
    """
    if association.associated_type == "transitGateway":
        return association.prefixes
    cidrs = vpc_cidrs(association.owner, association.region, association.associated_id)
    if not cidrs:
        return association.prefixes
    return [cidr for cidr in cidrs if is_within(cidr, association.prefixes)]


def _canonical(cidr: str) -> str:
    return str(ipaddress.ip_network(cidr))


def accepted(vif: VirtualInterface) -> Iterable[str]:
    """Return what the customer announces on a virtual interface and AWS takes: the way on beyond it."""
    up = {peer.address_family for peer in live_peers(vif) if peer_is_up(peer)}
    return [_canonical(cidr) for cidr in vif.announced if family_of(cidr) in up]


def _fits(route: Route, filters: Mapping[str, Any], cidrs: set[str]) -> bool:
    """Return whether a route passes every filter that is set.

    AS numbers must all be in its path, communities all be its own [guessed].
    """
    return (
        filters.get("routeDirection") in (None, route.direction)
        and filters.get("addressFamily") in (None, route.family)
        and (not cidrs or route.cidr in cidrs)
        and set(filters.get("asPath", ())) <= set(route.path)
        and set(filters.get("communities", ())) <= set(route.communities)
    )
