"""The reference of the runs."""

from __future__ import annotations

import pytest

from dx_mock.conform import running
from dx_mock.conform.running import answers_of_dx_mock

_answers = {}


@pytest.fixture(autouse=True)
def _each_question_is_answered_once(monkeypatch):
    """The mock answers a question in the same way in every run: it is asked in the first one only."""

    def answers(wanted, region, stop=str):
        wanted = list(wanted)
        new = [each for each in wanted if (each.id, region) not in _answers]
        found = answers_of_dx_mock(new, region, stop) if new else {}
        _answers.update({(name, region): answer for name, answer in found.items()})
        return {each.id: _answers[each.id, region] for each in wanted if (each.id, region) in _answers}

    monkeypatch.setattr(running, "answers_of_dx_mock", answers)
