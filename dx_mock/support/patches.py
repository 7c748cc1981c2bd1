"""Changes to other people's objects that can be taken back, in whatever order others take theirs back."""

from __future__ import annotations

import gc
import sys
from typing import Any

_MISSING = object()


class Patches:
    """Attributes set on other libraries' objects, whose old values are put back in reverse order."""

    def __init__(self) -> None:
        self._done: list[tuple[Any, str, Any, Any]] = []

    def __bool__(self) -> bool:
        return bool(self._done)

    def set(self, owner: Any, name: str, value: Any) -> None:
        """Set an attribute and remember its old value."""
        self._done.append((owner, name, value, vars(owner).get(name, _MISSING)))
        setattr(owner, name, value)

    def undo(self) -> None:
        """Put all old values back.

        Where somebody else has set the attribute since, theirs stays; and what they will put back is changed
        from ours to what was there before us.
        """
        while self._done:
            owner, name, ours, before = self._done.pop()
            if vars(owner).get(name, _MISSING) is not ours:
                _take_out(owner, name, ours, before)
            elif before is _MISSING:
                delattr(owner, name)
            else:
                setattr(owner, name, before)


def _take_out(owner: Any, name: str, ours: Any, before: Any) -> None:
    """Let nobody who has remembered our value put it back: patches of ``unittest.mock`` and of pytest."""
    found = getattr(owner, name, None) if before is _MISSING else before
    for keeper in gc.get_referrers(ours):
        if isinstance(keeper, tuple) and len(keeper) == 3 and keeper[0] is owner and keeper[1] == name:
            _replace(keeper, (owner, name, found))
        elif isinstance(keeper, dict) and keeper.get("temp_original") is ours:
            keeper["temp_original"] = found
        elif _is_patch(keeper) and keeper.temp_original is ours:
            keeper.temp_original = found


def _is_patch(keeper: Any) -> bool:
    module = sys.modules.get("unittest.mock")
    return module is not None and isinstance(keeper, module._patch) and hasattr(keeper, "temp_original")


def _replace(old: tuple[Any, ...], new: tuple[Any, ...]) -> None:
    """Put one tuple in the place of another in the lists that have it, such as that of a ``MonkeyPatch``."""
    for keeper in gc.get_referrers(old):
        if isinstance(keeper, list):
            keeper[:] = [new if each is old else each for each in keeper]
