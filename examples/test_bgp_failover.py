"""Two transit virtual interfaces to one gateway: traffic moves when a router fails, and back."""

import boto3
import pytest


def active_path(client, preferred, backup):
    """The code under test: which virtual interface carries the traffic; None if neither does."""
    shown = {
        each["virtualInterfaceId"]: any(peer["bgpStatus"] == "up" for peer in each["bgpPeers"])
        for each in client.describe_virtual_interfaces()["virtualInterfaces"]
    }
    return next((vif for vif in (preferred, backup) if shown.get(vif)), None)


@pytest.mark.directconnect(topology="high-resiliency")
def test_failover(directconnect):
    client = boto3.client("directconnect", region_name="us-east-1")
    first, second = client.describe_virtual_interfaces()["virtualInterfaces"]
    preferred, backup = first["virtualInterfaceId"], second["virtualInterfaceId"]
    assert active_path(client, preferred, backup) == preferred

    directconnect.bgp_down(preferred)  # our router reboots
    assert active_path(client, preferred, backup) == backup
    directconnect.link_down(second["connectionId"])  # and somebody cuts the other fibre
    assert active_path(client, preferred, backup) is None

    directconnect.bgp_up(preferred)
    assert active_path(client, preferred, backup) == preferred


@pytest.mark.directconnect(topology="high-resiliency", provisioning="timed")
def test_awss_own_failover_test(directconnect):
    """StartBgpFailoverTest takes the session down for a while, and gives it back by itself."""
    client = boto3.client("directconnect", region_name="us-east-1")
    first, second = client.describe_virtual_interfaces()["virtualInterfaces"]
    preferred, backup = first["virtualInterfaceId"], second["virtualInterfaceId"]
    client.start_bgp_failover_test(virtualInterfaceId=preferred, testDurationInMinutes=30)
    assert active_path(client, preferred, backup) == backup
    directconnect.clock.advance(minutes=30)
    assert active_path(client, preferred, backup) == preferred
