"""Write the figures of docs/comparison.md: what dx-mock conform finds at this mock's server and at moto's.

    python tools/comparison.py [--check]

The page speaks of one version of moto, which it names; with another one installed nothing is written and
nothing checked.  With ``--check`` nothing is written; the exit code is 1 if the page is not up to date.
"""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

import dx_mock
from dx_mock import conform

PAGE = Path(__file__).parents[1] / "docs" / "comparison.md"
BEGIN, END = "<!-- generated: figures -->", "<!-- end -->"
#: The version of moto that the page speaks of.
MOTO = "5.2.5"


def client(url: str) -> Any:
    """Return a client that asks everything and asks it once."""
    options: dict[str, Any] = {"parameter_validation": False, "retries": {"max_attempts": 0}}
    keys: dict[str, Any] = {"aws_access_key_id": "dx_mock", "aws_secret_access_key": "dx_mock"}
    config: Any = Config(**options)
    return boto3.client("directconnect", region_name="us-east-1", endpoint_url=url, config=config, **keys)


@contextmanager
def motos_server() -> Iterator[str]:
    """Serve moto as it is, without this mock in its place."""
    from moto.server import ThreadedMotoServer

    logger = logging.getLogger("werkzeug")  # which prints a traceback for each operation that moto lacks
    before = logger.level, logger.disabled
    logger.disabled = True
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    try:
        yield "http://{}:{}".format(*server.get_host_and_port())
    finally:
        server.stop()
        logger.level, logger.disabled = before


def ask_dx_mock(**options: Any) -> conform.Report:
    """Return the run of every question against this mock's server."""
    with dx_mock.server(provisioning="manual") as server:
        return conform.run(client(server.endpoint_url), "ports", **options)


def ask_moto(**options: Any) -> conform.Report:
    """Return the run of every question against moto's server."""
    with motos_server() as url:
        return conform.run(client(url), "ports", **options)


def figures(ours: conform.Report, motos: conform.Report) -> str:
    """Return the table of both runs."""
    rows = [
        "| Questions at level | | dx_mock: same | moto: same | differs | no answer |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for level in (*conform.LEVELS, "all"):
        of_both = [[found for found in run if level in ("all", found.question.level)] for run in (ours, motos)]
        same = [sum(found.verdict == "same" for found in run) for run in of_both]
        broken = sum(found.is_broken for found in of_both[1])
        differs = sum(found.verdict == "differs" for found in of_both[1]) - broken
        rows.append(f"| {level} | {len(of_both[0])} | {same[0]} | {same[1]} | {differs} | {broken} |")
    return "\n".join(rows) + "\n"


def main() -> int:
    """Run the command; return the exit code."""
    if version("moto") != MOTO:
        print(f"docs/comparison.md speaks of moto {MOTO}, not of {version('moto')}: nothing is done")
        return 0
    table = figures(ask_dx_mock(), ask_moto(time_limit=600))
    page = PAGE.read_text()
    wanted = re.sub(f"(?s){BEGIN}.*?{END}", lambda _: f"{BEGIN}\n\n{table}\n{END}", page)
    if "--check" not in sys.argv[1:]:
        PAGE.write_text(wanted)
        return 0
    if page != wanted:
        print("docs/comparison.md is not up to date: run python tools/comparison.py")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
