"""From the order to a working link, step by step: AWS issues the letter, the technician patches the fibre.

With ``provisioning="manual"`` nothing happens by itself that takes somebody's hands in AWS.
"""

import boto3
import pytest


def order(client):
    """The code under test: order a port, and say what is still missing."""
    made = client.create_connection(location="EqDC2", bandwidth="10Gbps", connectionName="Ashburn uplink")
    return made["connectionId"]


def next_step(client, connection_id):
    (shown,) = client.describe_connections(connectionId=connection_id)["connections"]
    return {
        "requested": "wait for AWS",
        "pending": "send the LOA-CFA to the colocation provider",
        "available": "nothing",
        "down": "call the colocation provider",
    }[shown["connectionState"]]


@pytest.mark.directconnect(provisioning="manual")
def test_every_step_of_an_order(directconnect):
    client = boto3.client("directconnect", region_name="us-east-1")
    connection_id = order(client)
    assert next_step(client, connection_id) == "wait for AWS"

    directconnect.issue_loa(connection_id)
    assert next_step(client, connection_id) == "send the LOA-CFA to the colocation provider"
    letter = client.describe_loa(connectionId=connection_id, providerName="Example Carrier")
    assert letter["loaContent"].startswith(b"%PDF")

    directconnect.provision(connection_id)
    assert next_step(client, connection_id) == "nothing"

    directconnect.link_down(connection_id)
    assert next_step(client, connection_id) == "call the colocation provider"
    directconnect.link_up(connection_id)
    assert next_step(client, connection_id) == "nothing"
