"""A run: the reference's answers first, then the endpoint's, question by question."""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timezone
from typing import Any
from urllib.parse import urlsplit

from dx_mock.conform.answers import HEADERS, Answer
from dx_mock.conform.asking import Asker, NotAsked, Stopped
from dx_mock.conform.questions import Question, questions
from dx_mock.conform.report import FORMAT, VERSION, Finding, Report, compare
from dx_mock.support.version import __version__

#: Seconds between two calls to an endpoint that is not on this machine: three calls a second at most.
PAUSE = 0.34
#: Seconds after which nothing new is asked.
TIME_LIMIT = 180.0
#: Questions in a row without an answer after which a run ends: before the first answer, and later.
_HOPELESS, _LOST = 3, 10
#: Hosts of this machine: asked without pauses, and the questions that are for them only.
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_AWS = (".amazonaws.com", ".amazonaws.com.cn", ".amazonaws.eu", ".api.aws")

#: The answers to a question, or why there are none.
Answers = list[Answer] | str
Told = Callable[[int, int, Finding], None]


def run(
    client: Any,
    level: str = "refused",
    *,
    only: Collection[str] = (),
    against: Mapping[str, Any] | None = None,
    pause: float | None = None,
    time_limit: float = TIME_LIMIT,
    private: Collection[str] = (),
    told: Told | None = None,
    stop: Callable[[], str] = str,
) -> Report:
    """Ask an endpoint the catalogue's questions and compare its answers with a reference.

    Whatever an endpoint answers becomes a finding.  An interrupt (Ctrl-C) ends the run: what it has made is
    taken away, a second one ends that, too, and the report is returned with what is left.

    Args:
        client: a boto3 Direct Connect client of the endpoint.  One that does not validate parameters itself
            (``Config(parameter_validation=False)``) can be asked more.
        level: ``"refused"`` sends only calls that change nothing, ``"free"`` also makes what costs nothing and
            takes it away again, ``"ports"`` orders connections and cancels them at once.
        only: ids of questions; all of the level if left out.
        against: a saved run to compare with; dx_mock itself if left out.
        pause: seconds between two calls; none on this machine and ``PAUSE`` elsewhere if left out.
        time_limit: seconds after which nothing new is asked.
        private: words that the report must not show, such as the name of a profile.
        told: called after each question with its number, how many there are, and what was found.
        stop: called before each call; says why nothing new shall be asked, or nothing.

    Raises:
        ValueError: If the level or a question is unknown, or ``against`` is not a saved run.
    """
    wanted = list(questions(level, only))
    saved = _saved(against) if against is not None else None
    url = urlsplit(client.meta.endpoint_url)
    is_local = url.hostname in LOOPBACK
    report = Report(
        endpoint=_place(url.hostname or ""),
        region=client.meta.region_name,
        level=level,
        reference=f"a run of {against.get('endpoint')}" if against is not None else f"dx_mock {__version__}",
        date=datetime.now(timezone.utc).strftime("%Y-%m-%d"),
        versions=_versions(),
    )
    region = client.meta.region_name
    asker = Asker(
        client,
        (0.0 if is_local else PAUSE) if pause is None else pause,
        name=f"dx-mock-conform-{secrets.token_hex(4)}",
        private=_private(private, url.hostname or "", is_local),
        stop=stop,
    )
    try:
        reference = answers_of_dx_mock(wanted, region, stop) if saved is None else saved
        asker.until = time.monotonic() + time_limit
        _ask_all(wanted, reference, asker, report, told, is_local)
    except KeyboardInterrupt:
        report.interrupted = "it was interrupted"
    try:
        asker.clean()
    except KeyboardInterrupt:
        report.interrupted = "it was interrupted, and so was taking away what it had made"
    report.left = [line for made in asker.made for line in made.by_hand]
    return report


def _ask_all(
    wanted: Sequence[Question],
    reference: Mapping[str, Answers],
    asker: Asker,
    report: Report,
    told: Told | None,
    is_local: bool,
) -> None:
    """Ask question after question until there is a reason to stop."""
    lost, most = 0, _HOPELESS
    for number, question in enumerate(wanted, 1):
        try:
            found = _finding(question, reference, asker, is_local)
        except Stopped as reason:
            report.interrupted = str(reason)
            rest = wanted[number - 1 :]
            report.findings += [Finding(each, "not asked", "the run had ended") for each in rest]
            return
        report.findings.append(found)
        if told is not None:
            told(number, len(wanted), found)
        if found.verdict != "not asked":
            lost = lost + 1 if found.is_lost else 0
            most = most if found.is_lost else _LOST
        if lost >= most and number < len(wanted):
            last = found.endpoint[-1]
            report.interrupted = f"the last {lost} questions had no answer that a client can read ({last.code})"
            rest = wanted[number:]
            report.findings += [Finding(each, "not asked", "the run had ended") for each in rest]
            return


def _finding(question: Question, reference: Mapping[str, Answers], asker: Asker, is_local: bool) -> Finding:
    expected = reference.get(question.id, "the other run has no answer")
    if question.is_local and not is_local:
        expected = "it is for endpoints on this machine only"
    if question.is_of_us_east_1 and asker.client.meta.region_name != "us-east-1":
        expected = "it orders at a location of us-east-1"
    if isinstance(expected, str):
        return Finding(question, "not asked", expected)
    try:
        return compare(question, expected, asker.ask(question))
    except NotAsked as reason:
        return Finding(question, "not asked", str(reason))


def answers_of_dx_mock(
    wanted: Iterable[Question], region: str, stop: Callable[[], str] = str
) -> dict[str, Answers]:
    """Return what dx_mock answers in this process, each question in a world of its own."""
    import boto3
    from botocore.config import Config

    from dx_mock.mock import mock_directconnect

    found: dict[str, Answers] = {}
    config: dict[str, Any] = {"parameter_validation": False, "ignore_configured_endpoint_urls": True}
    options: dict[str, Any] = {"region_name": region, "config": Config(**config)}
    options |= {"aws_access_key_id": "dx_mock", "aws_secret_access_key": "dx_mock"}
    client = boto3.client("directconnect", **options)
    for question in wanted:
        if stop():
            break
        # Nothing that is ordered comes to life while a run lasts; moto's EC2 knows which gateways do not exist.
        with mock_directconnect(provisioning="manual"):
            try:
                answers = Asker(client).ask(question)
            except NotAsked as reason:
                found[question.id] = str(reason)
            else:
                # No HTTP is spoken here; what counts is what AWS sends (the server sends it, too).
                found[question.id] = [replace(each, headers=HEADERS) for each in answers]
    return found


def _private(words: Collection[str], host: str, is_local: bool) -> list[str]:
    """Return the words that the report must not show; a short one would be found in other words."""
    own = [host] if host and not is_local and not host.endswith(_AWS) else []
    return [word for word in [*words, *own] if len(word) > 2 and word != "default"]


def _saved(run: Mapping[str, Any]) -> dict[str, Answers]:
    if not isinstance(run, Mapping) or run.get("format") != FORMAT:
        raise ValueError("this is not a run that dx-mock conform --save has written")
    if run.get("version") != VERSION:
        raise ValueError(
            f"the run has version {run.get('version')!r}, but this dx_mock reads version {VERSION}"
        )
    try:
        return {
            each["question"]: [Answer.from_dict(answer) for answer in each["answers"]] or each["reason"]
            for each in run["findings"]
        }
    except (KeyError, TypeError, ValueError) as problem:
        raise ValueError(f"the run is damaged: {type(problem).__name__}: {problem}") from None


def _place(host: str) -> str:
    """Return what kind of endpoint it is, without its name, which may be somebody's own."""
    if re.fullmatch(r"directconnect(?:-fips)?\.[a-z0-9-]+(?:\.[a-z]+)+", host) and host.endswith(_AWS):
        return f"AWS ({host})"
    return "an endpoint on this machine" if host in LOOPBACK else "an endpoint of its own"


def _versions() -> dict[str, str]:
    import botocore

    return {"dx_mock": __version__, "botocore": botocore.__version__}
