"""The virtual clock of a mock: it moves when a test says so, and never sleeps."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any, Literal, TypedDict

from dx_mock.support.suggestions import hint

if TYPE_CHECKING:
    from typing_extensions import Unpack

#: When time begins in every world: a constant, so that equal seeds make equal worlds, times included.
EPOCH = datetime(2026, 1, 1, tzinfo=timezone.utc)

#: When it ends, a little before Python's calendar does, so that what follows from a step still has a date.
LATEST = datetime(9000, 1, 1, tzinfo=timezone.utc)


#: The moment from which other libraries count seconds.
_UNIX = datetime(1970, 1, 1, tzinfo=timezone.utc)


class Units(TypedDict, total=False):
    """How far time is moved; all that are given add up."""

    weeks: float
    days: float
    hours: float
    minutes: float
    seconds: float


UNITS = tuple(Units.__annotations__)


def _faked() -> datetime | None:
    """Return the time at which freezegun or time-machine holds the process, or None if neither does.

    freezegun shows the real time to some threads and libraries, depending on the callers on the stack. Its own
    clock is read instead, so that a call in a worker thread meets the same time as one in the test.
    """
    freezegun: Any = sys.modules.get("freezegun.api")
    if freezegun is not None and getattr(freezegun, "freeze_factories", None):
        factory = freezegun.freeze_factories[-1]
        # A clock may tick whenever it is read (auto_tick_seconds); this look must not move the user's clock.
        held: datetime = factory.time_to_freeze if hasattr(factory, "step_width") else factory()
        return held.replace(tzinfo=timezone.utc)
    time_machine: Any = sys.modules.get("time_machine")  # time-machine patches time.time in C
    escape_hatch = getattr(time_machine, "escape_hatch", None)
    if escape_hatch is not None and escape_hatch.is_travelling():
        return _UNIX + timedelta(seconds=time.time())
    return None


#: Where a clock without freezegun or time-machine begins: at the fixed date, or now, and runs.
Follows = Literal["fixed", "machine"]


class Clock:
    """Time as the mock's AWS sees it.

    It starts at 2026-01-01 00:00 UTC and stands still until ``advance()`` is called; with the setting
    ``clock="machine"`` it is the machine's time, which runs.  While freezegun or time-machine is active, their
    time is the base instead, so that moving theirs moves ours, backwards too; what ``advance()`` has added
    stays on top.  Nothing that has happened is undone when time goes back.
    """

    def __init__(
        self,
        on_advance: Callable[[], None] | None = None,
        before_advance: Callable[[], None] | None = None,
        follows: Follows = "fixed",
    ) -> None:
        self.follows = follows
        #: how far time has been moved from its beginning, or from the time of freezegun or time-machine
        self._offset = timedelta()
        self._on_advance = on_advance
        self._before_advance = before_advance

    def now(self) -> datetime:
        """Return the current virtual time, timezone-aware, in UTC."""
        return self._base() + self._offset

    def _base(self) -> datetime:
        return _faked() or (EPOCH if self.follows == "fixed" else datetime.now(timezone.utc))

    @property
    def ahead(self) -> timedelta:
        """How far it is ahead of the time that it follows, or of its fixed beginning."""
        return self._offset

    def set(self, moment: datetime, follows: Follows, ahead: timedelta) -> None:
        """Set the time to that of a snapshot, and let nothing happen in between.

        A clock that follows the machine's is ahead of it by as much as before, but never behind the snapshot.
        """
        self.follows = follows
        self._offset = moment - self._base()
        if follows == "machine":
            self._offset = max(self._offset, ahead)

    def advance(
        self,
        delta: timedelta | None = None,
        /,
        **units: Unpack[Units],
    ) -> datetime:
        """Move time forward, let everything happen that falls due, and return the new time.

        Takes a ``timedelta``, or weeks, days, hours, minutes and seconds, which add up.

        Raises:
            TypeError: If nothing is given, ``delta`` is not a timedelta, or one of the others is not a number.
            ValueError: If the sum is negative, as time does not run backwards, or leads beyond the year 9000.
        """
        if delta is not None and not isinstance(delta, timedelta):
            raise TypeError(f"clock.advance() takes a timedelta or keywords such as minutes=5, not {delta!r}")
        given: dict[str, Any] = {**units}
        if delta is None and not given:
            raise TypeError("clock.advance() takes how far to move: a timedelta, or keywords such as minutes=5")
        for name, value in given.items():
            if name not in UNITS:
                raise TypeError(
                    f"clock.advance() has no {name!r}{hint(name, UNITS, '.')} Known: {', '.join(UNITS)}"
                )
            if not isinstance(value, (int, float)) or value != value:
                raise TypeError(f"clock.advance({name}=...) takes a number, not {value!r}")
        try:
            step = (delta or timedelta()) + timedelta(**given)
        except OverflowError:
            way = (
                "back in time" if any(each < 0 for each in given.values()) else f"beyond the year {LATEST.year}"
            )
            raise ValueError(f"clock.advance() can't go {way}") from None
        if step < timedelta():
            raise ValueError(f"clock.advance() can't go back in time, got {step}")
        if step > LATEST - self.now():
            raise ValueError(f"clock.advance() can't go beyond the year {LATEST.year}, got {step}")
        if self._before_advance is not None:
            self._before_advance()
        self._offset += step
        if self._on_advance is not None:
            self._on_advance()
        return self.now()

    def __repr__(self) -> str:
        return f"<Clock {self.now().isoformat()}>"
