"""The consequences of entering a stage for the graph, through which the state machines affect each other."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from dx_mock.engine.lifecycle import Lifecycle
from dx_mock.engine.ports import Ec2
from dx_mock.graph.backends import Graph
from dx_mock.graph.gateway_resources import Association, Attachment, Gateway
from dx_mock.graph.resiliency_groups import ResiliencyAssociation
from dx_mock.graph.resources import BgpPeer, BgpTest, Connection, Lag, MacSecKey, VirtualInterface
from dx_mock.graph.states import NOT_SET_UP

At = tuple[str, str]  # machine, stage


class Consequences:
    """The effects of stages, and the conditions of steps, for the state machines of one world."""

    def __init__(self, graph: Graph, lifecycle: Lifecycle, ec2: Ec2) -> None:
        self._graph = graph
        self._lifecycle = lifecycle
        self._ec2 = ec2

    def effects(self) -> Mapping[At, Callable[[Any], None]]:
        """Return the effects of a resource's entering a stage."""
        ports = ("connection", "interconnect")
        connections = (*ports, "hosted connection")
        listed = (*connections, "lag", "virtual interface")
        shared = ("gateway", "proposal", "attachment", "resiliency group")
        return {
            **{(kind, "pending"): self.approve for kind in ports},
            **{(kind, "available"): self.link for kind in ports},
            **{(kind, stage): self.retire for kind in connections for stage in ("deleted", "rejected")},
            ("lag", "deleted"): self.retire,
            ("lag membership", "settled"): self.arrive,
            ("virtual interface", "verifying"): self.begin_peers,
            ("virtual interface", "pending"): self.begin_peers,
            ("virtual interface", "deleting"): self.end_peers,
            ("virtual interface", "deleted"): self.remove_virtual_interface,
            ("virtual interface", "rejected"): self.remove_virtual_interface,
            ("bgp peer", "deleted"): self.remove_peer,
            ("bgp test", "completed"): self.end_test,
            ("bgp test", "cancelled"): self.end_test,
            ("bgp test", "forgotten"): self.forget_test,
            ("gateway", "deleted"): self.delete_gateway,
            ("association", "disassociated"): self.remove_association,
            ("attachment", "detached"): self.remove_attachment,
            ("proposal", "deleted"): self.list_last,
            ("resiliency group", "deleted"): self.list_last,
            ("resiliency association", "disassociated"): self.leave_group,
            ("macsec key", "disassociated"): self.remove_key,
            **{(kind, "forgotten"): self._graph.forget for kind in (*listed, *shared)},
        }

    def conditions(self) -> Mapping[At, Callable[[Any], bool]]:
        """Return the conditions of the steps that follow a stage, where these depend on other resources."""
        return {
            ("lag", "requested"): self.lag_is_approved,
            ("lag", "pending"): self.lag_is_ready,
            ("bgp peer", "verifying"): self.peer_is_ready,
            ("bgp peer", "pending"): self.peer_is_ready,
        }

    # --- ports and LAGs ------------------------------------------------------------------------------------

    def approve(self, connection: Connection) -> None:
        """Note that AWS has issued the letter: the reserved port is now known and fixed."""
        connection.loa_ready = True
        lag = connection.lag
        if lag is not None and lag.stage == "requested":
            self._lifecycle.plan(lag)

    def link(self, connection: Connection) -> None:
        """Let a LAG that waits for its first member continue."""
        lag = connection.lag
        if lag is not None and lag.stage == "pending" and self._lifecycle.policy != "timed":
            self._lifecycle.plan(lag)

    def arrive(self, connection: Connection) -> None:
        """Give a connection its link back, with what it has brought; a LAG that waited for it is available."""
        backend = self._graph.backend(connection.region)
        backend.end_move(connection)
        lag = connection.lag
        if lag is None or connection.kind == "hosted connection" or connection.stage != "available":
            return
        if lag.stage in NOT_SET_UP:
            self._lifecycle.enter(lag, "available")

    def lag_is_approved(self, lag: Lag) -> bool:
        """Return whether the letter of one of a LAG's members is there [documented: 2017]."""
        return any(member.loa_ready for member in lag.members.values())

    def lag_is_ready(self, lag: Lag) -> bool:
        """Return whether a LAG is initialized: when its time has come, else with its first available member."""
        return self._lifecycle.policy == "timed" or any(
            member.stage == "available" and member.membership != "interrupted"
            for member in lag.members.values()
        )

    def retire(self, resource: Connection | Lag | VirtualInterface) -> None:
        """Cut the links of a deleted resource."""
        self._graph.backend(resource.region).retire(resource)

    # --- virtual interfaces and their BGP peers ------------------------------------------------------------

    def begin_peers(self, vif: VirtualInterface) -> None:
        """Begin the peers with their virtual interface; they wait until it is confirmed."""
        for peer in vif.peers.values():
            if peer.stage == vif.stage:
                self._lifecycle.plan(peer)

    def end_peers(self, vif: VirtualInterface) -> None:
        """Delete the peers with their virtual interface."""
        for peer in list(vif.peers.values()):
            self._lifecycle.enter(peer, "deleting")

    def remove_virtual_interface(self, vif: VirtualInterface) -> None:
        """Take a virtual interface off its carrier, its peers first."""
        for peer in list(vif.peers.values()):
            self._lifecycle.enter(peer, "deleted")
        self.retire(vif)

    def remove_peer(self, peer: BgpPeer) -> None:
        """Take a peer off its virtual interface."""
        self._graph.backend(peer.region).remove_peer(peer)

    def peer_is_ready(self, peer: BgpPeer) -> bool:
        """Return whether a peer no longer waits for its virtual interface."""
        vif = peer.virtual_interface
        waits = {"confirming"} if peer.stage == "verifying" else {"confirming", "verifying"}
        return vif is not None and vif.stage not in waits

    def end_test(self, test: BgpTest) -> None:
        """Release the sessions that a failover test held down."""
        test.end = self._lifecycle.now()
        vif = self._graph.backend(test.region).end_test(test)
        if vif is not None and vif.stage == "testing":
            self._lifecycle.enter(vif, "available")

    def forget_test(self, test: BgpTest) -> None:
        """Remove a failover test from the history."""
        self._graph.backend(test.region).forget_test(test)

    # --- gateways, groups and keys -------------------------------------------------------------------------

    def delete_gateway(self, gateway: Gateway) -> None:
        """Delete a gateway; with associations the deletion fails after all [client-proven: TF]."""
        if gateway.associations:
            gateway.state_change_error = (
                f"The Direct Connect Gateway {gateway.id} has associated gateways and cannot be deleted."
            )
            self._lifecycle.enter(gateway, "available")
        else:
            gateway.tags = None
            self.list_last(gateway)

    def list_last(self, resource: Any) -> None:
        """List deleted ones last, in the order of their deletion [guessed: as connections]."""
        resource.sequence = self._graph.next_sequence()

    def remove_association(self, association: Association) -> None:
        """Take an association off its gateway, and off the transit gateway in EC2."""
        self._graph.journal.keep(association.gateway)
        del association.gateway.associations[association.id]
        self._graph.forget(association)
        self._graph.journal.afterwards(partial(self._ec2.end_association, association))

    def remove_attachment(self, attachment: Attachment) -> None:
        """Take a virtual interface off its gateway."""
        self._graph.journal.keep(attachment.gateway)
        attachment.gateway.attachments.pop(attachment.virtual_interface.id, None)

    def leave_group(self, association: ResiliencyAssociation) -> None:
        """Take a connection out of its resiliency group."""
        self._graph.journal.keep(association.group)
        association.group.associations.pop(association.connection.id, None)
        self._graph.forget(association)

    def remove_key(self, key: MacSecKey) -> None:
        """Take a MACsec key off its port or LAG."""
        holder = key.holder
        if holder is not None and holder.macsec_keys:
            self._graph.journal.keep(holder)
            holder.macsec_keys = [other for other in holder.macsec_keys if other is not key] or None
        self._graph.forget(key)
