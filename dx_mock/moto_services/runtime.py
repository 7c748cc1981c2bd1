"""moto's own mock beside a world: started when another service is first needed, ended with the world.

Nobody sees it start or end: the environment, boto3's default session and the adapters of ``requests`` are the
objects of before.  What it would answer there is asked of it by our own doors.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from dx_mock.engine.settings import Settings
from dx_mock.moto_services import late_registration
from dx_mock.process import forks

#: What moto puts into the environment while its mock is active.
_KEYS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")

_lock = forks.lock()
#: how many mocks of moto's are active that were started here
_ours = 0


def _lock_of_moto() -> list[Any]:
    models: Any = sys.modules.get("moto.core.models")
    found = getattr(getattr(models, "MockAWS", None), "_mock_init_lock", None)
    return [] if found is None else [found]


forks.of_somebody_else(_lock_of_moto)


def moto_is_active() -> bool:
    """Return whether one of moto's own mocks is active."""
    return _nested_count() > 0


def moto_is_the_tests_own() -> bool:
    """Return whether a mock of moto's is active that no world has started: the test's own."""
    return _nested_count() > _ours


def _nested_count() -> int:
    """Return how many mocks of moto's are active; another thread may be in the middle of importing moto."""
    models: Any = sys.modules.get("moto.core.models")
    count: int = getattr(getattr(models, "MockAWS", None), "_nested_count", 0)
    return count


class MotoServices:
    """The other AWS services of one world, as moto answers them."""

    def __init__(self, settings: Settings) -> None:
        self.may_start: bool = settings.others == "moto"
        #: the mock_aws that was started for this world
        self._mock: Any = None
        #: moto's server answers the other services of this world
        self.served = False
        #: what else ends with the world: the servers of its child processes
        self._ending: list[Callable[[], None]] = []

    def is_in_play(self) -> bool:
        """Return whether a mock of moto's is active, or its server."""
        return self._mock is not None or self.served or moto_is_active()

    def bring_into_play(self) -> bool:
        """Start moto if this world may; return whether it answers now."""
        if not self.is_in_play() and self.may_start:
            self.start()
        return self.is_in_play()

    def start(self) -> None:
        """Start moto's mock for the rest of this world's life, unless one is active."""
        global _ours
        with _lock:
            if self._mock is not None or moto_is_active():
                return
            from moto import mock_aws

            mock = mock_aws()
            with _unseen(), late_registration.of(mock):
                mock.start()
            _ours += 1
            self._mock = mock

    def ends_with_it(self, end: Callable[[], None]) -> None:
        """Call ``end`` when the world ends."""
        self._ending.append(end)

    def stop(self, heirs: Callable[[], Iterable[Any]] = tuple) -> None:
        """Stop the servers of this world's child processes, and its mock unless an heir can use it.

        Args:
            heirs: gives the other services of the worlds that are active, at the moment when it is asked; they
                share what moto has.
        """
        global _ours
        while self._ending:
            self._ending.pop()()
        with _lock:
            mock = self._mock
            if mock is None:
                return
            for heir in heirs():
                if isinstance(heir, MotoServices) and heir.may_start:
                    heir._mock, self._mock = mock, None
                    return
            with _unseen():
                for name in _KEYS:
                    os.environ.setdefault(name, "")  # moto deletes them without asking whether they are there
                # Forgotten as late as can be: whoever is interrupted begins again, but moto counts its stops.
                self._mock = None
                _ours -= 1
                mock.stop()
            _hand_over(mock)


@contextmanager
def _unseen() -> Iterator[None]:
    """Put back what moto's mock changes when it starts or stops, besides its own state."""
    import boto3
    from moto.core.models import responses_mock

    session = boto3.DEFAULT_SESSION
    keys = {name: os.environ.get(name) for name in _KEYS}
    try:
        yield
    finally:
        responses_mock.stop(allow_assert=False)  # its registry stays: it answers what our door hands to it
        boto3.DEFAULT_SESSION = session
        for name, value in keys.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _hand_over(mock: Any) -> None:
    """Let a test's own ``mock_aws``, begun inside and not ended yet, answer ``requests`` by itself."""
    models: Any = sys.modules["moto.core.models"]
    session: Any = getattr(mock, "_default_session_mock", None)
    if moto_is_active():
        models.responses_mock.start()
        if session is not None:
            import boto3

            current = boto3.DEFAULT_SESSION
            session.stop()  # nobody else will
            boto3.DEFAULT_SESSION = current
