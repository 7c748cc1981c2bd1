"""The state of a resource, computed from its stage and from the links that carry it.

States follow from the graph on every look and are kept nowhere, so that a link that fails shows at once in
everything that rides on it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from dx_mock.graph.resiliency_groups import ResiliencyGroup
from dx_mock.graph.resources import BgpPeer, Connection, Lag, Parent, VirtualInterface
from dx_mock.rules.addresses import family_of
from dx_mock.rules.bandwidths import megabits
from dx_mock.rules.billing_modes import PAY_AS_YOU_GO, is_flat
from dx_mock.rules.quotas import ROUTES_PRIVATE, ROUTES_PUBLIC
from dx_mock.rules.resiliency_models import model_of

#: Stages in which a deleted resource is still listed, and those in which calls no longer find it.
GONE = frozenset({"deleted", "rejected"})
LEAVING = GONE | {"deleting"}


#: Stages of a LAG that has not been available yet.
NOT_SET_UP = frozenset({"requested", "pending"})

#: Memberships of a connection that is on its way into a LAG, out of one, or to another parent.
MOVING = frozenset({"interrupted", "transitioning"})


def noun_of(resource: Parent) -> str:
    """Return what AWS's messages call a connection, interconnect or LAG."""
    if isinstance(resource, Lag):
        return "Lag"
    return "Interconnect" if resource.kind == "interconnect" else "Connection"


def is_up(carrier: Parent) -> bool:
    """Return whether a connection or LAG carries traffic."""
    if isinstance(carrier, Lag):
        return carrier.stage == "available" and lag_links_up(carrier) >= max(1, carrier.minimum_links)
    if carrier.stage != "available" or not carrier.has_light or carrier.membership == "interrupted":
        return False
    if is_brought(carrier):
        return False
    if carrier.macsec_requested and macsec_blocks(carrier):
        return False
    return carrier.parent is None or is_up(carrier.parent)


def is_brought(rider: Connection | VirtualInterface) -> bool:
    """Return whether what brought a rider to its LAG is interrupted, and the rider too [documented: 2017]."""
    return rider.moving_with is not None and rider.moving_with.membership == "interrupted"


def macsec_blocks(connection: Connection) -> bool:
    """Return whether ``must_encrypt`` keeps the link down because no key works [documented: UG:update-lag]."""
    owner = macsec_governor(connection)
    return owner.encryption_mode == "must_encrypt" and not has_working_key(owner)


def macsec_governor(connection: Connection) -> Connection | Lag:
    """Return whose keys and mode hold for a port: those of the LAG that it is in [documented: UG:lags]."""
    if connection.lag is None or connection.kind == "hosted connection":
        return connection
    return connection.lag


def takes_keys(holder: Connection | Lag) -> bool:
    """Return whether a port or LAG is in the available state that a new key needs [recorded: TF#26274].

    That ``must_encrypt`` keeps the link down for want of a key does not count: no key could mend it then.
    """
    if holder.stage != "available":
        return False
    if isinstance(holder, Lag):
        linked = sum(member.stage == "available" and member.has_light for member in holder.members.values())
        return linked >= max(1, holder.minimum_links)
    return holder.has_light and holder.key_change != "pending"


def has_working_key(holder: Connection | Lag) -> bool:
    """Return whether one of the keys of a port or LAG is in use."""
    return any(key.stage == "associated" for key in holder.macsec_keys or ())


def is_encrypted(connection: Connection) -> bool:
    """Return whether MACsec is up on a port: there is an active key name [documented: API:Connection].

    Both ends agree on a key over the link, so that there is none while it is down [guessed].
    """
    governor = macsec_governor(connection)
    return governor.encryption_mode != "no_encrypt" and has_working_key(governor) and is_up(connection)


def lag_links_up(lag: Lag) -> int:
    """Return how many members are operational."""
    return sum(is_up(member) for member in lag.members.values())


def connection_state(connection: Connection) -> str:
    """Return ``connectionState`` or ``interconnectState``.

    A change of MACsec keys makes it ``pending`` for a while [client-proven: TF#26274].
    """
    if connection.stage == "available" and connection.key_change == "pending":
        return "pending"
    if connection.stage == "available" and not is_up(connection):
        return "down"
    return connection.stage


def lag_state(lag: Lag) -> str:
    """Return ``lagState``: available needs ``minimumLinks`` members up, one at least [documented: UG:lags]."""
    if lag.stage == "available" and not is_up(lag):
        return "down"
    return lag.stage


def peer_is_up(peer: BgpPeer) -> bool:
    """Return whether the BGP session is established, which is independent of ``bgpPeerState``."""
    vif = peer.virtual_interface
    return (
        peer.stage == "available"
        and peer.session_up
        and not peer.under_test
        and vif is not None
        and vif.stage in {"available", "testing"}
        and not is_brought(vif)
        and is_up(vif.parent)
        and not (vif.announced and announces_too_much(vif, peer.address_family))
    )


def announces_too_much(vif: VirtualInterface, family: str) -> bool:
    """Return whether the router announces more of a family than AWS accepts, which ends the session."""
    if vif.type == "public":
        limit = ROUTES_PUBLIC
    else:
        pool = vif.prefix_pool_ipv4 if family == "ipv4" else vif.prefix_pool_ipv6
        limit = ROUTES_PRIVATE if pool is None else pool
    return sum(family_of(prefix) == family for prefix in vif.announced) > limit


def prefixes_in_use(vif: VirtualInterface, family: str) -> int:
    """Return how many prefixes of a family AWS takes from the customer's router now."""
    if not any(peer.address_family == family and peer_is_up(peer) for peer in vif.peers.values()):
        return 0
    return sum(family_of(prefix) == family for prefix in vif.announced)


def carries_jumbo_frames(carrier: Parent) -> bool:
    """Return ``jumboFrameCapable``: of set-up dedicated ports, hosted from 1 Gbps [recorded: C7N, FLUID]."""
    if isinstance(carrier, Lag):
        return True
    if carrier.kind == "hosted connection":
        return carrier.jumbo_frames or megabits(carrier.bandwidth) >= 1000
    return carrier.stage not in {"requested", "ordering"}


def device_of(carrier: Parent) -> str | None:
    """Return the AWS device where virtual interfaces of a carrier end; for a hosted connection its parent's."""
    if isinstance(carrier, Connection) and carrier.parent is not None:
        carrier = carrier.parent
    return carrier.device.name if carrier.device is not None else None


def virtual_interface_state(vif: VirtualInterface) -> str:
    """Return ``virtualInterfaceState``: available while at least one BGP session is up, else down."""
    if vif.stage == "available" and not any(map(peer_is_up, vif.peers.values())):
        return "down"
    return vif.stage


def state_of(resource: Any) -> str:
    """Return the state of any resource of the graph."""
    if isinstance(resource, Connection):
        return connection_state(resource)
    if isinstance(resource, Lag):
        return lag_state(resource)
    if isinstance(resource, VirtualInterface):
        return virtual_interface_state(resource)
    stage: str = resource.stage
    return stage


def billing_mode_shown(connection: Connection, groups: Iterable[ResiliencyGroup]) -> str:
    """Return ``billingMode``: two matching flat rates of a group on different devices are a pair of ports.

    Matching are those of one mode and bandwidth [documented: UG:flat-rate-connections].
    """
    mode = connection.billing_mode
    if mode is None or not is_flat(mode) or connection.device is None:
        return mode or PAY_AS_YOU_GO
    for group in groups:
        if connection.id in group.associations:
            paired = any(
                other is not connection
                and (other.billing_mode, other.bandwidth) == (mode, connection.bandwidth)
                and other.device not in (None, connection.device)
                for other in (
                    each.connection for each in group.associations.values() if each.stage != "disassociating"
                )
            )
            return f"PortPair{mode}" if paired else mode
    return mode


def resiliency_level(group: ResiliencyGroup) -> str | None:
    """Return the resiliency model that a group's connections meet by the locations and devices they end on.

    It is about where they are, not whether they are up: an outage does not change a design [guessed].
    """
    places = []
    for association in group.associations.values():
        device = device_of(association.connection)
        if device is not None and association.stage != "disassociating":
            places.append((association.connection.location, device))
    return model_of(places)
