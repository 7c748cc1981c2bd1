"""The command ``dx-mock``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from dx_mock.command_line import completion, conform, serve
from dx_mock.support.misuse import Misuse
from dx_mock.support.version import __version__


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="dx-mock", description="AWS Direct Connect for tests.")
    parser.add_argument("--version", action="version", version=f"dx-mock {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    demo = commands.add_parser("demo", help="draw a LAG migration across two accounts, step by step")
    demo.set_defaults(parser=demo)
    serve.add_parser(commands)
    conform.add_parser(commands)
    completion.add_parser(commands)
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return the exit code."""
    parser = _parser()
    options, unknown = parser.parse_known_args(arguments)
    if unknown:  # parse_args() would show the usage of dx-mock, not that of its command
        options.parser.error(f"unrecognized arguments: {' '.join(unknown)}")
    try:
        if options.command == "demo":
            _demo()
        elif options.command == "conform":
            return conform.run(options)
        elif options.command == "completion":
            completion.run(options, parser)
        else:
            serve.run(options)
    except Misuse as problem:
        print(f"dx-mock: {problem}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:  # interrupted before it was ready
        return 130
    return 0


def _demo() -> None:
    from dx_mock.command_line import demo

    try:
        demo.main()
    except BrokenPipeError:  # the reader has gone, as in `dx-mock demo | head`
        sys.stderr.close()


if __name__ == "__main__":
    sys.exit(main())
