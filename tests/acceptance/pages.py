"""The examples in the pages about clients, run by the tests of those clients."""

from __future__ import annotations

import re
from pathlib import Path

PAGES = Path(__file__).parents[2] / "docs" / "clients"

_BLOCK = re.compile(r"^<!-- run: (?P<name>[^>]+?) -->\n```\w+\n(?P<code>.*?)^```", re.MULTILINE | re.DOTALL)


def examples(page: str) -> dict[str, str]:
    """The blocks of a page that say ``run:`` before them, in order, by the name that they have there."""
    text = (PAGES / page).read_text(encoding="utf-8")
    found = {match["name"]: match["code"] for match in _BLOCK.finditer(text)}
    assert found, f"{page} has no examples"
    assert len(found) == text.count("<!-- run: "), f"{page} has an example twice, or one that is no block"
    return found


def blocks(page: str) -> list[str]:
    """The Python blocks of a page, in order."""
    text = (PAGES / page).read_text(encoding="utf-8")
    found = re.findall(r"^```python\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    assert found, f"{page} has no examples"
    return found
