"""``clientToken``: the same request with the same token is done once."""

from __future__ import annotations

import json

import pytest

from dx_mock import mock_directconnect
from dx_mock.protocol import bodies, contract
from tests.helpers import CUSTOMER, connect, refused

pytestmark = pytest.mark.skipif(
    "CreateResiliencyGroup" not in contract.operation_names(),
    reason="the installed botocore has no clientToken",
)
GROUP = {"resiliencyGroupName": "group", "intendedResiliencyModel": "high-resiliency", "clientToken": "t"}


def create(client, **changes):
    """The new group, or that of the first request with the token."""
    return client.create_resiliency_group(**{**GROUP, **changes})["resiliencyGroup"]


def names(client):
    """The names of the groups."""
    return [each["resiliencyGroupName"] for each in client.list_resiliency_groups()["items"]]


def test_every_operation_that_has_one(client, dx):
    """Documented: to ensure the idempotency of the request; the first answer is given again (guessed)."""
    group = create(client)
    assert create(client) == group
    identity = group["resiliencyGroupId"]
    first, second = connect(client), connect(client)
    request = {"resiliencyGroupId": identity, "connectionIdentifiers": [first], "clientToken": "t"}
    made = client.associate_connections_to_resiliency_group(**request)
    again = client.associate_connections_to_resiliency_group(**request)
    key = "resiliencyGroupAssociations"
    assert again[key] == made[key]
    with refused(dx, "The clientToken t was used before with other parameters."):
        client.associate_connections_to_resiliency_group(**{**request, "connectionIdentifiers": [second]})
    update = {"resiliencyGroupId": identity, "resiliencyGroupName": "new", "clientToken": "t"}
    client.update_resiliency_group(**update)
    client.update_resiliency_group(resiliencyGroupId=identity, resiliencyGroupName="newer")
    client.update_resiliency_group(**update)
    assert names(client) == ["newer"]
    gone = client.disassociate_connections_from_resiliency_group(**request)
    again = client.disassociate_connections_from_resiliency_group(**request)
    assert again[key] == gone[key]
    assert client.list_resiliency_group_associations(resiliencyGroupId=identity)["items"] == []


def test_tokens_are_an_accounts_in_a_region(client, dx):
    """Guessed: as everything else of an account; upper and lower case are different tokens (documented)."""
    mine = create(client)
    assert create(dx.client(account_id=CUSTOMER))["ownerAccount"] == CUSTOMER
    assert create(dx.client("us-west-2"))["resiliencyGroupId"] != mine["resiliencyGroupId"]
    assert create(client, clientToken="T")["resiliencyGroupId"] != mine["resiliencyGroupId"]
    assert names(client) == ["group", "group"]


def test_a_refused_request_does_not_use_its_token_up(client, dx):
    """Guessed: nothing was done, so that the request can be mended and sent again."""
    group, connection = create(client)["resiliencyGroupId"], connect(client)
    request = {"resiliencyGroupId": group, "clientToken": "x"}
    with refused(dx, "Could not find Connection"):
        client.associate_connections_to_resiliency_group(
            **request, connectionIdentifiers=[connection, "dxcon-00000000"]
        )
    made = client.associate_connections_to_resiliency_group(**request, connectionIdentifiers=[connection])
    assert len(made["resiliencyGroupAssociations"]) == 1


@pytest.mark.parametrize(("applied", "made"), [(True, 1), (False, 0)])
def test_a_lost_reply(client, dx, applied, made):
    """What a token is for: botocore's retry after a lost reply gets the answer of what was done already."""
    dx.faults.add("CreateResiliencyGroup", error="ReadTimeoutError", times=1, applied=applied)
    group = create(client)
    assert names(client) == ["group"]
    done = [call for call in dx.calls.of("CreateResiliencyGroup") if call.applied]
    assert len(done) == made + 1
    assert create(client) == group


def test_an_error_on_purpose_does_not_use_a_token_up(client, dx):
    """The request was not done: the next one with its token is the first."""
    dx.faults.add("CreateResiliencyGroup", error="DirectConnectClientException", times=1)
    with pytest.raises(client.exceptions.DirectConnectClientException):
        create(client)
    create(client, resiliencyGroupName="other")
    assert names(client) == ["other"]


@pytest.mark.parametrize("token", ["", "x" * 129])
def test_lengths(client, dx, token):
    """Documented: 1 to 128 characters; over raw HTTP, past botocore's own validation."""
    from dx_mock.doors.http_requests import answer

    headers = {"x-amz-target": "OvertureService.CreateResiliencyGroup"}
    status, _, content = answer(dx.world, headers, bodies.write_json({**GROUP, "clientToken": token}))
    assert (status, json.loads(content)["__type"]) == (400, "DirectConnectClientException")
    assert "clientToken" in json.loads(content)["message"]
    create(client, clientToken="x" * 128)


def test_tokens_outlive_what_they_made(client, dx):
    """Guessed: a token does not expire while the mock lasts, and what is deleted is not made again by it."""
    group = create(client)
    client.delete_resiliency_group(resiliencyGroupId=group["resiliencyGroupId"])
    client.list_resiliency_groups()
    dx.clock.advance(days=30)
    assert create(client) == group
    assert names(client) == []


def test_tokens_in_a_snapshot(client, dx):
    """A restored world knows the requests that were made before the snapshot, and none made after it."""
    group = create(client)
    taken = json.loads(json.dumps(dx.snapshot()))
    create(client, clientToken="later")
    with mock_directconnect() as fresh:
        fresh.restore(taken)
        client = fresh.client()
        assert create(client) == group
        assert names(client) == ["group"]
        create(client, clientToken="later", resiliencyGroupName="other")
        assert names(client) == ["group", "other"]
