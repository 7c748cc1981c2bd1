"""Route filter prefixes of public virtual interfaces: several in one member (release of 2017-02-17; model)."""

from __future__ import annotations

import pytest

from tests.helpers import connect, refused
from tests.service.virtual_interfaces.helpers import look, public, state

TOGETHER = "203.0.113.0/30,203.0.113.4/30,2001:db8::/64"


def filters(*cidrs):
    return [{"cidr": cidr} for cidr in cidrs]


def test_several_in_one_member(dx, client):
    """Shown as they were given [guessed]; each of them lets the customer's routes in."""
    vif = public(client, connect(client), routeFilterPrefixes=filters(TOGETHER, "198.51.100.0/24"))
    assert vif["routeFilterPrefixes"] == filters(TOGETHER, "198.51.100.0/24")
    assert look(client, vif)["routeFilterPrefixes"] == vif["routeFilterPrefixes"]
    assert state(client, vif) == "available"
    dx.announce(vif["virtualInterfaceId"], ["203.0.113.4/30", "198.51.100.0/25", "192.0.2.0/24"])
    if not hasattr(client, "list_virtual_interface_routes"):
        pytest.skip("the installed botocore has no ListVirtualInterfaceRoutes")
    routes = client.list_virtual_interface_routes(virtualInterfaceId=vif["virtualInterfaceId"])["routes"]
    assert [each["cidr"] for each in routes] == ["198.51.100.0/25", "203.0.113.4/30"]


def test_the_router_announces_each_of_them(client):
    pytest.importorskip("jinja2")
    vif = public(client, connect(client), routeFilterPrefixes=filters(TOGETHER))["virtualInterfaceId"]
    text = client.describe_router_configuration(
        virtualInterfaceId=vif, routerTypeIdentifier="CiscoSystemsInc-2900SeriesRouters-IOS124"
    )["customerRouterConfig"]
    assert "203.0.113.4" in text
    assert "," not in text.partition("203.0.113.4")[0].rpartition("\n")[2]


@pytest.mark.parametrize(
    ("cidr", "named"),
    [
        ("203.0.113.0/30,nonsense", "nonsense"),
        ("203.0.113.0/30,", ""),
        ("203.0.113.0/30,10.0.0.0/8", "10.0.0.0/8"),
    ],
)
def test_each_of_them_is_checked(dx, client, cidr, named):
    connection = connect(client)
    with refused(dx, named):
        public(client, connection, routeFilterPrefixes=filters(cidr))


@pytest.mark.directconnect(quotas={"route_filter_prefixes": 2})
def test_each_of_them_counts(dx, client):
    connection = connect(client)
    client.describe_connections()
    with refused(dx, "2"):
        public(client, connection, routeFilterPrefixes=filters(TOGETHER))
