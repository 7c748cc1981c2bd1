"""Instructions of one call, counted by valgrind's callgrind: the same on a machine that is busy.

    python benchmarks/instructions.py floor|dx_mock|nothing NUMBER

runs a number of calls, for callgrind to count.  The difference of two runs is that of the calls alone.
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


def _count(way: str, number: int) -> int:
    with tempfile.TemporaryDirectory() as folder:
        command = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={Path(folder, 'out')}"]
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


def main() -> None:
    """Run calls for callgrind."""
    from kinds import by_id

    way, number = sys.argv[1], int(sys.argv[2])
    with by_id() as ways:
        for _ in range(number):
            ways[way]()


if __name__ == "__main__":
    main()
