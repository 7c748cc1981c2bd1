"""Two accounts and a partner with the resources that the operations need, each made at its first use."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from tests.helpers import CUSTOMER, PARTNER, connect, make_lag, members
from tests.service.virtual_interfaces.helpers import PRIVATE, PUBLIC, TRANSIT, VGW, changed, private, public

OWNER = "123456789012"
CKN, CAK, KEY = "a1" * 32, "0F" * 32, "b2" * 32


class Estate:
    """The ids of the resources, by name."""

    def __init__(self, dx: Any) -> None:
        self.dx = dx
        self.client = dx.client()
        self.partner = dx.client(account_id=PARTNER)
        self.customer = dx.client(account_id=CUSTOMER)

    def acting(self, account: str) -> Any:
        """Return the client of an account by the name of its role."""
        return getattr(self, account)

    def port(self, **changes: Any) -> str:
        """Order and provision a connection."""
        made = connect(self.client, **{"bandwidth": "10Gbps", **changes})
        self.dx.provision(made)
        return made

    @cached_property
    def connection(self) -> str:
        return self.port()

    @cached_property
    def other_connection(self) -> str:
        return self.port()

    @cached_property
    def secure_connection(self) -> str:
        return self.port(bandwidth="10Gbps", requestMACSec=True)

    @cached_property
    def lag(self) -> str:
        made = make_lag(self.client, connectionsBandwidth="10Gbps")["lagId"]
        self.dx.provision(made)
        return made

    @cached_property
    def secure_lag(self) -> str:
        made = make_lag(self.client, connectionsBandwidth="10Gbps", requestMACSec=True)["lagId"]
        self.dx.provision(made)
        return made

    @cached_property
    def empty_lag(self) -> str:
        made = make_lag(self.client, numberOfConnections=1)
        self.client.disassociate_connection_from_lag(connectionId=members(made)[0], lagId=made["lagId"])
        return made["lagId"]

    @cached_property
    def member(self) -> str:
        return members(self.client.describe_lags(lagId=self.lag)["lags"][0])[0]

    @cached_property
    def interconnect(self) -> str:
        return self._interconnect()

    @cached_property
    def other_interconnect(self) -> str:
        return self._interconnect()

    def _interconnect(self) -> str:
        made = self.partner.create_interconnect(
            interconnectName="interconnect", bandwidth="1Gbps", location="EqDC2"
        )["interconnectId"]
        self.dx.provision(made)
        return made

    @cached_property
    def partner_lag(self) -> str:
        made = make_lag(self.partner, connectionsBandwidth="10Gbps")["lagId"]
        self.dx.provision(made)
        return made

    def allocate(self, vlan: int = 101) -> str:
        """Allocate a hosted connection that waits for its owner, the customer."""
        return self.partner.allocate_hosted_connection(
            connectionId=self.interconnect,
            ownerAccount=CUSTOMER,
            bandwidth="100Mbps",
            connectionName="hosted",
            vlan=vlan,
        )["connectionId"]

    @cached_property
    def hosted(self) -> str:
        return self.allocate()

    @cached_property
    def other_hosted(self) -> str:
        return self.allocate(102)

    @cached_property
    def gateway(self) -> str:
        return self._gateway(self.client)

    @cached_property
    def other_gateway(self) -> str:
        return self._gateway(self.client)

    @cached_property
    def gateway_of_customer(self) -> str:
        return self._gateway(self.customer)

    def _gateway(self, client: Any) -> str:
        made = client.create_direct_connect_gateway(directConnectGatewayName="gateway")
        return made["directConnectGateway"]["directConnectGatewayId"]

    @cached_property
    def private(self) -> str:
        made = private(self.client, self.connection, vlan=1)["virtualInterfaceId"]
        self.dx.provision(made)
        return made

    @cached_property
    def other_private(self) -> str:
        return private(self.client, self.connection, vlan=2)["virtualInterfaceId"]

    @cached_property
    def public(self) -> str:
        made = public(self.client, self.connection, vlan=3)["virtualInterfaceId"]
        self.dx.provision(made)
        return made

    @cached_property
    def on_gateway(self) -> str:
        """Create a private virtual interface on the gateway, on a port of its own."""
        port = self.port(bandwidth="10Gbps")
        made = private(self.client, port, vlan=4, directConnectGatewayId=self.gateway)["virtualInterfaceId"]
        self.dx.provision(made)
        return made

    @cached_property
    def also_on_gateway(self) -> str:
        port = self.port()
        return private(self.client, port, directConnectGatewayId=self.gateway)["virtualInterfaceId"]

    def allocated(self, kind: str) -> str:
        """Allocate a virtual interface of a type that waits for its owner, the customer."""
        title = kind.title()
        new = {"private": changed(PRIVATE, {"virtualGatewayId": None}), "public": PUBLIC, "transit": TRANSIT}
        made = getattr(self.client, f"allocate_{kind}_virtual_interface")(
            connectionId=self.connection,
            ownerAccount=CUSTOMER,
            **{f"new{title}VirtualInterfaceAllocation": new[kind]},
        )
        return made.get("virtualInterface", made)["virtualInterfaceId"]

    @cached_property
    def association(self) -> str:
        return self._associate(self.gateway, VGW)

    @cached_property
    def other_association(self) -> str:
        return self._associate(self.gateway, "vgw-6efe725e")

    def _associate(self, gateway: str, vgw: str) -> str:
        made = self.client.create_direct_connect_gateway_association(
            directConnectGatewayId=gateway,
            gatewayId=vgw,
            addAllowedPrefixesToDirectConnectGateway=[{"cidr": "10.9.0.0/16"}],
        )["directConnectGatewayAssociation"]["associationId"]
        self.dx.provision(made)
        return made

    @cached_property
    def proposal(self) -> str:
        return self._propose("vgw-02f776b1")

    @cached_property
    def other_proposal(self) -> str:
        return self._propose("vgw-02f776b2")

    def _propose(self, vgw: str) -> str:
        return self.client.create_direct_connect_gateway_association_proposal(
            directConnectGatewayId=self.gateway_of_customer,
            directConnectGatewayOwnerAccount=CUSTOMER,
            gatewayId=vgw,
        )["directConnectGatewayAssociationProposal"]["proposalId"]

    def associate_for_customer(self) -> None:
        """Associate the owner's virtual private gateway with the customer's gateway."""
        proposal = self.client.create_direct_connect_gateway_association_proposal(
            directConnectGatewayId=self.gateway_of_customer,
            directConnectGatewayOwnerAccount=CUSTOMER,
            gatewayId=VGW,
            addAllowedPrefixesToDirectConnectGateway=[{"cidr": "10.9.0.0/16"}, {"cidr": "10.8.0.0/16"}],
        )["directConnectGatewayAssociationProposal"]
        made = self.customer.accept_direct_connect_gateway_association_proposal(
            directConnectGatewayId=self.gateway_of_customer,
            proposalId=proposal["proposalId"],
            associatedGatewayOwnerAccount=OWNER,
        )["directConnectGatewayAssociation"]["associationId"]
        self.dx.provision(made)

    @cached_property
    def key(self) -> str:
        """Associate a MACsec key with the secure connection and return its ARN."""
        made = self.client.associate_mac_sec_key(connectionId=self.secure_connection, ckn=KEY, cak=CAK)
        return made["macSecKeys"][0]["secretARN"]

    @cached_property
    def group(self) -> str:
        return self._group()

    @cached_property
    def other_group(self) -> str:
        return self._group()

    def _group(self) -> str:
        made = self.client.create_resiliency_group(
            resiliencyGroupName="group", intendedResiliencyModel="maximum-resiliency"
        )
        return made["resiliencyGroup"]["resiliencyGroupId"]

    def grouped(self, *connections: str) -> str:
        """Return the group, after putting connections into it."""
        self.client.associate_connections_to_resiliency_group(
            resiliencyGroupId=self.group, connectionIdentifiers=list(connections)
        )
        self.client.list_resiliency_groups()
        return self.group

    @cached_property
    def test(self) -> str:
        """Run a failover test of the private virtual interface to its end."""
        made = self.client.start_bgp_failover_test(virtualInterfaceId=self.private)
        self.client.stop_bgp_failover_test(virtualInterfaceId=self.private)
        self.dx.provision(self.private)
        return made["virtualInterfaceTest"]["testId"]

    def arn(self, connection: str) -> str:
        """Return the ARN of a connection of the owner."""
        return f"arn:aws:directconnect:us-east-1:{OWNER}:dxcon/{connection}"
