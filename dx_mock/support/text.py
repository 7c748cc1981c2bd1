"""Texts cut to a length that a person can read."""

from __future__ import annotations


def shortened(text: str, width: int, mark: str = "...") -> str:
    """Return the text, or its first ``width`` characters with a mark behind them where it is longer."""
    return text if len(text) <= width else text[:width] + mark
