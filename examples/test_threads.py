"""A rollout with a thread for each location: all of them are in the test's world, and nothing is lost."""

from concurrent.futures import ThreadPoolExecutor

import boto3

LOCATIONS = ["EqDC2", "CSVA1", "EqNY5", "CSOW"]


def roll_out(location):
    """The code under test: it makes its own client, as threads should."""
    client = boto3.Session().client("directconnect", region_name="us-east-1")
    return [
        client.create_connection(location=location, bandwidth="1Gbps", connectionName=f"{location} {number}")
        for number in range(5)
    ]


def test_a_parallel_rollout(directconnect):
    known = {each["locationCode"] for each in directconnect.client().describe_locations()["locations"]}
    places = [each for each in LOCATIONS if each in known]
    with ThreadPoolExecutor(len(places)) as pool:
        made = [each for found in pool.map(roll_out, places) for each in found]
    shown = directconnect.client().describe_connections()["connections"]
    assert {each["connectionId"] for each in shown} == {each["connectionId"] for each in made}
    assert len(made) == 5 * len(places)
