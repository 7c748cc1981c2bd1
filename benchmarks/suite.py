"""Measure what users wait for, in one run: the floor, dx_mock, moto, and their ratios with the targets.

    python benchmarks/suite.py [--quick] [--check] [--json FILE]

The ways of a row take turns, so that all meet the same moods of the machine; a ratio compares their minima, and
medians are printed beside.  ``--quick`` takes fewer rounds and smaller worlds.  A target is what is wanted;
``--check`` fails where a row that counts instructions, of a call or of growth, is worse than its limit, which
is a little above what was reached: nothing gets slower unnoticed, and a busy machine fails nothing.
"""

from __future__ import annotations

import argparse
import gc
import importlib.util
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

os.environ.setdefault("AWS_ACCESS_KEY_ID", "benchmark")
os.environ.setdefault("AWS_SECRET_ACCESS_KEY", "benchmark")

import boto3
import botocore
import instructions
import kinds
import moto

from dx_mock import mock_directconnect


@dataclass
class Row:
    """One row: figures by way, what of them is compared, and the target."""

    what: str
    figures: dict[str, float]
    ratio: float
    compared: str
    target: float
    at_least: bool = False
    #: what ``--check`` allows, for rows of instructions alone: the machine's mood does not matter there
    limit: float | None = None
    unit: str = "ms"
    medians: dict[str, float] = field(default_factory=dict)

    @property
    def holds(self) -> bool:
        """Whether the target is met."""
        return self.ratio >= self.target if self.at_least else self.ratio <= self.target

    def text(self) -> str:
        """Return the row as it is printed."""
        figures = "  ".join(
            f"{way} {value:.4g}" + (f" ({self.medians[way]:.4g})" if way in self.medians else "")
            for way, value in self.figures.items()
        )
        sign = ">=" if self.at_least else "<="
        verdict = "met" if self.holds else "MISSED"
        compared = f"{self.compared:<13} {self.ratio:>7.2f} {sign} {self.target:<5g} {verdict:<6}"
        return f"{self.what:<46} {compared} {self.unit}: {figures}"


class Report:
    """The rows, and what was not measured."""

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self.skipped: dict[str, str] = {}

    def add(self, row: Row) -> None:
        """One more row, printed at once."""
        self.rows.append(row)
        print(row.text(), flush=True)

    def skip(self, what: str, why: str) -> None:
        """Note a row that can't be measured here."""
        self.skipped[what] = why
        print(f"{what:<46} not measured: {why}", flush=True)


def in_turns(
    ways: dict[str, Callable[[], Any]],
    rounds: int,
    number: int = 1,
    clock: Callable[[], float] = time.process_time,
) -> tuple[dict[str, float], dict[str, float]]:
    """Milliseconds of each way, minimum and median, with the ways taking turns.

    They are those of the processor, not of the clock on the wall: others may work on the machine.
    """
    taken: dict[str, list[float]] = {way: [] for way in ways}
    for call in ways.values():
        call()
    for _ in range(rounds):
        for way, call in ways.items():
            gc.collect()
            start = clock()
            for _ in range(number):
                call()
            taken[way].append((clock() - start) / number * 1000)
    return (
        {way: min(each) for way, each in taken.items()},
        {way: statistics.median(each) for way, each in taken.items()},
    )


def of_children() -> float:
    """Seconds of the processor that ended child processes have used."""
    return sum(os.times()[2:4])


def tests(report: Report, rounds: int) -> None:
    """Kinds of tests: their targets are those of one client or session a test."""
    table: list[tuple[str, dict[str, Callable[[], Any]], float, float | None]] = [
        ("a client per test", kinds.CLIENT.ways(), 1.10, 12),
        ("a Session() per test", kinds.SESSION.ways(), 0.15, 8),
        ("assume_role and a session", kinds.ROLE_SESSION.ways(), 0.30, None),
        ("VPC, gateway, association per test", kinds.association_ways(), 2.5, 10),
        ("Secrets Manager", kinds.SECRET.ways(), 1.7, None),
        ("CloudFormation", kinds.STACK.ways(), 2.2, None),
    ]
    for what, ways, over_floor, under_moto in table:
        least, middle = in_turns(ways, rounds)
        report.add(
            Row(what, least, least["dx_mock"] / least["floor"], "dx_mock/floor", over_floor, medians=middle)
        )
        if under_moto is not None:
            ratio = least["moto"] / least["dx_mock"]
            report.add(Row(what, least, ratio, "moto/dx_mock", under_moto, at_least=True, medians=middle))


def one_call(report: Report, rounds: int) -> None:
    """Measure a describe by id over a hook that does nothing: time and instructions."""
    with kinds.by_id() as ways:
        clear = ways.pop("clear")
        least: dict[str, float] = {}
        for _ in range(5):
            clear()
            found, _ = in_turns(ways, rounds, number=100)
            least = {way: min(value, least.get(way, value)) for way, value in found.items()}
    report.add(Row("by-id call: time", least, least["dx_mock"] / least["floor"], "dx_mock/floor", 1.25))
    counted = instructions.of_a_call()
    if counted is None:
        report.skip("by-id call: instructions", "valgrind is not installed")
        return
    ratio = counted["dx_mock"] / counted["floor"]
    report.add(
        Row("by-id call: instructions", counted, ratio, "dx_mock/floor", 1.15, limit=1.15, unit="instructions")
    )


SMALL_TESTS = """
import boto3, pytest

ORDER = {order}

@pytest.mark.parametrize("number", range({number}))
def test_small(number{fixture}):
    client = boto3.client("directconnect", region_name="us-east-1")
    if not {ours}:
        class Response:
            status_code = 200
        answer = {{"connections": [], "ResponseMetadata": {{}}}}
        client.meta.events.register("before-call", lambda **_: (Response, answer))
    client.create_connection(**ORDER)
    client.describe_connections()
"""


def under_pytest(report: Report, number: int, rounds: int) -> None:
    """Small tests in a process of their own: what one costs over the floor, imports included."""
    with tempfile.TemporaryDirectory() as folder:
        ways: dict[str, Callable[[], Any]] = {}
        for way, ours in (("floor", False), ("dx_mock", True)):
            place = Path(folder, way)
            place.mkdir()
            text = SMALL_TESTS.format(
                order=kinds.ORDER, number=number, ours=ours, fixture=", directconnect" if ours else ""
            )
            place.joinpath("test_small.py").write_text(text)
            place.joinpath("pytest.ini").write_text("[pytest]\n")
            command = [
                sys.executable,
                "-m",
                "pytest",
                "-q",
                "-p",
                "no:xdist",
                "-p",
                "no:randomly",
                "-p",
                "no:cacheprovider",
            ]
            loaded = ["-p", "dx_mock.pytest_plugin"] if ours else []
            # No other plugin: some import requests, for which a mock imports more.
            path = str(Path(__file__).parents[1])
            environment = {**os.environ, "PYTHONPATH": path, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
            ways[way] = lambda c=[*command, *loaded], p=place, e=environment: subprocess.run(
                c, cwd=p, env=e, check=True, capture_output=True
            )
        least, middle = in_turns(ways, rounds, clock=of_children)
    a_test = (least["dx_mock"] - least["floor"]) / number
    report.add(
        Row(f"{number} small tests under pytest, ms a test", least, a_test, "over floor", 3, medians=middle)
    )


def by_aiobotocore(report: Report, rounds: int) -> None:
    """Measure a session and client of aiobotocore per test."""
    if importlib.util.find_spec("aiobotocore") is None:
        report.skip("aiobotocore session and client", "aiobotocore is not installed")
        return
    import asyncio

    from aiobotocore.session import get_session

    async def floor() -> None:
        async with get_session().create_client("directconnect", region_name=kinds.REGION):
            pass

    async def ours() -> None:
        async with (
            mock_directconnect(),
            get_session().create_client("directconnect", region_name=kinds.REGION) as client,
        ):
            await client.describe_connections()

    least, middle = in_turns(
        {"floor": lambda: asyncio.run(floor()), "dx_mock": lambda: asyncio.run(ours())}, rounds
    )
    ratio = least["dx_mock"] / least["floor"]
    report.add(Row("aiobotocore session and client", least, ratio, "dx_mock/floor", 0.15, medians=middle))


def _world(count: int) -> tuple[float, float, float, float]:
    """Seconds to make connections by calls, for the first look at them, for their snapshot and its restore."""
    with mock_directconnect(quotas=kinds.NO_LIMITS) as dx:
        client = dx.client()
        start = time.process_time()
        for _ in range(count):
            client.create_connection(**kinds.ORDER)
        made = time.process_time()
        dx.calls.clear()
        gc.collect()
        before = time.process_time()
        client.describe_connections(maxResults=1)
        looked = time.process_time()
        taken = dx.snapshot()
        snapped = time.process_time()
    with mock_directconnect(quotas=kinds.NO_LIMITS) as dx:
        gc.collect()
        begin = time.process_time()
        dx.restore(taken)
        return made - start, looked - before, snapped - looked, time.process_time() - begin


def large_worlds(report: Report, few: int, many: int) -> None:
    """Growth of the first look, and what a snapshot of a large world costs."""
    small = min((_world(few) for _ in range(3)), key=lambda each: each[1])
    made, look, snapshot, restore = _world(many)
    figures = {f"{few:,}": small[1] / few * 1e6, f"{many:,}": look / many * 1e6}
    ratio = (look / many) / (small[1] / few)
    report.add(Row(f"first look, a connection of {many:,}: time", figures, ratio, "growth", 1.2, unit="us"))
    limit = 3 * many / 100_000
    for what, taken in (("snapshot", snapshot), ("restore", restore)):
        report.add(
            Row(f"{what} of {many:,} connections", {"dx_mock": taken}, taken, "seconds", limit, unit="s")
        )
    figures = {"calls": made, "restore": restore}
    report.add(
        Row(
            f"{many:,} connections: restored or made",
            figures,
            made / restore,
            "calls/restore",
            10,
            True,
            unit="s",
        )
    )


def growth_of_the_look(report: Report, few: int, many: int) -> None:
    """Instructions of the first look, a connection: whatever walks what it need not walk shows in them."""
    what = f"first look, a connection of {many:,}: instructions"
    counted = {number: instructions.of_a_look(number) for number in (few, many)}
    figures = {f"{number:,}": value for number, value in counted.items() if value is not None}
    if len(figures) < len(counted):
        report.skip(what, "valgrind is not installed")
        return
    ratio = figures[f"{many:,}"] / figures[f"{few:,}"]
    report.add(Row(what, figures, ratio, "growth", 1.2, limit=1.3, unit="instructions"))


def run(quick: bool) -> Report:
    """Measure everything."""
    report = Report()
    rounds = 5 if quick else 25
    one_call(report, 5 if quick else 20)
    tests(report, rounds)
    under_pytest(report, 200, 2 if quick else 5)
    by_aiobotocore(report, rounds)
    large_worlds(report, *((1000, 10_000) if quick else (10_000, 100_000)))
    growth_of_the_look(report, 1000, 8000)
    report.skip("the server with 1, 8 and 64 clients", "see benchmarks/server.py")
    return report


def main() -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="fewer rounds, 10,000 connections at most")
    parser.add_argument(
        "--check", action="store_true", help="exit with 1 if a count of instructions is above its limit"
    )
    parser.add_argument("--json", type=Path, default=Path(__file__).parent / "results" / "suite.json")
    arguments = parser.parse_args()
    report = run(arguments.quick)
    machine = {
        "python": platform.python_version(),
        "machine": platform.machine(),
        "cores": os.cpu_count(),
        "boto3": boto3.__version__,
        "botocore": botocore.__version__,
        "moto": moto.__version__,
    }
    rows = [{**asdict(row), "holds": row.holds} for row in report.rows]
    arguments.json.parent.mkdir(parents=True, exist_ok=True)
    content = {"machine": machine, "rows": rows, "not measured": report.skipped}
    arguments.json.write_text(json.dumps(content, indent=2) + "\n")
    missed = [row for row in report.rows if not row.holds]
    print(f"{len(report.rows) - len(missed)} targets met, {len(missed)} missed")
    for row in missed:
        print(f"missed: {row.what}, {row.compared}")
    worse = [row for row in report.rows if row.limit is not None and row.ratio > row.limit]
    for row in worse:
        print(f"above the limit of {row.limit:g}: {row.what}, {row.compared}")
    return 1 if arguments.check and worse else 0


if __name__ == "__main__":
    sys.exit(main())
