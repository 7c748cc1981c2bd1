"""How many worlds a server has, and for how long."""

from __future__ import annotations

from typing import NamedTuple

#: How many worlds a server has at most, unless it is told otherwise.
MOST = 10_000
#: Seconds after which a world that nobody uses ends, unless it is told otherwise: a day.
TTL = 86_400.0
#: How many of the last calls the record of a world keeps at most.
CALLS = 1000


class Limits(NamedTuple):
    """What a server allows its worlds."""

    most: int = MOST
    ttl: float | None = TTL
    calls: int = CALLS

    @classmethod
    def check(cls, most: object, ttl: object, calls: int | None) -> Limits:
        """Return the limits that a user wrote; a world's record is never longer than that of the server.

        Raises:
            ValueError: If one is impossible.
        """
        if isinstance(most, bool) or not isinstance(most, int) or most < 0:
            raise ValueError(f"max_worlds must be a whole number of 0 or more, not {most!r}")
        if ttl is not None and (isinstance(ttl, bool) or not isinstance(ttl, (int, float)) or not ttl > 0):
            raise ValueError(f"world_ttl must be a number of seconds above 0, or None for ever, not {ttl!r}")
        return cls(most, ttl, CALLS if calls is None else min(CALLS, calls))
