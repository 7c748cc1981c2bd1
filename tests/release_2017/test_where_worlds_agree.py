"""Statements of the release of 2017-02-17 that hold in every world, and that no other test shows."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.helpers import CUSTOMER, LAG, PARTNER, connect, make_lag, members, one, one_lag, refused
from tests.release_2017.test_where_worlds_differ import interconnect, order
from tests.service.virtual_interfaces.helpers import private


def test_members_of_a_lag(client):
    """CreateLag and structure Lag: one port's bandwidth, whose it is, where, and the name as it was given."""
    lag = client.create_lag(
        **{**LAG, "lagName": " a lag", "location": "eqdc2", "connectionsBandwidth": "10Gbps"}
    )
    for shown in (lag, one_lag(client, lag["lagId"])):
        assert (shown["lagName"], shown["connectionsBandwidth"]) == (" a lag", "10Gbps")
        assert {each["bandwidth"] for each in shown["connections"]} == {"10Gbps"}
        assert (shown["ownerAccount"], shown["location"], shown["region"]) == (
            "123456789012", "EqDC2", "us-east-1",
        )  # fmt: skip


def test_bandwidths_of_connections(dx, client, partner):
    """Structure Connection: 1Gbps of ordinary ones, 500Mbps of hosted ones."""
    made = connect(client, bandwidth="1Gbps")
    hosted = order(partner, interconnect(partner))
    assert one(client, made)["bandwidth"] == "1Gbps"
    assert one(dx.client(account_id=CUSTOMER), hosted)["bandwidth"] == "500Mbps"
    with refused(dx, "Bandwidth 500Mbps is not valid."):
        connect(client, bandwidth="500Mbps")


def test_names_of_hosted_connections(dx, partner):
    """AllocateHostedConnection: a leading space included."""
    made = partner.allocate_hosted_connection(
        connectionId=interconnect(partner), ownerAccount=CUSTOMER, bandwidth="50Mbps",
        connectionName=" mine", vlan=7,
    )  # fmt: skip
    assert made["connectionName"] == " mine"
    assert one(dx.client(account_id=CUSTOMER), made["connectionId"])["connectionName"] == " mine"


def test_the_name_of_a_partner(dx, customer, partner):
    """Structure Connection, partnerName: there for hosted connections only."""
    assert PARTNER in one(customer, order(partner, interconnect(partner)))["partnerName"]
    assert "partnerName" not in one(customer, connect(customer))


def test_virtual_interfaces_of_a_lag_stay_with_it(client):
    """DisassociateConnectionFromLag: they are on the LAG still, and down when no member is left."""
    lag = make_lag(client, numberOfConnections=2)["lagId"]
    vif = private(client, lag)["virtualInterfaceId"]
    states = []
    for member in members(one_lag(client, lag)):
        client.disassociate_connection_from_lag(connectionId=member, lagId=lag)
        (shown,) = client.describe_virtual_interfaces(virtualInterfaceId=vif)["virtualInterfaces"]
        assert shown["connectionId"] == lag
        states.append(shown["virtualInterfaceState"])
    assert states == ["available", "down"]


def test_hosted_connections_stay_with_the_lag_that_an_interconnect_leaves(partner):
    """AssociateConnectionWithLag: those of the LAG that it was in before."""
    first, other = make_lag(partner)["lagId"], make_lag(partner)["lagId"]
    moving = partner.create_interconnect(
        interconnectName="i", bandwidth="1Gbps", location="EqDC2", lagId=first
    )["interconnectId"]
    hosted = order(partner, first)
    partner.describe_lags()
    partner.associate_connection_with_lag(connectionId=moving, lagId=other)
    (shown,) = partner.describe_hosted_connections(connectionId=first)["connections"]
    assert shown["connectionId"] == hosted
    assert partner.describe_hosted_connections(connectionId=other)["connections"] == []


def test_virtual_interfaces_go_with_a_hosted_connection(partner, customer):
    """AssociateHostedConnection: this is how those get to a LAG."""
    hosted = order(partner, interconnect(partner))
    customer.confirm_connection(connectionId=hosted)
    vif = private(customer, hosted, vlan=101)["virtualInterfaceId"]
    lag = make_lag(partner, connectionsBandwidth="10Gbps")["lagId"]
    partner.associate_hosted_connection(connectionId=hosted, parentConnectionId=lag)
    (shown,) = customer.describe_virtual_interfaces(virtualInterfaceId=vif)["virtualInterfaces"]
    assert (shown["connectionId"], shown["virtualInterfaceState"]) == (hosted, "available")
    assert one(customer, hosted)["lagId"] == lag


def test_a_conflicting_address_on_the_target_of_a_hosted_connection(dx, partner, customer):
    """AssociateHostedConnection: refused, and nothing moves."""
    pair = {"amazonAddress": "169.254.9.1/30", "customerAddress": "169.254.9.2/30"}
    hosted = {}
    for vlan in (1, 2):
        port = interconnect(partner)
        hosted[vlan] = order(partner, port, vlan=vlan)
        customer.confirm_connection(connectionId=hosted[vlan])
        private(customer, hosted[vlan], vlan=vlan, **pair)
    customer.describe_virtual_interfaces()
    with refused(dx, f"Address 169.254.9.1/30 is already in use on {port}"):
        partner.associate_hosted_connection(connectionId=hosted[1], parentConnectionId=port)


def test_a_minimum_above_what_works(dx, client):
    """UpdateLag: the LAG is down when fewer of its members work than the number says."""
    lag = make_lag(client)["lagId"]
    first, _ = members(one_lag(client, lag))
    dx.link_down(first)
    assert one_lag(client, lag)["lagState"] == "available"
    assert client.update_lag(lagId=lag, minimumLinks=2)["lagState"] == "down"
    dx.link_up(first)
    assert one_lag(client, lag)["lagState"] == "available"


def test_an_interconnect_in_a_lag(begin):
    """CreateInterconnect: on the LAG's device, or not at all."""
    dx = begin(quotas={"ports_per_device": 2})
    partner = dx.client(account_id=PARTNER)
    lag = make_lag(partner, numberOfConnections=1)
    new = {"interconnectName": " mine", "bandwidth": "1Gbps", "location": "EqDC2", "lagId": lag["lagId"]}
    made = partner.create_interconnect(**new)
    assert (made["interconnectName"], made["lagId"]) == (" mine", lag["lagId"])
    (shown,) = partner.describe_interconnects(interconnectId=made["interconnectId"])["interconnects"]
    assert (shown["awsDevice"], shown["interconnectName"]) == (lag["awsDevice"], " mine")
    with refused(dx, "There are not enough available ports"):
        partner.create_interconnect(**new)


def test_states_of_an_interconnect(begin):
    """Structure Interconnect: requested until the letter is sent, pending until the link is there, down."""
    dx = begin(provisioning="manual")
    partner = dx.client(account_id=PARTNER)
    made = partner.create_interconnect(interconnectName="i", bandwidth="1Gbps", location="EqDC2")
    port = made["interconnectId"]

    def state():
        (shown,) = partner.describe_interconnects(interconnectId=port)["interconnects"]
        return shown["interconnectState"]

    seen = [made["interconnectState"], state()]
    dx.issue_loa(port)
    seen.append(state())
    dx.provision(port)
    hosted = order(partner, port)
    dx.client(account_id=CUSTOMER).confirm_connection(connectionId=hosted)
    dx.provision(hosted)
    seen.append(state())
    dx.link_down(port)
    seen.append(state())
    assert seen == ["requested", "requested", "pending", "available", "down"]
    assert one(dx.client(account_id=CUSTOMER), hosted)["connectionState"] == "down"


@pytest.mark.parametrize("by", ["describe_interconnect_loa", "describe_loa"])
def test_when_the_letter_of_an_interconnect_was_asked_for(dx, partner, by):
    """Structure Interconnect, loaIssueTime: the last time."""
    port = interconnect(partner)
    name = "interconnectId" if by == "describe_interconnect_loa" else "connectionId"
    times = []
    for _ in range(2):
        getattr(partner, by)(**{name: port})
        (shown,) = partner.describe_interconnects(interconnectId=port)["interconnects"]
        times.append(shown["loaIssueTime"])
        dx.clock.advance(hours=1)
    assert times[1] - times[0] == timedelta(hours=1)


def test_one_lag_by_its_id(dx, client):
    """DescribeLags: this one alone; an id of nothing is refused [recorded: E1]."""
    wanted, _ = (make_lag(client)["lagId"] for _ in range(2))
    assert [each["lagId"] for each in client.describe_lags(lagId=wanted)["lags"]] == [wanted]
    with refused(dx, "Could not find Lag with ID dxlag-fg000000"):
        client.describe_lags(lagId="dxlag-fg000000")


def test_one_connection_by_its_id(dx, client):
    """DescribeConnections: this one alone; an id of nothing is refused [clients since 2018]."""
    wanted, _ = (connect(client) for _ in range(2))
    shown = client.describe_connections(connectionId=wanted)["connections"]
    assert [each["connectionId"] for each in shown] == [wanted]
    with refused(dx, "Could not find Connection with ID dxcon-fg000000"):
        client.describe_connections(connectionId="dxcon-fg000000")


def test_one_interconnect_by_its_id(dx, partner):
    """DescribeInterconnects: this one alone; an id of nothing is refused."""
    wanted, _ = (interconnect(partner) for _ in range(2))
    shown = partner.describe_interconnects(interconnectId=wanted)["interconnects"]
    assert [each["interconnectId"] for each in shown] == [wanted]
    with refused(dx, "Could not find Interconnect with ID dxcon-fg000000"):
        partner.describe_interconnects(interconnectId="dxcon-fg000000")
