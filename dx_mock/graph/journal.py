"""What has been changed since a mark, so that it can be taken back: a refused call changes nothing.

Due steps are taken before a call is answered, and the answer may be a refusal.  While the journal is open,
whoever changes what they touch notes it here first; a closed journal costs a look at one attribute.
"""

from __future__ import annotations

from collections.abc import Callable, MutableMapping
from functools import partial
from operator import attrgetter
from typing import Any

_MISSING: Any = object()


class Journal:
    """Notes of how things were, newest last."""

    def __init__(self) -> None:
        self.is_open: bool = False
        self._undo: list[Callable[[], None]] = []
        self._kept: set[int] = set()
        self._afterwards: list[Callable[[], None]] = []

    def open(self) -> None:
        """Begin to note."""
        self.is_open = True

    def close(self) -> None:
        """Let everything stand, and do what waited for that."""
        self.is_open = False
        waiting, self._afterwards = self._afterwards, []
        self._undo.clear()
        self._kept.clear()
        for each in waiting:
            each()

    def take_back(self) -> None:
        """Make everything what it was when the journal was opened."""
        self.is_open = False
        self._afterwards.clear()
        for undo in reversed(self._undo):
            undo()
        self._undo.clear()
        self._kept.clear()

    def note(self, undo: Callable[[], None]) -> None:
        """Note how to take a change back."""
        if self.is_open:
            self._undo.append(undo)

    def keep(self, resource: Any) -> None:
        """Note all fields of a resource or device that is about to change."""
        if not self.is_open or id(resource) in self._kept:
            return
        self._kept.add(id(resource))
        copied = tuple([value.copy() if type(value) in _CONTAINERS else value for value in _fields(resource)])
        self._undo.append(partial(_put_back, resource, copied))

    def keep_items(self, mapping: MutableMapping[Any, Any]) -> None:
        """Note all items of a mapping that is about to lose one: their order comes back, too."""
        if not self.is_open or id(mapping) in self._kept:
            return
        self._kept.add(id(mapping))
        copied = dict(mapping)

        def undo() -> None:
            mapping.clear()
            mapping.update(copied)

        self._undo.append(undo)

    def keep_item(self, mapping: MutableMapping[Any, Any], key: Any) -> None:
        """Note one item of a mapping that is about to be set."""
        if not self.is_open:
            return
        value = mapping.get(key, _MISSING)

        def undo() -> None:
            if value is _MISSING:
                mapping.pop(key, None)
            else:
                mapping[key] = value

        self._undo.append(undo)

    def afterwards(self, work: Callable[[], None]) -> None:
        """Do what can't be taken back: now, or when everything stands."""
        if self.is_open:
            self._afterwards.append(work)
        else:
            work()


_CONTAINERS = frozenset({dict, list})


#: what reads all fields of a class at once
_READERS: dict[type[Any], Callable[[Any], tuple[Any, ...]]] = {}


def _fields(resource: Any) -> tuple[Any, ...]:
    cls = type(resource)
    reader = _READERS.get(cls)
    if reader is None:
        reader = _READERS[cls] = attrgetter(*cls.__slots__)
    return reader(resource)


def _put_back(resource: Any, values: tuple[Any, ...]) -> None:
    for name, value in zip(type(resource).__slots__, values, strict=True):
        setattr(resource, name, value)
