"""The same questions to any endpoint: AWS with your own account, dx_mock, moto, another emulator.

``run(client)`` asks them through a boto3 client and returns a :class:`Report`; the command is
``dx-mock conform``.
"""

from __future__ import annotations

from dx_mock.conform.questions import LEVELS, Level, Question, questions
from dx_mock.conform.report import Finding, Report
from dx_mock.conform.running import PAUSE, TIME_LIMIT, run

__all__ = ["LEVELS", "PAUSE", "TIME_LIMIT", "Finding", "Level", "Question", "Report", "questions", "run"]
