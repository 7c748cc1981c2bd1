"""Conflicts that a move would make: of VLANs and of addresses, by whichever operation, on whatever moves.

The release of 2017-02-17 says so of AssociateVirtualInterface and AssociateHostedConnection; the other moves
are of the same kind.
"""

from __future__ import annotations

import pytest

from tests.helpers import CUSTOMER, PARTNER, connect, make_lag, refused
from tests.service.virtual_interfaces.helpers import private

pytestmark = pytest.mark.directconnect(partners=[PARTNER])

PAIR = {"amazonAddress": "169.254.9.1/30", "customerAddress": "169.254.9.2/30"}
WIDER = {"amazonAddress": "169.254.9.6/29", "customerAddress": "169.254.9.5/29"}
ORDER = {"ownerAccount": CUSTOMER, "bandwidth": "500Mbps", "connectionName": "h"}
TAKEN = "Address 169.254.9.1/30 is already in use on"


def port(partner):
    made = partner.create_interconnect(interconnectName="i", bandwidth="1Gbps", location="EqDC2")
    partner.describe_interconnects()
    return made["interconnectId"]


def order(partner, customer, parent, vlan, pair):
    """A hosted connection with a virtual interface that has the addresses."""
    made = partner.allocate_hosted_connection(connectionId=parent, vlan=vlan, **ORDER)["connectionId"]
    customer.confirm_connection(connectionId=made)
    private(customer, made, vlan=vlan, **pair)
    return made


@pytest.mark.parametrize("there", [PAIR, WIDER])
def test_a_connection_that_joins_a_lag(client, dx, there):
    """With its virtual interfaces following: two with one network would be on the LAG."""
    connection, lag = connect(client), make_lag(client)["lagId"]
    private(client, lag, vlan=1, **there)
    private(client, connection, vlan=2, **PAIR)
    client.describe_virtual_interfaces()
    with refused(dx, f"{TAKEN} {lag}"):
        client.associate_connection_with_lag(connectionId=connection, lagId=lag)


@pytest.mark.directconnect(quirks={"lag_association_virtual_interfaces": "stay"})
def test_what_stays_is_in_nobodys_way(client):
    connection, lag = connect(client), make_lag(client)["lagId"]
    private(client, lag, vlan=1, **PAIR)
    private(client, connection, vlan=2, **PAIR)
    client.associate_connection_with_lag(connectionId=connection, lagId=lag)


def test_one_that_is_being_deleted_is_in_nobodys_way(client):
    connection, lag = connect(client), make_lag(client)["lagId"]
    gone = private(client, lag, vlan=1, **PAIR)["virtualInterfaceId"]
    private(client, connection, vlan=2, **PAIR)
    client.delete_virtual_interface(virtualInterfaceId=gone)
    client.associate_connection_with_lag(connectionId=connection, lagId=lag)


@pytest.mark.parametrize("other", ["address", "vlan"])
def test_an_interconnect_that_joins_a_lag(partner, customer, dx, other):
    """With its hosted connections following: what the customers have on them must fit."""
    lag, joining = make_lag(partner)["lagId"], port(partner)
    partner.describe_lags()
    order(partner, customer, lag, 1, PAIR)
    order(partner, customer, joining, 1 if other == "vlan" else 2, PAIR)
    customer.describe_virtual_interfaces()
    with refused(dx, "Vlan 1 is already in use" if other == "vlan" else f"{TAKEN} {lag}"):
        partner.associate_connection_with_lag(connectionId=joining, lagId=lag)


def test_a_hosted_connection_that_moves(partner, customer, dx):
    """Release of 2017-02-17: a hosted connection with a conflicting address on the target."""
    old, new = port(partner), port(partner)
    hosted = order(partner, customer, old, 1, PAIR)
    order(partner, customer, new, 2, WIDER)
    customer.describe_virtual_interfaces()
    with refused(dx, f"{TAKEN} {new}"):
        partner.associate_hosted_connection(connectionId=hosted, parentConnectionId=new)


def test_a_virtual_interface_that_moves(client, dx):
    """Release of 2017-02-17: the target has a virtual interface with a conflicting address."""
    old, lag = connect(client), make_lag(client)["lagId"]
    vif = private(client, old, vlan=1, **PAIR)["virtualInterfaceId"]
    private(client, lag, vlan=2, **WIDER)
    client.describe_virtual_interfaces()
    with refused(dx, f"{TAKEN} {lag}"):
        client.associate_virtual_interface(virtualInterfaceId=vif, connectionId=lag)
