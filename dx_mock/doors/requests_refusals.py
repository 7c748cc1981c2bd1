"""The refusal that users of ``requests`` get: an error of that library, too; imported when ``requests`` is."""

from __future__ import annotations

from typing import Any

from requests.exceptions import ConnectionError as RequestsConnectionError

from dx_mock.doors.other_services import UnansweredServiceError


class RefusedRequestError(UnansweredServiceError, RequestsConnectionError):
    """A request made with ``requests`` that nobody answers: code that expects such an error catches it."""

    def __init__(self, **words: Any) -> None:
        super().__init__(**words)
        self.request: Any = None
        self.response: Any = None
