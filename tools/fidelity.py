"""Count the rows of docs/fidelity: rules that are guessed, wordings that nobody has recorded.

    python tools/fidelity.py [--check]

The figures stand at the head of docs/fidelity.md, between ``<!-- figures -->`` and ``<!-- end of figures -->``.
A refusal counts once, on docs/fidelity/errors.md, rule and wording: rows of other pages that have a wording
speak of the same again.  With ``--check`` nothing is written; the exit code is 1 if the figures are not up to
date, or if a row has a word that is not explained.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from dx_mock.support.errors import EVIDENCE, WORDINGS

DOCS = Path(__file__).parents[1] / "docs"
HEAD = DOCS / "fidelity.md"
ERRORS = DOCS / "fidelity" / "errors.md"

_FIGURES = re.compile(r"(<!-- figures -->\n).*?(<!-- end of figures -->)", re.DOTALL)


class Row(NamedTuple):
    """One row of a table: where it stands, the evidence of its rule and that of its wording."""

    where: str
    rule: str
    wording: str


def rows() -> Iterator[Row]:
    """Return every row of the tables that have a column for the rule."""
    for page in (HEAD, *sorted((DOCS / "fidelity").glob("*.md"))):
        columns: list[str] = []
        for number, line in enumerate(page.read_text(encoding="utf-8").splitlines(), 1):
            cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
            if not cells:
                columns = []
            elif not columns:
                columns = cells
            elif "Rule" in columns and set(line) - set("|- "):
                where = f"{page.relative_to(DOCS.parent)}:{number}"
                row = dict(zip(columns, cells, strict=False))
                yield Row(where, row["Rule"], row.get("Wording", ""))


def problems(found: list[Row]) -> list[str]:
    """Return what is wrong with the words of some rows."""
    wrong = [f"{row.where}: the rule is {row.rule!r}" for row in found if row.rule not in EVIDENCE]
    wrong += [
        f"{row.where}: the wording is {row.wording!r}" for row in found if row.wording not in ("", *WORDINGS)
    ]
    wrong += [
        f"{row.where}: a guess has no {row.wording} wording"
        for row in found
        if row.rule == "guessed" and row.wording in ("recorded", "client-proven")
    ]
    return wrong


def figures(found: list[Row]) -> str:
    """Return the sentences at the head of the page, with a table of the rules."""
    refusals = [row for row in found if row.where.startswith("docs/fidelity/errors.md")]
    counted = [*refusals, *(row for row in found if row not in refusals and not row.wording)]
    rules = Counter(row.rule for row in counted if row.rule != "ours")
    texts = Counter(row.wording for row in refusals if row.wording)
    ours = sum(row.rule == "ours" for row in found)
    share = 100 * rules["guessed"] / rules.total()
    unrecorded = 100 * texts["unrecorded"] / texts.total()
    counts = " | ".join(str(rules[word]) for word in EVIDENCE if word != "ours")
    return (
        f"**{rules['guessed']} of {rules.total()} rules are guessed ({share:.1f} %), and the wording of\n"
        f"{texts['unrecorded']} of {texts.total()} refusals is unrecorded ({unrecorded:.0f} %).**\n"
        f"{ours} rows are about the mock itself and not counted.\n\n"
        f"| {' | '.join(word for word in EVIDENCE if word != 'ours')} |\n"
        f"|{' --- |' * (len(EVIDENCE) - 1)}\n"
        f"| {counts} |\n"
    )


def main() -> int:
    """Run the command line."""
    found = list(rows())
    wrong = problems(found)
    for problem in wrong:
        print(problem)
    there = HEAD.read_text(encoding="utf-8")
    wanted = _FIGURES.sub(lambda match: match[1] + figures(found) + match[2], there)
    if "--check" not in sys.argv[1:]:
        HEAD.write_text(wanted, encoding="utf-8")
        return int(bool(wrong))
    if wanted != there:
        print(f"{HEAD} is not up to date: run python tools/fidelity.py")
    return int(bool(wrong) or wanted != there)


if __name__ == "__main__":
    sys.exit(main())
