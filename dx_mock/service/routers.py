"""Configurations for the customer's router."""

from __future__ import annotations

import ipaddress
from typing import Any

from dx_mock.catalogue.router_types import ROUTER_TYPES, RouterType, render
from dx_mock.graph.resources import Connection, Parent, VirtualInterface
from dx_mock.rules.addresses import family_of, single_prefixes
from dx_mock.service.peers import live_peers
from dx_mock.service.virtual_interfaces import VirtualInterfaceRules
from dx_mock.support import errors

#: Announced where nobody said what is: everything, as AWS's own texts do.
_DEFAULT_ROUTE = {"ipv4": "0.0.0.0/0", "ipv6": "::/0"}


class RouterRules(VirtualInterfaceRules):
    """Rules of DescribeRouterConfiguration: docs/operations/virtual-interfaces.md."""

    def router_configuration(
        self, virtual_interface_id: str, router_type: str | None
    ) -> tuple[VirtualInterface, RouterType, str]:
        """Return the configuration of one type of router for a virtual interface."""
        vif = self.live_virtual_interface(virtual_interface_id)
        # Optional in the model, but the call fails without [client-proven: TF].
        if router_type is None:
            raise errors.ROUTER_TYPE_MISSING()
        router = ROUTER_TYPES.get(router_type)
        if router is None:
            raise errors.ROUTER_TYPE_UNKNOWN(id=router_type)
        peers = live_peers(vif)
        if not peers or any(peer.amazon_address is None for peer in peers):
            raise self.refuse_state("DescribeRouterConfiguration", vif)
        return vif, router, render(router, _facts(vif))


def _facts(vif: VirtualInterface) -> dict[str, Any]:
    """Return what the templates know."""
    port = _physical(vif.parent)
    sessions: list[dict[str, Any]] = []
    families: set[str] = set()
    for peer in live_peers(vif):
        sessions.append(
            {
                "family": peer.address_family,
                "second": peer.address_family in families,
                "asn": peer.asn,
                "auth_key": peer.auth_key,
                "customer": ipaddress.ip_interface(peer.customer_address or ""),
                "amazon": ipaddress.ip_interface(peer.amazon_address or ""),
            }
        )
        families.add(peer.address_family)
    ipv4 = [each["customer"].ip for each in sessions if each["family"] == "ipv4"]
    return {
        "id": vif.id,
        "type": vif.type,
        "connection": vif.parent.id,
        "vlan": vif.vlan,
        "mtu": vif.mtu,
        "amazon_asn": vif.amazon_side_asn,
        # the router's own; sessions with another number say so
        "asn": sessions[0]["asn"],
        "sessions": sessions,
        "networks": _networks(vif, families),
        # a router that has IPv6 addresses only needs a number all the same
        "router_id": ipv4[0] if ipv4 else ipaddress.IPv4Address(vif.vlan),
        "ckns": [key.ckn for key in port.macsec_keys or ()],
        "must_encrypt": port.encryption_mode == "must_encrypt",
    }


def _physical(carrier: Parent) -> Parent:
    """Return where the fibre is that MACsec encrypts."""
    if isinstance(carrier, Connection) and carrier.parent is not None:
        return carrier.parent
    return carrier


def _networks(vif: VirtualInterface, families: set[str]) -> dict[str, list[Any]]:
    """Return what the router announces: a public interface's route filters, else what it does now."""
    public = vif.type == "public"
    prefixes = single_prefixes(vif.route_filter_prefixes) if public else list(vif.announced)
    networks: dict[str, list[Any]] = {"ipv4": [], "ipv6": []}
    for family in sorted(families):
        found = [prefix for prefix in prefixes if family_of(prefix) == family]
        networks[family] = [ipaddress.ip_network(each) for each in found or [_DEFAULT_ROUTE[family]]]
    return networks
