"""What every new session and client of botocore works out again for its event handlers, worked out once.

A session registers 130 handlers.  For each, botocore looks through 70 old names of services, and has
``inspect`` work out the handler's signature: together 5 ms, as much as the rest of a session that need not read
its files.  Both answers follow from their question alone.  Where one does not (aliases of somebody's own, a
handler that is not a plain function or method), botocore works it out itself.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from types import FunctionType, MethodType
from typing import Any

from botocore import hooks

from dx_mock.support.patches import Patches

#: as many names are kept; a process uses some hundreds
_KEPT = 5000

_patches = Patches()
#: names that no alias changes
_as_they_are: set[str] = set()
#: the aliases of botocore that this holds for
_aliases: dict[str, str] = {}


def install() -> None:
    """Let sessions and clients use what is known, as far as the installed botocore works this way."""
    aliaser: Any = getattr(hooks, "EventAliaser", None)
    if _patches:
        return
    if hasattr(aliaser, "_alias_event_name") and hasattr(hooks, "EVENT_ALIASES"):
        if _aliases != hooks.EVENT_ALIASES:
            _as_they_are.clear()
            _aliases.clear()
            _aliases.update(hooks.EVENT_ALIASES)
        _patches.set(aliaser, "_alias_event_name", _remembering(aliaser._alias_event_name))
    if hasattr(hooks, "accepts_kwargs"):
        _patches.set(hooks, "accepts_kwargs", _by_flags(hooks.accepts_kwargs))


def uninstall() -> None:
    """Let botocore work everything out again."""
    _patches.undo()


def _remembering(original: Callable[[Any, str], str]) -> Callable[[Any, str], str]:
    def alias_event_name(self: Any, event_name: str) -> str:
        cache = self._alias_name_cache
        if event_name in cache:
            return str(cache[event_name])
        if event_name in _as_they_are and self._event_aliases == _aliases:
            cache[event_name] = event_name
            return event_name
        found = original(self, event_name)
        if found == event_name and len(_as_they_are) < _KEPT and self._event_aliases == _aliases:
            _as_they_are.add(event_name)
        return found

    return alias_event_name


def _by_flags(original: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def accepts_kwargs(func: Any) -> Any:
        plain = func.__func__ if type(func) is MethodType else func
        if type(plain) is not FunctionType or plain.__dict__:  # a signature may have been put there
            return original(func)
        code = plain.__code__
        if not code.co_flags & inspect.CO_VARKEYWORDS:
            return None
        place = code.co_argcount + code.co_kwonlyargcount + bool(code.co_flags & inspect.CO_VARARGS)
        return code.co_varnames[place]

    return accepts_kwargs
