"""Measure the worlds of a server: calls a second with one and more processes, memory, making and throwing away.

    python benchmarks/worlds.py [--workers 1,2,4] [--worlds 1000] [--clients 16] [--seconds 5] [--json FILE]

Servers run in processes of their own, clients in others: as many as there are processes, each with its threads.
The clients share the machine with the server, so on a machine with few cores more processes can't bring more.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import platform
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

from soak import serving

HEADERS = {
    "Content-Type": "application/x-amz-json-1.1",
    "Authorization": "AWS4-HMAC-SHA256 Credential=123456789012/20260101/us-east-1/directconnect/aws4_request",
}
ORDER = b'{"location": "EqDC2", "bandwidth": "1Gbps", "connectionName": "benchmark"}'


def ask(connection: http.client.HTTPConnection, method: str, path: str, body: bytes = b"", **more: str) -> Any:
    """Send a request and return its answer from JSON.

    Raises:
        RuntimeError: If it is refused.
    """
    signed = {} if path.startswith("/dx-mock") else HEADERS  # the control API leaves signed requests to S3
    connection.request(method, path, body, {**signed, **more})
    answer = connection.getresponse()
    content = answer.read()
    if answer.status >= 300:
        raise RuntimeError(f"{method} {path}: HTTP {answer.status} {content[:200]!r}")
    return json.loads(content)


def memory(pid: int) -> int:
    """Return the resident memory of a process and of those that it has begun, in bytes."""
    total, wanted = 0, {pid}
    for _ in range(2):
        for place in Path("/proc").glob("[0-9]*"):
            try:
                fields = (place / "stat").read_text().rpartition(")")[2].split()
                if int(fields[1]) in wanted:
                    wanted.add(int(place.name))
            except OSError:
                continue
    for each in wanted:
        total += int(Path(f"/proc/{each}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    return total


def make(place: str, count: int) -> float:
    """Make worlds with a connection each; return the seconds that making one took."""
    connection, spent = http.client.HTTPConnection(place, timeout=60), 0.0
    for number in range(count):
        start = time.perf_counter()
        ask(
            connection,
            "POST",
            "/dx-mock/worlds",
            json.dumps({"name": f"w{number}"}).encode(),
            **{"Content-Type": "application/json"},
        )
        spent += time.perf_counter() - start
    for number in range(count):
        ask(
            connection,
            "POST",
            f"/worlds/w{number}",
            ORDER,
            **{"X-Amz-Target": "OvertureService.CreateConnection"},
        )
    return spent / count  # fmt: skip


def throw_away(place: str, count: int) -> float:
    """End the worlds; return the seconds that ending one took."""
    connection, start = http.client.HTTPConnection(place, timeout=60), time.perf_counter()
    for number in range(count):
        ask(connection, "DELETE", f"/dx-mock/worlds/w{number}")
    return (time.perf_counter() - start) / count


class _Client(threading.Thread):
    """A client that keeps its connection and describes the connections of one world after the other."""

    def __init__(self, place: str, first: int, step: int, worlds: int, until: float) -> None:
        super().__init__(daemon=True)
        self._place, self._first, self._step, self._worlds, self._until = place, first, step, worlds, until
        self.calls = 0

    def run(self) -> None:
        """Call until time is over: ten calls in a world, then a new connection for the next one."""
        number = self._first
        while time.time() < self._until:
            connection = http.client.HTTPConnection(self._place, timeout=60)
            for _ in range(10):
                ask(
                    connection,
                    "POST",
                    f"/worlds/w{number}",
                    b"{}",
                    **{"X-Amz-Target": "OvertureService.DescribeConnections"},
                )
                self.calls += 1
            connection.close()
            number = (number + self._step) % self._worlds  # fmt: skip


def clients(place: str, first: int, count: int, worlds: int, until: float) -> int:
    """Let clients call from this process; return how many calls they made."""
    threads = [_Client(place, (first + number) * 7 % worlds, count, worlds, until) for number in range(count)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    return sum(each.calls for each in threads)


def calls_a_second(place: str, count: int, worlds: int, seconds: float, processes: int) -> float:
    """Return the calls a second of clients in several processes."""
    until = time.time() + seconds + 1
    share = max(count // processes, 1)
    words = [[place, str(number * share), str(share), str(worlds), str(until)] for number in range(processes)]
    running = [
        subprocess.Popen([sys.executable, __file__, "--client", *each], stdout=subprocess.PIPE, text=True)
        for each in words
    ]
    start = time.time()
    total = sum(int(each.communicate(timeout=seconds + 60)[0]) for each in running)
    return total / (until - start)


def measure(workers: int, arguments: argparse.Namespace, *options: str) -> dict[str, float]:
    """Return the figures of a server with some processes."""
    with serving("--workers", str(workers), *options) as (place, pid):
        make(place, 50)
        throw_away(place, 50)
        before = memory(pid)
        taken = make(place, arguments.worlds)
        grown = (memory(pid) - before) / arguments.worlds
        rate = calls_a_second(place, arguments.clients, arguments.worlds, arguments.seconds, 2)
        return {
            "make one, ms": taken * 1000,
            "memory a world with a connection, KiB": grown / 1024,
            "calls a second": rate,
            "throw one away, ms": throw_away(place, arguments.worlds) * 1000,
        }


def main() -> int:
    """Run the command line."""
    if sys.argv[1:2] == ["--client"]:
        place, first, count, worlds, until = sys.argv[2:]
        print(clients(place, int(first), int(count), int(worlds), float(until)))
        return 0
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--workers", default="1,2,4", help="numbers of processes (%(default)s)")
    parser.add_argument("--worlds", type=int, default=1000, help="how many worlds (%(default)s)")
    parser.add_argument("--clients", type=int, default=16, help="how many clients (%(default)s)")
    parser.add_argument("--seconds", type=float, default=5, help="how long they call (%(default)s)")
    parser.add_argument("--data", help="a directory: measure with worlds on disk as well")
    parser.add_argument("--json", type=Path, default=Path(__file__).parent / "results" / "worlds.json")
    arguments = parser.parse_args()
    rows = {}
    for count in map(int, arguments.workers.split(",")):
        for data in [None, *([arguments.data] if arguments.data else [])]:
            options = [] if data is None else ["--data", f"{data}/{count}"]
            name = f"{count} {'process' if count == 1 else 'processes'}{', on disk' if data else ''}"
            rows[name] = measure(count, arguments, *options)
            shown = "; ".join(f"{what} {value:.2f}" for what, value in rows[name].items())
            print(f"{name}: {shown}", flush=True)
    arguments.json.parent.mkdir(parents=True, exist_ok=True)
    machine = {"python": platform.python_version(), "cores": os.cpu_count(), "machine": platform.machine()}
    arguments.json.write_text(json.dumps({"machine": machine, "rows": rows}, indent=2) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
