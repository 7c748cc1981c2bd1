"""What a call about one resource looks at besides: what carries it, what rides on it, what it links."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from dx_mock.graph.gateway_resources import Association, Attachment, Gateway, Proposal
from dx_mock.graph.resiliency_groups import ResiliencyAssociation, ResiliencyGroup
from dx_mock.graph.resources import BgpPeer, BgpTest, Connection, Lag, MacSecKey, VirtualInterface


def around(resources: Iterable[Any]) -> dict[str, Any]:
    """Return some resources and their neighbours by their ids: carriers before members before riders."""
    found: dict[str, Any] = {}
    for resource in resources:
        for each in _around(resource):
            found.setdefault(each.id, each)
    return found


def _around(resource: Any) -> Iterator[Any]:
    if isinstance(resource, (Connection, Lag)):
        yield from _carriers(resource)
        yield from _riders(resource)
    elif isinstance(resource, VirtualInterface):
        yield from _carriers(resource.parent)
        yield from _with_peers(resource)
    elif isinstance(resource, Gateway):
        yield resource
        yield from resource.associations.values()
        yield from resource.attachments.values()
    elif isinstance(resource, (Association, Attachment, Proposal)):
        yield from _around(resource.gateway)
        yield resource
    elif isinstance(resource, ResiliencyGroup):
        yield resource
        yield from resource.associations.values()
    elif isinstance(resource, ResiliencyAssociation):
        yield from _around(resource.group)
    elif isinstance(resource, BgpPeer):
        if resource.virtual_interface is not None:
            yield from _around(resource.virtual_interface)
    elif isinstance(resource, MacSecKey):
        if resource.holder is not None:
            yield from _around(resource.holder)
    elif isinstance(resource, BgpTest):
        yield resource


def _carriers(carrier: Connection | Lag) -> Iterator[Any]:
    """Yield a connection or LAG with what carries it, from below, and the members of each LAG."""
    if isinstance(carrier, Connection):
        below = carrier.parent or carrier.lag
        if below is not None:
            yield from _carriers(below)
        if carrier.moving_with is not None:
            yield carrier.moving_with
    else:
        for member in carrier.members.values():
            yield member
            yield from member.macsec_keys or ()
    yield carrier
    yield from carrier.macsec_keys or ()


def _riders(carrier: Connection | Lag) -> Iterator[Any]:
    for hosted in (carrier.hosted or {}).values():
        yield hosted
        yield from _riders(hosted)
    for vif in (carrier.virtual_interfaces or {}).values():
        yield from _with_peers(vif)


def _with_peers(vif: VirtualInterface) -> Iterator[Any]:
    if vif.moving_with is not None:
        yield vif.moving_with
    yield vif
    yield from vif.peers.values()
