"""The nearest known word, for messages about an unknown one."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


def hint(word: object, known: Iterable[str], otherwise: str = "") -> str:
    """Return ``; did you mean 'this'?``, ignoring case, or ``otherwise`` if no known word is similar."""
    spelled = {each.lower(): each for each in known}
    close = difflib.get_close_matches(str(word).lower(), spelled, n=1)
    return f"; did you mean {spelled[close[0]]!r}?" if close else otherwise
