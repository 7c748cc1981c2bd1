"""One resource of each kind in each of its states, all in one world, whose clock stands still."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from dx_mock.protocol import contract
from tests.helpers import CUSTOMER, make_lag, members
from tests.operations.estate import CAK, OWNER, Estate
from tests.service.virtual_interfaces.helpers import private, public, transit

#: Resources leave a state only when the clock moves, so they all stay where they are.
SETTINGS: dict[str, Any] = {
    "provisioning": "timed",
    "others": "block",
    "quirks": {"lag_initial_state": "requested"},
    "quotas": {"connections_per_location": 500, "ports_per_device": 500, "vifs_per_connection": 200}
    | {"lags_per_region": 100, "vifs_per_gateway": 100, "transit_vifs_per_connection": 50}
    | {"gateways_per_account": 100},
}


class TimedEstate(Estate):
    """The estate of the least inputs, with gateway and group provisioned, as the clock stands still."""

    def _gateway(self, client: Any) -> str:
        made = super()._gateway(client)
        self.dx.provision(made)
        return made

    def _group(self) -> str:
        made = super()._group()
        self.dx.provision(made)
        return made


class Museum:
    """A filled world: ``Museum(dx)``."""

    def __init__(self, dx: Any) -> None:
        self.dx = dx
        self.estate = TimedEstate(dx)
        self.client, self.partner, self.customer = (
            self.estate.client,
            self.estate.partner,
            self.estate.customer,
        )
        self.vlan = 1000
        self.connections()
        self.interconnects()
        self.hosted()
        self.lags()
        self.gateways()
        self.virtual_interfaces()
        self.peers()
        if "CreateResiliencyGroup" in contract.operation_names():
            self.groups()
        self.keys()
        self.windows()

    def next_vlan(self) -> int:
        self.vlan += 1
        return self.vlan

    def deletion(self, make: Any, delete: Any) -> None:
        """Make a resource that is being deleted and one that was deleted."""
        delete(make())
        gone = make()
        delete(gone)
        self.dx.provision(gone)

    # --- ports ----------------------------------------------------------------------------------------------

    def order(self, **changes: Any) -> str:
        order = {"location": "EqDC2", "bandwidth": "10Gbps", "connectionName": "c", **changes}
        return self.client.create_connection(**order)["connectionId"]

    def connections(self) -> None:
        self.order()
        self.dx.issue_loa(self.order())
        self.dx.link_down(self.estate.port())
        self.deletion(self.estate.port, lambda each: self.client.delete_connection(connectionId=each))

    def interconnects(self) -> None:
        order = {"interconnectName": "i", "bandwidth": "1Gbps", "location": "EqDC2"}
        self.partner.create_interconnect(**order)
        self.dx.issue_loa(self.partner.create_interconnect(**order)["interconnectId"])
        self.dx.link_down(self.estate._interconnect())
        self.deletion(
            self.estate._interconnect, lambda each: self.partner.delete_interconnect(interconnectId=each)
        )

    def allocate(self, parent: str | None = None) -> str:
        """Allocate a hosted connection that waits for the customer."""
        return self.partner.allocate_hosted_connection(
            connectionId=parent or self.estate.interconnect,
            ownerAccount=CUSTOMER,
            bandwidth="50Mbps",
            connectionName="hosted",
            vlan=self.next_vlan(),
        )["connectionId"]

    def confirmed(self, parent: str | None = None) -> str:
        made = self.allocate(parent)
        self.customer.confirm_connection(connectionId=made)
        self.dx.provision(made)
        return made

    def hosted(self) -> None:
        self.allocate()
        self.customer.confirm_connection(connectionId=self.allocate())
        self.dx.link_down(self.confirmed())
        self.confirmed(self.estate.partner_lag)
        self.deletion(self.confirmed, lambda each: self.customer.delete_connection(connectionId=each))
        self.customer.delete_connection(connectionId=self.allocate())

    # --- LAGs -----------------------------------------------------------------------------------------------

    def lag(self, **changes: Any) -> dict[str, Any]:
        made = make_lag(self.client, connectionsBandwidth="10Gbps", **changes)
        self.dx.provision(made["lagId"])
        return made

    def emptied(self) -> str:
        made = self.lag(numberOfConnections=1)
        (member,) = members(made)
        self.client.disassociate_connection_from_lag(connectionId=member, lagId=made["lagId"])
        self.dx.world.lifecycle.enter(self.dx.world.graph.resources[member], "settled", "lag membership")
        return made["lagId"]

    def lags(self) -> None:
        make_lag(self.client, connectionsBandwidth="10Gbps")
        self.dx.issue_loa(members(make_lag(self.client, connectionsBandwidth="10Gbps"))[0])
        for member in members(self.lag()):
            self.dx.link_down(member)
        self.emptied()
        joining = self.lag(numberOfConnections=1)
        self.client.associate_connection_with_lag(connectionId=self.estate.port(), lagId=joining["lagId"])
        self.client.associate_connection_with_lag(connectionId=self.order(), lagId=joining["lagId"])
        self.client.delete_lag(lagId=self.emptied())
        self.deletion(lambda: self.lag()["lagId"], lambda each: self.client.delete_lag(lagId=each))

    # --- gateways and what connects them --------------------------------------------------------------------

    def gateways(self) -> None:
        estate, client, customer, dx = self.estate, self.client, self.customer, self.dx
        client.create_direct_connect_gateway(directConnectGatewayName="new")
        self.deletion(
            lambda: estate._gateway(client),
            lambda each: client.delete_direct_connect_gateway(directConnectGatewayId=each),
        )
        gateway = estate._gateway(client)
        numbers = iter(range(10))

        def association(*, finished: bool = True) -> str:
            made = client.create_direct_connect_gateway_association(
                directConnectGatewayId=gateway,
                gatewayId=f"vgw-0000000{next(numbers)}",
                addAllowedPrefixesToDirectConnectGateway=[{"cidr": "10.9.0.0/16"}],
            )["directConnectGatewayAssociation"]["associationId"]
            if finished:
                dx.provision(made)
            return made

        association(finished=False)
        association()
        changed = [{"cidr": "10.7.0.0/16"}]
        client.update_direct_connect_gateway_association(
            associationId=association(), addAllowedPrefixesToDirectConnectGateway=changed
        )
        client.delete_direct_connect_gateway_association(associationId=association())
        for letter in "abc":
            proposal = estate._propose(f"vgw-0000000{letter}")
            if letter == "b":
                customer.accept_direct_connect_gateway_association_proposal(
                    directConnectGatewayId=estate.gateway_of_customer,
                    proposalId=proposal,
                    associatedGatewayOwnerAccount=OWNER,
                )
            elif letter == "c":
                client.delete_direct_connect_gateway_association_proposal(proposalId=proposal)

    # --- virtual interfaces ---------------------------------------------------------------------------------

    def virtual_interfaces(self) -> None:
        gateway = {kind: self.estate._gateway(self.client) for kind in ("private", "transit")}
        port = self.estate.port()
        makers = {
            "private": lambda: private(self.client, port, vlan=self.next_vlan()),
            "gateway": lambda: private(
                self.client, port, vlan=self.next_vlan(), directConnectGatewayId=gateway["private"]
            ),
            "public": lambda: self.public(port),
            "transit": lambda: transit(
                self.client, port, vlan=self.next_vlan(), directConnectGatewayId=gateway["transit"]
            ),
        }
        for make in makers.values():
            self.in_every_state(lambda make=make: make()["virtualInterfaceId"])
        for kind in ("private", "public", "transit"):
            self.allocated(kind, port)
            delete = self.allocated(kind, port)
            self.customer.delete_virtual_interface(virtualInterfaceId=delete)
        attached = self.client.describe_direct_connect_gateway_attachments(
            directConnectGatewayId=gateway["private"]
        )["directConnectGatewayAttachments"]
        of = {
            each.virtual_interface.id: each
            for each in self.dx.world.global_backends["aws"].attachments.values()
        }
        self.dx.provision(of[attached[0]["virtualInterfaceId"]].id)
        on_hosted = self.confirmed()
        private(self.customer, on_hosted, vlan=self.vlan)

    def public(self, port: str) -> Any:
        """Create a public virtual interface with addresses of its own."""
        vlan = self.next_vlan()
        third, fourth = divmod(vlan * 4, 256)
        return public(
            self.client,
            port,
            vlan=vlan,
            amazonAddress=f"198.18.{third}.{fourth + 1}/30",
            customerAddress=f"198.18.{third}.{fourth + 2}/30",
        )

    def in_every_state(self, make: Any) -> None:
        def finished() -> str:
            made: str = make()
            self.dx.provision(made)
            return made

        first = self.dx.world.graph.resources[make()]
        if first.stage == "verifying":
            self.dx.world.lifecycle.take_step(self.dx.world.graph.resources[make()])
        finished()
        self.dx.bgp_down(finished())
        self.client.start_bgp_failover_test(virtualInterfaceId=finished())
        self.deletion(finished, lambda each: self.client.delete_virtual_interface(virtualInterfaceId=each))

    def allocated(self, kind: str, port: str) -> str:
        vlan = self.next_vlan()
        new: dict[str, Any] = {"virtualInterfaceName": kind, "vlan": vlan, "asn": 65000}
        if kind == "public":
            third, fourth = divmod(vlan * 4, 256)
            new["amazonAddress"] = f"198.18.{third}.{fourth + 1}/30"
            new["customerAddress"] = f"198.18.{third}.{fourth + 2}/30"
            new["routeFilterPrefixes"] = [{"cidr": "203.0.113.0/30"}]
        made = getattr(self.client, f"allocate_{kind}_virtual_interface")(
            connectionId=port,
            ownerAccount=CUSTOMER,
            **{f"new{kind.title()}VirtualInterfaceAllocation": new},
        )
        return made.get("virtualInterface", made)["virtualInterfaceId"]

    def peers(self) -> None:
        """Make second sessions, and failover tests that have ended."""
        client, dx, port = self.client, self.dx, self.estate.port()
        for finish in (False, True):
            vif = private(client, port, vlan=self.next_vlan())["virtualInterfaceId"]
            dx.provision(vif)
            made = client.create_bgp_peer(
                virtualInterfaceId=vif, newBGPPeer={"addressFamily": "ipv6", "asn": 65000}
            )["virtualInterface"]["bgpPeers"]
            if finish:
                dx.provision(vif)
                client.delete_bgp_peer(virtualInterfaceId=vif, bgpPeerId=made[-1]["bgpPeerId"])
        for finish in (False, True):
            vif = private(client, port, vlan=self.next_vlan())["virtualInterfaceId"]
            dx.provision(vif)
            test = client.start_bgp_failover_test(virtualInterfaceId=vif)["virtualInterfaceTest"]["testId"]
            if finish:
                dx.world.lifecycle.take_step(dx.world.graph.resources[test])
            else:
                client.stop_bgp_failover_test(virtualInterfaceId=vif)

    # --- resiliency groups, MACsec --------------------------------------------------------------------------

    def groups(self) -> None:
        client, dx = self.client, self.dx
        Estate._group(self.estate)
        self.deletion(self.estate._group, lambda each: client.delete_resiliency_group(resiliencyGroupId=each))
        group, ports = self.estate._group(), [self.estate.port() for _ in range(3)]
        client.associate_connections_to_resiliency_group(
            resiliencyGroupId=group, connectionIdentifiers=ports[:2]
        )
        for association in dx.world.backends["us-east-1"].resiliency_groups[group].associations.values():
            dx.provision(association.id)
        client.associate_connections_to_resiliency_group(
            resiliencyGroupId=group, connectionIdentifiers=ports[2:]
        )
        client.disassociate_connections_from_resiliency_group(
            resiliencyGroupId=group, connectionIdentifiers=ports[:1]
        )

    def keys(self) -> None:
        port = self.estate.port(requestMACSec=True)
        for number in range(2):
            made = self.client.associate_mac_sec_key(connectionId=port, ckn=f"{number}a" * 32, cak=CAK)
            arn = made["macSecKeys"][-1]["secretARN"]
            (key,) = [
                each
                for each in self.dx.world.graph.resources.values()
                if each.kind == "macsec key" and each.secret_arn == arn
            ]
            self.dx.provision(key.id)
            self.dx.provision(port)
        self.client.disassociate_mac_sec_key(connectionId=port, secretARN=arn)
        settled = self.estate.port(requestMACSec=True)
        self.client.associate_mac_sec_key(connectionId=settled, ckn="6a" * 32, cak=CAK)
        self.dx.provision(settled)
        lag = self.lag(requestMACSec=True)["lagId"]
        self.client.associate_mac_sec_key(connectionId=lag, ckn="5a" * 32, cak=CAK)

    # --- AWS's side ------------------------------------------------------------------------------------------

    def windows(self) -> None:
        """Plan maintenance that is still secret, that was told, and that is under way."""
        for days in (20, 10, 0):
            self.dx.maintenance(self.order(), start=timedelta(days=days))
