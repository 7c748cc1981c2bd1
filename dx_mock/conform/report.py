"""What a run found: for each question whether the endpoint answers as the reference does."""

from __future__ import annotations

import html
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from dx_mock.conform.answers import Answer
from dx_mock.conform.questions import Question
from dx_mock.support.text import shortened

Verdict = Literal["same", "differs", "not asked"]

#: Grows when what is saved changes its meaning.
FORMAT = "dx_mock conform run"
VERSION = 1


@dataclass(frozen=True)
class Difference:
    """One aspect of one call that is not the same."""

    operation: str
    aspect: str
    reference: Any
    endpoint: Any

    def __str__(self) -> str:
        if isinstance(self.reference, (list, dict)) and isinstance(self.endpoint, type(self.reference)):
            return f"{self.operation}: {self.aspect}: {_between(self.reference, self.endpoint)}"
        return f"{self.operation}: {self.aspect} is {self.endpoint!r}, not {self.reference!r}"


def _between(reference: Any, endpoint: Any) -> str:
    if isinstance(reference, dict):
        missing = [name for name in reference if name not in endpoint]
        added = [name for name in endpoint if name not in reference]
        other = [
            f"{name} is {endpoint[name]!r}, not {each!r}"
            for name, each in reference.items()
            if name in endpoint and endpoint[name] != each
        ]
    else:
        missing = [each for each in reference if each not in endpoint]
        added = [each for each in endpoint if each not in reference]
        other = []
    words = [f"{', '.join(map(str, missing))} missing"] if missing else []
    words += [f"{', '.join(map(str, added))} besides"] if added else []
    return shortened("; ".join([*other, *words]), 600)


@dataclass(frozen=True)
class Finding:
    """What came of one question."""

    question: Question
    verdict: Verdict
    #: why it was not asked
    reason: str = ""
    reference: Sequence[Answer] = ()
    endpoint: Sequence[Answer] = ()
    differences: Sequence[Difference] = ()

    @property
    def is_broken(self) -> bool:
        """Whether the endpoint gave no answer that a client can read."""
        return any(answer.outcome == "broken" for answer in self.endpoint)

    @property
    def is_lost(self) -> bool:
        """Whether no answer came at all: nobody is there, or who is there does not speak HTTP."""
        return bool(self.endpoint) and all(not answer.status for answer in self.endpoint)


def compare(question: Question, reference: Sequence[Answer], endpoint: Sequence[Answer]) -> Finding:
    """Return the finding for the answers of both sides to a question."""
    differences = []
    for step, ours, theirs in zip(question.steps, reference, endpoint, strict=False):
        if ours.outcome != theirs.outcome:
            differences.append(Difference(step.operation, "outcome", str(ours), str(theirs)))
            continue
        for aspect in step.aspects(ours.outcome):
            wanted, found = ours.aspect(aspect), theirs.aspect(aspect)
            if wanted != found:
                differences.append(Difference(step.operation, aspect, wanted, found))
    verdict: Verdict = "differs" if differences else "same"
    return Finding(question, verdict, "", reference, endpoint, differences)


@dataclass
class Report:
    """The findings of a run, in the order of the catalogue."""

    endpoint: str
    region: str
    level: str
    reference: str
    #: the day of the run in UTC, such as ``2026-11-27``
    date: str = ""
    findings: list[Finding] = field(default_factory=list)
    #: what may be left at the endpoint, and how to remove each: with real ids, so in no form of the report
    left: list[str] = field(default_factory=list)
    #: why the run ended before its end; empty where it did not
    interrupted: str = ""
    versions: Mapping[str, str] = field(default_factory=dict)

    def __iter__(self) -> Iterator[Finding]:
        return iter(self.findings)

    def count(self, verdict: Verdict) -> int:
        """Return how many questions have a verdict."""
        return sum(each.verdict == verdict for each in self.findings)

    @property
    def exit_code(self) -> int:
        """0 where all is the same, 1 with differences, 2 where the run could not be made or ended early."""
        asked = [each for each in self.findings if each.verdict != "not asked"]
        if self.interrupted or not asked or all(each.is_broken for each in asked):
            return 2
        return 1 if self.count("differs") else 0

    def __str__(self) -> str:
        return self.to_text()

    def to_dict(self) -> dict[str, Any]:
        """Return the run for JSON, with nothing in it that tells whose it is."""
        return {
            "format": FORMAT,
            "version": VERSION,
            "endpoint": self.endpoint,
            "region": self.region,
            "level": self.level,
            "date": self.date,
            "reference": self.reference,
            "versions": dict(self.versions),
            "interrupted": self.interrupted,
            "findings": [
                {
                    "question": each.question.id,
                    "verdict": each.verdict,
                    "reason": each.reason,
                    "answers": [answer.to_dict() for answer in each.endpoint],
                    "differences": [
                        {
                            "operation": found.operation,
                            "aspect": found.aspect,
                            "reference": found.reference,
                            "endpoint": found.endpoint,
                        }
                        for found in each.differences
                    ],
                }
                for each in self.findings
            ],
        }

    def to_json(self) -> str:
        """Return :meth:`to_dict` as text."""
        return json.dumps(self.to_dict(), indent=1, sort_keys=True) + "\n"

    def to_text(self) -> str:
        """Return a line for each difference and each question that was not asked, and a table of the rest."""
        lines = []
        for each in self.findings:
            if each.verdict == "differs":
                lines.append(f"differs    {each.question.id}: {each.question.about}")
                lines += [f"             {found}" for found in each.differences]
        reasons = Counter(each.reason for each in self.findings if each.verdict == "not asked")
        lines += [f"not asked  {count} questions: {reason}" for reason, count in reasons.items()]
        lines += ["", *self._table()]
        if self.interrupted:
            lines.append(f"The run ended early: {self.interrupted}")
        if self.left:
            lines.append(f"{len(self.left)} things may be left at the endpoint.")
        return "\n".join(lines).lstrip("\n") + "\n"

    def _table(self) -> list[str]:
        rows: list[tuple[str, ...]] = [("level", "questions", "same", "differs", "not asked")]
        levels = list(dict.fromkeys(each.question.level for each in self.findings))
        for level in levels:
            found = [each for each in self.findings if each.question.level == level]
            counts = Counter(each.verdict for each in found)
            rows.append(
                (
                    level,
                    str(len(found)),
                    *(str(counts[verdict]) for verdict in ("same", "differs", "not asked")),
                )
            )
        widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
        table = ["  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)) for row in rows]
        return [f"{self.endpoint} in {self.region}, against {self.reference}:", *table]

    def to_html(self) -> str:
        """Return a page of the run that needs nothing else."""
        rows = "".join(map(_row, self.findings))
        counts = ", ".join(f"{self.count(each)} {each}" for each in ("same", "differs", "not asked"))
        ended = [f"The run ended early: {self.interrupted}."] if self.interrupted else []
        left = [f"{len(self.left)} things may be left at the endpoint."] if self.left else []
        said = "".join(f"<p><strong>{html.escape(each)}</strong></p>" for each in [*ended, *left])
        title = html.escape(f"{self.endpoint} in {self.region}, against {self.reference}")
        return _PAGE.format(title=title, counts=counts, rows=rows, said=said)


def _row(finding: Finding) -> str:
    said = "".join(f"<li>{html.escape(str(each))}</li>" for each in finding.differences)
    detail = f"<ul>{said}</ul>" if said else html.escape(finding.reason)
    if not detail and finding.endpoint:
        detail = html.escape(str(finding.endpoint[-1]))
    kind = finding.verdict.replace(" ", "-")
    return (
        f'<tr class="{kind}"><td>{finding.verdict}</td><td><code>{html.escape(finding.question.id)}</code></td>'
        f"<td>{finding.question.level}</td><td>{html.escape(finding.question.about)}</td><td>{detail}</td></tr>\n"
    )


_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>dx-mock conform</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>
:root {{ color-scheme: light dark; font-family: system-ui, sans-serif; }}
body {{ margin: 2rem auto; max-width: 80rem; padding: 0 1rem; }}
table {{ border-collapse: collapse; width: 100%; }}
th, td {{ border-bottom: 1px solid #8888; padding: .4rem; text-align: left; vertical-align: top; }}
td {{ overflow-wrap: anywhere; }}
.differs td:first-child {{ font-weight: bold; }}
.differs td:first-child::before {{ content: "\\2260  "; }}
.same td:first-child::before {{ content: "=  "; }}
</style></head><body>
<h1>dx-mock conform</h1>
<p>{title}: {counts}.</p>
{said}
<table><thead>
<tr><th>verdict</th><th>question</th><th>level</th><th>what is asked</th><th>found</th></tr></thead>
<tbody>
{rows}</tbody></table>
</body></html>
"""
