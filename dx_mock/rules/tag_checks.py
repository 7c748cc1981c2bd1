"""Tags: keys, values, limits [documented: API:Tag, UG:using-tags]."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

from dx_mock.support import errors

_EXTRA = frozenset("_.:/=+-@")
#: Unicode categories of ``^([\p{L}\p{Z}\p{N}_.:/=+\-@]*)$`` [documented: API:Tag].
_CATEGORIES = ("L", "Z", "N")


def _is_allowed(text: str) -> bool:
    return all(character in _EXTRA or unicodedata.category(character)[0] in _CATEGORIES for character in text)


def check_tags(
    tags: Iterable[Mapping[str, Any]] | None, limit: int, existing: Mapping[str, str] | None = None
) -> dict[str, str] | None:
    """Return the checked tags of a request as a dict, in order; None where there are none.

    ``existing`` are the tags that the resource has already: they count towards the limit.
    """
    if not tags:
        return None
    checked: dict[str, str] = {}
    for tag in tags:
        key, value = tag["key"], tag.get("value", "")
        if key in checked:
            raise errors.DUPLICATE_TAG_KEYS(key=key)
        if key.lower().startswith("aws:"):
            raise errors.TAG_KEY_RESERVED(key=key)
        for part, text in (("key", key), ("value", value)):
            if not _is_allowed(text):
                raise errors.TAG_INVALID(part=part, value=text)
        checked[key] = value
    if len({*checked, *(existing or ())}) > limit:
        raise errors.TOO_MANY_TAGS(limit=limit)
    return checked
