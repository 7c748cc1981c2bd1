"""Tags: setting, showing, refusing them, and who sees them."""

from __future__ import annotations

import pytest

from tests.helpers import STRANGER, connect, make_lag, one, refused


def arn(kind, resource_id, region="us-east-1", account="123456789012", partition="aws"):
    """An ARN in the recorded form (C7N)."""
    return f"arn:{partition}:directconnect:{region}:{account}:{kind}/{resource_id}"


def test_tag_untag_describe(client):
    """Recorded: C7N; one element per ARN, in order of insertion."""
    made, lag = connect(client), make_lag(client)["lagId"]
    first, second = arn("dxcon", made), arn("dxlag", lag)
    client.tag_resource(resourceArn=first, tags=[{"key": "b", "value": "1"}, {"key": "a", "value": "2"}])
    client.tag_resource(resourceArn=first, tags=[{"key": "b", "value": "3"}])
    answer = client.describe_tags(resourceArns=[first, second])["resourceTags"]
    assert answer == [
        {"resourceArn": first, "tags": [{"key": "b", "value": "3"}, {"key": "a", "value": "2"}]},
        {"resourceArn": second, "tags": []},
    ]
    client.untag_resource(resourceArn=first, tagKeys=["b", "unknown"])
    assert one(client, made)["tags"] == [{"key": "a", "value": "2"}]
    client.untag_resource(resourceArn=first, tagKeys=["a"])
    assert one(client, made)["tags"] == []


@pytest.mark.parametrize(
    ("tags", "text", "code"),
    [
        ([{"key": "a"}, {"key": "a"}], "unique", "DuplicateTagKeysException"),
        ([{"key": f"n{n}"} for n in range(50)], "limit of 50", "TooManyTagsException"),
        ([{"key": "AWS:x", "value": "y"}], "reserved", "DirectConnectClientException"),
        ([{"key": "a*b"}], "Tag key 'a*b' is not valid.", "DirectConnectClientException"),
        ([{"key": "a", "value": "<"}], "Tag value '<' is not valid.", "DirectConnectClientException"),
    ],
)
def test_refused_tags(client, dx, tags, text, code):
    """The exceptions that the model declares; their texts are not recorded."""
    made = connect(client, tags=[{"key": "here"}])
    with refused(dx, text, code):
        client.tag_resource(resourceArn=arn("dxcon", made), tags=tags)


def test_fifty_tags_fit_and_overwriting_does_not_count(client):
    """Documented: 50 per resource."""
    made = connect(client, tags=[{"key": f"n{n}"} for n in range(50)])
    client.tag_resource(resourceArn=arn("dxcon", made), tags=[{"key": "n0", "value": "new"}])
    assert one(client, made)["tags"][0] == {"key": "n0", "value": "new"}


def test_letters_of_every_script_and_the_allowed_signs(client):
    """Documented pattern of keys and values."""
    tags = [{"key": "Straße 東京_.:/=+-@", "value": "ключ 12"}]
    assert one(client, connect(client, tags=tags))["tags"] == tags


def test_unknown_arns(client, dx):
    """Unrecorded texts; another account's resource is unknown."""
    made = connect(client)
    with refused(dx, "Resource ARN nonsense has an invalid format."):
        client.describe_tags(resourceArns=["nonsense"])
    for wrong in (
        arn("dxcon", "dxcon-fg000000"),
        arn("dxlag", made),
        arn("dxcon", made, region="us-west-2"),
        arn("dxcon", made, account=STRANGER),
        arn("dxcon", made, partition="aws-cn"),
    ):
        with refused(dx, f"Could not find resource with ARN {wrong}"):
            client.tag_resource(resourceArn=wrong, tags=[{"key": "a"}])
    with refused(dx, "Could not find resource"):
        dx.client(account_id=STRANGER).describe_tags(resourceArns=[arn("dxcon", made)])


def test_tags_vanish_with_their_resource(client, dx):
    """Documented."""
    made = connect(client, tags=[{"key": "a"}])
    client.delete_connection(connectionId=made)
    with refused(dx, "Could not find resource"):
        client.describe_tags(resourceArns=[arn("dxcon", made)])
    assert one(client, made)["tags"] == []


def test_partitions(dx):
    """ARNs have the partition of their Region."""
    client = dx.client("cn-north-1")
    made = connect(client, location="SINJI")
    client.tag_resource(
        resourceArn=arn("dxcon", made, region="cn-north-1", partition="aws-cn"), tags=[{"key": "a"}]
    )
    assert one(client, made)["tags"] == [{"key": "a", "value": ""}]
