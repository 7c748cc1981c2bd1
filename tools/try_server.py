"""Call a server that runs elsewhere, for instance in a container: ``python try_server.py http://127.0.0.1:4000``."""

from __future__ import annotations

import json
import sys
import urllib.request

import boto3


def main(endpoint: str) -> None:
    """Ask for its health, order a connection, and see it in the world."""
    with urllib.request.urlopen(f"{endpoint}/dx-mock/health", timeout=10) as answer:
        health = json.load(answer)
    print("dx_mock", health["version"], "botocore", health["botocore"], "moto", health["moto"])
    client = boto3.client(
        "directconnect",
        region_name="us-east-1",
        endpoint_url=endpoint,
        aws_access_key_id="123456789012",
        aws_secret_access_key="secret",
    )
    order = client.create_connection(location="EqDC2", bandwidth="1Gbps", connectionName="tried")
    assert order["ownerAccount"] == "123456789012", order
    (found,) = client.describe_connections(connectionId=order["connectionId"])["connections"]
    assert found["connectionState"] == "available", found
    client.delete_connection(connectionId=order["connectionId"])
    print("it answers")


if __name__ == "__main__":
    main(sys.argv[1])
