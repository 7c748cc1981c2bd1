"""What a refusal is: an error as the caller of the API sees it, and the text that makes it.

A text has two kinds of evidence, apart: that AWS has the rule, and that it uses these words.
"""

from __future__ import annotations

from typing import Literal, get_args

#: How it is known that AWS has a rule; ``ours`` are rules of the mock itself and say nothing about AWS.
Evidence = Literal["recorded", "client-proven", "documented", "guessed", "ours"]
#: How it is known that AWS uses the words of a text: captured from AWS, matched by a client, or not at all.
Wording = Literal["recorded", "client-proven", "unrecorded"]

EVIDENCE: tuple[Evidence, ...] = get_args(Evidence)
WORDINGS: tuple[Wording, ...] = get_args(Wording)

CLIENT_EXCEPTION = "DirectConnectClientException"


class ServiceError(Exception):
    """A refusal as the caller of the API sees it: an error code of the model, a message, an HTTP status.

    Without a status the model says it.  ``wording`` says if the message is AWS's own: ``recorded`` or
    ``client-proven`` where somebody has seen it, ``unrecorded`` where it is ours; None where the message is not
    the service's at all, as that of a fault of the test.
    """

    def __init__(
        self,
        code: str,
        message: str,
        status: int | None = None,
        wording: Wording | None = None,
        text: Text | None = None,
    ) -> None:
        super().__init__(f"{code}: {message}")
        #: what it was made from
        self.text = text
        self.code = code
        self.message = message
        self.status = status
        self.wording = wording

    def __reduce__(self) -> tuple[type[ServiceError], tuple[object, ...]]:
        # Else pickle calls the class with the one argument of Exception, and what was written can't be read.
        return type(self), (self.code, self.message, self.status, self.wording, self.text)


class Text:
    """A message with placeholders; calling it with their values makes the error to raise.

    ``evidence`` and ``source`` are about the rule, ``wording`` about the words.
    """

    __slots__ = ("code", "evidence", "source", "status", "template", "wording")

    def __init__(
        self,
        template: str,
        evidence: Evidence,
        source: str,
        *,
        wording: Wording = "unrecorded",
        code: str = CLIENT_EXCEPTION,
        status: int | None = None,
    ) -> None:
        self.template: str = template
        self.evidence: Evidence = evidence
        self.source: str = source
        self.wording: Wording = wording
        self.code: str = code
        self.status: int | None = status

    def __call__(self, **values: object) -> ServiceError:
        return ServiceError(self.code, self.template.format(**values), self.status, self.wording, self)

    def __repr__(self) -> str:
        return f"Text({self.template!r}, {self.evidence}, {self.source}, wording {self.wording})"
