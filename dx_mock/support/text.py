"""Texts cut to a length that a person can read."""

from __future__ import annotations


def shortened(text: str, width: int, mark: str = "...") -> str:
    """Return the text; if it is longer than ``width`` characters, its first ``width`` and a mark after them."""
    return text if len(text) <= width else text[:width] + mark
