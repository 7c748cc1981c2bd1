"""Measure the server against moto's own server, in one run, and print the ratios.

    python benchmarks/server.py [--quick] [--minute] [--json FILE]

Servers run in processes of their own, on the loopback interface; clients keep their connection where the server
does.  They are boto3's, or sockets that send the same bytes again and again (``load.py``), so that the server
is measured and not they.  A figure is the best of several rounds; a ratio compares two figures of the same run.
``--minute`` lets 64 clients work for a minute, otherwise for five seconds: an error or a lost update fails the
run at once, a missed target only with ``--check``.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import platform
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3
import load
import soak
from bench import Report, seconds
from kinds import ORDER

HEADERS = {
    "X-Amz-Target": "OvertureService.DescribeConnections",
    "Content-Type": "application/x-amz-json-1.1",
    "Authorization": "AWS4-HMAC-SHA256 Credential=123456789012/20260101/us-east-1/directconnect/aws4_request",
}
#: calls to other services, which moto answers in both servers
OTHERS = (("sts", "GetCallerIdentity", "2011-06-15"), ("ec2", "DescribeVpcs", "2016-11-15"))
OURS = ["-m", "dx_mock", "serve", "--port"]
MOTO = ["-m", "moto.server", "--port"]


def answers(place: str) -> bool:
    """Return whether a server answers DescribeConnections."""
    connection = http.client.HTTPConnection(place, timeout=10)
    try:
        connection.request("POST", "/", b"{}", HEADERS)
        response = connection.getresponse()
        response.read()
        return response.status == 200
    except OSError:
        return False
    finally:
        connection.close()


@contextmanager
def running(command: list[str]) -> Iterator[tuple[str, float]]:
    """Run a server in a process; yield host with port, and the seconds from start to first answer."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        place = f"127.0.0.1:{free.getsockname()[1]}"
    start = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, *command, place.rpartition(":")[2]],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    try:
        while not answers(place):
            if process.poll() is not None or time.perf_counter() - start > 60:
                raise RuntimeError(f"{command[1]} does not answer")
            time.sleep(0.005)
        yield place, time.perf_counter() - start
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def start_up(command: list[str], rounds: int) -> float:
    """Return the seconds from the start of a process to its first answer, the best of some rounds."""
    best = float("inf")
    for _ in range(rounds):
        with running(command) as (_, taken):
            best = min(best, taken)
    return best


def client(place: str) -> Any:
    """Return a boto3 client of a server."""
    return boto3.client(
        "directconnect",
        region_name="us-east-1",
        endpoint_url=f"http://{place}",
        aws_access_key_id="123456789012",
        aws_secret_access_key="x",
    )


def one_client(number: int) -> tuple[float, float]:
    """Measure Describe calls per second of one client, with both servers in turns."""
    with running(OURS) as (ours, _), running(MOTO) as (motos, _):
        calls = []
        for place in (ours, motos):
            found = client(place)
            made = found.create_connection(**ORDER)["connectionId"]
            calls.append(lambda found=found, made=made: found.describe_connections(connectionId=made))
        best = [float("inf"), float("inf")]
        for _ in range(10):
            for which, call in enumerate(calls):
                best[which] = min(best[which], seconds(call, number // 10))
    return 1 / best[0], 1 / best[1]


def by_load(report: Report, duration: float) -> None:
    """Compare both servers under 1, 8 and 64 clients: Direct Connect by id, and other services under 64."""
    with running(OURS) as (ours, _), running(MOTO) as (motos, _):

        def compare(what: str, requests: list[bytes], clients: int, target: float) -> None:
            best = [0.0, 0.0]
            for _ in range(3):
                for which, place in enumerate((ours, motos)):
                    best[which] = max(best[which], load.rate(place, requests[which], clients, duration))
            many = "1 client" if clients == 1 else f"{clients} clients"
            report.add(f"{what}, {many}: dx-mock serve", best[0], "1/s")
            report.add(f"{what}, {many}: moto's server", best[1], "1/s")
            report.add(f"{what}, {many}: ratio", best[0] / best[1], "x", target, at_least=True)

        by_id = []
        for place in (ours, motos):
            made = client(place).create_connection(**ORDER)["connectionId"]
            by_id.append(load.request(place, HEADERS, json.dumps({"connectionId": made}).encode()))
        for clients in (1, 8, 64):
            compare("Direct Connect by id", by_id, clients, 7)
        for service, action, version in OTHERS:
            headers = {
                "Content-Type": "application/x-www-form-urlencoded",
                "Authorization": HEADERS["Authorization"].replace("directconnect", service),
            }
            body = f"Action={action}&Version={version}".encode()
            others = [load.request(place, headers, body) for place in (ours, motos)]
            compare(f"{service} {action}", others, 64, 1.2)


def many_clients(report: Report, duration: float) -> bool:
    """Run 64 clients at once; return whether nothing was lost."""
    # The record's default size; half as many calls again are made before anything is measured.
    found = soak.run(duration, kept=10_000, warm_up=15_000)
    report.add(f"64 clients, {found.seconds:.0f} s: calls a second", found.calls / found.seconds, "1/s")
    report.add("64 clients: errors", len(found.errors), "", 0)
    report.add("64 clients: lost updates", len(found.lost), "", 0)
    if found.memory is not None and found.threads is not None and found.files is not None:
        grown = found.memory[1] - found.memory[0]
        report.add("64 clients: memory at the end", found.memory[1] / 2**20, "MiB")
        report.add("64 clients: memory grown per call", grown / max(found.calls, 1), "bytes", 50)
        report.add("64 clients: threads more at the end", found.threads[1] - found.threads[0], "", 0)
    for problem in (found.errors + found.lost)[:10]:
        print(problem)
    return not found.errors and not found.lost


def main() -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="fewer rounds")
    parser.add_argument("--minute", action="store_true", help="let 64 clients work for a minute")
    parser.add_argument("--check", action="store_true", help="exit with 1 if a target is missed")
    parser.add_argument("--json", type=Path, default=Path(__file__).parent / "results" / "server.json")
    arguments = parser.parse_args()
    report = Report()
    rounds = 3 if arguments.quick else 7
    mine, motos = start_up(OURS, rounds), start_up(MOTO, rounds)
    report.add("start to first answer: dx-mock serve", mine, "s", 1.5)
    report.add("start to first answer: moto's server", motos, "s")
    mine, motos = one_client(500 if arguments.quick else 3000)
    report.add("one client, describe by id: dx-mock serve", mine, "1/s", 300, at_least=True)
    report.add("one client, describe by id: moto's server", motos, "1/s")
    report.add("one client: dx-mock serve / moto's server", mine / motos, "x", 1, at_least=True)
    by_load(report, 1 if arguments.quick else 3)
    whole = many_clients(report, 60 if arguments.minute else 5)
    arguments.json.parent.mkdir(parents=True, exist_ok=True)
    machine = {"python": platform.python_version(), "boto3": boto3.__version__, "machine": platform.machine()}
    arguments.json.write_text(json.dumps({"machine": machine, "rows": report.rows}, indent=2) + "\n")
    missed = report.missed()
    if missed:
        print("missed: " + "; ".join(missed))
    return 1 if not whole or (missed and arguments.check) else 0


if __name__ == "__main__":
    sys.exit(main())
