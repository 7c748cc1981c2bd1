"""The nearest known word, for messages about one that nobody knows."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


def hint(word: object, known: Iterable[str], otherwise: str = "") -> str:
    """``; did you mean 'this'?``, whatever the case of letters, or ``otherwise`` where nothing is like it."""
    spelled = {each.lower(): each for each in known}
    close = difflib.get_close_matches(str(word).lower(), spelled, n=1)
    return f"; did you mean {spelled[close[0]]!r}?" if close else otherwise
