"""The command ``dx-mock``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

import dx_mock


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="dx-mock", description="AWS Direct Connect for tests.")
    parser.add_argument("--version", action="version", version=f"dx-mock {dx_mock.__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    commands.add_parser("demo", help="draw a LAG migration across two accounts, step by step")
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; returns the exit code."""
    command = _parser().parse_args(arguments).command
    if command == "demo":
        from dx_mock import demo

        try:
            demo.main()
        except BrokenPipeError:  # the reader has seen enough, as in `dx-mock demo | head`
            sys.stderr.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
