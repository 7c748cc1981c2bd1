"""The metrics of AWS/DX in moto's CloudWatch (User Guide, "Monitor with Amazon CloudWatch")."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from dx_mock.graph import states
from dx_mock.graph.resources import Connection, VirtualInterface
from dx_mock.process import current_world
from dx_mock.rules.addresses import family_of
from dx_mock.support.patches import Patches

if TYPE_CHECKING:
    from dx_mock.world.world import World

MODULE = "moto.cloudwatch.models"
NAMESPACE = "AWS/DX"
#: how often Direct Connect reports [documented: UG:monitoring-cloudwatch]
INTERVAL = timedelta(minutes=5)

#: Light in dBm of a healthy port, within the -14.4 to 2.5 that AWS calls good, and of a dark fibre.  AWS's
#: own laser shines on when the other side goes dark [guessed].
LIGHT, DARK = -2.5, -40.0

_RATES = (
    ("BpsEgress", "Bits/Second"),
    ("BpsIngress", "Bits/Second"),
    ("PpsEgress", "Count/Second"),
    ("PpsIngress", "Count/Second"),
)

_patches = Patches()


class Metric(NamedTuple):
    """One value that Direct Connect reports."""

    name: str
    value: float
    unit: str | None
    dimensions: tuple[tuple[str, str], ...]


def install() -> None:
    """Add our metrics to those of moto's own services."""
    models: Any = sys.modules.get(MODULE)
    backend = getattr(models, "CloudWatchBackend", None)
    if backend is None or _patches or not hasattr(backend, "get_all_metrics"):
        return
    original = backend.get_all_metrics

    def get_all_metrics(self: Any) -> list[Any]:
        return [*original(self), *_data(models, self.account_id, self.region_name)]

    _patches.set(backend, "get_all_metrics", get_all_metrics)


def uninstall() -> None:
    """Put moto's class back."""
    _patches.undo()


def _data(models: Any, account_id: str, region_name: str) -> Iterator[Any]:
    """Return the metrics of an account in a Region as moto keeps them, as of the end of the last interval."""
    world = current_world.current()
    if world is None:
        return
    with world.lock:
        time = _last_report(world, models)
        for metric in metrics(world, account_id, region_name):
            yield models.MetricDatum(
                namespace=NAMESPACE,
                name=metric.name,
                value=metric.value,
                dimensions=[{"Name": name, "Value": value} for name, value in metric.dimensions],
                timestamp=time,
                unit=metric.unit,
            )


def _last_report(world: World, models: Any) -> datetime:
    """Return the interval that ends now; CloudWatch stamps a datapoint with its beginning.

    moto compares it with times that have no zone in some versions and one in others.
    """
    begun = (world.clock.now() - INTERVAL).replace(microsecond=0)
    probe = models.MetricDatum(NAMESPACE, "probe", 0.0, [], None)
    return begun.replace(tzinfo=probe.timestamp.tzinfo)


def metrics(world: World, account_id: str, region_name: str) -> Iterator[Metric]:
    """Return what Direct Connect reports to an account in a Region: state, light, traffic, BGP.

    ConnectionState is reported to the owners of hosted virtual interfaces, too.  Nobody sends traffic
    through a mock, so the rates are 0.
    """
    carriers: dict[str, Connection] = {}
    interfaces = []
    for resource in world.graph.backend(region_name).resources.values():
        if isinstance(resource, Connection) and resource.owner == account_id:
            carriers.setdefault(resource.id, resource)
        elif isinstance(resource, VirtualInterface) and account_id in (resource.owner, resource.parent.owner):
            interfaces.append(resource)
            if isinstance(resource.parent, Connection):
                carriers.setdefault(resource.parent.id, resource.parent)
    for connection in carriers.values():
        if connection.stage == "available":
            yield from _of_connection(connection, own=connection.owner == account_id)
    for interface in interfaces:
        if interface.stage in {"available", "testing"}:
            yield from _of_interface(interface)


def _of_connection(connection: Connection, *, own: bool) -> Iterator[Metric]:
    where = (("ConnectionId", connection.id),)
    up = states.is_up(connection)
    yield Metric("ConnectionState", float(up), None, where)
    if not own or connection.kind == "hosted connection":
        return
    for name, unit in _RATES:
        yield Metric(f"Connection{name}", 0.0, unit, where)
    yield Metric("ConnectionErrorCount", 0.0, "Count", where)
    # One lane; ports of 100G and 400G have four.
    lanes = 4 if connection.bandwidth in {"100Gbps", "400Gbps"} else 1
    for lane in range(1, lanes + 1):
        at = (*where, ("OpticalLaneNumber", str(lane)))
        yield Metric("ConnectionLightLevelTx", LIGHT, "None", at)
        yield Metric("ConnectionLightLevelRx", LIGHT if connection.link_up else DARK, "None", at)
    if connection.macsec_requested:
        yield Metric("ConnectionEncryptionState", float(states.is_encrypted(connection)), None, where)


def _of_interface(interface: VirtualInterface) -> Iterator[Metric]:
    where = (("ConnectionId", interface.parent.id), ("VirtualInterfaceId", interface.id))
    for name, unit in _RATES:
        yield Metric(f"VirtualInterface{name}", 0.0, unit, where)
    for peer in interface.peers.values():
        up = states.peer_is_up(peer)
        at = (*where, ("IpAddressFamily", peer.address_family))
        yield Metric("VirtualInterfaceBgpStatus", float(up), None, at)
        accepted = sum(
            family_of(prefix) == peer.address_family for prefix in (interface.announced if up else ())
        )
        yield Metric("VirtualInterfaceBgpPrefixesAccepted", float(accepted), "Count", at)
