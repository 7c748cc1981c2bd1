"""Two companies: a partner hosts a connection on its interconnect, the customer accepts it and uses it."""

import pytest

PARTNER, CUSTOMER = "111111111111", "222222222222"


@pytest.mark.directconnect(partners=[PARTNER])
def test_a_hosted_connection(directconnect):
    partner = directconnect.client(account_id=PARTNER)
    customer = directconnect.client(account_id=CUSTOMER)

    interconnect = partner.create_interconnect(
        interconnectName="Ashburn", bandwidth="10Gbps", location="EqDC2"
    )["interconnectId"]
    directconnect.provision(interconnect)
    hosted = partner.allocate_hosted_connection(
        connectionId=interconnect,
        ownerAccount=CUSTOMER,
        bandwidth="500Mbps",
        connectionName="to the customer",
        vlan=101,
    )["connectionId"]

    # The customer sees it, and has to accept it before anything else.
    (shown,) = customer.describe_connections()["connections"]
    assert (shown["connectionId"], shown["connectionState"]) == (hosted, "ordering")
    customer.confirm_connection(connectionId=hosted)
    assert customer.describe_connections()["connections"][0]["connectionState"] == "available"

    gateway = customer.create_direct_connect_gateway(directConnectGatewayName="backbone")
    vif = customer.create_private_virtual_interface(
        connectionId=hosted,
        newPrivateVirtualInterface={
            "virtualInterfaceName": "backbone",
            "vlan": 101,  # a hosted connection has one VLAN, the partner's choice
            "asn": 65000,
            "directConnectGatewayId": gateway["directConnectGateway"]["directConnectGatewayId"],
        },
    )["virtualInterfaceId"]

    def state():
        return customer.describe_virtual_interfaces(virtualInterfaceId=vif)["virtualInterfaces"][0]

    assert state()["virtualInterfaceState"] == "available"
    directconnect.link_down(interconnect)  # the partner's fibre, the customer's outage
    assert state()["virtualInterfaceState"] == "down"
