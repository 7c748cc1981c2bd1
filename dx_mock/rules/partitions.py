"""Partitions of AWS, as the installed botocore knows them."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Any


@lru_cache(maxsize=1)
def _partitions() -> list[dict[str, Any]]:
    from botocore.loaders import Loader

    found: list[dict[str, Any]] = Loader().load_data("partitions")["partitions"]
    return found


@lru_cache(maxsize=1)
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((each["id"], re.compile(each["regionRegex"])) for each in _partitions())


@cache
def partition_of(region: str) -> str:
    """Return the partition of a Region such as ``aws-cn`` for ``cn-north-1``; ``aws`` where none is known."""
    return next((name for name, pattern in _patterns() if pattern.match(region)), "aws")


@lru_cache(maxsize=1)
def dns_suffixes() -> tuple[str, ...]:
    """Return the domains of all partitions, dual-stack ones included, such as ``amazonaws.com.cn``."""
    names = ("dnsSuffix", "dualStackDnsSuffix")
    found = {each["outputs"][name] for each in _partitions() for name in names if name in each["outputs"]}
    return tuple(sorted(found))
