"""Direct Connect gateways and attachments."""

from __future__ import annotations

import re

import pytest

from tests.helpers import CUSTOMER, connect, refused

UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
UNKNOWN = "00000000-0000-4000-a000-000000000000"


def gateway(client, name="gw", **more):
    """A new gateway as it is answered."""
    return client.create_direct_connect_gateway(directConnectGatewayName=name, **more)["directConnectGateway"]


def interface(client, gateway_id, vlan=101, transit=False, connection_id=None):
    """A virtual interface on a gateway."""
    if connection_id is None:
        connection_id = connect(client)
        client.describe_connections()
    call = client.create_transit_virtual_interface if transit else client.create_private_virtual_interface
    kind = "newTransitVirtualInterface" if transit else "newPrivateVirtualInterface"
    answer = call(
        connectionId=connection_id,
        **{
            kind: {
                "virtualInterfaceName": "v",
                "vlan": vlan,
                "asn": 65000,
                "directConnectGatewayId": gateway_id,
            }
        },
    )
    return (answer["virtualInterface"] if transit else answer)["virtualInterfaceId"]


def attachments(client, **filters):
    """Attachments as they are listed."""
    answer = client.describe_direct_connect_gateway_attachments(**filters)
    return answer["directConnectGatewayAttachments"]


def test_create(client):
    """Recorded: C7N, NB; CLI example. Available at once, 64512 where no ASN is given."""
    made = gateway(client)
    assert re.fullmatch(UUID, made["directConnectGatewayId"])
    assert made["directConnectGatewayState"] == "available"
    assert made["amazonSideAsn"] == 64512
    assert made["ownerAccount"] == "123456789012"
    assert "stateChangeError" not in made


@pytest.mark.parametrize("asn", [64512, 65534, 4200000000, 4294967294])
def test_asns(client, asn):
    """Documented ranges."""
    assert gateway(client, amazonSideAsn=asn)["amazonSideAsn"] == asn


@pytest.mark.parametrize("asn", [7224, 9059, 10124, 17493])
@pytest.mark.directconnect(quirks={"legacy_asns": "accept"})
def test_quirk_legacy_asns(client, asn):
    """The check of Terraform's provider lets them pass [client-proven: TF]."""
    assert gateway(client, amazonSideAsn=asn)["amazonSideAsn"] == asn


@pytest.mark.parametrize("asn", [7224, 9059, 10124, 17493])
def test_legacy_asns(client, dx, asn):
    """7224 fails live [recorded: TF#6242]; the others are as old [inferred]."""
    with refused(dx, f"Amazon side ASN {asn} is not valid."):
        gateway(client, amazonSideAsn=asn)


@pytest.mark.parametrize("asn", [0, 64511, 65535, 4199999999, 4294967295, 65000000])
def test_asns_out_of_range(client, dx, asn):
    """Documented: CreateDirectConnectGateway."""
    with refused(dx, f"Amazon side ASN {asn} is not valid."):
        gateway(client, amazonSideAsn=asn)


def test_gateways_are_global_in_their_partition(dx):
    """Documented: the same from every Region; ARN without a Region [recorded: C7N, TF]."""
    made = gateway(dx.client("us-east-1"))["directConnectGatewayId"]
    for region in ("us-west-2", "eu-central-1"):
        (shown,) = dx.client(region).describe_direct_connect_gateways()["directConnectGateways"]
        assert shown["directConnectGatewayId"] == made
        dx.client(region).tag_resource(
            resourceArn=f"arn:aws:directconnect::123456789012:dx-gateway/{made}",
            tags=[{"key": region}],
        )
    assert dx.client("cn-north-1").describe_direct_connect_gateways()["directConnectGateways"] == []
    other = dx.client(account_id=CUSTOMER)
    assert other.describe_direct_connect_gateways(directConnectGatewayId=made)["directConnectGateways"] == []


def test_rename(client, dx):
    """UpdateDirectConnectGateway changes the name only; names may repeat."""
    made = gateway(client)["directConnectGatewayId"]
    answer = client.update_direct_connect_gateway(
        directConnectGatewayId=made, newDirectConnectGatewayName="new"
    )["directConnectGateway"]
    assert answer["directConnectGatewayName"] == "new"
    gateway(client, "new")
    with refused(dx, f"The Direct Connect Gateway {UNKNOWN} does not exist."):
        client.update_direct_connect_gateway(directConnectGatewayId=UNKNOWN, newDirectConnectGatewayName="x")
    with refused(dx, "DirectConnectGatewayID x has an invalid format."):
        client.update_direct_connect_gateway(directConnectGatewayId="x", newDirectConnectGatewayName="x")


def test_unknown_gateways_give_an_empty_list(client):
    """Guessed; TF treats empty as not found."""
    answer = client.describe_direct_connect_gateways(directConnectGatewayId=UNKNOWN)
    assert answer["directConnectGateways"] == []


@pytest.mark.directconnect(quotas={"gateways_per_account": 2})
def test_quota(client, dx):
    """Documented: 200 per account."""
    gateway(client)
    made = gateway(client)["directConnectGatewayId"]
    with refused(dx, "Exceeded the maximum number of Direct Connect Gateways. The limit is 2"):
        gateway(client)
    client.delete_direct_connect_gateway(directConnectGatewayId=made)
    gateway(client)


def test_delete(client, dx):
    """CLI example: deleting; then gone after a while [client-proven: TF]."""
    made = gateway(client)["directConnectGatewayId"]
    answer = client.delete_direct_connect_gateway(directConnectGatewayId=made)["directConnectGateway"]
    assert answer["directConnectGatewayState"] == "deleting"
    with refused(dx, "does not exist"):
        client.delete_direct_connect_gateway(directConnectGatewayId=made)
    dx.clock.advance(minutes=15)
    assert client.describe_direct_connect_gateways()["directConnectGateways"] == []


def test_deleted_gateways_are_not_returned(client, dx):
    """Documented: the model of DescribeDirectConnectGateways.  Ansible's module takes the first of a name."""

    def listed(**filters):
        answer = client.describe_direct_connect_gateways(**filters)["directConnectGateways"]
        return [found["directConnectGatewayId"] for found in answer]

    first, second = (gateway(client)["directConnectGatewayId"] for _ in range(2))
    client.delete_direct_connect_gateway(directConnectGatewayId=first)
    third = gateway(client)["directConnectGatewayId"]
    assert listed() == [second, third]
    assert listed(directConnectGatewayId=first) == []


@pytest.mark.directconnect(provisioning="timed")
def test_gateways_that_are_deleting_are_returned(client, dx):
    """They are not deleted yet [documented: API:DirectConnectGateway (the states)]."""
    made = gateway(client)["directConnectGatewayId"]
    client.delete_direct_connect_gateway(directConnectGatewayId=made)
    (shown,) = client.describe_direct_connect_gateways()["directConnectGateways"]
    assert shown["directConnectGatewayState"] == "deleting"
    dx.clock.advance(minutes=5)
    assert client.describe_direct_connect_gateways()["directConnectGateways"] == []


def test_pages_while_gateways_are_deleted(client):
    """A gateway that has been shown and is deleted then is not shown again, and no other is lost."""
    made = [gateway(client)["directConnectGatewayId"] for _ in range(4)]
    pages = client.get_paginator("describe_direct_connect_gateways").paginate(PaginationConfig={"PageSize": 1})
    seen = []
    for page, doomed in zip(pages, [made[0], made[1], None, None], strict=True):
        seen += [found["directConnectGatewayId"] for found in page["directConnectGateways"]]
        if doomed:
            client.delete_direct_connect_gateway(directConnectGatewayId=doomed)
    assert seen == made


# --- attachments -------------------------------------------------------------------------------------------


def test_attachments_follow_their_interfaces(client, dx):
    """With the type in lower camel case [recorded: NB, BF]."""
    made = gateway(client, amazonSideAsn=64999)["directConnectGatewayId"]
    vif = interface(client, made)
    (shown,) = attachments(client, directConnectGatewayId=made)
    assert shown == {
        "directConnectGatewayId": made,
        "virtualInterfaceId": vif,
        "virtualInterfaceRegion": "us-east-1",
        "virtualInterfaceOwnerAccount": "123456789012",
        "attachmentState": "attached",
        "attachmentType": "privateVirtualInterface",
    }
    assert attachments(dx.client("eu-west-1"), virtualInterfaceId=vif) == [shown]
    (described,) = client.describe_virtual_interfaces(virtualInterfaceId=vif)["virtualInterfaces"]
    assert described["amazonSideAsn"] == 64999
    with refused(dx, f"Direct Connect Gateway {made} cannot be deleted until its Virtual Interfaces"):
        client.delete_direct_connect_gateway(directConnectGatewayId=made)
    client.delete_virtual_interface(virtualInterfaceId=vif)
    (left,) = attachments(client, virtualInterfaceId=vif)
    assert left["attachmentState"] == "detached"
    client.delete_direct_connect_gateway(directConnectGatewayId=made)


@pytest.mark.directconnect(provisioning="timed")
def test_attachment_states_take_their_time(client, dx):
    """Documented: attaching, attached, detaching, detached."""
    made = gateway(client)["directConnectGatewayId"]
    connection = connect(client)
    dx.provision(connection)
    vif = interface(client, made, connection_id=connection)
    states = [attachments(client, virtualInterfaceId=vif)[0]["attachmentState"]]
    dx.clock.advance(minutes=5)
    states.append(attachments(client, virtualInterfaceId=vif)[0]["attachmentState"])
    client.delete_virtual_interface(virtualInterfaceId=vif)
    states.append(attachments(client, virtualInterfaceId=vif)[0]["attachmentState"])
    dx.clock.advance(minutes=5)
    states.append(attachments(client, virtualInterfaceId=vif)[0]["attachmentState"])
    assert states == ["attaching", "attached", "detaching", "detached"]
    dx.clock.advance(minutes=15)
    assert attachments(client, virtualInterfaceId=vif) == []


def test_attachments_need_a_filter(client, dx):
    """Documented: at least one of the two."""
    with refused(dx, "At least one of directConnectGatewayId and virtualInterfaceId"):
        client.describe_direct_connect_gateway_attachments()
    assert attachments(client, virtualInterfaceId="dxvif-fg000000") == []


def test_private_and_transit_use_exclude_each_other(client, dx):
    """Documented: User Guide."""
    private, transit = (gateway(client)["directConnectGatewayId"] for _ in range(2))
    interface(client, private)
    interface(client, transit, transit=True)
    connection = connect(client)
    client.describe_connections()
    with refused(dx, f"The Direct Connect Gateway {private} is used for private virtual interfaces"):
        interface(client, private, transit=True, connection_id=connection)
    with refused(dx, f"The Direct Connect Gateway {transit} is used for transit virtual interfaces"):
        interface(client, transit, connection_id=connection)


@pytest.mark.directconnect(quotas={"vifs_per_gateway": 1})
def test_interfaces_per_gateway(client, dx):
    """Documented: 30."""
    made = gateway(client)["directConnectGatewayId"]
    interface(client, made)
    connection = connect(client)
    client.describe_connections()
    with refused(dx, f"Exceeded the maximum number of virtual interfaces on {made}. The limit is 1"):
        interface(client, made, connection_id=connection)


def test_another_accounts_gateway(client, dx):
    """It does not exist there [inferred: from E24]."""
    foreign = gateway(dx.client(account_id=CUSTOMER))["directConnectGatewayId"]
    connection = connect(client)
    client.describe_connections()
    with refused(dx, f"The Direct Connect Gateway {foreign} does not exist."):
        interface(client, foreign, connection_id=connection)


def test_pages(client):
    """The three paginators that botocore has."""
    made = [gateway(client)["directConnectGatewayId"] for _ in range(5)]
    paginator = client.get_paginator("describe_direct_connect_gateways")
    pages = list(paginator.paginate(PaginationConfig={"PageSize": 2}))
    assert [len(page["directConnectGateways"]) for page in pages] == [2, 2, 1]
    shown = [each["directConnectGatewayId"] for page in pages for each in page["directConnectGateways"]]
    assert shown == made
