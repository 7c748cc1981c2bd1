"""Partitions of AWS, as the installed botocore knows them."""

from __future__ import annotations

import re
from functools import cache, lru_cache


@lru_cache(maxsize=1)
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    from botocore.loaders import Loader

    partitions = Loader().load_data("partitions")["partitions"]
    return tuple((each["id"], re.compile(each["regionRegex"])) for each in partitions)


@cache
def partition_of(region: str) -> str:
    """The partition of a Region such as ``aws-cn`` for ``cn-north-1``; ``aws`` where none is known."""
    return next((name for name, pattern in _patterns() if pattern.match(region)), "aws")
