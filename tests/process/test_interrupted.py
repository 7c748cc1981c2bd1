"""What a handler of signals raises (Ctrl-C, the time limit of a test) while a mock begins or ends.

Python looks for signals where a function begins, so the interrupt comes at each function in turn.
"""

from __future__ import annotations

import gc
import inspect
import sys
import warnings

import boto3
import pytest

from dx_mock import mock_directconnect
from dx_mock.process import current_world
from tests.doors.test_random_lives import MISSING, patched

#: The sweep is shared out, so that a failure says where about it is.
PARTS = 4


class Interrupt(BaseException):
    """As KeyboardInterrupt, which pytest would take for the user's."""


def is_motos(frame):
    """Whether moto is at work, which nobody can end twice."""
    while frame is not None:
        if frame.f_globals["__name__"].startswith("moto."):
            return True
        frame = frame.f_back
    return False


class Interrupting:
    """Raises where the function of that number begins."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.begun = 0
        self.where = ""

    def run(self, function):
        """Call a function; says whether it was interrupted, which nobody may have seen."""
        before = sys.getprofile()
        gc.disable()  # a mock of before must not be collected here, and be met in its place
        sys.setprofile(self._event)
        try:
            function()
        except Interrupt:
            pass
        finally:
            sys.setprofile(before)
            gc.enable()
        return bool(self.where)

    def _event(self, frame, event, _):
        if event != "call" or frame.f_code.co_flags & inspect.CO_GENERATOR:
            return  # what a profiler raises in a generator leaves out its ``finally``; a signal does not
        if is_motos(frame):
            return  # an interrupt leaves backends half emptied there, mocks of ours or not
        self.begun += 1
        if self.begun == self.number:
            self.where = f"{frame.f_code.co_filename}:{frame.f_lineno} {frame.f_code.co_name}"
            sys.setprofile(None)
            raise Interrupt


@pytest.fixture(scope="module")
def originals():
    places = patched()
    return [(owner, name, vars(owner).get(name, MISSING)) for owner, name in places]


def what_is_left(originals):
    left = [(owner, name) for owner, name, before in originals if vars(owner).get(name, MISSING) is not before]
    return left, current_world._in_process, current_world._changing


def interrupted_end(number, use):
    """Return the interrupt that met the end of a mock; a second end follows if the first did not begin."""
    dx = mock_directconnect().start()
    if use:
        boto3.client("sts", region_name="us-east-1").get_caller_identity()
    interrupt = Interrupting(number)
    if interrupt.run(dx.stop) and dx.is_active:
        dx.stop()
    return interrupt


def interrupted_begin(number, _):
    """Return the interrupt that met the beginning of a mock, which nobody keeps."""
    dx = mock_directconnect()
    interrupt = Interrupting(number)
    if not interrupt.run(dx.start):
        dx.stop()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        del dx
        gc.collect(0)
    return interrupt


WAYS = {
    "begin": (interrupted_begin, False, 1),
    "end": (interrupted_end, False, 1),
    "end after moto": (interrupted_end, True, 5),  # each fifth function
}


@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("way", WAYS)
def test_nothing_is_left_wherever_it_is_interrupted(originals, way, part):
    meet, use, each = WAYS[way]
    number = 1 + part * each
    while (interrupt := meet(number, use)).where:
        assert what_is_left(originals) == ([], [], None), (number, interrupt.where)
        number += PARTS * each
    assert number > 10 * each, "the sweep has met hardly anything"
