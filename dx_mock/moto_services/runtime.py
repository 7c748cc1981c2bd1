"""moto's own mock beside a world: started when another service is first needed, ended with the world."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from dx_mock.engine.settings import Settings
from dx_mock.support.patches import Patches

_lock = threading.RLock()

#: what moto registered with ``responses`` when it started last, in order, and what each was made of
_registered: list[tuple[dict[str, Any], Any]] = []


def _new(cls: Any, options: dict[str, Any], at: int | None) -> Any:
    found = cls(**options)
    if at is not None:
        _registered[at] = options, found
    elif hasattr(found, "_calls"):  # else a version of responses that keeps its calls elsewhere
        _registered.append((options, found))
    return found


@contextmanager
def _responses_of_earlier_mocks() -> Iterator[None]:
    """Let moto register the objects of its last start again; making 1,300 new ones takes 4 ms of a start.

    They are in one registry at a time: moto empties it whenever its outermost mock begins or ends.
    """
    models: Any = sys.modules.get("moto.core.models")
    plain = getattr(models, "CallbackResponse", None)
    if plain is None:
        yield
        return

    place = iter(range(len(_registered)))

    def again(**options: Any) -> Any:
        at = next(place, None)
        if at is None or type(_registered[at][1]) is not plain or _registered[at][0] != options:
            return _new(plain, options, at)
        found = _registered[at][1]
        found._calls = type(found._calls)()
        return found

    patches = Patches()
    patches.set(models, "CallbackResponse", again)
    try:
        yield
    finally:
        patches.undo()


def moto_is_active() -> bool:
    """Return whether one of moto's own mocks is active."""
    models: Any = sys.modules.get("moto.core.models")
    return models is not None and bool(models.MockAWS._nested_count)


class MotoServices:
    """The other AWS services of one world, as moto answers them."""

    def __init__(self, settings: Settings) -> None:
        self.may_start = settings.others == "moto"
        #: the mock_aws that was started for this world
        self._mock: Any = None
        #: moto's server answers the other services of this world
        self.served = False

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
        with _lock:
            if self._mock is not None or moto_is_active():
                return
            import boto3
            from moto import mock_aws

            # moto puts another default session in place while its mock is active; building a new session from
            # botocore's data files is slow, and clients made before keep working with the old one.
            session = boto3.DEFAULT_SESSION
            mock = mock_aws()
            with _responses_of_earlier_mocks():
                mock.start()
            boto3.DEFAULT_SESSION = session
            self._mock = mock

    def stop(self) -> None:
        """Stop the mock that was started for this world."""
        with _lock:
            mock, self._mock = self._mock, None
            if mock is None:
                return
            import boto3

            session = boto3.DEFAULT_SESSION
            mock.stop()
            boto3.DEFAULT_SESSION = session
