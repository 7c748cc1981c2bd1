"""Mistakes of the user of the command line."""

from __future__ import annotations


class Misuse(Exception):
    """The user asked for something that can't be done; the message says why in one sentence."""
