"""The command ``dx-mock conform``: the same questions to any endpoint, and where the answers differ."""

from __future__ import annotations

import argparse
import errno
import json
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from dx_mock.command_line.interrupts import interrupts, undisturbed
from dx_mock.support.misuse import Misuse

if TYPE_CHECKING:
    from dx_mock.conform.questions import Question
    from dx_mock.conform.report import Finding, Report

#: What a level sends, as it is said before a run.
_TOLD = {
    "refused": "only calls that change nothing: Describe and List calls, and calls that must be refused",
    "free": "calls that change nothing, and calls that make what costs nothing (Direct Connect gateways, "
    "proposals, tags) and take it away again",
    "ports": "calls that change nothing, what costs nothing and is taken away again, and orders of connections "
    "and LAGs that are cancelled at once: AWS bills no port before it is available, but the orders are real",
}


def add_parser(commands: Any) -> None:
    """Add the command to those of ``dx-mock``."""
    conform = commands.add_parser(
        "conform",
        help="ask any endpoint the same questions and say where the answers differ",
        description="Asks an endpoint questions through boto3, with your own credentials, and compares the "
        "answers with dx_mock's or with a saved run. Without --endpoint and --profile it asks dx_mock itself.",
        epilog="Exit code: 0 all the same, 1 differences, 2 the run could not be made.",
    )
    conform.set_defaults(parser=conform)
    conform.add_argument("--endpoint", metavar="URL", help="the endpoint; 'aws' for AWS itself")
    conform.add_argument("--profile", metavar="NAME", help="the profile of the credentials; implies AWS")
    conform.add_argument("--region", default="us-east-1", metavar="REGION", help="the Region (us-east-1)")
    conform.add_argument("--level", default="refused", metavar="LEVEL", help="refused, free or ports (refused)")
    conform.add_argument(
        "--question", action="append", default=[], metavar="ID", help="ask this one; repeatable"
    )
    conform.add_argument("--against", type=Path, metavar="FILE", help="compare with a saved run")
    conform.add_argument("--save", type=Path, metavar="FILE", help="keep the run, without what is yours in it")
    conform.add_argument("--html", type=Path, metavar="FILE", help="write a page of the result")
    conform.add_argument("--json", action="store_true", help="print the run as JSON")
    conform.add_argument("--list", action="store_true", help="list the questions and end")
    conform.add_argument("--yes", action="store_true", help="do not ask before the run")
    conform.add_argument("--i-accept-costs", action="store_true", help="let level 'ports' order ports")
    conform.add_argument(
        "--time-limit", default="180", metavar="SECONDS", help="ask nothing new after so long (180)"
    )


def run(options: argparse.Namespace) -> int:
    """Run the command; return the exit code.

    Raises:
        Misuse: If an option is wrong, or the run can't begin.
    """
    from dx_mock import conform

    try:
        wanted = list(conform.questions(options.level, options.question))
    except ValueError as problem:
        raise Misuse(str(problem)) from None
    if options.list:
        _list(wanted)
        return 0
    limit = _seconds(options.time_limit)
    against = _load(options.against)
    for file in (options.save, options.html):
        _check_writable(file)
    itself = options.endpoint is None and options.profile is None
    if not itself:
        _agree(options, wanted)
    try:
        with _client(options, itself) as (client, private), interrupts(limit) as heard:
            report = conform.run(
                client,
                options.level,
                only=options.question,
                against=against,
                time_limit=limit,
                private=private,
                told=None if options.json else _progress(),
                stop=heard.reason,
            )
            if heard.is_over:
                report.interrupted = "an answer took longer than the run may take"
            with undisturbed():
                return _write(report, options)
    except ValueError as problem:
        raise Misuse(str(problem)) from None


def _list(wanted: Any) -> None:
    for question in wanted:
        print(f"{question.level:8} {question.id}\n         {question.about} [{', '.join(question.operations)}]")
    print(f"{len(wanted)} questions")


def _seconds(word: str) -> float:
    try:
        seconds = float(word)
    except ValueError:
        seconds = -1
    if not 0 < seconds < 86400:
        raise Misuse(f"--time-limit must be a number of seconds above 0, not {word!r}")
    return seconds


def _load(file: Path | None) -> Any:
    if file is None:
        return None
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as problem:
        raise Misuse(f"can't read the run {file}: {getattr(problem, 'strerror', None) or problem}") from None


def _check_writable(file: Path | None) -> None:
    """Refuse a file that can't be written before the run, whose result would be lost."""
    if file is None:
        return
    try:
        if file.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        with tempfile.NamedTemporaryFile(dir=file.parent, prefix=f".{file.name}."):
            pass
    except OSError as problem:
        raise Misuse(f"can't write {file}: {problem.strerror}") from None


def _agree(options: argparse.Namespace, wanted: Sequence[Question]) -> None:
    """Say what will be sent and ask whether it may."""
    if options.level == "ports" and not options.i_accept_costs:
        raise Misuse("--level ports orders real ports: it needs --i-accept-costs besides")
    where = options.endpoint if options.endpoint not in (None, "aws") else "AWS"
    with_whom = f" with the profile {options.profile!r}" if options.profile else ""
    calls = sum(len(question.steps) for question in wanted)
    print(
        f"{len(wanted)} questions, {calls} calls, to {where} in {options.region}{with_whom}, "
        f"level {options.level}: {_TOLD[options.level]}.",
        file=sys.stderr,
    )
    if options.yes:
        return
    if not sys.stdin.isatty():
        raise Misuse("nobody can be asked here whether this may be sent: add --yes")
    try:
        answer = input("Go on? [y/N] ")
    except EOFError:
        answer = ""
    if answer.strip().lower() not in {"y", "yes"}:
        raise Misuse("nothing was sent")


@contextmanager
def _client(options: argparse.Namespace, itself: bool) -> Iterator[tuple[Any, list[str]]]:
    """Provide a client for as long as the run takes, and the words that tell whose it is."""
    import boto3
    from botocore.config import Config
    from botocore.exceptions import BotoCoreError

    from dx_mock.conform.running import LOOPBACK

    given: dict[str, Any] = {"parameter_validation": False, "read_timeout": 20, "connect_timeout": 10}
    is_here = itself or urlsplit(options.endpoint or "").hostname in LOOPBACK
    config = Config(retries={"mode": "standard", "max_attempts": 1 if is_here else 3}, **given)
    if itself:
        with _our_own() as url:
            more = {"aws_access_key_id": "dx_mock", "aws_secret_access_key": "dx_mock", "config": config}
            region: dict[str, Any] = {"region_name": options.region, **more}
            yield boto3.client("directconnect", endpoint_url=url, **region), []
        return
    endpoint = None if options.endpoint in (None, "aws") else options.endpoint
    try:
        session = boto3.Session(profile_name=options.profile, region_name=options.region)
        client = session.client("directconnect", endpoint_url=endpoint, config=config)
        credentials = session.get_credentials()
        if credentials is None:
            raise Misuse("there are no credentials: set a profile with --profile, or AWS_ACCESS_KEY_ID")
        keys = credentials.get_frozen_credentials()
    except (BotoCoreError, ValueError) as problem:
        raise Misuse(" ".join(str(problem).split())) from None
    yield client, [word for word in (options.profile, *keys) if isinstance(word, str)]


@contextmanager
def _our_own() -> Iterator[str]:
    """Serve a world of our own, in which nothing that is ordered comes to life."""
    from dx_mock.http_server.server import server

    try:
        running = server(provisioning="manual").start()
    except RuntimeError as problem:
        raise Misuse(str(problem)) from None
    try:
        yield running.endpoint_url
    finally:
        running.stop()


def _progress() -> Any:
    """Return what shows how far the run is, on a terminal only."""
    if not sys.stderr.isatty():
        return None

    def told(number: int, count: int, finding: Finding) -> None:
        print(f"\r\033[K{number}/{count} {finding.question.id}", end="", file=sys.stderr, flush=True)
        if number == count:
            print("\r\033[K", end="", file=sys.stderr, flush=True)

    return told


def _write(report: Report, options: argparse.Namespace) -> int:
    """Write the result and return the exit code; what is left is told last, and only here."""
    code = report.exit_code
    for file, text in ((options.save, report.to_json), (options.html, report.to_html)):
        try:
            if file is not None:
                _replace(file, text())
        except OSError as problem:
            print(f"dx-mock: can't write {file}: {problem.strerror}", file=sys.stderr)
            code = 2
    try:
        print(report.to_json() if options.json else report.to_text(), end="", flush=True)
    except BrokenPipeError:  # the reader has gone, as in `dx-mock conform | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    if report.left:
        print("These may be left at the endpoint:", *report.left, sep="\n  ", file=sys.stderr)
    return code


def _replace(file: Path, text: str) -> None:
    """Write a file whole or not at all."""
    if file.exists() and not file.is_file():  # a device such as /dev/stdout
        file.write_text(text, encoding="utf-8")
        return
    with tempfile.NamedTemporaryFile(
        "w", dir=file.parent, prefix=f".{file.name}.", encoding="utf-8", delete=False
    ) as written:
        try:
            written.write(text)
            written.close()
            os.replace(written.name, file)
        except BaseException:
            os.unlink(written.name)
            raise
