"""Measure the past: what remembering costs where nobody asks, and what asking costs.

    python benchmarks/monitoring.py [--check]

A thousand virtual interfaces on ten connections live for 30 days, with an outage and a hundred new rates a day.
With ``--check`` it fails if a target is missed.  Seconds are those of the processor, so that other work on the
machine does not count.
"""

from __future__ import annotations

import argparse
import gc
import os
import sys
import time
import tracemalloc
from datetime import timedelta
from typing import Any

import boto3
from kinds import NO_LIMITS, ORDER

from dx_mock import mock_directconnect

os.environ.setdefault("AWS_ACCESS_KEY_ID", "benchmark")
os.environ.setdefault("AWS_SECRET_ACCESS_KEY", "benchmark")

DAYS, INTERFACES, CONNECTIONS, QUERIES = 30, 1000, 10, 500
QUOTAS = {**NO_LIMITS, "vifs_per_connection": 1000}
GATEWAYS = 34  # 30 interfaces on each


def estate(client: Any) -> list[tuple[str, str]]:
    """Make connections and interfaces; return the ids of each interface's connection and its own."""
    connections = [client.create_connection(**ORDER)["connectionId"] for _ in range(CONNECTIONS)]
    gateways = [
        client.create_direct_connect_gateway(directConnectGatewayName="g")["directConnectGateway"][
            "directConnectGatewayId"
        ]
        for _ in range(GATEWAYS)
    ]
    made = []
    for number in range(INTERFACES):
        connection = connections[number * CONNECTIONS // INTERFACES]
        new = {
            "virtualInterfaceName": "v",
            "vlan": number + 1,
            "asn": 65000,
            "directConnectGatewayId": gateways[number // 30],
        }
        order = {"connectionId": connection, "newPrivateVirtualInterface": new}
        made.append((connection, client.create_private_virtual_interface(**order)["virtualInterfaceId"]))
    client.describe_virtual_interfaces()
    return made


def live(dx: Any, interfaces: list[tuple[str, str]]) -> None:
    """Let 30 days pass, with an outage of half an hour and a hundred new rates on each of them."""
    for number, (_, vif) in enumerate(interfaces):
        dx.traffic(vif, ingress_bps=1e6 * number, egress_bps=2e6 * number)
    for day in range(DAYS):
        connection = interfaces[day * 100 % INTERFACES][0]
        dx.link_down(connection)
        dx.clock.advance(minutes=30)
        dx.link_up(connection)
        for _, vif in interfaces[day % 10 :: 10]:
            dx.traffic(vif, ingress_bps=1e6 * (day + 1))
        dx.clock.advance(hours=23, minutes=30)


def ask(dx: Any, interfaces: list[tuple[str, str]], period: int) -> float:
    """Return the seconds of the processor for one GetMetricData about 30 days of 500 interfaces."""
    watch = boto3.client("cloudwatch", region_name="us-east-1")
    queries = []
    for number, (connection, vif) in enumerate(interfaces[:QUERIES]):
        where = {"ConnectionId": connection, "VirtualInterfaceId": vif}
        metric = {
            "Namespace": "AWS/DX",
            "MetricName": "VirtualInterfaceBpsIngress",
            "Dimensions": [{"Name": name, "Value": value} for name, value in where.items()],
        }
        stat = {"Metric": metric, "Period": period, "Stat": "Average"}
        queries.append({"Id": f"q{number}", "MetricStat": stat})
    now = dx.clock.now()

    def once() -> float:
        start = time.process_time()
        answer = watch.get_metric_data(
            MetricDataQueries=queries, StartTime=now - timedelta(days=DAYS), EndTime=now
        )
        assert all(each["Values"] for each in answer["MetricDataResults"])
        return time.process_time() - start

    once()  # moto starts with the first one
    return min(once() for _ in range(3))


def history_bytes() -> int:
    """Return what the history of such a world takes of the memory."""
    with mock_directconnect(quotas=QUOTAS) as dx:
        interfaces = estate(dx.client())
        gc.collect()
        tracemalloc.start()
        live(dx, interfaces)
        gc.collect()
        used = tracemalloc.get_traced_memory()[0]
        tracemalloc.stop()
        return used + sum(_size(past) for past in dx.world.graph.history.pasts.values())


def _size(past: Any) -> int:
    """Return about what a past takes that nothing has been added to."""
    return sys.getsizeof(past) + sys.getsizeof(past.first) + sys.getsizeof(past.id) + 100


def link_down() -> float:
    """Return the seconds of the processor for a link that goes down, in a world that nobody monitors."""
    with mock_directconnect() as dx:
        client = dx.client()
        connection = client.create_connection(**ORDER)["connectionId"]
        client.describe_connections()
        found = float("inf")
        for _ in range(60):
            start = time.process_time()
            for _ in range(500):
                dx.link_down(connection)
                dx.link_up(connection)
            found = min(found, time.process_time() - start)
        return found / 1000


def main() -> int:
    """Measure, print and compare."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="exit with 1 if a target is missed")
    arguments = parser.parse_args()
    with mock_directconnect(quotas=QUOTAS) as dx:
        interfaces = estate(dx.client())
        live(dx, interfaces)
        by_day = ask(dx, interfaces, 86_400)
    rows = [
        (f"one GetMetricData of {QUERIES} queries over {DAYS} days, by day", by_day, "s", 1.0),
        (f"history of {INTERFACES} interfaces over {DAYS} days", history_bytes() / 1e6, "MB", 10.0),
        ("dx.link_down or link_up", link_down() * 1e6, "us", None),
    ]
    missed = False
    for what, value, unit, target in rows:
        verdict = "" if target is None else f"<= {target:g} {'holds' if value <= target else 'MISSED'}"
        missed = missed or (target is not None and value > target)
        print(f"{what:<66} {value:>8.2f} {unit:<3} {verdict}")
    return 1 if missed and arguments.check else 0


if __name__ == "__main__":
    sys.exit(main())
