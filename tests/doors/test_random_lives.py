"""Mocks of ours and of others, begun and ended in random order: afterwards everything is as it was before.

The others (moto, responses, monkeypatch, ``patch.dict``) end in the order that they expect, the last one first;
ours begin and end anywhere between them.
"""

from __future__ import annotations

import contextlib
import gc
import os
import random
import sys
import warnings
from collections.abc import Callable
from typing import Any
from unittest import mock

import boto3
import pytest
import requests
import responses
from botocore.exceptions import ClientError
from moto import mock_aws

from dx_mock import mock_directconnect
from dx_mock.process import current_world
from dx_mock.support.patches import Patches
from tests.helpers import connect

MISSING = object()
KEYS = {"aws_access_key_id": "x", "aws_secret_access_key": "y"}
ELSEWHERE = "http://elsewhere.invalid/"


def patched() -> list[tuple[Any, str]]:
    """All attributes that our doors patch: looked up while they are, with every library loaded."""
    done: list[tuple[Any, str]] = []
    original = Patches.set

    def noting(self: Patches, owner: Any, name: str, value: Any) -> None:
        done.append((owner, name))
        original(self, owner, name, value)

    with mock.patch.object(Patches, "set", noting), mock_directconnect(), mock_aws():
        boto3.client("ec2", region_name="us-east-1", **KEYS).describe_vpcs()
    return list({(id(entry[0]), entry[1]): (entry[0], entry[1]) for entry in done}.values())


class Life:
    """One random sequence of beginnings, endings and calls."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.ours: list[Any] = []
        self.theirs: list[Callable[[], Any]] = []
        self.done: list[str] = []
        self.early = boto3.client("directconnect", region_name="us-east-1", **KEYS)

    def run(self) -> None:
        """Do some of everything, then end what is left, in random order."""
        steps = (
            *[self.begin] * 4,
            *[self.end] * 3,
            *[self.call] * 4,
            *[self.end_theirs] * 2,
            *(self.moto, self.responses, self.monkeypatch, self.patch_dict, self.fail, self.decorated),
            *(self.drop, self.refuse),
        )
        for _ in range(self.chance.randint(3, 14)):
            step = self.chance.choice(steps)
            self.done.append(step.__name__)
            step()
        if hasattr(os, "fork") and self.chance.random() < 0.03:
            self.done.append("fork")
            self.fork()
        while self.ours or self.theirs:
            step = self.chance.choice((self.end, self.end_theirs))
            self.done.append(step.__name__)
            step()

    # --- ours ----------------------------------------------------------------------------------------------

    def begin(self) -> None:
        """Begin a mock."""
        others = self.chance.choice(("moto", "moto", "block"))
        self.ours.append(mock_directconnect(others=others).start())

    def end(self) -> None:
        """End one of our mocks, whichever."""
        if self.ours:
            self.ours.pop(self.chance.randrange(len(self.ours))).stop()

    def drop(self) -> None:
        """Forget a mock that is active."""
        if self.ours and self.chance.random() < 0.3:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", ResourceWarning)
                del self.ours[self.chance.randrange(len(self.ours))]
                gc.collect(0)

    def call(self) -> None:
        """Call Direct Connect by an early client, a new one, or raw HTTP."""
        if not self.ours:
            return
        kind = self.chance.randrange(3)
        if kind == 0:
            connect(self.early)
        elif kind == 1:
            connect(self.chance.choice(self.ours).client())
        elif not self.theirs:
            requests.post("https://directconnect.us-east-1.amazonaws.com/", data="{}", timeout=5)

    def refuse(self) -> None:
        """Get a refusal."""
        if self.ours:
            with contextlib.suppress(ClientError):
                self.early.describe_lags(lagId="nonsense")

    def fail(self) -> None:
        """Leave a mock by an error."""
        error = self.chance.choice((ValueError, KeyboardInterrupt, SystemExit))
        with pytest.raises(error):
            self.die(error)

    def die(self, error: type[BaseException]) -> None:
        """Raise an error inside of a mock."""
        with mock_directconnect() as dx:
            connect(dx.client())
            raise error

    def decorated(self) -> None:
        """Call a decorated function."""
        mock_directconnect(lambda: connect(self.early))()

    def fork(self) -> None:
        """Use a mock in a child process."""
        child = os.fork()
        if not child:
            with mock_directconnect() as dx:
                connect(dx.client())
            os._exit(0)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0

    # --- theirs --------------------------------------------------------------------------------------------

    def end_theirs(self) -> None:
        """End the last of the other mocks."""
        if self.theirs:
            self.theirs.pop()()

    def moto(self) -> None:
        """Begin moto's mock."""
        theirs = mock_aws()
        theirs.start()
        self.theirs.append(theirs.stop)

    def responses(self) -> None:
        """Begin a mock of the user's for ``requests``."""
        theirs = responses.RequestsMock(assert_all_requests_are_fired=False)
        theirs.start()
        theirs.get(ELSEWHERE, body="theirs")
        self.theirs.append(lambda: theirs.stop(allow_assert=False))

    def monkeypatch(self) -> None:
        """Change the environment as pytest does."""
        theirs = pytest.MonkeyPatch()
        theirs.setenv("AWS_ACCESS_KEY_ID", self.chance.choice(("", "222222222222", "AKIAREAL")))
        if self.chance.random() < 0.5:
            theirs.delenv("AWS_SECRET_ACCESS_KEY", raising=False)
        self.theirs.append(theirs.undo)

    def patch_dict(self) -> None:
        """Change the environment as ``unittest`` does."""
        theirs = mock.patch.dict(os.environ, {"AWS_SECRET_ACCESS_KEY": "theirs"}, clear=False)
        theirs.start()
        self.theirs.append(theirs.stop)


def environment() -> dict[str, str]:
    """The environment, but for what pytest itself changes."""
    return {name: value for name, value in os.environ.items() if name != "PYTEST_CURRENT_TEST"}


def live(seeds: range) -> None:
    """Run sequences, and look after each."""
    boto3.client("directconnect", region_name="us-east-1", **KEYS)  # the default session is there
    places = patched()
    assert len(places) > 20
    before = [vars(owner).get(name, MISSING) for owner, name in places]
    variables, session, finders = environment(), boto3.DEFAULT_SESSION, list(sys.meta_path)
    for seed in seeds:
        life = Life(seed)
        try:
            life.run()
        except BaseException as error:
            raise AssertionError(f"sequence {seed}: {life.done}") from error
        for (owner, name), value in zip(places, before, strict=True):
            assert vars(owner).get(name, MISSING) is value, f"sequence {seed}: {owner}.{name}: {life.done}"
        assert environment() == variables, f"sequence {seed}: {life.done}"
        assert boto3.DEFAULT_SESSION is session, f"sequence {seed}: {life.done}"
        assert sys.meta_path == finders, f"sequence {seed}: {life.done}"
        assert current_world.current() is None, f"sequence {seed}: {life.done}"


def test_a_few_random_lives():
    live(range(40))


@pytest.mark.slow
def test_random_lives():
    live(range(1000, 3000))
