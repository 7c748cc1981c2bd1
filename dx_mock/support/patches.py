"""Changes to moto's modules that can be taken back."""

from __future__ import annotations

from typing import Any

_MISSING = object()


class Patches:
    """Attributes set on other libraries' objects, whose old values are put back in reverse order."""

    def __init__(self) -> None:
        self._done: list[tuple[Any, str, Any]] = []

    def __bool__(self) -> bool:
        return bool(self._done)

    def set(self, owner: Any, name: str, value: Any) -> None:
        """Set an attribute and remember its old value."""
        self._done.append((owner, name, vars(owner).get(name, _MISSING)))
        setattr(owner, name, value)

    def undo(self) -> None:
        """Put all old values back."""
        while self._done:
            owner, name, value = self._done.pop()
            if value is _MISSING:
                delattr(owner, name)
            else:
                setattr(owner, name, value)
