"""Many clients of one ``dx-mock serve`` at once: no error, no lost update, and no growth of memory.

Eight clients share an account and a connection of it.  Each has a tag of its own there and a connection of its
own; it writes a number to both again and again, and reads both back.  Whatever is not what it wrote is lost.
"""

from __future__ import annotations

import http.client
import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

TOGETHER = 8


@contextmanager
def serving(*options: str) -> Iterator[tuple[str, int]]:
    """Run a server in a process of its own; yield its host with port, and its process id."""
    command = [sys.executable, "-m", "dx_mock", "serve", "--json", *options]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        ready = json.loads(process.stdout.readline())
        yield ready["endpoint_url"].removeprefix("http://"), process.pid
    finally:
        process.terminate()
        process.communicate(timeout=60)


class Caller:
    """One client, with one HTTP connection that it keeps."""

    def __init__(self, place: str, account_id: str) -> None:
        self._connection = http.client.HTTPConnection(place, timeout=60)
        self._headers = {"Content-Type": "application/x-amz-json-1.1", "x-moto-account-id": account_id}

    def __call__(self, operation: str, **parameters: Any) -> Any:
        """Make a call and return the answer.

        Raises:
            RuntimeError: If it is refused.
        """
        headers = {**self._headers, "X-Amz-Target": f"OvertureService.{operation}"}
        self._connection.request("POST", "/", json.dumps(parameters), headers)
        response = self._connection.getresponse()
        content = response.read()
        if response.status != 200:
            raise RuntimeError(f"{operation}: HTTP {response.status} {content[:300]!r}")
        return json.loads(content)

    def close(self) -> None:
        """Close the HTTP connection."""
        self._connection.close()


@dataclass
class Outcome:
    """The outcome; memory, threads and open files are the server's, before and after, if /proc exists."""

    calls: int = 0
    seconds: float = 0.0
    errors: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    memory: tuple[int, int] | None = None
    threads: tuple[int, int] | None = None
    files: tuple[int, int] | None = None


class _Client(threading.Thread):
    def __init__(self, place: str, number: int, shared: str, own: str, over: threading.Event) -> None:
        super().__init__(name=f"client {number}", daemon=True)
        self.calls, self.errors, self.lost = 0, list[str](), list[str]()
        self._key = f"client{number}"
        self._call = Caller(place, account_of(number))
        self._shared, self._own, self._over = shared, own, over
        self._written = 0

    def run(self) -> None:
        """Write and read back until time is over."""
        try:
            while not self._over.is_set():
                self._turn()
            self.check()
        except Exception as problem:
            self.errors.append(f"{self.name}: {type(problem).__name__}: {problem}")
        finally:
            self._call.close()

    def _turn(self) -> None:
        self._written += 1
        value = str(self._written)
        arn = f"arn:aws:directconnect:us-east-1:{self._call._headers['x-moto-account-id']}:dxcon/{self._shared}"
        self._call("TagResource", resourceArn=arn, tags=[{"key": self._key, "value": value}])
        self._call("UpdateConnection", connectionId=self._own, connectionName=value)
        self.calls += 2
        self.check()

    def check(self) -> None:
        """Check that both have the number that was written last."""
        shown = self._call("DescribeConnections")["connections"]
        self.calls += 1
        by_id = {each["connectionId"]: each for each in shown}
        tags = {tag["key"]: tag["value"] for tag in by_id[self._shared].get("tags", ())}
        for what, found in (("tag", tags.get(self._key)), ("name", by_id[self._own]["connectionName"])):
            if found != str(self._written):
                self.lost.append(f"{self.name}: wrote {self._written} as its {what}, found {found}")


def account_of(number: int) -> str:
    """Return the account of a client."""
    return f"{number // TOGETHER + 1:012}"


def _prepare(place: str, clients: int) -> list[tuple[str, str]]:
    """Order the shared connection and each client's own."""
    found = []
    shared = ""
    for number in range(clients):
        call = Caller(place, account_of(number))
        order = {"location": "EqDC2", "bandwidth": "1Gbps"}
        if number % TOGETHER == 0:
            shared = call("CreateConnection", connectionName="shared", **order)["connectionId"]
        found.append((shared, call("CreateConnection", connectionName="0", **order)["connectionId"]))
        call.close()
    return found


def _status(pid: int) -> tuple[int, int, int] | None:
    """Return the resident memory in bytes, the threads and the open files of a process."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
        values = dict(line.split(":", 1) for line in lines)
        files = len(list(Path(f"/proc/{pid}/fd").iterdir()))
    except OSError:
        return None
    return int(values["VmRSS"].split()[0]) * 1024, int(values["Threads"]), files


def run(seconds: float, clients: int = 64, kept: int = 1000, warm_up: int = 3000) -> Outcome:
    """Let clients work for some seconds after a warm-up, and return the outcome.

    ``kept`` is how many calls the server's record keeps; the warm-up fills it.
    """
    outcome = Outcome()
    with serving("--calls", str(kept), "--quota", "connections_per_location=1000") as (place, pid):
        over = threading.Event()
        ids = _prepare(place, clients)
        working = [_Client(place, number, *pair, over) for number, pair in enumerate(ids)]
        for each in working:
            each.start()
        while _calls(working) < warm_up and not any(each.errors for each in working):
            time.sleep(0.05)
        before, start, counted = _status(pid), time.monotonic(), _calls(working)
        over.wait(seconds)
        outcome.seconds = time.monotonic() - start
        outcome.calls = _calls(working) - counted
        after = _status(pid)
        over.set()
        for each in working:
            each.join(timeout=120)
            if each.is_alive():
                outcome.errors.append(f"{each.name} hangs")
            outcome.errors += each.errors
            outcome.lost += each.lost
        if before is not None and after is not None:
            outcome.memory, outcome.threads, outcome.files = (
                (before[0], after[0]),
                (before[1], after[1]),
                (before[2], after[2]),
            )
    return outcome


def _calls(working: list[_Client]) -> int:
    return sum(each.calls for each in working)
