"""Write the tables within the pages of docs/ that repeat what the code says: states, quotas, quirks, errors.

    python tools/tables.py [--check]

A table stands between ``<!-- table: KIND NAME, NAME -->`` and ``<!-- end of table -->``.  With ``--check``
nothing is written; the exit code is 1 if a table is not up to date.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from dx_mock.engine.lifecycle import FORGOTTEN, STEPS
from dx_mock.rules import quotas
from dx_mock.rules.quirks import QUIRKS
from dx_mock.rules.releases import RELEASES
from dx_mock.support import errors

DOCS = Path(__file__).parents[1] / "docs"

_TABLE = re.compile(
    r"(<!-- table: (?P<kind>\w+)(?P<names>[^>]*?) -->\n).*?(?P<end><!-- end of table -->)", re.DOTALL
)
_QUOTA = re.compile(r'((?: *# [^\n]*\n)+) *"(\w+)": (\d+),')

_BY = {"hands": "somebody's hands", "aws": "AWS", "calendar": "the calendar"}


def _table(head: str, rows: list[list[str]]) -> str:
    lines = [head, re.sub(r"[^|]+", " --- ", head)]
    lines += ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows]
    return "\n" + "\n".join(lines) + "\n\n"


def _duration(after: timedelta) -> str:
    """Return a duration in the largest unit that fits."""
    minutes = int(after.total_seconds() // 60)
    for unit, size in (("day", 1440), ("hour", 60), ("minute", 1)):
        if minutes >= size and minutes % size == 0 and (unit != "day" or minutes > 4320):
            count = minutes // size
            return f"{count} {unit}{'s' if count > 1 else ''}"
    return f"{minutes} minutes"


def states(names: list[str]) -> str:
    """Return the table of what follows each state of the named machines, or of all of them."""
    machines = names or list(dict.fromkeys(machine for machine, _ in STEPS))
    for machine in machines:
        if not any(machine == each for each, _ in STEPS):
            raise SystemExit(f"there is no machine {machine!r}")
    several = len(machines) > 1
    rows = []
    for machine in machines:
        for (each, stage), step in STEPS.items():
            if each == machine:
                to = "no longer listed" if step.to == FORGOTTEN else f"`{step.to}`"
                row = [f"`{stage}`", to, _BY[step.by], _duration(step.after), step.source]
                rows.append([machine, *row] if several else row)
    head = "| State | Next | By | After, on the clock | Source |"
    return _table(f"| What {head}" if several else head, rows)


def quota_table(names: list[str]) -> str:
    """Return the table of quotas, with defaults and the comments beside them."""
    text = Path(quotas.__file__).read_text(encoding="utf-8")
    meanings = {name: " ".join(re.sub(r"#", " ", note).split()) for note, name, _ in _QUOTA.findall(text)}
    assert list(meanings) == list(quotas.QUOTAS)
    rows = [[f"`{name}`", str(quotas.QUOTAS[name]), meanings[name]] for name in names or meanings]
    return _table("| Quota | Default | What it limits |", rows)


def quirk_table(names: list[str]) -> str:
    """Return the table of quirks with their values, the default first."""
    rows = [
        [f"`{name}`", ", ".join(f"`{value}`" for value in QUIRKS[name].values), QUIRKS[name].meaning]
        for name in names or QUIRKS
    ]
    return _table("| Quirk | Values, the default first | The question |", rows)


def release_table(names: list[str]) -> str:
    """Return what releases set, beside the default."""
    rows = []
    for kind, known in (("quotas", quotas.QUOTAS), ("quirks", {n: q.default for n, q in QUIRKS.items()})):
        set_by = {name for release in RELEASES.values() for name in getattr(release, kind)}
        for name in known:
            if name in set_by:
                values = (getattr(release, kind).get(name, known[name]) for release in RELEASES.values())
                rows.append([f"`{name}`", *(f"`{value}`" for value in (known[name], *values))])
    head = " | ".join(f'`"{release}"`' for release in RELEASES)
    return _table(f"| Quota or quirk | Default | {head} |", rows)


def error_table(names: list[str]) -> str:
    """Return the table of error texts, given by their names in ``dx_mock/support/errors``."""
    rows = []
    for name in names:
        text: errors.Text = getattr(errors, name)
        rule = text.evidence if text.code == errors.CLIENT_EXCEPTION else f"{text.evidence}; `{text.code}`"
        rows.append([f"`{text.template}`", rule, text.wording])
    return _table("| Text | Rule | Wording |", rows)


def unrecorded_table(names: list[str]) -> str:
    """Return every error text whose wording is ours, with what is known of its rule."""
    texts = [text for text in vars(errors).values() if isinstance(text, errors.Text)]
    rows = [
        [f"`{text.template}`", text.evidence]
        for text in texts
        if text.wording == "unrecorded" and text.evidence != "ours"
    ]
    return _table("| Text | Rule |", rows)


KINDS: dict[str, Callable[[list[str]], str]] = {
    "states": states,
    "quotas": quota_table,
    "quirks": quirk_table,
    "releases": release_table,
    "errors": error_table,
    "unrecorded": unrecorded_table,
}


def page(text: str) -> str:
    """Return a page with its tables as they should be."""

    def fill(match: re.Match[str]) -> str:
        names = [name.strip() for name in match["names"].split(",") if name.strip()]
        return match[1] + KINDS[match["kind"]](names) + match["end"]

    return _TABLE.sub(fill, text)


def main() -> int:
    """Run the command line."""
    outdated = 0
    for path in sorted(DOCS.rglob("*.md")):
        there = path.read_text(encoding="utf-8")
        wanted = page(there)
        if wanted == there:
            continue
        if "--check" in sys.argv[1:]:
            print(f"{path} is not up to date: run python tools/tables.py")
            outdated = 1
        else:
            path.write_text(wanted, encoding="utf-8")
    return outdated


if __name__ == "__main__":
    sys.exit(main())
