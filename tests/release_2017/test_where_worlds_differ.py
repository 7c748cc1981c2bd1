"""What the release of 2017-02-17 says and AWS does otherwise today: the answer of each world."""

from __future__ import annotations

import pytest

from dx_mock import mock_directconnect
from dx_mock.rules.quirks import QUIRKS
from dx_mock.rules.quotas import QUOTAS
from dx_mock.rules.releases import RELEASES
from tests.helpers import CUSTOMER, PARTNER, connect, make_lag, members, one_lag, refused
from tests.service.virtual_interfaces.helpers import allocate_private, private, public

RELEASE = "2017-02-17"
AT = {"location": "EqDC2"}


def interconnect(partner, bandwidth="10Gbps"):
    made = partner.create_interconnect(interconnectName="i", bandwidth=bandwidth, **AT)["interconnectId"]
    partner.describe_interconnects()
    return made


def order(partner, parent, vlan=101, bandwidth="500Mbps"):
    return partner.allocate_hosted_connection(
        connectionId=parent, ownerAccount=CUSTOMER, bandwidth=bandwidth, connectionName="h", vlan=vlan
    )["connectionId"]


# --- speeds and sizes --------------------------------------------------------------------------------------


@pytest.mark.parametrize("bandwidth", ["1Gbps", "10Gbps", "100Gbps", "400Gbps"])
def test_speeds_of_connections_and_lags(dx, client, release, bandwidth):
    """The release: CreateConnection and CreateLag; today's model has 100 and 400 Gbps, too."""
    lag = {"connectionsBandwidth": bandwidth, "numberOfConnections": 1}
    if release == RELEASE and bandwidth in ("100Gbps", "400Gbps"):
        with refused(dx, f"Bandwidth {bandwidth} is not valid."):
            connect(client, bandwidth=bandwidth)
        with refused(dx, f"Bandwidth {bandwidth} is not valid."):
            make_lag(client, **lag)
    else:
        made = client.create_connection(bandwidth=bandwidth, connectionName="c", **AT)
        assert made["bandwidth"] == bandwidth
        assert make_lag(client, **lag)["connectionsBandwidth"] == bandwidth


@pytest.mark.parametrize("bandwidth", ["1Gbps", "10Gbps", "100Gbps"])
def test_speeds_of_interconnects(dx, partner, release, bandwidth):
    """The release: CreateInterconnect."""
    new = {"interconnectName": "i", "bandwidth": bandwidth, **AT}
    if release == RELEASE and bandwidth == "100Gbps":
        with refused(dx, "Bandwidth 100Gbps is not valid."):
            partner.create_interconnect(**new)
    else:
        assert partner.create_interconnect(**new)["bandwidth"] == bandwidth


def test_locations_show_what_can_be_ordered(client, release):
    """A program that takes the last speed of a location gets a connection in every world."""
    for location in client.describe_locations()["locations"]:
        speeds = {*location["availablePortSpeeds"], *location.get("availableMacSecPortSpeeds", ())}
        assert release != RELEASE or speeds <= {"1G", "10G"}
    (ashburn,) = [each for each in client.describe_locations()["locations"] if each["locationCode"] == "EqDC2"]
    fastest = max(ashburn["availablePortSpeeds"], key=lambda speed: int(speed[:-1]))
    assert connect(client, bandwidth=f"{fastest}bps")


@pytest.mark.parametrize("bandwidth", ["50Mbps", "500Mbps", "1Gbps", "10Gbps", "25Gbps"])
@pytest.mark.parametrize("deprecated", [False, True])
def test_speeds_of_hosted_connections(dx, partner, release, bandwidth, deprecated):
    """The release: 50 to 500 Mbps; the deprecated operation ends at 10 Gbps today [model]."""
    parent = make_lag(partner, connectionsBandwidth="10Gbps", numberOfConnections=1)["lagId"]
    if deprecated:
        parent = interconnect(partner, "10Gbps" if release == RELEASE else "100Gbps")
    new = {"ownerAccount": CUSTOMER, "bandwidth": bandwidth, "connectionName": "h", "vlan": 101}
    known = bandwidth.endswith("Mbps") or (release != RELEASE and (not deprecated or bandwidth != "25Gbps"))

    def allocate():
        if deprecated:
            return partner.allocate_connection_on_interconnect(interconnectId=parent, **new)
        return partner.allocate_hosted_connection(connectionId=parent, **new)

    if known and bandwidth == "25Gbps":
        with refused(dx, f"Bandwidth 25Gbps exceeds the bandwidth of {parent}."):
            allocate()
    elif known:
        assert allocate()["bandwidth"] == bandwidth
    else:
        with refused(dx, f"Bandwidth {bandwidth} is not valid."):
            allocate()


def test_the_most_connections_of_a_lag(dx, client, release):
    """The release: ten.  Today's documentation: four [CreateLag, numberOfConnections]."""
    most = 4 if release == "latest" else 10
    with refused(dx, f"The limit is {most}"):
        make_lag(client, numberOfConnections=most + 1)
    lag = make_lag(client, numberOfConnections=most)
    assert lag["numberOfConnections"] == most
    with refused(dx, f"The limit is {most}"):
        connect(client, lagId=lag["lagId"], location="EqDC2")


# --- states ------------------------------------------------------------------------------------------------


def test_a_lag_begins(begin, release):
    """The release: requested until a letter is there, then pending; recorded in June 2017: pending."""
    dx = begin(provisioning="manual")
    client = dx.client()
    first = "requested" if release == RELEASE else "pending"
    lag = make_lag(client)
    seen = [lag["lagState"], one_lag(client, lag["lagId"])["lagState"]]
    assert one_lag(client, lag["lagId"])["hasLogicalRedundancy"] == "unknown"
    dx.issue_loa(members(lag)[0])
    seen.append(one_lag(client, lag["lagId"])["lagState"])
    dx.provision(members(lag)[0])
    seen.append(one_lag(client, lag["lagId"])["lagState"])
    assert seen == [first, first, "pending", "available"]


@pytest.mark.parametrize("policy", ["auto", "manual", "timed"])
@pytest.mark.directconnect(quirks={"lag_initial_state": "requested"})
def test_quirk_of_the_first_state(policy):
    """It ends in every policy, also where the letter of the member that comes is there already."""
    with mock_directconnect(quirks={"lag_initial_state": "requested"}, provisioning=policy) as dx:
        client = dx.client()
        with_letter = connect(client)
        dx.issue_loa(with_letter)
        old = make_lag(client, connectionId=with_letter, numberOfConnections=1)
        new = make_lag(client)
        assert (old["lagState"], new["lagState"]) == ("requested", "requested")
        shown = [one_lag(client, each["lagId"])["lagState"] for each in (old, new)]
        assert (
            shown
            == {
                "auto": ["available", "available"],
                "manual": ["pending", "requested"],
                "timed": ["pending", "requested"],
            }[policy]
        )
        for each in (old, new):
            dx.provision(each["lagId"])
            assert one_lag(client, each["lagId"])["lagState"] == "available"


@pytest.mark.directconnect(provisioning="timed", quirks={"lag_initial_state": "requested"})
def test_quirk_by_the_clock(directconnect):
    """Requested for the 72 hours of the letter, then pending for an hour."""
    client = directconnect.client()
    lag = make_lag(client)["lagId"]
    seen = []
    for hours in (71, 1, 1):
        directconnect.clock.advance(hours=hours)
        seen.append(one_lag(client, lag)["lagState"])
    assert seen == ["requested", "pending", "down"]  # initialized, and no member has its cross connect


def test_a_lag_that_was_never_set_up_is_deleted_at_once(client):
    """Recorded of pending ones; a requested one is as fresh."""
    assert client.delete_lag(lagId=make_lag(client)["lagId"])["lagState"] == "deleted"


# --- what moves along --------------------------------------------------------------------------------------


def test_virtual_interfaces_of_a_connection_that_joins(dx, client, release):
    """The release: they stay, carry on, and can be deleted or moved after it; today they follow."""
    connection, lag = connect(client), make_lag(client)["lagId"]
    vifs = [private(client, connection, vlan=vlan)["virtualInterfaceId"] for vlan in (5, 6)]
    client.describe_lags()
    client.associate_connection_with_lag(connectionId=connection, lagId=lag)
    shown = client.describe_virtual_interfaces()["virtualInterfaces"]
    assert {each["connectionId"] for each in shown} == {connection if release == RELEASE else lag}
    assert {each["virtualInterfaceState"] for each in shown} == {"available"}
    if release == RELEASE:
        moved = client.associate_virtual_interface(virtualInterfaceId=vifs[0], connectionId=lag)
        assert moved["connectionId"] == lag
        client.delete_virtual_interface(virtualInterfaceId=vifs[1])
        assert client.describe_virtual_interfaces(connectionId=connection)["virtualInterfaces"][0][
            "virtualInterfaceState"] == "deleted"  # fmt: skip


def test_hosted_connections_of_an_interconnect_that_joins(dx, partner, release):
    """The release: the interconnect is refused until they have been moved; today they follow."""
    port, lag = interconnect(partner), make_lag(partner, connectionsBandwidth="10Gbps")["lagId"]
    hosted = order(partner, port)
    partner.describe_lags()
    if release == RELEASE:
        with refused(dx, f"Interconnect {port} cannot be associated with Lag {lag} until its hosted"):
            partner.associate_connection_with_lag(connectionId=port, lagId=lag)
        partner.associate_hosted_connection(connectionId=hosted, parentConnectionId=lag)
    partner.associate_connection_with_lag(connectionId=port, lagId=lag)
    (shown,) = partner.describe_hosted_connections(connectionId=lag)["connections"]
    assert (shown["connectionId"], shown["lagId"]) == (hosted, lag)


@pytest.mark.directconnect(quirks={"lag_association_hosted_connections": "refuse"}, partners=[PARTNER])
def test_quirk_an_interconnect_without_hosted_connections_may_join(directconnect):
    """Deleted ones are in nobody's way; CreateLag takes hosted connections along in every world."""
    partner = directconnect.client(account_id=PARTNER)
    port, other = interconnect(partner), interconnect(partner)
    hosted = order(partner, port)
    lag = make_lag(partner, connectionsBandwidth="10Gbps", connectionId=port, numberOfConnections=1)["lagId"]
    (shown,) = partner.describe_hosted_connections(connectionId=lag)["connections"]
    assert shown["connectionId"] == hosted
    partner.delete_connection(connectionId=order(partner, other))
    partner.describe_lags()
    partner.associate_connection_with_lag(connectionId=other, lagId=lag)


def test_who_moves_a_hosted_virtual_interface(dx, client, customer, release):
    """The release: the owner of the connection alone; today that of the virtual interface, too [model]."""
    vif = allocate_private(client, connect(client), CUSTOMER)["virtualInterfaceId"]
    customer.confirm_private_virtual_interface(virtualInterfaceId=vif, virtualGatewayId="vgw-12345678")
    target = connect(customer)
    customer.describe_connections()
    if release == RELEASE:
        with refused(dx, f"Virtual Interface {vif} can be associated by the owner of the physical"):
            customer.associate_virtual_interface(virtualInterfaceId=vif, connectionId=target)
        other = connect(client)
        moved = client.associate_virtual_interface(virtualInterfaceId=vif, connectionId=other)
        assert moved["connectionId"] == other
    else:
        moved = customer.associate_virtual_interface(virtualInterfaceId=vif, connectionId=target)
        assert moved["connectionId"] == target


def test_who_moves_one_on_a_hosted_connection(dx, partner, customer, release):
    """To the letter of the release those are hosted ones: the owner of the port moves them, nobody else."""
    hosted = order(partner, interconnect(partner))
    customer.confirm_connection(connectionId=hosted)
    vif = private(customer, hosted, vlan=101)["virtualInterfaceId"]
    target = connect(customer)
    customer.describe_connections()
    if release == RELEASE:
        with refused(dx, "by the owner of the physical connection only"):
            customer.associate_virtual_interface(virtualInterfaceId=vif, connectionId=target)
        with refused(dx, f"Could not find Connection with ID {target}"):
            partner.associate_virtual_interface(virtualInterfaceId=vif, connectionId=target)
        own = connect(partner)
        assert partner.associate_virtual_interface(virtualInterfaceId=vif, connectionId=own)
    else:
        with refused(dx, f"The Virtual Interface {vif} does not exist."):
            partner.associate_virtual_interface(virtualInterfaceId=vif, connectionId=target)
        moved = customer.associate_virtual_interface(virtualInterfaceId=vif, connectionId=target)
        assert moved["connectionId"] == target


# --- prefixes ----------------------------------------------------------------------------------------------

EXAMPLE = "10.10.10.0/24,10.10.11.0/24,2001:db8::/64"


def test_the_example_of_cidr(dx, client, release):
    """The release: several prefixes of both families in one member, private ones among them."""
    connection = connect(client)
    client.describe_connections()
    if release == RELEASE:
        made = public(client, connection, routeFilterPrefixes=[{"cidr": EXAMPLE}])
        assert made["routeFilterPrefixes"] == [{"cidr": EXAMPLE}]
    else:
        with refused(dx, "10.10.10.0/24"):
            public(client, connection, routeFilterPrefixes=[{"cidr": EXAMPLE}])


@pytest.mark.directconnect(quirks={"private_route_filters": "accept"})
def test_quirk_private_prefixes(directconnect):
    client = directconnect.client()
    made = public(client, connect(client), routeFilterPrefixes=[{"cidr": "192.168.0.0/16"}])
    assert made["routeFilterPrefixes"] == [{"cidr": "192.168.0.0/16"}]


# --- the setting -------------------------------------------------------------------------------------------


def test_a_release_sets_known_names_only():
    """So that each difference can be had alone, and no rule asks for a release."""
    for found in RELEASES.values():
        assert found.quotas.keys() <= QUOTAS.keys()
        for name, value in found.quirks.items():
            assert value in QUIRKS[name].values


@pytest.mark.directconnect(quirks={"port_speeds": "up_to_10g", "hosted_speeds": "up_to_500m"})
def test_quirks_of_speeds_alone(directconnect):
    """Without the release the LAG follows today's rules."""
    client = directconnect.client()
    with refused(directconnect, "Bandwidth 100Gbps is not valid."):
        connect(client, bandwidth="100Gbps")
    assert make_lag(client)["lagState"] == "pending"


def test_what_is_given_singly_goes_first():
    """Quotas and quirks go before the release."""
    with mock_directconnect(
        release=RELEASE, quotas={"connections_per_lag": 3}, quirks={"lag_initial_state": "pending"}
    ) as dx:
        client = dx.client()
        with refused(dx, "The limit is 3"):
            make_lag(client, numberOfConnections=4)
        assert make_lag(client)["lagState"] == "pending"
        with refused(dx, "Bandwidth 100Gbps is not valid."):
            connect(client, bandwidth="100Gbps")


@pytest.mark.parametrize("wrong", ["2017", "2017-02-18", "newest", "Latest", 2017, True, ["latest"]])
def test_unknown_releases(wrong):
    with pytest.raises(ValueError, match="release must be one of '2017-02-17', 'latest', or None"):
        mock_directconnect(release=wrong)


def test_operations_that_came_later_still_answer(client):
    """Gateways came in November 2017, transit virtual interfaces in 2019."""
    made = client.create_direct_connect_gateway(directConnectGatewayName="g")
    assert made["directConnectGateway"]["directConnectGatewayState"] == "available"
    assert "macSecCapable" in client.create_connection(bandwidth="1Gbps", connectionName="c", **AT)


def test_addresses_that_amazon_chooses(dx, client, release):
    """The release: the example of CreatePrivateVirtualInterface has a /30; recordings of 2025 have a /29."""
    made = connect(client)
    dx.provision(made)
    shown = private(client, made, virtualGatewayId="vgw-12345678")
    length = "/30" if release == RELEASE else "/29"
    assert shown["amazonAddress"].endswith(length)
    assert shown["customerAddress"].endswith(length)
