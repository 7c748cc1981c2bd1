"""moto's own mock beside a world: started when another service is first needed, ended with the world."""

from __future__ import annotations

import sys
from typing import Any

from dx_mock.engine.settings import Settings
from dx_mock.process import forks

_lock = forks.lock()


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
            mock.start()
            boto3.DEFAULT_SESSION = session
            self._mock = mock

    def pass_on(self, heir: Any) -> None:
        """Leave moto's mock to a world that is still active and may use it: they share what is there."""
        with _lock:
            if isinstance(heir, MotoServices) and heir.may_start and heir._mock is None:
                heir._mock, self._mock = self._mock, None

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
