"""Write docs/fidelity/release-2017-02-17.md from the table tests/release_2017/clauses.toml.

    python tools/release_page.py [--check]

With ``--check`` nothing is written; the exit code is 1 if the page is not up to date.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "fidelity" / "release-2017-02-17.md"
TABLE = ROOT / "tests" / "release_2017" / "clauses.toml"

#: What stands before the first clause of a section.
_SECTION = re.compile(r"^# --- (.+) ---$", re.MULTILINE)

HEAD = """# The release of 2017-02-17, clause by clause

Generated from `tests/release_2017/clauses.toml` by `tools/release_page.py`.

The API change of 17 February 2017 brought LAGs to Direct Connect, and is what dx_mock was ordered with. This
page goes through its text statement by statement, in our own words: {total} statements, {shown} with a test,
{unseen} that nobody can observe in a mock, with the reason. {differing} of them are answered differently in
some of the three worlds:

- **default**: AWS as it was last seen, but for ten connections in a LAG;
- **2017**: `release="2017-02-17"`, the world of the text;
- **latest**: `release="latest"`, as it was last seen in everything.

"same" is the answer of the default world. How to choose a world, or one difference alone, is in
[Settings](../guides/settings.md#releases).
"""


def sections() -> list[tuple[str, list[dict[str, Any]]]]:
    """Return the clauses under their headings, in the order of the table."""
    parts = _SECTION.split(TABLE.read_text(encoding="utf-8"))
    found = zip(parts[1::2], parts[2::2], strict=True)
    return [(title, tomllib.loads(text)["clause"]) for title, text in found]


def clauses() -> list[dict[str, Any]]:
    """All clauses."""
    return [clause for _, found in sections() for clause in found]


def differs(clause: dict[str, Any]) -> bool:
    """Return whether the worlds answer differently."""
    return any(not clause[world].startswith("same") for world in ("release_2017", "latest"))


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _row(clause: dict[str, Any]) -> str:
    seen = clause["observable"] is True
    default = clause["default"] if not clause["quirk"] else f"{clause['default']} (`{clause['quirk']}`)"
    shown = f"`{clause['test'].removeprefix('tests/')}`" if seen else f"not observable: {clause['observable']}"
    if clause["needs"]:
        shown += f" Not yet: {clause['needs']}."
    worlds = (clause["release_2017"], clause["latest"]) if seen else ("-", "-")
    cells = (clause["says"], "; ".join(clause["at"]), default, *worlds, shown)
    return "| " + " | ".join(map(_cell, cells)) + " |"


def page() -> str:
    """Return the page as it should be."""
    every = clauses()
    shown = sum(clause["observable"] is True for clause in every)
    parts = [
        HEAD.format(
            total=len(every),
            shown=shown,
            unseen=len(every) - shown,
            differing=sum(clause["observable"] is True and differs(clause) for clause in every),
        )
    ]
    for title, found in sections():
        parts.append(f"\n## {title[0].upper()}{title[1:]}\n")
        parts.append("| Statement | Where in the text | Default | 2017 | Latest | Test |")
        parts.append("| --- | --- | --- | --- | --- | --- |")
        parts += map(_row, found)
    return "\n".join(parts) + "\n"


def main() -> int:
    """Run the command line."""
    wanted = page()
    if "--check" in sys.argv[1:]:
        if not PAGE.exists() or PAGE.read_text(encoding="utf-8") != wanted:
            print(f"{PAGE} is not up to date: run python tools/release_page.py")
            return 1
        return 0
    PAGE.write_text(wanted, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
