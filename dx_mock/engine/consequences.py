"""What entering a stage does to the graph: the links between the state machines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dx_mock.graph.gateway_resources import Association, Attachment, Gateway
from dx_mock.graph.resiliency_groups import ResiliencyAssociation
from dx_mock.graph.resources import BgpPeer, BgpTest, Connection, Lag, MacSecKey, VirtualInterface

if TYPE_CHECKING:
    from dx_mock.world.world import World


def install(world: World) -> None:
    """Teach a world's state machines what their stages do to its graph."""
    graph, lifecycle = world.graph, world.lifecycle
    effects, ready = lifecycle.effects, lifecycle.ready

    def approved(connection: Connection) -> None:
        """AWS has issued the letter: the port that was reserved is now known and fixed."""
        connection.loa_ready = True

    def linked(connection: Connection) -> None:
        lag = connection.lag
        if lag is not None and lag.stage == "pending" and lifecycle.policy != "timed":
            lifecycle.plan(lag)

    def lag_ready(lag: Lag) -> bool:
        return lifecycle.policy == "timed" or any(
            member.stage == "available" for member in lag.members.values()
        )

    for kind in ("connection", "interconnect"):
        effects[kind, "pending"] = approved
        effects[kind, "available"] = linked
    for kind in ("connection", "interconnect", "hosted connection"):
        effects[kind, "deleted"] = graph.retire
        effects[kind, "rejected"] = graph.retire
        effects[kind, "forgotten"] = graph.forget
    effects["lag", "deleted"] = graph.retire
    effects["lag", "forgotten"] = graph.forget
    ready["lag", "pending"] = lag_ready

    def started(vif: VirtualInterface) -> None:
        """The peers begin with their virtual interface; before, while it is confirmed, they wait."""
        for peer in vif.peers.values():
            if peer.stage == vif.stage:
                lifecycle.plan(peer)

    def ending(vif: VirtualInterface) -> None:
        for peer in list(vif.peers.values()):
            lifecycle.enter(peer, "deleting")

    def removed(vif: VirtualInterface) -> None:
        for peer in list(vif.peers.values()):
            lifecycle.enter(peer, "deleted")
        graph.retire(vif)

    def peer_ready(peer: BgpPeer) -> bool:
        vif = peer.virtual_interface
        waits = {"confirming"} if peer.stage == "verifying" else {"confirming", "verifying"}
        return vif is not None and vif.stage not in waits

    effects["virtual interface", "verifying"] = started
    effects["virtual interface", "pending"] = started
    effects["virtual interface", "deleting"] = ending

    effects["virtual interface", "deleted"] = removed
    effects["virtual interface", "rejected"] = removed
    effects["virtual interface", "forgotten"] = graph.forget
    effects["bgp peer", "deleted"] = graph.remove_peer

    def test_over(test: BgpTest) -> None:
        test.end = lifecycle.now()
        vif = graph.end_test(test)
        if vif is not None and vif.stage == "testing":
            lifecycle.enter(vif, "available")

    effects["bgp test", "completed"] = test_over
    effects["bgp test", "cancelled"] = test_over
    effects["bgp test", "forgotten"] = graph.forget_test
    ready["bgp peer", "verifying"] = peer_ready
    ready["bgp peer", "pending"] = peer_ready
    _install_gateways(world)


def _install_gateways(world: World) -> None:
    """The same for Direct Connect gateways and what connects them."""
    graph, effects = world.graph, world.lifecycle.effects

    def gateway_deleted(gateway: Gateway) -> None:
        """With associations the deletion fails after all [client-proven: TF]."""
        if gateway.associations:
            gateway.state_change_error = (
                f"The Direct Connect Gateway {gateway.id} has associated gateways and cannot be deleted."
            )
            world.lifecycle.enter(gateway, "available")
        else:
            gateway.tags = None
            deleted(gateway)

    def deleted(resource: Any) -> None:
        """Deleted ones are listed last, in the order of their deletion [guessed: as connections]."""
        resource.sequence = graph.next_sequence()

    def disassociated(association: Association) -> None:
        from dx_mock.moto_services import ec2

        del association.gateway.associations[association.id]
        graph.forget(association)
        ec2.end_association(world, association)

    def detached(attachment: Attachment) -> None:
        attachment.gateway.attachments.pop(attachment.virtual_interface.id, None)

    effects["gateway", "deleted"] = gateway_deleted
    effects["association", "disassociated"] = disassociated
    effects["attachment", "detached"] = detached
    effects["proposal", "deleted"] = effects["resiliency group", "deleted"] = deleted
    for kind in ("gateway", "proposal", "attachment", "resiliency group"):
        effects[kind, "forgotten"] = graph.forget

    def left_group(association: ResiliencyAssociation) -> None:
        association.group.associations.pop(association.connection.id, None)
        graph.forget(association)

    def key_gone(key: MacSecKey) -> None:
        holder = key.holder
        if holder is not None and holder.macsec_keys:
            holder.macsec_keys = [other for other in holder.macsec_keys if other is not key] or None
        graph.forget(key)

    effects["resiliency association", "disassociated"] = left_group
    effects["macsec key", "disassociated"] = key_gone
