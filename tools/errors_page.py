"""Write docs/fidelity/errors.md, the table of every error text, from dx_mock/support/errors.

    python tools/errors_page.py [--check]

With ``--check`` nothing is written; the exit code is 1 if the page is not up to date.
"""

from __future__ import annotations

import sys
from pathlib import Path

from dx_mock.support import errors

PAGE = Path(__file__).parents[1] / "docs" / "fidelity" / "errors.md"

HEAD = """# Error texts

Generated from `dx_mock/support/errors` by `tools/errors_page.py`. Everything that the service refuses is
`DirectConnectClientException` (HTTP 400) unless the table says otherwise. Where only a part of a text is
known, the source says "substring". Words in braces are filled in.

Rule says how it is known that AWS refuses, wording how it is known that these are its words: `unrecorded` ones
are ours. A refusal in a test says so, too: `dx.calls[-1].error.wording`.

| Text | Rule | Source | Wording | Exception |
| --- | --- | --- | --- | --- |
"""


def texts() -> list[errors.Text]:
    """Return every text with which the service refuses a call."""
    return [text for text in vars(errors).values() if isinstance(text, errors.Text)]


def page() -> str:
    """Return the page as it should be."""
    rows = []
    for text in texts():
        code = "" if text.code == errors.CLIENT_EXCEPTION else f"`{text.code}`"
        code += f" (HTTP {text.status})" if text.status is not None else ""
        shown = text.template.replace("|", "\\|")
        wording = "" if text.evidence == "ours" else text.wording
        rows.append(f"| `{shown}` | {text.evidence} | {text.source} | {wording} | {code} |")
    return HEAD + "\n".join(rows) + "\n"


def main() -> int:
    """Run the command line."""
    wanted = page()
    if "--check" in sys.argv[1:]:
        if not PAGE.exists() or PAGE.read_text() != wanted:
            print(f"{PAGE} is not up to date: run python tools/errors_page.py")
            return 1
        return 0
    PAGE.write_text(wanted)
    return 0


if __name__ == "__main__":
    sys.exit(main())
