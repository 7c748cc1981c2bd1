"""Measure dx_mock against the floor and against moto, in one run, and print the ratios.

    python benchmarks/bench.py [--quick] [--json FILE]

Every figure is the best of several rounds; a ratio compares two figures of the same run.  The run fails only
with ``--check``, where a target is missed.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import platform
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3
from kinds import NO_LIMITS, ORDER

from dx_mock import mock_directconnect

os.environ.setdefault("AWS_ACCESS_KEY_ID", "benchmark")
os.environ.setdefault("AWS_SECRET_ACCESS_KEY", "benchmark")

#: orders go to several locations, as in a real estate
PLACES = ("EqDC2", "CSVA1", "EqDA2", "EQNY5")


def seconds(function: Callable[[], Any], number: int) -> float:
    """Return the seconds for one of ``number`` calls."""
    start = time.perf_counter()
    for _ in range(number):
        function()
    return (time.perf_counter() - start) / number


def best(function: Callable[[], Any], number: int, rounds: int = 5) -> float:
    """Return the seconds for one call, the best of some rounds of ``number`` calls."""
    function()
    found = float("inf")
    for _ in range(rounds):
        gc.collect()
        found = min(found, seconds(function, number))
    return found


def client() -> Any:
    """Return a client of the default session."""
    return boto3.client("directconnect", region_name="us-east-1")


# --- one call ----------------------------------------------------------------------------------------------


def floor_client() -> Any:
    """Return a client whose calls are answered by a ``before-call`` hook that does nothing."""

    class Response:
        status_code = 200

    answer = {"connections": [], "ResponseMetadata": {}}
    found = client()
    found.meta.events.register("before-call.direct-connect", lambda **_: (Response, answer))
    return found


def one_call(number: int) -> tuple[float, float]:
    """Measure the floor and dx_mock in turns, so that both meet the same load of the machine."""
    bare = floor_client()
    with mock_directconnect() as dx:
        found = client()
        made = found.create_connection(**ORDER)["connectionId"]
        calls = (
            lambda: bare.describe_connections(connectionId="dxcon-fg000000"),
            lambda: found.describe_connections(connectionId=made),
        )
        figures = [float("inf"), float("inf")]
        for _ in range(50):
            dx.calls.clear()
            for place, call in enumerate(calls):
                figures[place] = min(figures[place], seconds(call, number // 10))
    return figures[0], figures[1]


def by_moto(number: int) -> float:
    """Measure the same call answered by moto."""
    from moto import mock_aws

    with mock_aws():
        found = client()
        made = found.create_connection(**ORDER)["connectionId"]
        return best(lambda: found.describe_connections(connectionId=made), number)


# --- one test ----------------------------------------------------------------------------------------------

LAG = {"numberOfConnections": 2, "location": "EqDC2", "connectionsBandwidth": "1Gbps", "lagName": "lag"}


def _typical(mock: Callable[[], Any]) -> None:
    with mock():
        found = client()
        lag = found.create_lag(**LAG)
        found.describe_lags(lagId=lag["lagId"])


def typical_test(number: int) -> tuple[float, float]:
    """Measure a test, with dx_mock and with moto: enter, make a client, create and describe a LAG, leave."""
    from moto import mock_aws

    return best(lambda: _typical(mock_directconnect), number), best(lambda: _typical(mock_aws), number)


# --- many resources ----------------------------------------------------------------------------------------


def _fill(found: Any, count: int) -> list[str]:
    return [
        found.create_connection(**{**ORDER, "location": PLACES[number % 4]})["connectionId"]
        for number in range(count)
    ]


def scale(count: int, number: int) -> dict[str, float]:
    """Return the seconds for a look by id, a page, an order and a cancellation among ``count`` connections."""
    with mock_directconnect(quotas=NO_LIMITS) as dx:
        found = client()
        made = _fill(found, count)
        dx.calls.clear()
        found.describe_connections(maxResults=1)
        middle = made[count // 2]
        page = best(lambda: found.describe_connections(maxResults=100), max(number // 20, 5))
        token = found.describe_connections(maxResults=100)["nextToken"]
        next_page = best(
            lambda: found.describe_connections(maxResults=100, nextToken=token), max(number // 20, 5)
        )
        by_id = best(lambda: found.describe_connections(connectionId=middle), number)
        create = best(lambda: found.create_connection(**ORDER), number // 2, rounds=3)
        doomed = iter(made)
        delete = best(lambda: found.delete_connection(connectionId=next(doomed)), number // 10, rounds=3)
    return {"by id": by_id, "page": page, "next page": next_page, "create": create, "delete": delete}


def memory(count: int) -> float:
    """Return the bytes that one connection takes, with its entry in the record of calls."""
    with mock_directconnect(quotas=NO_LIMITS):
        found = client()
        _fill(found, 100)
        found.describe_connections(maxResults=1)
        gc.collect()
        tracemalloc.start()
        before = tracemalloc.get_traced_memory()[0]
        _fill(found, count)
        found.describe_connections(maxResults=1)
        gc.collect()
        used = tracemalloc.get_traced_memory()[0] - before
        tracemalloc.stop()
    return used / count


# --- starting up -------------------------------------------------------------------------------------------


def _process(code: str, rounds: int) -> float:
    """Return the seconds that a fresh interpreter takes for some code, measured inside, the best of some."""
    timed = f"import time; start = time.perf_counter()\n{code}\nprint(time.perf_counter() - start)"
    return min(
        float(subprocess.run([sys.executable, "-c", timed], capture_output=True, check=True).stdout)
        for _ in range(rounds)
    )


def imports(rounds: int) -> tuple[float, float]:
    """Measure what ``import dx_mock`` costs above ``import boto3``, and what the pytest plugin costs."""
    over_boto3 = _process("import boto3; from dx_mock import mock_directconnect", rounds) - _process(
        "import boto3", rounds
    )
    plugin = _process("import pytest; import dx_mock.pytest_plugin", rounds) - _process("import pytest", rounds)
    return over_boto3, plugin


# --- the report --------------------------------------------------------------------------------------------


class Report:
    """The rows of the report: name, figure, target, and whether the target is met."""

    def __init__(self) -> None:
        self.rows: list[dict[str, Any]] = []

    def add(
        self, what: str, value: float, unit: str, target: float | None = None, at_least: bool = False
    ) -> None:
        """Add a row; the figure must not be above the target, or with ``at_least`` not below it."""
        holds = None if target is None else (value >= target if at_least else value <= target)
        self.rows.append(
            {"what": what, "value": value, "unit": unit, "target": target, "at_least": at_least, "holds": holds}
        )
        sign = ">=" if at_least else "<="
        wanted = "" if target is None else f"{sign} {target:g}"
        verdict = {None: "", True: "holds", False: "MISSED"}[holds]
        print(f"{what:<66} {value:>10.2f} {unit:<6} {wanted:>9} {verdict}", flush=True)

    def missed(self) -> list[str]:
        """Return the rows that miss their targets."""
        return [row["what"] for row in self.rows if row["holds"] is False]


def run(quick: bool) -> Report:
    """Measure everything."""
    report = Report()
    number = 300 if quick else 2000
    (base, mine), moto = one_call(number), by_moto(max(number // 4, 50))
    report.add("describe by id: hook that does nothing", base * 1e6, "us")
    report.add("describe by id: dx_mock", mine * 1e6, "us")
    report.add("describe by id: moto", moto * 1e6, "us")
    report.add("describe by id: dx_mock / hook that does nothing", mine / base, "x", 1.4)
    report.add("describe by id: moto / dx_mock", moto / mine, "x", 4, at_least=True)

    mine, moto = typical_test(5 if quick else 20)
    report.add("typical test: dx_mock", mine * 1e3, "ms")
    report.add("typical test: moto", moto * 1e3, "ms")
    report.add("typical test: dx_mock / moto", mine / moto, "x", 0.25)

    over_boto3, plugin = imports(5 if quick else 10)
    report.add("import dx_mock over import boto3", over_boto3 * 1e3, "ms", 60)
    report.add("pytest plugin in a suite without it", plugin * 1e3, "ms", 10)

    few, many = (1000, 10_000) if quick else (1000, 100_000)
    small, large = scale(few, number), scale(many, number)
    for what in small:
        target = 3.0 if "page" in what else 1.5
        label = f"{what}: {many:,} connections / {few:,} ({small[what] * 1e6:.0f} us)"
        report.add(label, large[what] / small[what], "x", target)
    report.add("memory of a connection, its record included", memory(few if quick else 20_000) / 1024, "KiB", 3)
    return report


def main() -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="fewer rounds, 10,000 connections at most")
    parser.add_argument("--check", action="store_true", help="exit with 1 if a target is missed")
    parser.add_argument("--json", type=Path, default=Path(__file__).parent / "results" / "bench.json")
    arguments = parser.parse_args()
    report = run(arguments.quick)
    arguments.json.parent.mkdir(parents=True, exist_ok=True)
    machine = {"python": platform.python_version(), "boto3": boto3.__version__, "machine": platform.machine()}
    arguments.json.write_text(json.dumps({"machine": machine, "rows": report.rows}, indent=2) + "\n")
    missed = report.missed()
    if missed:
        print("missed: " + "; ".join(missed))
    return 1 if missed and arguments.check else 0


if __name__ == "__main__":
    sys.exit(main())
