"""Instructions, counted by valgrind's callgrind: the same on a machine that is busy.

    python benchmarks/instructions.py floor|dx_mock|look NUMBER

runs a number of calls, or the first look at a number of new connections, for callgrind to count.  The
difference of two runs is that of the calls alone; for the look, counting begins when the connections are made.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

FEW, MANY = 20, 120


def _environment() -> dict[str, str]:
    path = os.pathsep.join(filter(None, sys.path))
    return {**os.environ, "PYTHONHASHSEED": "0", "PYTHONPATH": path}


def _count(way: str, number: int, *options: str) -> int:
    with tempfile.TemporaryDirectory() as folder:
        command = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={Path(folder, 'out')}", *options]
        done = subprocess.run(
            [*command, sys.executable, __file__, way, str(number)],
            capture_output=True,
            text=True,
            env=_environment(),
            timeout=600,
        )
        found = re.search(r"Collected : (\d+)", done.stderr)
        if done.returncode or found is None:
            raise RuntimeError(f"callgrind failed: {done.stderr[-500:]}")
        return int(found[1])


def of_a_call() -> dict[str, float] | None:
    """Instructions of a describe by id: the floor and ours; None where valgrind is not installed."""
    if shutil.which("valgrind") is None:
        return None
    for way in ("floor", "dx_mock"):  # so that no run that is counted has modules to compile
        subprocess.run([sys.executable, __file__, way, "1"], env=_environment(), check=True)
    return {way: (_count(way, MANY) - _count(way, FEW)) / (MANY - FEW) for way in ("floor", "dx_mock")}


def of_a_look(number: int) -> float | None:
    """Instructions a connection of the first look at many new ones; None where valgrind is not installed."""
    if shutil.which("valgrind") is None or shutil.which("callgrind_control") is None:
        return None
    return _count("look", number, "--instr-atstart=no") / number


def _look(number: int) -> None:
    from kinds import NO_LIMITS, ORDER

    from dx_mock import mock_directconnect

    def count(switch: str) -> None:
        subprocess.run(["callgrind_control", "-i", switch, str(os.getpid())], check=True, capture_output=True)

    with mock_directconnect(quotas=NO_LIMITS) as dx:
        client = dx.client()
        client.describe_connections(connectionId=client.create_connection(**ORDER)["connectionId"])
        for _ in range(number):
            client.create_connection(**ORDER)
        count("on")
        client.describe_connections(maxResults=1)
        count("off")


def main() -> None:
    """Run calls for callgrind."""
    from kinds import by_id

    way, number = sys.argv[1], int(sys.argv[2])
    if way == "look":
        _look(number)
        return
    with by_id() as ways:
        for _ in range(number):
            ways[way]()


if __name__ == "__main__":
    main()
