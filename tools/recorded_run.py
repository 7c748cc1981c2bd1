"""Take saved runs of dx-mock conform into the recorded answers, and say what they decide.

    python tools/recorded_run.py RUN.json [...]

Each run becomes a file of tests/recorded/runs, which the replay test asks of dx_mock from then on.  Refused are
files that are not runs against AWS, and runs in which something still looks as if it were somebody's own.
Printed is, for each text of ``dx_mock.support.errors`` that a question of the run decides, what AWS said.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from dx_mock.conform.masking import Mask, strings
from dx_mock.conform.questions import catalogue
from dx_mock.conform.report import FORMAT, VERSION
from dx_mock.support import errors

RUNS = Path(__file__).parents[1] / "tests" / "recorded" / "runs"


class Refused(Exception):
    """A file can't be taken; the message says why."""


def read(file: Path) -> dict[str, Any]:
    """Return a run.

    Raises:
        Refused: If it is not one of AWS, or not fit to be published.
    """
    try:
        run = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as problem:
        raise Refused(f"it can't be read: {problem}") from None
    if not isinstance(run, dict) or (run.get("format"), run.get("version")) != (FORMAT, VERSION):
        raise Refused(f"it is not a run of version {VERSION} that dx-mock conform --save has written")
    if not str(run.get("endpoint")).startswith("AWS ("):
        raise Refused(f"it is a run of {run.get('endpoint')}, not of AWS")
    kept = reduced(run)
    if found := sorted(set(suspicious(kept))):
        raise Refused(f"something in it may be somebody's own: {', '.join(found[:3])}")
    return kept


def reduced(run: Mapping[str, Any]) -> dict[str, Any]:
    """Return a run with what AWS answered, without what was compared with it."""
    findings = [
        {"question": each["question"], "reason": "", "answers": each["answers"]}
        for each in run["findings"]
        if each["answers"] and all(answer["outcome"] != "broken" for answer in each["answers"])
    ]
    names = ("format", "version", "endpoint", "region", "level", "date", "versions")
    return {**{name: run[name] for name in names}, "findings": findings}


def suspicious(run: Mapping[str, Any]) -> Iterator[str]:
    """Yield the strings of the answers that would be masked, had they not been sent by the catalogue."""
    sent = {each for question in catalogue() for step in question.steps for each in strings(step.parameters)}
    for finding in run["findings"]:
        for text in strings(finding["answers"]):
            if Mask(sent).text(text) != text:
                yield text


def decided(run: Mapping[str, Any]) -> Iterator[str]:
    """Yield a line for each text that the run decides."""
    decides = {question.id: question.decides for question in catalogue()}
    for finding in run["findings"]:
        for name in decides.get(finding["question"], ()):
            text = getattr(errors, name)
            heard = [each for each in finding["answers"] if each["outcome"] == "refused"]
            said = "; ".join(f"{each['code']}: {each['message']}" for each in heard) or "it is not refused"
            yield f"{name} by {finding['question']}\n  ours: {text.code}: {text.template}\n  AWS:  {said}"


def keep(run: Mapping[str, Any], folder: Path = RUNS) -> Path:
    """Write a run where the replay test finds it, and return the file."""
    text = json.dumps(run, indent=1, sort_keys=True) + "\n"
    folder.mkdir(exist_ok=True)
    digest = hashlib.sha256(text.encode()).hexdigest()[:8]
    file = folder / f"{run['date']}-{run['region']}-{run['level']}-{digest}.json"
    file.write_text(text, encoding="utf-8")
    return file


def main(files: list[str]) -> int:
    """Run the command; return the exit code."""
    if not files:
        print(__doc__)
        return 2
    code = 0
    for name in files:
        try:
            run = read(Path(name))
        except Refused as reason:
            print(f"{name}: {reason}")
            code = 1
            continue
        for line in decided(run):
            print(line)
        print(f"{name}: kept as {keep(run).name}; the replay test asks dx_mock the same from now on")
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
