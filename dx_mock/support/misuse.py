"""What a user of the command line gets wrong."""

from __future__ import annotations


class Misuse(Exception):
    """What the user wrote can't be done; the message is one sentence that says why."""
