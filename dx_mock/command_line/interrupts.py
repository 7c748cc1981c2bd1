"""Ctrl-C and the end of the time while a run is under way, so that it takes away what it has made."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType

#: Seconds that a call may go on after the time of the run, and between two interrupts from then on.
GRACE = 30.0


@dataclass
class Interrupts:
    """What was heard: the first Ctrl-C lets the call under way end, each one after it breaks off a call."""

    heard: int = 0
    is_over: bool = False

    def reason(self) -> str:
        """Return why nothing new shall be asked; an empty text to go on."""
        return "it was interrupted" if self.heard else ""

    def _hear(self, number: int, frame: FrameType | None) -> None:
        self.heard += 1
        if self.heard > 1:
            raise KeyboardInterrupt
        said = "\ndx-mock: ending; what was made is taken away (again to break off, too)"
        print(said, file=sys.stderr, flush=True)

    def _late(self, number: int, frame: FrameType | None) -> None:
        self.is_over = True
        raise KeyboardInterrupt


@contextmanager
def interrupts(limit: float) -> Iterator[Interrupts]:
    """Hear SIGINT and SIGTERM, and break off a call that lasts longer than ``limit`` and ``GRACE`` seconds."""
    found = Interrupts()
    if threading.current_thread() is not threading.main_thread():  # only that one hears signals
        yield found
        return
    numbers = [signal.SIGINT, signal.SIGTERM]
    before = {number: signal.signal(number, found._hear) for number in numbers}
    if hasattr(signal, "SIGALRM"):  # not on Windows, where each read of a socket has its own limit only
        before[signal.SIGALRM] = signal.signal(signal.SIGALRM, found._late)
        signal.setitimer(signal.ITIMER_REAL, limit + GRACE, GRACE)
    try:
        yield found
    finally:
        if hasattr(signal, "SIGALRM"):
            signal.setitimer(signal.ITIMER_REAL, 0)
        for number, handler in before.items():
            # Who presses more than once must not break the process off while it ends with its exit code.
            signal.signal(number, signal.SIG_IGN if found.heard and number == signal.SIGINT else handler)


@contextmanager
def undisturbed() -> Iterator[None]:
    """Ignore Ctrl-C for the moment in which a result is written."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
