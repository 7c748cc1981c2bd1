"""Pages of results and the tokens that lead from one to the next."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any, Generic, TypeVar

from dx_mock.graph.listing import Listing
from dx_mock.graph.states import GONE
from dx_mock.rules.quotas import PAGE_SIZE
from dx_mock.support import errors
from dx_mock.support.text import shortened

T = TypeVar("T")
#: From a phase and a place on: items with their phase and place.
Walk = Callable[[int, int], Iterator[tuple[int, tuple[int, T]]]]


class Page(list[T], Generic[T]):
    """Some results, and the token for the next ones if there may be more."""

    next_token: str | None = None


def page_size(max_results: int | None) -> int:
    """Return how many results one page has: above 100 means 100 [documented: API:DescribeConnections]."""
    if max_results is None:
        return PAGE_SIZE
    if max_results < 1:
        raise errors.INVALID_MAX_RESULTS(value=max_results)
    return min(max_results, PAGE_SIZE)


def page_of(
    items: Listing[T] | Iterable[T],
    max_results: int | None,
    next_token: str | None,
    *,
    scope: str,
    sequence: int,
) -> Page[T]:
    """Return a page of a listing, or of a few items in the order that a listing has.

    Live ones come first, then deleted ones.  A token says where to go on and what had been deleted when the
    first page was read, so that changes between two pages neither lose nor repeat a result.

    Args:
        items: the listing, or the items.
        max_results: as the caller asked.
        next_token: the token of the page before.
        scope: what a token is good for: the operation, its filters, the account and the Region.
        sequence: the highest number that the world has given so far.

    Raises:
        ServiceError: If ``max_results`` is below 1, or the token is not one of this scope.
    """
    walk: Walk[T] = partial(_phases, items) if isinstance(items, Listing) else partial(_phases_of, items)
    size = page_size(max_results)
    phase, place, known = 0, 0, sequence
    if next_token is not None:
        phase, place, known = _read_token(next_token, scope, 3)
    page: Page[T] = Page()
    for number, (at, item) in walk(phase, place):
        if number == 1 and at > known:
            break
        if len(page) == size:
            page.next_token = _token(scope, phase, place, known)
            break
        page.append(item)
        phase, place = number, at
    return page


def page_by_place(
    items: Iterable[T],
    place_of: Callable[[T], tuple[int, ...]],
    max_results: int | None,
    next_token: str | None,
    *,
    scope: str,
) -> Page[T]:
    """Return a page of items in the order of their places; a token says after which place to go on.

    Raises:
        ServiceError: If ``max_results`` is below 1, or the token is not one of this scope.
    """
    size = page_size(max_results)
    placed = sorted(((place_of(item), item) for item in items), key=lambda each: each[0])
    if next_token is not None:
        after = _read_token(next_token, scope, None)
        placed = [each for each in placed if each[0] > after]
    page: Page[T] = Page(item for _, item in placed[:size])
    if len(placed) > size:
        page.next_token = _token(scope, *placed[size - 1][0])
    return page


def _token(scope: str, *numbers: int) -> str:
    """Return an opaque token in the form of AWS's: base64 of ``{"v":1,"s":1,"i":...}`` [recorded: CLI]."""
    index = ".".join(map(str, numbers))
    content = {"v": 1, "s": 1, "i": index, "c": _token_check(scope, index)}
    return base64.b64encode(json.dumps(content, separators=(",", ":")).encode()).decode()


def _token_check(scope: str, index: str) -> str:
    """Tie a token to its scope."""
    return base64.b64encode(hashlib.blake2b(f"{scope}|{index}".encode(), digest_size=12).digest()).decode()


def _read_token(token: str, scope: str, count: int | None) -> tuple[int, ...]:
    try:
        content = json.loads(base64.b64decode(token, validate=True))
        index = content["i"]
        numbers = tuple(map(int, index.split(".")))
        valid = content["c"] == _token_check(scope, index) and count in (None, len(numbers))
    except (binascii.Error, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        valid = False
    if not valid:
        raise errors.INVALID_NEXT_TOKEN(token=shortened(token, 200))
    return numbers


def _phases(listing: Listing[T], phase: int, place: int) -> Iterator[tuple[int, tuple[int, T]]]:
    """Walk a listing from a place on: phase 0 are the live ones, phase 1 the deleted ones."""
    if phase == 0:
        for found in listing.live.after(place):
            yield 0, found
        place = 0
    for found in listing.deleted.after(place):
        yield 1, found


def _phases_of(items: Iterable[Any], phase: int, place: int) -> Iterator[tuple[int, tuple[int, Any]]]:
    """Walk items that have no listing in the same order."""
    by_place = {(int(item.stage in GONE), item.sequence): item for item in items}
    for number, at in sorted(found for found in by_place if found > (phase, place)):
        yield number, (at, by_place[number, at])
