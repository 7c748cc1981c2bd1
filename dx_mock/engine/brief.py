"""What the record keeps of the parameters of a refused call: enough to see what was asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

#: How many bytes of parameters a refused call leaves in the record, about, and how deep they may be nested.
MOST, DEPTH = 32 * 1024, 12
#: How many bytes one value takes beside its text, about.
_VALUE = 50
_CUT = "..."


def brief(parameters: Any) -> Any:
    """Return a copy of parameters; what is too long or nested too deeply is cut, and ``...`` stands there."""
    return _Copy().of(parameters, DEPTH)


class _Copy:
    """A copy under way, with the bytes that are left for it."""

    def __init__(self) -> None:
        self._left = MOST

    def of(self, value: Any, depth: int) -> Any:
        """Return a copy of one value."""
        self._left -= _VALUE
        if isinstance(value, (str, bytes)):
            return self._text(value)
        if isinstance(value, Mapping):
            return self._mapping(value, depth)
        if isinstance(value, (list, tuple)):
            return self._items(value, depth)
        return value if not isinstance(value, int) or value.bit_length() < 8192 else _CUT

    def _text(self, value: Any) -> Any:
        shown = value[: max(self._left, 0)]
        self._left -= len(shown)
        if len(shown) == len(value):
            return value
        return shown + (_CUT if isinstance(value, str) else _CUT.encode())

    def _mapping(self, value: Mapping[Any, Any], depth: int) -> dict[Any, Any]:
        if not depth and value:
            return {_CUT: f"{len(value)} more"}
        found: dict[Any, Any] = {}
        for name, each in value.items():
            if self._left <= 0:
                found[_CUT] = f"{len(value) - len(found)} more"
                break
            key = self.of(name, 0)
            found[key] = self.of(each, depth - 1)
        return found

    def _items(self, value: Any, depth: int) -> Any:
        if not depth and value:
            return type(value)([_CUT])
        found: list[Any] = []
        for each in value:
            if self._left <= 0:
                found.append(_CUT)
                break
            found.append(self.of(each, depth - 1))
        return found if isinstance(value, list) else tuple(found)


def weight(value: Any, depth: int = 6) -> int:
    """Return about how many bytes of memory a value takes; of a list the first item speaks for the others."""
    if isinstance(value, (str, bytes)):
        return 56 + len(value)
    if not value or not depth:
        return 56
    if isinstance(value, Mapping):
        return 200 + sum(weight(each, depth - 1) for each in value.values())
    if isinstance(value, (list, tuple)):
        return 56 + len(value) * (8 + weight(value[0], depth - 1))
    return 56
