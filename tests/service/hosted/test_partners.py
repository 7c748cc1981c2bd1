"""Names of partners, and what may be on their ports: messages and limits that speak of the right thing."""

from __future__ import annotations

import pytest

from dx_mock import mock_directconnect
from tests.helpers import CUSTOMER, PARTNER, STRANGER, connect, make_lag, one, refused

NAMED = pytest.mark.directconnect(partners={PARTNER: "Carrier:US-SV5"})


def interconnect(partner, **changes):
    order = {"interconnectName": "ic", "bandwidth": "10Gbps", "location": "EqDC2", **changes}
    return partner.create_interconnect(**order)["interconnectId"]


def allocate(partner, parent, **changes):
    order = {
        "bandwidth": "500Mbps",
        "connectionName": "hosted",
        "vlan": 101,
        "ownerAccount": CUSTOMER,
        **changes,
    }
    return partner.allocate_hosted_connection(connectionId=parent, **order)


@NAMED
def test_partner_name_is_the_partners_own(dx, partner):
    """``partnerName`` [documented: API:Connection]; a real one is "Equinix:US-SV5" [recorded: BF]."""
    made = allocate(partner, interconnect(partner))
    assert made["partnerName"] == "Carrier:US-SV5"
    assert one(dx.client(account_id=CUSTOMER), made["connectionId"])["partnerName"] == "Carrier:US-SV5"


@NAMED
def test_names_are_in_a_snapshot(dx, partner):
    snapshot = dx.snapshot()
    with mock_directconnect() as other:
        other.restore(snapshot)
        there = other.client(account_id=PARTNER)
        assert allocate(there, interconnect(there))["partnerName"] == "Carrier:US-SV5"


def test_a_partner_without_a_name():
    with mock_directconnect(partners=[PARTNER]) as dx:
        partner = dx.client(account_id=PARTNER)
        assert allocate(partner, interconnect(partner))["partnerName"] == f"Partner {PARTNER}"


@pytest.mark.parametrize("partners", [{PARTNER: ""}, {PARTNER: 5}, {"1": "one"}])
def test_names_that_are_none(partners):
    with pytest.raises(ValueError, match="partner"):
        mock_directconnect(partners=partners)


@NAMED
def test_a_partners_lag_has_speeds_of_interconnects(dx, partner):
    """A member that leaves is an interconnect [documented: 2017]; those have no 400G [documented: model]."""
    with refused(dx, "Bandwidth 400Gbps is not valid."):
        make_lag(partner, connectionsBandwidth="400Gbps")
    make_lag(dx.client(account_id=CUSTOMER), connectionsBandwidth="400Gbps")


@NAMED
def test_the_older_allocation_has_no_25_gbps(dx, partner):
    """Documented: the possible values of AllocateConnectionOnInterconnect."""
    parent = interconnect(partner, bandwidth="100Gbps")
    order = {"connectionName": "h", "vlan": 7, "ownerAccount": CUSTOMER}
    with refused(dx, "Bandwidth 25Gbps is not valid."):
        partner.allocate_connection_on_interconnect(interconnectId=parent, bandwidth="25Gbps", **order)
    partner.allocate_connection_on_interconnect(interconnectId=parent, bandwidth="10Gbps", **order)
    allocate(partner, parent, bandwidth="25Gbps", vlan=8)


@NAMED
def test_a_move_to_an_interconnect_elsewhere_names_it(dx, partner):
    """The refusal spoke of a Lag."""
    hosted = allocate(partner, interconnect(partner))["connectionId"]
    elsewhere = interconnect(partner, location="CSVA1")
    with refused(dx, f"Connection {hosted} is not in the same location as {elsewhere}."):
        partner.associate_hosted_connection(connectionId=hosted, parentConnectionId=elsewhere)


@pytest.mark.directconnect(partners={PARTNER: "One", STRANGER: "Two"})
def test_a_partner_does_not_move_what_another_hosts_for_it(dx, partner):
    """It owns the hosted connection, but not what that is on; the refusal said that it was not hosted."""
    hosted = allocate(partner, interconnect(partner), ownerAccount=STRANGER)["connectionId"]
    other = dx.client(account_id=STRANGER)
    target = interconnect(other)
    with refused(dx, f"Connection {hosted} is not hosted on an interconnect or Lag of account {STRANGER}."):
        other.associate_hosted_connection(connectionId=hosted, parentConnectionId=target)
    own = connect(other)
    with refused(dx, f"Connection {own} is not a hosted connection."):
        other.associate_hosted_connection(connectionId=own, parentConnectionId=target)


def test_an_interconnect_with_virtual_interfaces_is_called_one():
    """The refusal spoke of a Connection.  Those came with a connection that left the LAG of a partner."""
    with mock_directconnect(partners=[PARTNER], quirks={"lag_association_virtual_interfaces": "stay"}) as dx:
        partner = dx.client(account_id=PARTNER)
        port, lag = connect(partner), make_lag(partner)["lagId"]
        partner.create_private_virtual_interface(
            connectionId=port,
            newPrivateVirtualInterface={
                "virtualInterfaceName": "v", "vlan": 7, "asn": 65000, "virtualGatewayId": "vgw-aba37db6",
            },
        )  # fmt: skip
        partner.describe_lags()
        partner.associate_connection_with_lag(connectionId=port, lagId=lag)
        partner.describe_lags()
        partner.disassociate_connection_from_lag(connectionId=port, lagId=lag)
        with refused(dx, f"Interconnect {port} cannot be deleted until its Virtual Interfaces are deleted."):
            partner.delete_interconnect(interconnectId=port)


@pytest.mark.directconnect(partners=[PARTNER], provisioning="manual")
def test_a_letter_that_is_not_ready_names_what_it_is_of(dx, client, partner):
    """The refusal spoke of a connection whatever it was."""
    lag, port = make_lag(client)["lagId"], interconnect(partner)
    with refused(dx, f"LOA is not available for Lag {lag}."):
        client.describe_loa(connectionId=lag)
    with refused(dx, f"LOA is not available for Interconnect {port}."):
        partner.describe_interconnect_loa(interconnectId=port)
