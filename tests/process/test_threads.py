"""One world used by 32 threads at once: nothing is lost, nothing waits for ever, links stay consistent."""

from __future__ import annotations

import random
import threading

import pytest
from botocore.exceptions import ClientError

from tests.helpers import PARTNER, connect, make_lag
from tests.invariants import check

NO_LIMITS = {"connections_per_location": 10**6, "lags_per_region": 10**6, "ports_per_device": 10**6}


@pytest.mark.slow
@pytest.mark.directconnect(partners=[PARTNER], quotas=NO_LIMITS)
def test_32_threads(dx):
    made: dict[str, list[str]] = {"connection": [], "lag": []}
    problems: list[BaseException] = []

    def act(client, chance):
        kind = chance.randrange(6)
        if kind == 0:
            made["connection"].append(connect(client))
        elif kind == 1:
            made["lag"].append(make_lag(client, numberOfConnections=chance.randint(1, 3))["lagId"])
        elif kind == 2 and made["connection"] and made["lag"]:
            client.associate_connection_with_lag(
                connectionId=chance.choice(made["connection"]), lagId=chance.choice(made["lag"])
            )
        elif kind == 3 and made["connection"]:
            client.delete_connection(connectionId=chance.choice(made["connection"]))
        elif kind == 4 and made["lag"]:
            client.delete_lag(lagId=chance.choice(made["lag"]))
        else:
            client.describe_lags()

    def work(number):
        chance = random.Random(number)
        client = dx.client(account_id=PARTNER if number % 4 == 0 else "123456789012")
        for _ in range(25):
            try:
                act(client, chance)
            except ClientError as refusal:
                if refusal.response["Error"]["Code"] != "DirectConnectClientException":
                    problems.append(refusal)
            except BaseException as problem:  # whatever a thread meets is looked at below
                problems.append(problem)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(32)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert not any(thread.is_alive() for thread in threads)
    assert problems == []
    assert len(dx.calls.of("CreateConnection")) == len(made["connection"])
    assert len(set(made["connection"])) == len(made["connection"])
    assert len(dx.world.graph.resources) >= len(made["connection"])
    check(dx.world)
