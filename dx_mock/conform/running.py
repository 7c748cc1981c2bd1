"""A run: the reference's answers first, then the endpoint's, question by question."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from dx_mock.conform.answers import Answer
from dx_mock.conform.asking import Asker, NotAsked
from dx_mock.conform.questions import Question, questions
from dx_mock.conform.report import FORMAT, VERSION, Finding, Report, compare
from dx_mock.support.version import __version__

#: Seconds between two calls to an endpoint that is not on this machine: six calls in two seconds.
PAUSE = 0.34
#: Seconds that a run may take.
TIME_LIMIT = 600.0

#: The answers to a question, or why there are none.
Answers = list[Answer] | str
Told = Callable[[int, int, Finding], None]


def run(
    client: Any,
    level: str = "refused",
    *,
    only: Collection[str] = (),
    against: Mapping[str, Any] | None = None,
    pause: float = PAUSE,
    time_limit: float = TIME_LIMIT,
    told: Told | None = None,
) -> Report:
    """Ask an endpoint the catalogue's questions and compare its answers with a reference.

    Args:
        client: a boto3 Direct Connect client of the endpoint.  One that does not validate parameters itself
            (``Config(parameter_validation=False)``) can be asked more.
        level: ``"refused"`` sends only calls that change nothing, ``"free"`` also makes what costs nothing and
            takes it away again, ``"ports"`` orders connections and cancels them at once.
        only: ids of questions; all of the level if left out.
        against: a saved run to compare with; dx_mock itself if left out.
        pause: seconds between two calls.
        time_limit: seconds after which nothing new is asked.
        told: called after each question with its number, how many there are, and what was found.

    Raises:
        ValueError: If the level or a question is unknown, or ``against`` is not a saved run.
    """
    wanted = list(questions(level, only))
    reference = _saved(against) if against is not None else _ours(wanted, client.meta.region_name)
    name = f"dx-mock-conform-{secrets.token_hex(4)}"
    asker = Asker(client, pause, time.monotonic() + time_limit, name=name)
    report = Report(
        endpoint=_place(client.meta.endpoint_url),
        region=client.meta.region_name,
        level=level,
        reference=f"a run of {against['endpoint']}" if against is not None else f"dx_mock {__version__}",
        versions=_versions(),
    )
    try:
        for number, question in enumerate(wanted, 1):
            found = _finding(question, reference.get(question.id, "the other run has no answer"), asker)
            report.findings.append(found)
            if told is not None:
                told(number, len(wanted), found)
    except KeyboardInterrupt:
        report.interrupted = "it was interrupted"
        asker.clean()
    finally:
        report.left = [made.by_hand for made in asker.made]
    return report


def _finding(question: Question, reference: Answers, asker: Asker) -> Finding:
    if isinstance(reference, str):
        return Finding(question, "not asked", reference)
    try:
        endpoint = asker.ask(question)
    except NotAsked as reason:
        return Finding(question, "not asked", str(reason))
    return compare(question, reference, endpoint)


def _ours(wanted: Sequence[Question], region: str) -> dict[str, Answers]:
    """Return what dx_mock answers, each question in a world of its own."""
    from botocore.config import Config

    from dx_mock.mock import mock_directconnect

    found: dict[str, Answers] = {}
    for question in wanted:
        with mock_directconnect(others="block") as dx:
            import boto3

            client = boto3.client(
                "directconnect",
                region_name=region,
                aws_access_key_id=dx.world.default_account_id,
                aws_secret_access_key="dx_mock",
                config=Config(parameter_validation=False, retries={"max_attempts": 0}),
            )
            try:
                found[question.id] = Asker(client).ask(question)
            except NotAsked as reason:
                found[question.id] = str(reason)
    return found


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


def _place(url: str) -> str:
    """Return an endpoint's address without what may be somebody's own in it."""
    from urllib.parse import urlsplit

    parts = urlsplit(url)
    host = parts.hostname or ""
    if host.endswith((".amazonaws.com", ".amazonaws.com.cn", ".api.aws", ".amazonaws.eu")):
        return f"AWS ({host})"
    return (
        "an endpoint of its own"
        if host not in {"127.0.0.1", "localhost", "::1"}
        else "an endpoint on this machine"
    )


def _versions() -> dict[str, str]:
    import botocore

    return {"dx_mock": __version__, "botocore": botocore.__version__}
