"""A server, a client in another process, and the hands in this one.

The other process could as well be a program in Go, Terraform or the AWS CLI: all that it needs is the endpoint.
"""

import os
import subprocess
import sys

import dx_mock

CLIENT = """
import boto3

client = boto3.client("directconnect")  # everything comes from the environment, as for any program
connections = client.describe_connections()["connections"]
if not connections:
    client.create_connection(location="EqDC2", bandwidth="1Gbps", connectionName="from another process")
print([each["connectionState"] for each in client.describe_connections()["connections"]])
"""

with dx_mock.server() as server:
    environment = {
        **os.environ,
        "AWS_ENDPOINT_URL_DIRECT_CONNECT": server.endpoint_url,
        "AWS_ACCESS_KEY_ID": "222222222222",  # twelve digits: the account of that number
        "AWS_SECRET_ACCESS_KEY": "anything",
        "AWS_DEFAULT_REGION": "us-east-1",
    }

    def run():
        command = [sys.executable, "-c", CLIENT]
        return subprocess.run(
            command, env=environment, check=True, capture_output=True, text=True
        ).stdout.strip()

    assert run() == "['available']"
    (call,) = server.mock.calls.of("CreateConnection")
    assert call.account_id == "222222222222"
    server.mock.link_down(call.reply["connectionId"])
    assert run() == "['down']"
    print(server.mock.topology().to_text())
