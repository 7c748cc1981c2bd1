"""What AWS calls interrupted and re-established: the link, what rides on it and its sessions go and come back.

The release of 2017-02-17 says so of CreateLag, AssociateConnectionWithLag, DisassociateConnectionFromLag and
AssociateHostedConnection.
"""

from __future__ import annotations

import pytest

from tests.helpers import CUSTOMER, PARTNER, connect, make_lag, members, one, one_lag, refused
from tests.moto_services.test_cloudwatch import here, read
from tests.service.virtual_interfaces.helpers import private

manual = pytest.mark.directconnect(provisioning="manual", partners=[PARTNER])
timed = pytest.mark.directconnect(provisioning="timed", partners=[PARTNER])
ORDER = {"ownerAccount": CUSTOMER, "bandwidth": "500Mbps", "connectionName": "h"}


def live(dx, client, **changes):
    """The id of a connection that is up."""
    made = connect(client, **changes)
    dx.provision(made)
    return made


def live_lag(dx, client, **changes):
    """The id of a LAG whose members are up."""
    made = make_lag(client, **changes)["lagId"]
    dx.provision(made)
    return made


def live_interface(dx, client, carrier, **changes):
    """The id of a virtual interface whose session is up."""
    made = private(client, carrier, **changes)["virtualInterfaceId"]
    dx.provision(made)
    assert seen(client, made) == ("available", "up")
    return made


def seen(client, vif):
    """State and session of a virtual interface."""
    (shown,) = client.describe_virtual_interfaces(virtualInterfaceId=vif)["virtualInterfaces"]
    (peer,) = shown["bgpPeers"]
    assert peer["bgpPeerState"] == "available"  # the session is down, the peer stays
    return shown["virtualInterfaceState"], peer["bgpStatus"]


def state(client, connection):
    return one(client, connection)["connectionState"]


@manual
def test_associate(dx, client):
    """With manual it lasts until somebody's hands end it; the answer has the state of before."""
    connection, lag = live(dx, client), live_lag(dx, client, numberOfConnections=1)
    there = live_interface(dx, client, lag, vlan=1)
    vif = live_interface(dx, client, connection, vlan=2)
    answer = client.associate_connection_with_lag(connectionId=connection, lagId=lag)
    assert answer["connectionState"] == "available"
    for _ in range(2):
        assert (state(client, connection), seen(client, vif)) == ("down", ("down", "down"))
    # the LAG has a member that works: it and what was on it are not interrupted
    assert (one_lag(client, lag)["lagState"], seen(client, there)) == ("available", ("available", "up"))
    dx.provision(connection)
    assert (state(client, connection), seen(client, vif)) == ("available", ("available", "up"))


@timed
def test_associate_by_the_clock(dx, client):
    """A minute, for which Terraform's provider tries again while the connection is transitioning."""
    connection, lag = live(dx, client), live_lag(dx, client, numberOfConnections=1)
    vif = live_interface(dx, client, connection)
    client.associate_connection_with_lag(connectionId=connection, lagId=lag)
    dx.clock.advance(seconds=59)
    assert (state(client, connection), seen(client, vif)) == ("down", ("down", "down"))
    dx.clock.advance(seconds=1)
    assert (state(client, connection), seen(client, vif)) == ("available", ("available", "up"))


def test_with_auto_it_is_over_before_the_next_look(dx, client):
    connection, lag = connect(client), make_lag(client)["lagId"]
    client.describe_lags()
    vif = private(client, connection)["virtualInterfaceId"]
    assert seen(client, vif) == ("available", "up")
    client.associate_connection_with_lag(connectionId=connection, lagId=lag)
    assert dx.world.resource(connection).membership == "interrupted"
    assert (state(client, connection), seen(client, vif)) == ("available", ("available", "up"))


@manual
def test_disassociate(dx, client):
    """Virtual interfaces stay on the LAG: those of a LAG that has no other member are down."""
    lag = live_lag(dx, client, numberOfConnections=2)
    first, second = members(one_lag(client, lag))
    vif = live_interface(dx, client, lag)
    answer = client.disassociate_connection_from_lag(connectionId=first, lagId=lag)
    assert answer["connectionState"] == "available"
    assert (state(client, first), seen(client, vif)) == ("down", ("available", "up"))
    with refused(dx, f"Connection {first} is in a transitioning state."):
        client.associate_connection_with_lag(connectionId=first, lagId=lag)
    dx.provision(first)
    assert state(client, first) == "available"
    client.disassociate_connection_from_lag(connectionId=second, lagId=lag)
    assert (one_lag(client, lag)["lagState"], seen(client, vif)) == ("down", ("down", "down"))


@pytest.mark.parametrize("policy", ["manual", "timed"])
@pytest.mark.directconnect
def test_create_lag(policy):
    """The LAG is pending until its connection is back, and available then."""
    from dx_mock import mock_directconnect

    with mock_directconnect(provisioning=policy) as dx:
        client = dx.client()
        connection = live(dx, client)
        vif = live_interface(dx, client, connection)
        lag = make_lag(client, connectionId=connection, numberOfConnections=1)
        assert (lag["lagState"], lag["connections"][0]["connectionState"]) == ("pending", "available")
        assert one_lag(client, lag["lagId"])["lagState"] == "pending"
        assert (state(client, connection), seen(client, vif)) == ("down", ("down", "down"))
        if policy == "timed":
            dx.clock.advance(minutes=1)
        else:
            dx.provision(lag["lagId"])
        assert one_lag(client, lag["lagId"])["lagState"] == "available"
        assert (state(client, connection), seen(client, vif)) == ("available", ("available", "up"))


def hosting(dx, partner, customer, parent, vlan=101):
    """A hosted connection that is up, with a virtual interface that is."""
    made = partner.allocate_hosted_connection(connectionId=parent, vlan=vlan, **ORDER)["connectionId"]
    customer.confirm_connection(connectionId=made)
    dx.provision(made)
    return made, live_interface(dx, customer, made, vlan=vlan)


def interconnect(dx, partner):
    made = partner.create_interconnect(interconnectName="i", bandwidth="1Gbps", location="EqDC2")
    dx.provision(made["interconnectId"])
    return made["interconnectId"]


@manual
def test_associate_hosted_connection(dx, partner, customer):
    """The customer sees the interruption, its neighbours on the old and the new place do not."""
    old, new = interconnect(dx, partner), live_lag(dx, partner, numberOfConnections=1)
    hosted, vif = hosting(dx, partner, customer, old)
    neighbour, its = hosting(dx, partner, customer, new, vlan=7)
    answer = partner.associate_hosted_connection(connectionId=hosted, parentConnectionId=new)
    assert answer["connectionState"] == "available"
    assert (state(customer, hosted), seen(customer, vif)) == ("down", ("down", "down"))
    assert (state(customer, neighbour), seen(customer, its)) == ("available", ("available", "up"))
    with refused(dx, f"Connection {hosted} is in a transitioning state."):
        partner.associate_hosted_connection(connectionId=hosted, parentConnectionId=old)
    dx.provision(hosted)
    assert (state(customer, hosted), seen(customer, vif)) == ("available", ("available", "up"))
    # where it is already nothing is moved and nothing interrupted
    partner.associate_hosted_connection(connectionId=hosted, parentConnectionId=new)
    assert (state(customer, hosted), seen(customer, vif)) == ("available", ("available", "up"))


@manual
@pytest.mark.parametrize("existing", [False, True])
def test_hosted_connections_of_an_interconnect_that_moves(dx, partner, customer, existing):
    """CreateLag and AssociateConnectionWithLag: they come back with the interconnect, for which they wait."""
    port = interconnect(dx, partner)
    hosted, vif = hosting(dx, partner, customer, port)
    if existing:
        lag = live_lag(dx, partner, numberOfConnections=1)
        partner.associate_connection_with_lag(connectionId=port, lagId=lag)
    else:
        lag = make_lag(partner, connectionId=port, numberOfConnections=1)["lagId"]
    assert one(customer, hosted)["lagId"] == lag
    assert (state(customer, hosted), seen(customer, vif)) == ("down", ("down", "down"))
    dx.provision(lag)
    assert (state(customer, hosted), seen(customer, vif)) == ("available", ("available", "up"))


@manual
def test_what_came_along_does_not_wait_for_what_is_deleted(dx, client):
    """The connection that has brought it is cancelled meanwhile: it is on the LAG."""
    connection, lag = live(dx, client), live_lag(dx, client, numberOfConnections=1)
    vif = live_interface(dx, client, connection)
    client.associate_connection_with_lag(connectionId=connection, lagId=lag)
    assert seen(client, vif) == ("down", "down")
    client.delete_connection(connectionId=connection)
    assert seen(client, vif) == ("available", "up")


@manual
def test_one_without_a_link_has_nothing_to_lose(dx, client):
    """A requested one is transitioning all the same [recorded: E6], and AWS ends that itself."""
    connection, lag = connect(client), live_lag(dx, client, numberOfConnections=1)
    answer = client.associate_connection_with_lag(connectionId=connection, lagId=lag)
    assert answer["connectionState"] == "requested"
    assert dx.world.resource(connection).membership == "transitioning"
    assert state(client, connection) == "requested"
    assert dx.world.resource(connection).membership == "settled"


@manual
def test_a_lag_that_needs_all_its_members(dx, client):
    """An interrupted member does not work: a LAG that would need it is down meanwhile."""
    lag = live_lag(dx, client, numberOfConnections=2)
    client.update_lag(lagId=lag, minimumLinks=2)
    first, _ = members(one_lag(client, lag))
    third = live(dx, client)
    client.associate_connection_with_lag(connectionId=third, lagId=lag)
    client.update_lag(lagId=lag, minimumLinks=3)
    assert one_lag(client, lag)["lagState"] == "down"
    dx.provision(lag)
    assert one_lag(client, lag)["lagState"] == "available"
    with refused(dx, "would cause Lag"):
        client.disassociate_connection_from_lag(connectionId=first, lagId=lag)


@manual
def test_no_change_of_membership_meanwhile(dx, client):
    """Recorded for Disassociate (E6), inferred for the others; it can be deleted all the same."""
    connection, lag = live(dx, client), live_lag(dx, client, numberOfConnections=1)
    other = live_lag(dx, client, numberOfConnections=1)
    client.associate_connection_with_lag(connectionId=connection, lagId=lag)
    text = f"Connection {connection} is in a transitioning state."
    with refused(dx, text):
        client.disassociate_connection_from_lag(connectionId=connection, lagId=lag)
    with refused(dx, text):
        client.associate_connection_with_lag(connectionId=connection, lagId=other)
    with refused(dx, text):
        make_lag(client, connectionId=connection)
    assert client.delete_connection(connectionId=connection)["connectionState"] == "deleting"


@manual
def test_metrics_topology_and_record_show_it(dx, client):
    """ConnectionState is 0 while it lasts [User Guide: 0 for down]."""
    connection, lag = live(dx, client), live_lag(dx, client, numberOfConnections=1)
    client.associate_connection_with_lag(connectionId=connection, lagId=lag)
    state(client, connection)
    assert dx.calls[-1].reply["connections"][0]["connectionState"] == "down"
    (node,) = [each for each in dx.topology().to_dict()["nodes"] if each["id"] == connection]
    assert node["state"] == "down"
    watch = here()
    assert read(watch, dx, "ConnectionState", ConnectionId=connection) == [0.0]
    dx.provision(connection)
    assert read(watch, dx, "ConnectionState", ConnectionId=connection) == [1.0]


@manual
def test_a_snapshot_keeps_it(dx, client):
    """It goes on in the world that is restored, and ends there."""
    from dx_mock import mock_directconnect

    connection, lag = live(dx, client), live_lag(dx, client, numberOfConnections=1)
    vif = live_interface(dx, client, connection)
    client.associate_connection_with_lag(connectionId=connection, lagId=lag)
    snapshot = dx.snapshot()
    with mock_directconnect() as other:
        other.restore(snapshot)
        assert seen(other.client(), vif) == ("down", "down")
        other.provision(connection)
        assert seen(other.client(), vif) == ("available", "up")
