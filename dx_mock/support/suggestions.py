"""The nearest known word, for messages about an unknown one."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


def hint(word: object, known: Iterable[str], otherwise: str = "") -> str:
    """Return ``; did you mean 'this'?``, ignoring case, or ``otherwise`` if no known word is similar."""
    spelled = {each.lower(): each for each in known}
    wanted = str(word).lower()
    close = difflib.get_close_matches(wanted, spelled, n=5)
    if not close:
        return otherwise
    # Of those that are equally near the first by the alphabet: for 'us-est-1' rather us-east-1 than us-west-1.
    nearness = {each: difflib.SequenceMatcher(None, each, wanted).ratio() for each in close}
    nearest = min(close, key=lambda each: (-nearness[each], each))
    return f"; did you mean {spelled[nearest]!r}?"
