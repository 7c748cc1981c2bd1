"""Changes to other people's objects that can be taken back, in whatever order others take theirs back."""

from __future__ import annotations

import functools
import gc
import sys
from collections.abc import Callable
from typing import Any, TypeVar

_MISSING = object()


Function = TypeVar("Function", bound=Callable[..., Any])


def named_after(original: Any) -> Callable[[Function], Function]:
    """Return a decorator as ``functools.wraps``, also for a test's mock, whose names are mocks themselves."""
    found = {name: getattr(original, name, None) for name in functools.WRAPPER_ASSIGNMENTS}
    names = [name for name, value in found.items() if _can_be_taken(name, value)]

    def name_it(function: Function) -> Function:
        functools.update_wrapper(function, original, assigned=names, updated=())
        return function

    return name_it


def _can_be_taken(name: str, value: Any) -> bool:
    return isinstance(value, str) or (name == "__annotations__" and isinstance(value, dict))


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
            owner, name, ours, before = self._done[-1]
            if vars(owner).get(name, _MISSING) is not ours:
                _take_out(owner, name, ours, before)
            elif before is _MISSING:
                delattr(owner, name)
            else:
                setattr(owner, name, before)
            del self._done[-1]  # last, for whoever is interrupted here and begins again


def _take_out(owner: Any, name: str, ours: Any, before: Any) -> None:
    """Let nobody who has remembered our value put it back: patches of ``unittest.mock`` and of pytest."""
    inherited = before is _MISSING
    found = _inherited(owner, name) if inherited else before
    for keeper in gc.get_referrers(ours):
        if isinstance(keeper, tuple) and len(keeper) == 3 and keeper[0] is owner and keeper[1] == name:
            _replace(keeper, (owner, name, _nothing_for_pytest(found) if inherited else found))
        elif isinstance(keeper, dict) and keeper.get("temp_original") is ours:
            keeper["temp_original"] = found
            if inherited:  # so that the patch deletes the attribute
                keeper["is_local"] = False
        elif _is_patch(keeper) and keeper.temp_original is ours:
            keeper.temp_original = found
            if inherited:
                keeper.is_local = False


def _inherited(owner: Any, name: str) -> Any:
    """Return what a class has from its bases, whatever somebody has set at the class itself."""
    bases = owner.__mro__[1:] if isinstance(owner, type) else ()
    return next((vars(base)[name] for base in bases if name in vars(base)), None)


def _nothing_for_pytest(otherwise: Any) -> Any:
    """Return what a ``MonkeyPatch`` remembers for an attribute that a class did not have: it deletes it."""
    module = sys.modules.get("_pytest.monkeypatch")
    return getattr(module, "NOTSET", getattr(module, "notset", otherwise))  # the older name: before pytest 9


def _is_patch(keeper: Any) -> bool:
    module = sys.modules.get("unittest.mock")
    return module is not None and isinstance(keeper, module._patch) and hasattr(keeper, "temp_original")


def _replace(old: tuple[Any, ...], new: tuple[Any, ...]) -> None:
    """Put one tuple in the place of another in the lists that have it, such as that of a ``MonkeyPatch``."""
    for keeper in gc.get_referrers(old):
        if isinstance(keeper, list):
            keeper[:] = [new if each is old else each for each in keeper]
