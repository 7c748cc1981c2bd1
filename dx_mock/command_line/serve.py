"""The command ``dx-mock serve``: a server in its own process, which can keep its world in a file."""

from __future__ import annotations

import argparse
import contextlib
import json
import math
import os
import secrets
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dx_mock.engine.declarations.estates import ESTATES
from dx_mock.http_server.snapshot_file import SnapshotFile
from dx_mock.http_server.worlds.limits import MOST, TTL
from dx_mock.rules.quirks import QUIRKS
from dx_mock.rules.quotas import QUOTAS
from dx_mock.rules.releases import RELEASES
from dx_mock.support.misuse import Misuse

if TYPE_CHECKING:
    from dx_mock.http_server.server import Server

#: How many calls the record of a server keeps, unless ``--calls`` sets another number.
CALLS = 10_000

#: The variable of the environment that has the token, which other users of the machine can't see there.
TOKEN = "DX_MOCK_TOKEN"

#: How many files this process may open, if the machine allows it: two thousand clients need more than 1024.
_FILES = 8192


# --- the command line --------------------------------------------------------------------------------------


def add_parser(commands: Any) -> None:
    """Add the command to those of ``dx-mock``."""
    serve = commands.add_parser(
        "serve",
        help="answer clients in other processes, until it is interrupted",
        description="Answer clients in other processes: Direct Connect, and beside it every service of moto.",
        epilog=_epilog(),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    serve.set_defaults(parser=serve)
    where = serve.add_argument_group("where")
    where.add_argument("--host", default="127.0.0.1", help="the address to listen on (%(default)s)")
    where.add_argument("--port", type=int, default=0, help="the port; 0, the default, takes a free one")
    where.add_argument(
        "--allow-host",
        action="append",
        default=[],
        metavar="NAME",
        help="what clients call it in the Host header, besides localhost and addresses; *.NAME for all below",
    )
    where.add_argument(
        "--token",
        nargs="?",
        const="",
        help="what every request must have with it, as bearer or session token; without a value one is made up",
    )
    where.add_argument(
        "--i-know-it-is-open",
        action="store_true",
        help="listen beyond the loopback without a token: whoever reaches the port can change the world",
    )
    where.add_argument(
        "--workers",
        type=int,
        default=1,
        metavar="N",
        help="how many processes have the worlds, by their names (%(default)s)",
    )
    where.add_argument("--json", action="store_true", help="print the ready line as JSON: endpoint_url and pid")
    where.add_argument("--access-log", action="store_true", help="a line on standard error for each request")
    where.add_argument(
        "--log-format",
        choices=["text", "json"],
        default="text",
        help="of standard error (%(default)s)",
    )
    where.add_argument(
        "--idle-exit",
        metavar="MINUTES",
        help="end as at a SIGTERM when nobody has asked anything for so long; probes of health do not count",
    )
    world = serve.add_argument_group("the world")
    world.add_argument("--provisioning", default="auto", help="auto, manual or timed (%(default)s)")
    world.add_argument(
        "--partners",
        default="",
        help="account ids of partners, separated by commas; with names: 111111111111=Carrier",
    )
    world.add_argument("--seed", type=int, default=0, help="the same seed gives the same ids (%(default)s)")
    world.add_argument(
        "--clock",
        help="fixed, the default: time begins at 2026-01-01 and stands until it is advanced; machine: it is "
        "the machine's, and runs",
    )
    world.add_argument(
        "--quota", action="append", default=[], metavar="NAME=N", help="another limit; any number of times"
    )
    world.add_argument(
        "--quirk",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="another answer where the evidence about AWS conflicts; any number of times",
    )
    world.add_argument(
        "--release", help=f"which AWS it is: {' or '.join(RELEASES)}; quotas and quirks go first"
    )
    world.add_argument(
        "--topology",
        help=f"begin with the world of this file, or with a ready-made estate: {', '.join(ESTATES)}",
    )
    world.add_argument(
        "--snapshot",
        type=Path,
        metavar="FILE",
        help="go on with the world of this file, settings included, if it exists, and save it there at the end",
    )
    world.add_argument(
        "--data",
        type=Path,
        metavar="DIR",
        help="keep this world and all others in this directory, and go on with what is there",
    )
    world.add_argument(
        "--calls",
        default=str(CALLS),
        metavar="N",
        help="how many of the last calls the record keeps, or 'all' (%(default)s)",
    )
    worlds = serve.add_argument_group("other worlds, which clients make by POST /dx-mock/worlds")
    worlds.add_argument("--max-worlds", type=int, default=MOST, metavar="N", help="how many (%(default)s)")
    worlds.add_argument(
        "--world-ttl",
        default=f"{TTL:.0f}",
        metavar="SECONDS",
        help="how long one lives that nobody uses, or 'never' (%(default)s)",
    )


def _epilog() -> str:
    quotas = "\n".join(f"  {name}={value}" for name, value in QUOTAS.items())
    quirks = "\n".join(f"  {name}={'|'.join(quirk.values)}" for name, quirk in QUIRKS.items())
    return f"""\
SIGTERM, SIGINT (Ctrl-C) and SIGHUP end it: answers under way are finished, then the snapshot is saved.

who is calling: an access key of 12 digits is the account of that number; credentials of
sts:AssumeRole and of IAM users are those of their account.

example:
  dx-mock serve --port 8555 &
  export AWS_ENDPOINT_URL=http://127.0.0.1:8555 AWS_REGION=us-east-1
  export AWS_ACCESS_KEY_ID=123456789012 AWS_SECRET_ACCESS_KEY=x
  aws directconnect describe-locations

quotas and their defaults:
{quotas}

quirks, the default first:
{quirks}
"""


# --- running -----------------------------------------------------------------------------------------------


def run(options: argparse.Namespace) -> None:
    """Answer until a signal ends the server, then save the snapshot.

    Raises:
        Misuse: If it can't start, or the snapshot can't be saved in its place.
    """
    if options.workers < 1:
        raise Misuse(f"--workers wants a number of 1 or more, not {options.workers}")
    if options.workers > 1 and options.idle_exit is not None:
        raise Misuse("--idle-exit is for one process: leave --workers out")
    made_up = options.token == ""
    if made_up:
        options.token = secrets.token_urlsafe(24)

    def say_ready(server: Any) -> None:
        if server.warning is not None:
            _warn(server.warning)
        _say_ready(server.endpoint_url, options.json, options.token if made_up else None)

    with _told_to_end() as over:
        if options.workers > 1:
            from dx_mock.command_line import several

            _allow_files()
            several.workers(options, over, _bound(options), say_ready)
        else:
            answer(options, over, lambda server: server, say_ready)


def answer(
    options: argparse.Namespace,
    over: threading.Event,
    joined: Callable[[Server], Server],
    say_ready: Callable[[Server], None],
) -> None:
    """Answer in this process until it is over, then save the snapshot.

    Raises:
        Misuse: If it can't start, or the snapshot can't be saved in its place.
    """
    if options.data is not None and options.snapshot is not None:
        raise Misuse("--data keeps all worlds and --snapshot one: give one of them")
    patience = _minutes("--idle-exit", options.idle_exit) * 60
    with contextlib.ExitStack() as stack:
        file = None
        if options.snapshot is not None:
            file = stack.enter_context(contextlib.closing(SnapshotFile(options.snapshot)))
        if options.access_log or options.log_format == "json":
            from dx_mock.http_server.measures import log_to_stderr

            log_to_stderr(access=options.access_log, as_json=options.log_format == "json")
        _allow_files()
        server = _started(options, file, joined)
        try:
            say_ready(server)
            while not over.wait(1.0):  # waits are short: signals may come only between them
                if server.idle() > patience:
                    break
        finally:
            server.stop()
            if file is not None:
                file.save_somewhere(server.mock.snapshot())


@contextlib.contextmanager
def _told_to_end() -> Iterator[threading.Event]:
    """Return an event that is set by the signals that end a process; SIGHUP stays ignored under nohup."""
    over = threading.Event()
    before = {}
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)  # Windows does not have all of them
        if number is not None and (name != "SIGHUP" or signal.getsignal(number) is not signal.SIG_IGN):
            before[number] = signal.signal(number, lambda *_: over.set())
    try:
        yield over
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _allow_files() -> None:
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        wanted = _FILES if hard == resource.RLIM_INFINITY else min(_FILES, hard)
        if soft not in (-1, resource.RLIM_INFINITY) and soft < wanted:
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def _bound(options: argparse.Namespace) -> socket.socket:
    """Return the socket that listens for several processes."""
    try:
        return _made(options, None).bind()
    except RuntimeError as problem:
        raise Misuse(str(problem)) from None


def _started(
    options: argparse.Namespace, file: SnapshotFile | None, joined: Callable[[Server], Server]
) -> Server:
    """Start the server that the options describe and return it."""
    from dx_mock.world.snapshot import SnapshotError

    try:
        return joined(_made(options, file)).start()
    except SnapshotError as problem:
        raise Misuse(f"{options.snapshot}: {problem}") from None
    except (ValueError, TypeError, RuntimeError) as problem:
        raise Misuse(str(problem)) from None


def _made(options: argparse.Namespace, file: SnapshotFile | None) -> Server:
    """Make the server that the options describe.

    Raises:
        Misuse: If one of them is impossible.
    """
    from dx_mock.http_server.server import server

    try:
        # What a user has typed is checked there, name by name.
        quotas: Any = {name: _number("--quota", value) for name, value in _pairs("--quota", options.quota)}
        quirks: Any = dict(_pairs("--quirk", options.quirk))
        return server(
            options.host,
            options.port,
            snapshot=file.load() if file is not None else None,
            host_names=options.allow_host,
            token=options.token or os.environ.get(TOKEN) or None,
            i_know_it_is_open=options.i_know_it_is_open,
            calls=None if options.calls == "all" else _number("--calls", options.calls),
            max_worlds=options.max_worlds,
            data=options.data,
            world_ttl=None if options.world_ttl == "never" else _number("--world-ttl", options.world_ttl),
            provisioning=options.provisioning,
            partners=_partners(options.partners),
            quotas=quotas,
            quirks=quirks,
            release=options.release,
            seed=options.seed,
            clock=options.clock,
            topology=options.topology,
        )
    except (ValueError, TypeError, RuntimeError) as problem:
        raise Misuse(str(problem)) from None


def _partners(words: str) -> list[str] | dict[str, str]:
    """Return the partners of the command line, by their names if one has a name."""
    ids = [each.strip() for each in words.split(",") if each.strip()]
    if not any("=" in each for each in ids):
        return ids
    return dict(_pairs("--partners", ids))


def _pairs(option: str, words: Sequence[str]) -> list[tuple[str, str]]:
    """Return the words NAME=VALUE of a command line as pairs."""
    pairs = []
    for word in words:
        name, sign, value = word.partition("=")
        if not sign:
            raise Misuse(f"{option} wants NAME=VALUE, not {word!r}")
        pairs.append((name.strip(), value.strip()))
    return pairs


def _number(option: str, word: str) -> int:
    try:
        return int(word)
    except ValueError:
        raise Misuse(f"{option} wants a whole number, not {word!r}") from None


def _minutes(option: str, word: str | None) -> float:
    """Return a time in minutes; without end if none is given."""
    try:
        found = math.inf if word is None else float(word)
    except ValueError:
        found = math.nan
    if not found > 0:
        raise Misuse(f"{option} wants a number of minutes, not {word!r}")
    return found


def _say_ready(endpoint_url: str, as_json: bool, token: str | None) -> None:
    """Print the ready line, which is the last output, so that its reader may close standard output.

    A token that was made up is in it, as nobody else knows it.
    """
    ready = {"endpoint_url": endpoint_url, "pid": os.getpid()}
    line = f"dx-mock is ready: {endpoint_url}"
    if token is not None:
        # Browsers keep what is behind # to themselves.
        ready |= {"token": token, "page_url": f"{endpoint_url}/dx-mock/#token={token}"}
        line += f" (token {token}, page {ready['page_url']})"
    try:
        print(json.dumps(ready) if as_json else line, flush=True)
    except (OSError, ValueError) as problem:  # closed or full; not all clients need the line
        _warn(f"can't print the ready line: {problem}")
    # moto prints messages about odd requests: in a pipe that nobody reads, it would block for ever.
    with contextlib.suppress(OSError, ValueError, AttributeError):
        if not sys.stdout.isatty():
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, sys.stdout.fileno())
            os.close(nowhere)


def _warn(text: str) -> None:
    with contextlib.suppress(OSError, ValueError, AttributeError):
        print(f"dx-mock: {text}", file=sys.stderr, flush=True)
