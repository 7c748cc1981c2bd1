"""Resiliency groups, agreements, billing, rate limits and prefix pools: where the installed model has them."""

from __future__ import annotations

import json
import re

import pytest

from dx_mock.protocol import bodies, contract
from dx_mock.rules import prefix_pools, resiliency_models
from dx_mock.rules.quotas import QUOTAS
from tests.helpers import CUSTOMER, PARTNER, connect, make_lag, members, one, one_lag, refused

OPERATIONS = set(contract.operation_names())


def needs(operation):
    """Skip where the installed botocore lacks an operation."""
    return pytest.mark.skipif(operation not in OPERATIONS, reason=f"the installed botocore has no {operation}")


# --- agreements --------------------------------------------------------------------------------------------


@pytest.mark.directconnect(partners=[PARTNER])
def test_customer_metadata(client, dx):
    """Documented: nonPartner and no agreements; confirmed ones are signed."""
    answer = client.describe_customer_metadata()
    assert (answer["agreements"], answer["nniPartnerType"]) == ([], "nonPartner")
    assert dx.client(account_id=PARTNER).describe_customer_metadata()["nniPartnerType"] == "v2"
    assert client.confirm_customer_agreement(agreementName="terms")["status"] == "signed"
    answer = client.describe_customer_metadata()
    assert answer["agreements"] == [{"agreementName": "terms", "status": "signed"}]
    with refused(dx, "The agreementName must be specified."):
        client.confirm_customer_agreement()


def test_agreements_are_an_accounts(client, dx):
    """Guessed: not a Region's; confirming twice is confirming; they come back with a snapshot."""
    for _ in range(2):
        assert client.confirm_customer_agreement(agreementName="terms")["status"] == "signed"
    dx.client("us-west-2").confirm_customer_agreement(agreementName="x" * 100)
    taken = json.loads(json.dumps(dx.snapshot()))
    client.confirm_customer_agreement(agreementName="later")
    dx.restore(taken)
    found = client.describe_customer_metadata()["agreements"]
    assert [each["agreementName"] for each in found] == ["terms", "x" * 100]
    assert dx.client(account_id=CUSTOMER).describe_customer_metadata()["agreements"] == []


@pytest.mark.directconnect(partners=[PARTNER])
@pytest.mark.parametrize("bandwidth", ["50Mbps", "500Mbps", "1Gbps", "2Gbps", "5Gbps", "10Gbps"])
def test_partners_sell_every_speed(dx, bandwidth):
    """Recorded: partners sell both what the model gives to V1 and what it gives to V2."""
    partner = dx.client(account_id=PARTNER)
    port = partner.create_interconnect(interconnectName="i", bandwidth="10Gbps", location="EqDC2")
    dx.provision(port["interconnectId"])
    made = partner.allocate_hosted_connection(
        connectionId=port["interconnectId"],
        ownerAccount=CUSTOMER,
        bandwidth=bandwidth,
        connectionName="h",
        vlan=7,
    )
    assert made["bandwidth"] == bandwidth


# --- resiliency groups -------------------------------------------------------------------------------------


@needs("CreateResiliencyGroup")
class TestResiliencyGroups:
    """Documented: the model's descriptions of operations, members and states."""

    def make(self, client, **changes):
        request = {"resiliencyGroupName": "group", "intendedResiliencyModel": "maximum-resiliency", **changes}
        return client.create_resiliency_group(**request)["resiliencyGroup"]

    def test_life(self, client, dx):
        made = self.make(client, tags=[{"key": "a", "value": "b"}])
        group = made["resiliencyGroupId"]
        assert re.fullmatch(r"dxrg-[0-9a-zA-Z]{17}", group)
        arn = f"arn:aws:directconnect::123456789012:dx-resiliency-group/{group}"
        assert made["resiliencyGroupArn"] == arn
        assert (made["state"], made["resiliencyGroupType"]) == ("pending", "Managed")
        assert made["tags"] == [{"key": "a", "value": "b"}]
        shown = client.get_resiliency_group(resiliencyGroupId=group)["resiliencyGroup"]
        assert shown["state"] == "available"
        renamed = client.update_resiliency_group(resiliencyGroupId=group, resiliencyGroupName="new")
        assert renamed["resiliencyGroup"]["resiliencyGroupName"] == "new"
        gone = client.delete_resiliency_group(resiliencyGroupId=group)["resiliencyGroup"]
        assert gone["state"] == "deleting"
        (listed,) = client.list_resiliency_groups()["items"]
        assert listed["state"] == "deleted"
        dx.clock.advance(minutes=15)
        assert client.list_resiliency_groups()["items"] == []

    def test_association_is_atomic(self, client, dx):
        group = self.make(client)["resiliencyGroupId"]
        first, second = connect(client), connect(client)
        with refused(dx, "Could not find Connection"):
            client.associate_connections_to_resiliency_group(
                resiliencyGroupId=group, connectionIdentifiers=[first, "dxcon-fg000000"]
            )
        arn = f"arn:aws:directconnect:us-east-1:123456789012:dxcon/{second}"
        made = client.associate_connections_to_resiliency_group(
            resiliencyGroupId=group, connectionIdentifiers=[first, arn]
        )["resiliencyGroupAssociations"]
        assert [each["state"] for each in made] == ["associating", "associating"]
        assert made[1]["connectionArn"] == arn
        listed = client.list_resiliency_group_associations(resiliencyGroupId=group)["items"]
        assert [each["state"] for each in listed] == ["associated", "associated"]
        other = self.make(client)["resiliencyGroupId"]
        with refused(dx, f"Connection {first} is already associated with Resiliency Group {group}."):
            client.associate_connections_to_resiliency_group(
                resiliencyGroupId=other, connectionIdentifiers=[first]
            )
        with refused(dx, f"Resiliency Group {group} cannot be deleted"):
            client.delete_resiliency_group(resiliencyGroupId=group)
        with refused(dx, "is not associated with Resiliency Group"):
            client.disassociate_connections_from_resiliency_group(
                resiliencyGroupId=other, connectionIdentifiers=[first]
            )
        gone = client.disassociate_connections_from_resiliency_group(
            resiliencyGroupId=group, connectionIdentifiers=[first]
        )["resiliencyGroupAssociations"]
        assert gone[0]["state"] == "disassociating"
        client.delete_connection(connectionId=second)
        assert client.list_resiliency_group_associations(resiliencyGroupId=group)["items"] == []
        client.delete_resiliency_group(resiliencyGroupId=group)

    def test_limits(self, client, dx, monkeypatch):
        """LimitExceededException is declared for the operation; the number is guessed."""
        monkeypatch.setattr("dx_mock.service.resiliency.GROUPS_PER_REGION", 1)
        self.make(client)
        with refused(dx, "The limit is 1", "LimitExceededException"):
            self.make(client)

    def test_unknown_groups(self, client, dx):
        group = self.make(client)["resiliencyGroupId"]
        with refused(dx, f"Could not find Resiliency Group with ID {group}"):
            dx.client(account_id=CUSTOMER).get_resiliency_group(resiliencyGroupId=group)
        with refused(dx, "Could not find Resiliency Group"):
            client.get_resiliency_group(resiliencyGroupId="dxrg-" + "0" * 17)
        with refused(dx, "Member must satisfy regular expression pattern"):
            client.get_resiliency_group(resiliencyGroupId="dxrg-" + "!" * 17)
        upper = client.get_resiliency_group(resiliencyGroupId=group.replace("dxrg", "DXRG"))
        assert upper["resiliencyGroup"]["resiliencyGroupId"] == group

    def test_client_tokens(self, client, dx):
        """A second request with the same token gets the first answer; other parameters are refused."""
        first = self.make(client, clientToken="token")
        assert self.make(client, clientToken="token") == first
        assert len(client.list_resiliency_groups()["items"]) == 1
        with refused(dx, "The clientToken token was used before with other parameters."):
            self.make(client, clientToken="token", resiliencyGroupName="other")
        self.make(dx.client(account_id=CUSTOMER), clientToken="token")
        self.make(client)
        assert len(client.list_resiliency_groups()["items"]) == 2

    def test_pages(self, client):
        made = [self.make(client)["resiliencyGroupId"] for _ in range(3)]
        first = client.list_resiliency_groups(maxResults=2)
        rest = client.list_resiliency_groups(maxResults=2, nextToken=first["nextToken"])
        assert [each["resiliencyGroupId"] for each in first["items"] + rest["items"]] == made

    def test_tags_by_arn(self, client):
        made = self.make(client)
        arn = made["resiliencyGroupArn"]
        client.tag_resource(resourceArn=arn, tags=[{"key": "x", "value": "y"}])
        (row,) = client.describe_tags(resourceArns=[arn])["resourceTags"]
        assert row["tags"] == [{"key": "x", "value": "y"}]


@pytest.mark.parametrize(
    ("places", "model"),
    [
        ([], None),
        ([("A", "a1")], None),
        ([("A", "a1"), ("A", "a1")], None),
        ([("A", "a1"), ("A", "a2")], "basic-resiliency"),
        ([("A", "a1"), ("B", "b1")], "high-resiliency"),
        ([("A", "a1"), ("A", "a2"), ("B", "b1")], "high-resiliency"),
        ([("A", "a1"), ("A", "a2"), ("B", "b1"), ("B", "b2")], "maximum-resiliency"),
    ],
)
def test_models_by_diversity(places, model):
    """Documented: Resiliency Toolkit."""
    assert resiliency_models.model_of(places) == model


# --- billing -----------------------------------------------------------------------------------------------


def flat(client, **changes):
    """The id of a connection that has a flat rate."""
    return connect(client, **{"bandwidth": "10Gbps", "billingMode": "FlatRateTier1", **changes})


@needs("UpdateConnectionsBillingMode")
class TestBilling:
    """Documented: the model's descriptions."""

    def test_default_and_order(self, client):
        assert one(client, flat(client, billingMode="PayAsYouGo"))["billingMode"] == "PayAsYouGo"
        assert one(client, flat(client, billingMode="FlatRateTier2"))["billingMode"] == "FlatRateTier2"
        lag = make_lag(client, connectionsBandwidth="10Gbps", location="CSVA1", billingMode="FlatRateTier1")
        assert lag["billingMode"] == "FlatRateTier1"
        assert {each["billingMode"] for each in lag["connections"]} == {"FlatRateTier1"}

    def test_update_is_all_or_nothing(self, client, dx):
        first, second = connect(client, bandwidth="10Gbps"), connect(client, bandwidth="10Gbps")
        answer = client.update_connections_billing_mode(
            connectionIds=[first, second], billingMode="FlatRateTier3"
        )
        assert answer["billingMode"] == "FlatRateTier3"
        assert [each["connectionId"] for each in answer["connections"]] == [first, second]
        assert one(client, first)["billingMode"] == "FlatRateTier3"
        with refused(dx, "Could not find Connection"):
            client.update_connections_billing_mode(
                connectionIds=[first, "dxcon-fg000000"], billingMode="PayAsYouGo"
            )
        member = members(make_lag(client))[0]
        with refused(dx, f"The billing mode of Connection {member} is set by Lag"):
            client.update_connections_billing_mode(connectionIds=[member], billingMode="PayAsYouGo")
        with refused(dx, "Member must satisfy enum value set"):
            client.update_connections_billing_mode(connectionIds=[first], billingMode="Free")

    @pytest.mark.directconnect(partners=[PARTNER])
    def test_what_has_no_billing_mode(self, client, dx):
        """Guessed: the ids are those of dedicated connections, each once, whatever else they are called."""
        partner, customer = dx.client(account_id=PARTNER), dx.client(account_id=CUSTOMER)
        port = partner.create_interconnect(interconnectName="i", bandwidth="1Gbps", location="EqDC2")
        interconnect = port["interconnectId"]
        dx.provision(interconnect)
        hosted = partner.allocate_hosted_connection(
            connectionId=interconnect,
            ownerAccount=CUSTOMER,
            bandwidth="50Mbps",
            connectionName="h",
            vlan=7,
        )["connectionId"]
        first, gone = connect(client, bandwidth="10Gbps"), connect(client)
        client.delete_connection(connectionId=gone)
        lag = make_lag(client)["lagId"]
        cases = [(client, each) for each in (lag, gone, "", "dxvif-00000000", hosted, interconnect)]
        for caller, wrong in [*cases, (partner, interconnect), (customer, first)]:
            mine = connect(caller, bandwidth="10Gbps")
            with refused(dx, wrong):
                caller.update_connections_billing_mode(connectionIds=[mine, wrong], billingMode="FlatRateTier5")
        with refused(dx, "it is a hosted connection."):
            customer.update_connections_billing_mode(connectionIds=[hosted], billingMode="FlatRateTier5")
        answer = client.update_connections_billing_mode(
            connectionIds=[first, first], billingMode="FlatRateTier5"
        )
        assert [each["connectionId"] for each in answer["connections"]] == [first]
        taken = json.loads(json.dumps(dx.snapshot()))
        client.update_connections_billing_mode(connectionIds=[first], billingMode="PayAsYouGo")
        dx.restore(taken)
        assert one(client, first)["billingMode"] == "FlatRateTier5"

    def test_members_have_their_lags(self, client):
        """One that joins converts, and keeps the mode when it leaves [documented: UG:flat-rate-connections]."""
        lag = make_lag(client, connectionsBandwidth="10Gbps", billingMode="FlatRateTier1")
        first = members(lag)[0]
        joining = connect(client, bandwidth="10Gbps")
        assert one(client, joining)["billingMode"] == "PayAsYouGo"
        client.associate_connection_with_lag(connectionId=joining, lagId=lag["lagId"])
        new = connect(client, bandwidth="10Gbps", lagId=lag["lagId"])
        assert {one(client, each)["billingMode"] for each in (first, joining, new)} == {"FlatRateTier1"}
        client.disassociate_connection_from_lag(connectionId=joining, lagId=lag["lagId"])
        assert one(client, joining)["billingMode"] == "FlatRateTier1"
        client.update_connections_billing_mode(connectionIds=[joining], billingMode="PayAsYouGo")
        assert one(client, joining)["billingMode"] == "PayAsYouGo"

    @pytest.mark.parametrize("bandwidth", ["1Gbps", "400Gbps"])
    def test_flat_rates_are_of_10_and_100_gbps(self, client, dx, bandwidth):
        """Documented: UG:flat-rate-connections."""
        text = f"Billing mode FlatRateTier1 is not available for bandwidth {bandwidth}."
        with refused(dx, text):
            flat(client, bandwidth=bandwidth)
        with refused(dx, text):
            make_lag(client, connectionsBandwidth=bandwidth, billingMode="FlatRateTier1")
        made = connect(client, bandwidth=bandwidth)
        with refused(dx, text):
            client.update_connections_billing_mode(connectionIds=[made], billingMode="FlatRateTier1")

    def test_one_flat_rate_at_a_location(self, client, dx):
        """Documented: UG:flat-rate-connections; those that are paid as they go stand beside it [read so]."""
        made, other = flat(client), connect(client, bandwidth="100Gbps")
        text = "Billing mode FlatRateTier2 differs from FlatRateTier1, which your connections at location EqDC2"
        with refused(dx, text):
            flat(client, billingMode="FlatRateTier2")
        with refused(dx, text):
            make_lag(client, connectionsBandwidth="10Gbps", billingMode="FlatRateTier2")
        with refused(dx, text):
            client.update_connections_billing_mode(connectionIds=[other], billingMode="FlatRateTier2")
        flat(client, billingMode="FlatRateTier2", location="CSVA1")
        flat(dx.client(account_id=CUSTOMER), billingMode="FlatRateTier2")
        client.update_connections_billing_mode(connectionIds=[made, other], billingMode="FlatRateTier2")

    def test_three_changes_in_six_months(self, client, dx):
        """Documented: UG:flat-rate-connections; to the same mode is no change."""
        made = flat(client)
        for mode in ("FlatRateTier2", "FlatRateTier2", "PayAsYouGo", "FlatRateTier1"):
            client.update_connections_billing_mode(connectionIds=[made], billingMode=mode)
            dx.clock.advance(days=30)
        with refused(dx, f"The billing mode of Connection {made} has been changed 3 times within six months."):
            client.update_connections_billing_mode(connectionIds=[made], billingMode="PayAsYouGo")
        dx.clock.advance(days=100)
        client.update_connections_billing_mode(connectionIds=[made], billingMode="PayAsYouGo")

    @pytest.mark.directconnect(quirks={"device_placement": "spread"})
    def test_pairs_of_ports(self, client):
        """Two matching ones of a group on different devices [documented: UG:flat-rate-connections]."""
        first, second, faster = flat(client), flat(client), flat(client, bandwidth="100Gbps")
        group = client.create_resiliency_group(
            resiliencyGroupName="g", intendedResiliencyModel="basic-resiliency"
        )["resiliencyGroup"]["resiliencyGroupId"]

        def put(*connections):
            client.associate_connections_to_resiliency_group(
                resiliencyGroupId=group, connectionIdentifiers=list(connections)
            )
            return [one(client, each)["billingMode"] for each in (first, second, faster)]

        assert put(first, faster) == ["FlatRateTier1"] * 3
        assert put(second) == ["PortPairFlatRateTier1"] * 2 + ["FlatRateTier1"]
        client.disassociate_connections_from_resiliency_group(
            resiliencyGroupId=group, connectionIdentifiers=[second]
        )
        assert one(client, first)["billingMode"] == "FlatRateTier1"

    def test_200_ids_at_most(self, dx):
        """Documented: 1 to 200; checked by the model, over raw HTTP too."""
        from dx_mock.doors.http_requests import answer

        for ids in ([], ["dxcon-fg000000"] * 201):
            body = bodies.write_json({"connectionIds": ids, "billingMode": "PayAsYouGo"})
            headers = {"x-amz-target": "OvertureService.UpdateConnectionsBillingMode"}
            status, _, content = answer(dx.world, headers, body)
            assert status == 400
            assert b"Member must have length" in content

    def test_locations_say_what_they_offer(self, client):
        """Flat rates are for 10G and 100G [documented: UG:flat-rate-connections]."""
        location = client.describe_locations()["locations"][0]
        modes = {mode["billingMode"]: mode["availablePortSpeeds"] for mode in location["availableBillingModes"]}
        assert modes["PayAsYouGo"] == location["availablePortSpeeds"]
        assert set(modes["FlatRateTier1"]) == {"10G", "100G"} & set(location["availablePortSpeeds"])


# --- rate limits and prefix pools --------------------------------------------------------------------------


def has(shape, member):
    """Whether the installed model has a member."""
    return member in contract.service_model().shape_for(shape).members


def interface(client, carrier, vlan=101, **changes):
    """A private virtual interface."""
    new = {"virtualInterfaceName": "v", "vlan": vlan, "asn": 65000, "virtualGatewayId": "vgw-12345678"}
    return client.create_private_virtual_interface(
        connectionId=carrier, newPrivateVirtualInterface={**new, **changes}
    )


@pytest.mark.skipif(not has("VirtualInterface", "rateLimit"), reason="the installed botocore has no rateLimit")
class TestRateLimits:
    """Documented: rateLimit, RateLimiterStatus, LimitExceededException."""

    @pytest.fixture
    def port(self, client):
        made = connect(client, bandwidth="10Gbps")
        client.describe_connections()
        return made

    def test_status_follows(self, client, port):
        assert one(client, port)["rateLimiterStatus"]["inUse"] == 0
        made = interface(client, port, rateLimit="1.2Gbps")
        assert made["rateLimit"] == "1.2Gbps"
        interface(client, port, 102, rateLimit="500Mbps")
        plain = interface(client, port, 103)
        assert "rateLimit" not in plain
        status = one(client, port)["rateLimiterStatus"]
        assert status == {
            "maxAllowed": QUOTAS["rate_limiters_per_connection"],
            "inUse": 2,
            "remaining": QUOTAS["rate_limiters_per_connection"] - 2,
            "totalBandwidth": "1.7Gbps",
        }
        client.update_virtual_interface_attributes(
            virtualInterfaceId=made["virtualInterfaceId"], rateLimit="2Gbps"
        )
        assert one(client, port)["rateLimiterStatus"]["totalBandwidth"] == "2.5Gbps"

    @pytest.mark.parametrize(
        ("rate", "text"),
        [
            ("150Mbps", "Rate limit 150Mbps is not valid."),
            ("1000Mbps", "Rate limit 1000Mbps is not valid."),
            ("fast", "Rate limit fast is not valid."),
            ("12Gbps", "exceeds the bandwidth of"),
        ],
    )
    def test_refused(self, client, dx, port, rate, text):
        with refused(dx, text):
            interface(client, port, rateLimit=rate)

    def test_a_lag_has_the_bandwidth_of_its_members(self, client):
        lag = make_lag(client, connectionsBandwidth="10Gbps")["lagId"]
        client.describe_lags()
        interface(client, lag, rateLimit="20Gbps")
        assert one_lag(client, lag)["rateLimiterStatus"]["inUse"] == 1

    def test_the_limit(self, client, dx, port):
        """LimitExceededException is for rate limiters only; 10 [documented: UG:limits]."""
        for vlan in range(1, QUOTAS["rate_limiters_per_connection"] + 1):
            made = interface(client, port, vlan, rateLimit="50Mbps")
        with refused(dx, "The rate limiter limit of 10 has been exceeded", "LimitExceededException"):
            interface(client, port, 1000, rateLimit="50Mbps")
        interface(client, port, 1000)
        client.update_virtual_interface_attributes(
            virtualInterfaceId=made["virtualInterfaceId"], rateLimit="100Mbps"
        )

    def test_prefix_pools(self, client, dx, port):
        """Documented: allocated from the connection, summed on the gateway; 100 where nothing is said."""
        gateway = client.create_direct_connect_gateway(directConnectGatewayName="g")["directConnectGateway"]
        identity = gateway["directConnectGatewayId"]
        made = interface(
            client, port, virtualGatewayId="", directConnectGatewayId=identity, prefixPoolAllocatedCountIpv4=400
        )
        assert (made["prefixPoolAllocatedCountIpv4"], made["prefixPoolAllocatedCountIpv6"]) == (400, 100)
        shown = one(client, port)
        assert shown["prefixPoolUnallocatedCountIpv4"] == shown["prefixPoolSizeIpv4"] - 400
        assert shown["prefixPoolUnallocatedCountIpv6"] == shown["prefixPoolSizeIpv6"] - 100
        (found,) = client.describe_direct_connect_gateways()["directConnectGateways"]
        assert found["totalPrefixPoolAllocations"] == 500
        with refused(dx, "The prefix count 1001 is not valid. It must be between 0 and 1000."):
            interface(client, port, 102, prefixPoolAllocatedCountIpv4=1001)
        client.update_virtual_interface_attributes(
            virtualInterfaceId=made["virtualInterfaceId"], prefixPoolAllocatedCountIpv6=0
        )
        client.update_virtual_interface_attributes(
            virtualInterfaceId=made["virtualInterfaceId"], virtualInterfaceName="renamed"
        )
        assert one(client, port)["prefixPoolUnallocatedCountIpv6"] == shown["prefixPoolSizeIpv6"]

    def test_supported_rates_are_the_models(self):
        """The list stands in the documentation of the member, which botocore ships."""
        member = contract.service_model().shape_for("VirtualInterface").members["rateLimit"]
        listed = re.findall(r"[0-9.]+[MGT]bps", member.documentation)
        if listed:  # newer botocore may ship models without documentation
            assert set(listed) == {prefix_pools.spell(each) for each in prefix_pools._SUPPORTED}


def test_members_that_the_model_lacks_are_not_sent(client):
    """The installed model is the contract."""
    shown = one(client, connect(client))
    assert set(shown) <= set(contract.service_model().shape_for("Connection").members)
    assert ("billingMode" in shown) == has("Connection", "billingMode")
