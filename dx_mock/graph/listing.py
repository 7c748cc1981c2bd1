"""Listings: what an account sees of one kind in one Region, in AWS's order; a page takes constant time."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from typing import Generic, TypeVar

T = TypeVar("T")

#: How many empty places in a row are skipped before the list is compacted.
_PATIENCE = 64


class Numbered(Generic[T]):
    """Items under growing numbers; a removal leaves a gap, which is closed once skipping it costs too much."""

    __slots__ = ("_items", "_numbers")

    def __init__(self) -> None:
        self._items: dict[int, T] = {}
        self._numbers: list[int] = []

    def __len__(self) -> int:
        return len(self._items)

    def __contains__(self, number: int) -> bool:
        return number in self._items

    def get(self, number: int) -> T | None:
        """Return the item at ``number``; None if there is none."""
        return self._items.get(number)

    def add(self, number: int, item: T) -> None:
        """Put ``item`` at ``number``; cheap if the number is the highest so far."""
        if number in self._items:
            return
        if self._numbers and number <= self._numbers[-1]:
            place = bisect_right(self._numbers, number)
            if self._numbers[place - 1] != number:
                self._numbers.insert(place, number)
        else:
            self._numbers.append(number)
        self._items[number] = item

    def remove(self, number: int) -> None:
        """Remove the item at ``number``, if there is one."""
        self._items.pop(number, None)
        if len(self._numbers) > 2 * len(self._items) + _PATIENCE:
            self._close_gaps()

    def after(self, number: int) -> Iterator[tuple[int, T]]:
        """Yield number and item of everything above ``number``, in order."""
        skipped = 0
        place = bisect_right(self._numbers, number)
        while place < len(self._numbers):
            at = self._numbers[place]
            item = self._items.get(at)
            if item is None:
                skipped += 1
                if skipped > _PATIENCE:
                    self._close_gaps()
                    place, skipped = bisect_right(self._numbers, at), 0
                    continue
            else:
                yield at, item
            place += 1

    def _close_gaps(self) -> None:
        self._numbers = sorted(self._items)


class Listing(Generic[T]):
    """Live items in order of creation, then the deleted ones in order of deletion [recorded: ANS]."""

    __slots__ = ("deleted", "live")

    def __init__(self) -> None:
        self.live: Numbered[T] = Numbered()
        self.deleted: Numbered[T] = Numbered()
