"""The metrics of a world, from its history: which there are, and how each of them changed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from dx_mock.graph import replay, states
from dx_mock.graph.gateway_resources import Attachment
from dx_mock.graph.history import Past
from dx_mock.graph.replay import Steps, Then
from dx_mock.graph.resources import Connection, Lag, VirtualInterface
from dx_mock.rules.addresses import family_of, is_within, single_prefixes
from dx_mock.rules.metrics import DARK, FAMILIES, LIGHT, LISTED, METRICS, Metric, lanes_of
from dx_mock.service.routes import advertised
from dx_mock.world import flows
from dx_mock.world.curves import combined

if TYPE_CHECKING:
    from dx_mock.world.world import World

#: What tells one series of a metric from another, by the names that AWS gives them.
Dimensions = Mapping[str, str]

_REPORTING = frozenset({"available", "testing", "pending", "verifying", "confirming"})


class Observer:
    """What an account may see in a Region; it remembers what it has worked out."""

    def __init__(self, world: World, account_id: str, region_name: str) -> None:
        self._world = world
        self._history = world.graph.history
        self.account_id = account_id
        self.region_name = region_name
        self._caller = world.caller(account_id, region_name)
        self._carriers: dict[frozenset[str], Collection[Past]] = {}

    # --- which there are -----------------------------------------------------------------------------------

    def listed(self) -> Iterator[tuple[Metric, dict[str, str]]]:
        """Return the series of every resource that reports or did until two weeks ago."""
        recent = self._world.clock.now() - LISTED
        for past in list(self._history.pasts.values()):
            if past.constants["region"] != self.region_name or not _reported_after(past, recent):
                continue
            yield from self._of(past)

    def _of(self, past: Past) -> Iterator[tuple[Metric, dict[str, str]]]:
        cls = past.kind.cls
        if cls is VirtualInterface:
            for parent in sorted(each for each in past.ever("parent") if each):
                if self._sees(past, parent):
                    yield from _interface_series(past, parent)
        elif cls is Connection:
            if past.constants["owner"] == self.account_id:
                yield from _connection_series(past)
            elif self._own_riders(past):
                yield METRICS["ConnectionState"], {"ConnectionId": past.id}
        elif (
            cls is Lag and past.constants["owner"] == self.account_id and True in past.ever("macsec_requested")
        ):
            yield METRICS["ConnectionEncryptionState"], {"ConnectionId": past.id}

    def _sees(self, vif: Past, parent_id: str) -> bool:
        """Return whether the account owns a virtual interface, or what it was on."""
        parent = self._history.pasts.get(parent_id)
        return self.account_id in (
            vif.constants["owner"],
            parent.constants["owner"] if parent is not None else None,
        )

    def _own_riders(self, connection: Past) -> list[Past]:
        """Return the account's virtual interfaces that ever were on somebody's connection."""
        return [
            rider
            for rider in self._history.relatives("parent", connection.id)
            if rider.kind.cls is VirtualInterface and rider.constants["owner"] == self.account_id
        ]

    # --- how they changed ----------------------------------------------------------------------------------

    def steps(self, name: str, dimensions: Dimensions) -> Steps | None:
        """Return how a metric changed, with None where it was not reported; None if there is no such series."""
        metric = METRICS.get(name)
        past = self._subject(metric, dimensions)
        if metric is None or past is None:
            return None
        if not any(metric is each and dimensions == found for each, found in self._of(past)):
            return None
        if past.kind.cls is VirtualInterface:
            return self._interface_steps(metric, past, dimensions)
        if past.kind.cls is Lag:
            return replay.steps(self._with_carriers(past.id), _encryption_of_lag(past.id))
        return self._connection_steps(metric, past, dimensions)

    def _subject(self, metric: Metric | None, dimensions: Dimensions) -> Past | None:
        """Return the past of what a series is about, in this Region."""
        resource_id = dimensions.get("VirtualInterfaceId") or dimensions.get("ConnectionId", "")
        past = self._history.pasts.get(resource_id)
        if metric is None or past is None or past.constants["region"] != self.region_name:
            return None
        return past

    def _with_carriers(self, *resource_ids: str) -> Collection[Past]:
        key = frozenset(resource_ids)
        found = self._carriers.get(key)
        if found is None:
            found = self._carriers[key] = replay.carriers_of(self._history, key).values()
        return found

    def _connection_steps(self, metric: Metric, past: Past, dimensions: Dimensions) -> Steps:
        resource_id = past.id
        own = past.constants["owner"] == self.account_id
        needed = {resource_id}
        mine = [] if own else [rider.id for rider in self._own_riders(past)]
        needed.update(mine)
        if metric.about == "connection":
            needed |= replay.riders_of(self._history, past)
        value = _of_connection(metric, dimensions)

        def seen(then: Then) -> Any:
            connection = then.resources[resource_id]
            if connection.stage != "available":
                return None
            if not own and not any(_is_on(then, each, resource_id) for each in mine):
                return None
            return value(then, connection)

        return replay.steps(self._with_carriers(*needed), seen)

    def _interface_steps(self, metric: Metric, past: Past, dimensions: Dimensions) -> Steps:
        resource_id, parent_id = past.id, dimensions["ConnectionId"]
        needed = {resource_id}
        if metric.name == "VirtualInterfaceBgpPrefixesAdvertised":
            needed |= replay.gateways_of(self._history, past)
            value = self._advertised(dimensions["IpAddressFamily"])
        else:
            value = _of_interface(metric, dimensions)

        def seen(then: Then) -> Any:
            if not _rides(then, resource_id, parent_id):
                return None
            return value(then, then.resources[resource_id])

        return replay.steps(self._with_carriers(*needed), seen)

    def _advertised(self, family: str) -> _Value:
        """Return how many prefixes AWS announces in a family; of VPCs it is known what they are now."""

        def value(then: Then, vif: VirtualInterface) -> float:
            if not any(
                peer.address_family == family and states.peer_is_up(peer) for peer in vif.peers.values()
            ):
                return 0.0
            gateway = then.gateway(vif.gateway_id) if vif.gateway_id else None
            if gateway is not None:
                gateway.attachments = {
                    other.id: Attachment("", gateway, other, "attached")
                    for other in then.resources.values()
                    if isinstance(other, VirtualInterface)
                    and other.gateway_id == gateway.id
                    and other.stage in _REPORTING
                }
            found = advertised(vif, gateway, self._caller.vpc_cidrs)
            return float(sum(family_of(cidr) == family for cidr in found))

        return value


_Value = Callable[[Then, Any], Any]


def _is_on(then: Then, vif_id: str, carrier_id: str) -> bool:
    vif = then.resources[vif_id]
    return vif.stage in _REPORTING and vif.parent is not None and vif.parent.id == carrier_id


def _rides(then: Then, vif_id: str, carrier_id: str) -> bool:
    """Return whether a virtual interface reports, as one on a carrier: since it was first available."""
    return vif_id in then.started and _is_on(then, vif_id, carrier_id)


def _reported_after(past: Past, recent: Any) -> bool:
    """Return whether a resource reported, and still did at a time."""
    stage, started = past.first[0], past.first[0] in ("available", "testing")
    left = None
    for when, name, value in past.points:
        if name == "stage":
            if started and stage in _REPORTING and value not in _REPORTING:
                left = when
            stage = value
            started = started or value in ("available", "testing")
    return started and (stage in _REPORTING or (left is not None and left >= recent))


# --- series ------------------------------------------------------------------------------------------------


def _connection_series(past: Past) -> Iterator[tuple[Metric, dict[str, str]]]:
    where = {"ConnectionId": past.id}
    hosted = "hosted connection" in past.ever("kind")
    encrypts = True in past.ever("macsec_requested")
    for metric in METRICS.values():
        if metric.about == "state":
            yield metric, where
        elif hosted:
            continue
        elif metric.about == "connection" or (metric.about == "encryption" and encrypts):
            yield metric, where
        elif metric.about == "light":
            for lane in range(1, lanes_of(past.constants["bandwidth"]) + 1):
                yield metric, {**where, "OpticalLaneNumber": str(lane)}


def _interface_series(past: Past, parent_id: str) -> Iterator[tuple[Metric, dict[str, str]]]:
    where = {"ConnectionId": parent_id, "VirtualInterfaceId": past.id}
    limited = past.ever("rate_limit") != {None}
    for metric in METRICS.values():
        if metric.about == "interface" or (metric.about == "limit" and limited):
            yield metric, where
        elif metric.about == "session":
            for family in FAMILIES:
                yield metric, {**where, "IpAddressFamily": family}


# --- values ------------------------------------------------------------------------------------------------

_WAYS = {"Ingress": "ingress", "Egress": "egress"}


def _what(metric: Metric) -> str:
    """Return what ``dx.traffic`` calls a rate: ``ingress_bps`` of ConnectionBpsIngress."""
    way = "Ingress" if metric.name.endswith("Ingress") else "Egress"
    return f"{_WAYS[way]}_{'bps' if 'Bps' in metric.name or 'Utilization' in metric.name else 'pps'}"


def _of_connection(metric: Metric, dimensions: Dimensions) -> _Value:
    if metric.about == "state":
        return lambda then, connection: float(states.is_up(connection))
    if metric.about == "encryption":
        return lambda then, connection: (
            float(states.is_encrypted(connection)) if connection.macsec_requested else None
        )
    if metric.about == "light":
        return _light(metric.name.endswith("Rx"), dimensions["OpticalLaneNumber"])
    if metric.name == "ConnectionCRCErrorCount":
        return lambda then, connection: 0.0
    what = {"ConnectionErrorCount": "errors", "ConnectionDiscardsPpsEgress": "discards"}.get(metric.name)
    what = what or _what(metric)
    return lambda then, connection: flows.through(then, connection, what)


def _light(received: bool, lane: str) -> _Value:
    """Return the level of light; AWS's own laser shines on when the other side goes dark [guessed]."""
    name = f"{'rx' if received else 'tx'}{lane}"

    def value(then: Then, connection: Connection) -> float:
        level: float = then.values[connection.id].get(name, LIGHT)
        return min(level, DARK) if received and not connection.link_up else level

    return value


def _encryption_of_lag(lag_id: str) -> Callable[[Then], Any]:
    """Return whether all members of a LAG are encrypted [documented: UG:monitoring-cloudwatch]."""

    def seen(then: Then) -> Any:
        lag = then.resources[lag_id]
        if lag.stage != "available" or not lag.macsec_requested:
            return None
        return float(bool(lag.members) and all(map(states.is_encrypted, lag.members.values())))

    return seen


def _of_interface(metric: Metric, dimensions: Dimensions) -> _Value:
    if metric.about == "session":
        return _session(metric.name, dimensions["IpAddressFamily"])
    what = _what(metric)
    if metric.about == "interface":
        return lambda then, vif: flows.through(then, vif, what)
    return _limited(metric.name, what)


def _session(name: str, family: str) -> _Value:
    if name == "VirtualInterfaceBgpStatus":
        return lambda then, vif: float(
            any(peer.address_family == family and states.peer_is_up(peer) for peer in vif.peers.values())
        )

    def accepted(then: Then, vif: VirtualInterface) -> float:
        if vif.type != "public":
            return float(states.prefixes_in_use(vif, family))
        if not any(peer.address_family == family and states.peer_is_up(peer) for peer in vif.peers.values()):
            return 0.0
        filters = single_prefixes(vif.route_filter_prefixes)
        return float(sum(family_of(each) == family and is_within(each, filters) for each in vif.announced))

    return accepted


def _limited(name: str, what: str) -> _Value:
    """Return what is reported of a rate-limited interface: before policing in percent, and what is dropped."""

    def value(then: Then, vif: VirtualInterface) -> Any:
        limit = flows.limit_of(vif)
        if limit is None:
            return None
        if "Utilization" in name:
            return combined([flows.offered(then, vif, what)], lambda found: 100 * found[0] / limit)
        dropped = flows.policed(then, vif, what)
        return combined([dropped], lambda found: found[0] / 8) if what.endswith("bps") else dropped

    return value
