"""The command ``dx-mock``."""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import tempfile
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import dx_mock


class Misuse(Exception):
    """What the user wrote can't be done; the message is one sentence that says why."""


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="dx-mock", description="AWS Direct Connect for tests.")
    parser.add_argument("--version", action="version", version=f"dx-mock {dx_mock.__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    commands.add_parser("demo", help="draw a LAG migration across two accounts, step by step")
    serve = commands.add_parser("serve", help="answer clients in other processes, until it is interrupted")
    serve.add_argument("--host", default="127.0.0.1", help="the address to listen on (%(default)s)")
    serve.add_argument("--port", type=int, default=0, help="the port; 0, the default, takes a free one")
    serve.add_argument("--provisioning", default="auto", help="auto, manual or timed (%(default)s)")
    serve.add_argument("--partners", default="", help="account ids of partners, separated by commas")
    serve.add_argument(
        "--quirk",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="another answer where the evidence about AWS conflicts; can be given several times",
    )
    serve.add_argument("--seed", type=int, default=0, help="the same seed gives the same ids (%(default)s)")
    serve.add_argument("--topology", help="begin with the world of this file, or with a ready-made estate")
    serve.add_argument(
        "--snapshot", type=Path, help="load the world from this file, and save it there at the end"
    )
    serve.add_argument("--json", action="store_true", help="print the ready line as JSON")
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; returns the exit code."""
    options = _parser().parse_args(arguments)
    try:
        if options.command == "demo":
            _demo()
        else:
            _serve(options)
    except Misuse as problem:
        print(f"dx-mock: {problem}", file=sys.stderr)
        return 2
    return 0


def _demo() -> None:
    from dx_mock import demo

    try:
        demo.main()
    except BrokenPipeError:  # the reader has seen enough, as in `dx-mock demo | head`
        sys.stderr.close()


# --- serve -------------------------------------------------------------------------------------------------


def _serve(options: argparse.Namespace) -> None:
    """Answer until SIGINT or SIGTERM, then save the snapshot."""
    server = _started(options)
    over = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: over.set())
    ready = {"endpoint_url": server.endpoint_url, "pid": os.getpid()}
    line = json.dumps(ready) if options.json else f"dx-mock is ready: {server.endpoint_url}"
    print(line, flush=True)
    try:
        over.wait()
    finally:
        server.stop()
        if options.snapshot is not None:
            save(options.snapshot, server.mock.snapshot())


def _started(options: argparse.Namespace) -> Any:
    """The running server that the options ask for."""
    partners = [account for account in options.partners.split(",") if account]
    loaded = load(options.snapshot) if options.snapshot is not None and options.snapshot.exists() else None
    try:
        server = dx_mock.server(
            options.host,
            options.port,
            provisioning=options.provisioning,
            partners=partners,
            quirks=quirks(options.quirk),
            seed=options.seed,
            topology=options.topology,
        ).start()
    except (ValueError, TypeError, RuntimeError) as problem:
        raise Misuse(str(problem)) from None
    if loaded is not None:
        try:
            server.mock.restore(loaded)
        except ValueError as problem:
            server.stop()
            raise Misuse(f"{options.snapshot}: {problem}") from None
    return server


def quirks(words: Sequence[str]) -> dict[str, str]:
    """The quirks in the words NAME=VALUE of a command line."""
    for word in words:
        if "=" not in word:
            raise Misuse(f"--quirk wants NAME=VALUE, not {word!r}")
    return dict(word.split("=", 1) for word in words)


def load(path: Path) -> Any:
    """What a snapshot file has."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as problem:
        raise Misuse(f"can't read the snapshot {path}: {problem}") from None


def save(path: Path, snapshot: Any) -> None:
    """Write a snapshot file at once: whoever is killed meanwhile leaves the old file whole."""
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".tmp")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump(snapshot, file)
                file.flush()
                os.fsync(file.fileno())
            os.replace(name, path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as problem:
        raise Misuse(f"can't write the snapshot {path}: {problem}") from None


if __name__ == "__main__":
    sys.exit(main())
