"""Many clients of one ``dx-mock serve`` at once: no error, no lost update, and no growth of memory.

    python benchmarks/soak.py [--seconds 600] [--clients 64] [--worlds 100] [--data DIR] [--workers N]

Eight clients share an account and a connection of it.  Each has a tag of its own there and a connection of its
own; it writes a number to both again and again, and reads both back.  Whatever is not what it wrote is lost.
With worlds, each client goes from one to the next; in each it has these anew, and a VPC of the world whose
address says which world it is; and now and then it makes a world, orders in it, and throws it away.
"""

from __future__ import annotations

import argparse
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
from urllib.parse import urlencode

TOGETHER = 8
JSON = "application/json"
#: A client makes a world of its own once in so many turns.
_OWN = 40


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
        process.communicate(timeout=120)  # worlds on disk are written first


class Caller:
    """One client, with one HTTP connection that it keeps."""

    def __init__(self, place: str, account_id: str) -> None:
        self._connection = http.client.HTTPConnection(place, timeout=60)
        self._headers = {"Content-Type": "application/x-amz-json-1.1", "x-moto-account-id": account_id}

    def __call__(self, operation: str, path: str = "/", **parameters: Any) -> Any:
        """Make a call and return the answer.

        Raises:
            RuntimeError: If it is refused.
        """
        headers = {**self._headers, "X-Amz-Target": f"OvertureService.{operation}"}
        return json.loads(self.send("POST", path, json.dumps(parameters), headers))

    def ec2(self, action: str, path: str, **parameters: str) -> str:
        """Make a call to EC2 and return its answer, which is XML."""
        account = self._headers["x-moto-account-id"]
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Authorization": f"AWS4-HMAC-SHA256 Credential={account}/20260101/us-east-1/ec2/aws4_request",
        }
        body = urlencode({"Action": action, "Version": "2016-11-15", **parameters})
        return self.send("POST", path, body, headers).decode()

    def world(self, method: str, path: str, **wanted: Any) -> Any:
        """Ask the server for a world, or to end one."""
        return json.loads(
            self.send(method, f"/dx-mock/worlds{path}", json.dumps(wanted), {"Content-Type": JSON})
        )

    def send(self, method: str, path: str, body: str, headers: dict[str, str]) -> bytes:
        """Send a request and return the body of the answer.

        Raises:
            RuntimeError: If it is refused.
        """
        self._connection.request(method, path, body, headers)
        response = self._connection.getresponse()
        content = response.read()
        if response.status >= 300:
            raise RuntimeError(f"{method} {path} {body[:80]}: HTTP {response.status} {content[:300]!r}")
        return content

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


@dataclass
class _Home:
    """What a client has in a world: the path of the world, two connections, and what it wrote last."""

    path: str
    shared: str
    own: str
    #: a part of the address of the world's VPC; empty where there is none
    vpc: str = ""
    written: int = 0


class _Client(threading.Thread):
    def __init__(self, place: str, number: int, homes: list[_Home], over: threading.Event) -> None:
        super().__init__(name=f"client {number}", daemon=True)
        self.calls, self.errors, self.lost = 0, list[str](), list[str]()
        self._key = f"client{number}"
        self._account = account_of(number)
        self._call = Caller(place, self._account)
        self._homes, self._over = homes, over
        self._turns = number  # not all of them begin in the same world

    def run(self) -> None:
        """Write and read back until time is over, then look everywhere once more."""
        try:
            while not self._over.is_set():
                self._turn()
            for home in self._homes:
                self.check(home)
        except Exception as problem:
            self.errors.append(f"{self.name}: {type(problem).__name__}: {problem}")
        finally:
            self._call.close()

    def _turn(self) -> None:
        self._turns += 1
        home = self._homes[self._turns % len(self._homes)]
        home.written += 1
        value = str(home.written)
        arn = f"arn:aws:directconnect:us-east-1:{self._account}:dxcon/{home.shared}"
        self._call("TagResource", home.path, resourceArn=arn, tags=[{"key": self._key, "value": value}])
        self._call("UpdateConnection", home.path, connectionId=home.own, connectionName=value)
        self.calls += 2
        self.check(home)
        if home.vpc and self._turns % _OWN == 0:
            self._look_at_the_vpc(home)
            self._have_a_world()

    def check(self, home: _Home) -> None:
        """Check that both have the number that was written last."""
        shown = self._call("DescribeConnections", home.path)["connections"]
        self.calls += 1
        by_id = {each["connectionId"]: each for each in shown}
        tags = {tag["key"]: tag["value"] for tag in by_id[home.shared].get("tags", ())}
        if not home.written:
            return
        for what, found in (("tag", tags.get(self._key)), ("name", by_id[home.own]["connectionName"])):
            if found != str(home.written):
                self.lost.append(
                    f"{self.name} in {home.path}: wrote {home.written} as its {what}, found {found}"
                )

    def _look_at_the_vpc(self, home: _Home) -> None:
        """Check that the world has its own VPC, and none of another world."""
        shown = self._call.ec2("DescribeVpcs", home.path)
        self.calls += 1
        count = shown.count("<vpcId>")
        if home.vpc not in shown or count != 2:
            self.lost.append(f"{self.name} in {home.path}: not {home.vpc}, or other VPCs as well: {count}")

    def _have_a_world(self) -> None:
        """Make a world, find it empty, order in it, and throw it away."""
        name = self._call.world("POST", "", ttl=600)["name"]
        order = {"location": "EqDC2", "bandwidth": "1Gbps", "connectionName": "c"}
        self._call("CreateConnection", f"/worlds/{name}", **order)
        shown = self._call("DescribeConnections", f"/worlds/{name}")["connections"]
        self._call.world("DELETE", f"/{name}")
        self.calls += 4
        if len(shown) != 1:
            self.lost.append(f"{self.name}: {len(shown)} connections in the new world {name}")


def account_of(number: int) -> str:
    """Return the account of a client."""
    return f"{number // TOGETHER + 1:012}"


def _prepare(place: str, clients: int, worlds: int) -> list[list[_Home]]:
    """Order the shared connections and each client's own in each world; return what each client has."""
    homes: list[list[_Home]] = [[] for _ in range(clients)]
    for world in range(worlds or 1):
        path, vpc = "/", ""
        if worlds:
            call = Caller(place, account_of(0))
            path = f"/worlds/{call.world('POST', '', name=f'soak-{world}', ttl=None)['name']}"
            call.close()
        shared = ""
        for number in range(clients):
            call = Caller(place, account_of(number))
            order = {"location": "EqDC2", "bandwidth": "1Gbps"}
            if number % TOGETHER == 0:
                shared = call("CreateConnection", path, connectionName="shared", **order)["connectionId"]
                if worlds:
                    vpc = f"10.{world}.0.0/16"
                    call.ec2("CreateVpc", path, CidrBlock=vpc)
            own = call("CreateConnection", path, connectionName="0", **order)["connectionId"]
            homes[number].append(_Home(path, shared, own, vpc))
            call.close()
    return homes


def _status(pid: int) -> tuple[int, int, int] | None:
    """Return the resident memory in bytes, the threads and the open files of a process."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
        values = dict(line.split(":", 1) for line in lines)
        files = len(list(Path(f"/proc/{pid}/fd").iterdir()))
    except OSError:
        return None
    return int(values["VmRSS"].split()[0]) * 1024, int(values["Threads"]), files


def run(
    seconds: float,
    clients: int = 64,
    kept: int = 1000,
    warm_up: int = 3000,
    worlds: int = 0,
    options: tuple[str, ...] = (),
) -> Outcome:
    """Let clients work for some seconds after a warm-up, and return the outcome.

    ``kept`` is how many calls the server's record keeps, and that of each world; the warm-up fills it.
    """
    outcome = Outcome()
    quota = ("--quota", "connections_per_location=1000")
    with serving("--calls", str(kept), *quota, *options) as (place, pid):
        over = threading.Event()
        homes = _prepare(place, clients, worlds)
        working = [_Client(place, number, each, over) for number, each in enumerate(homes)]
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


def main() -> int:
    """Run the command line: exit with 1 if there was an error, a lost update, or memory that grows."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=600, help="how long (%(default)s)")
    parser.add_argument("--clients", type=int, default=64, help="how many clients (%(default)s)")
    parser.add_argument(
        "--worlds", type=int, default=100, help="how many worlds, 0 for the server's own (%(default)s)"
    )
    parser.add_argument("--data", help="keep the worlds in this directory")
    parser.add_argument("--workers", help="how many processes have the worlds")
    arguments = parser.parse_args()
    options = [
        word
        for name in ("data", "workers")
        if (given := getattr(arguments, name))
        for word in (f"--{name}", given)
    ]
    found = run(
        arguments.seconds,
        arguments.clients,
        kept=50,
        warm_up=max(arguments.worlds, 1) * 150,
        worlds=arguments.worlds,
        options=tuple(options),
    )
    print(f"{found.calls} calls in {found.seconds:.0f} s, {found.calls / found.seconds:.0f} a second")
    print(f"{len(found.errors)} errors, {len(found.lost)} lost updates")
    for problem in (found.errors + found.lost)[:20]:
        print(problem)
    flat = True
    if found.memory is not None and found.threads is not None and found.files is not None:
        grown = found.memory[1] - found.memory[0]
        flat = grown <= 8 * 2**20 + 20 * found.calls
        print(f"memory {found.memory[0] / 2**20:.1f} -> {found.memory[1] / 2**20:.1f} MiB, flat: {flat}")
        print(f"threads {found.threads[0]} -> {found.threads[1]}, files {found.files[0]} -> {found.files[1]}")
    return 1 if found.errors or found.lost or not flat else 0


if __name__ == "__main__":
    sys.exit(main())
