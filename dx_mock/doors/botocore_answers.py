"""Answers in botocore's form: what was parsed, and the HTTP response, whose body is made if somebody looks.

Most callers look at neither the headers nor the body; writing the body takes longer than the rest of a call.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from email.utils import format_datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from botocore.awsrequest import AWSResponse, HeadersDict
from botocore.parsers import ResponseParserFactory

from dx_mock.protocol import bodies, contract

if TYPE_CHECKING:
    from botocore.model import OperationModel

    from dx_mock.support.errors import ServiceError
    from dx_mock.world.dispatcher import Reply

_CONTENT_TYPE = "application/x-amz-json-1.1"
_parsers = ResponseParserFactory()


@lru_cache(maxsize=256)
def http_date(moment: datetime) -> str:
    """Return a time as the header ``Date`` has it: ``Thu, 01 Jan 2026 00:00:00 GMT``."""
    return format_datetime(moment, usegmt=True)


class Headers(dict[str, str]):
    """The headers of an answer: a dict that fills itself when it is first looked at; and what they are of.

    It begins with one entry: ``json`` takes a dict without any for empty, and asks no further.
    """

    __slots__ = ("_answer", "_content", "_moment", "_operation")

    _answer: Mapping[str, Any]
    _content: bytes | None
    #: when the answer was given; None once the headers are all there
    _moment: datetime | None
    _operation: OperationModel

    @property
    def content(self) -> bytes:
        """The body."""
        if self._content is None:
            self._content = bodies.write_json(contract.encode(self._operation, self._answer, "json"))
        return self._content

    def _fill(self) -> None:
        moment, self._moment = self._moment, None
        assert moment is not None
        more = {
            "date": http_date(moment),
            "content-type": _CONTENT_TYPE,
            "content-length": str(len(self.content)),
        }
        dict.update(self, more)

    def __reduce__(self) -> Any:
        """Be copied and pickled as a plain dict."""
        return dict, (dict(self),)


def _filling(name: str) -> Any:
    original = getattr(dict, name)

    def method(self: Any, *arguments: Any, **keywords: Any) -> Any:
        for each in (self, *arguments):  # C code compares two of them without asking the second
            if type(each) is Headers and each._moment is not None:
                each._fill()
        return original(self, *arguments, **keywords)

    method.__name__ = name
    method.__doc__ = original.__doc__
    return method


for _name in (
    *("__getitem__", "get", "items", "keys", "values", "__iter__", "__reversed__", "__len__", "__contains__"),
    *("__eq__", "__ne__", "__repr__", "copy", "__or__", "__ror__", "__ior__", "__setitem__", "__delitem__"),
    *("setdefault", "update", "pop", "popitem", "clear"),
):
    setattr(Headers, _name, _filling(_name))


class LazyResponse(AWSResponse):
    """The HTTP response of an answer; botocore itself needs no more of it than the status."""

    status_code = 200

    def __init__(self, url: str, plain_headers: Headers) -> None:
        self.url = url
        self._plain_headers = plain_headers

    @property
    def headers(self) -> Any:  # type: ignore[override]
        """As botocore has them, looked up in any case."""
        found = self.__dict__.get("headers")
        if found is None:
            found = self.__dict__["headers"] = HeadersDict()
            found.update(dict(self._plain_headers))
        return found

    @property
    def raw(self) -> Any:
        """The body as urllib3 gives it."""
        found = self.__dict__.get("raw")
        if found is None:
            found = self.__dict__["raw"] = Raw(self._plain_headers.content)
        return found

    @property
    def content(self) -> bytes:
        """The body."""
        return self._plain_headers.content


class Raw:
    """A body as urllib3 gives it, whole or in pieces."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def read(self, amount: int | None = None, **_: Any) -> bytes:
        """Return the next bytes, or all that are left."""
        end = len(self._content) if amount is None or amount < 0 else amount
        piece, self._content = self._content[:end], self._content[end:]
        return piece

    def stream(self, *_: Any, **__: Any) -> Iterator[bytes]:
        """Give all of it."""
        yield self.read()

    def close(self) -> None:
        """Be done; nothing is open."""


def parsed(
    reply: Reply, operation: OperationModel, url: str, moment: datetime
) -> tuple[AWSResponse, dict[str, Any]]:
    """Return an answer as botocore's transport would have given it: the HTTP response and what was parsed."""
    answer = reply.answer
    assert answer is not None
    # Made without functions of their own in Python: this is done for every call.
    headers = Headers({"x-amzn-requestid": reply.request_id})
    headers._answer, headers._content, headers._moment, headers._operation = answer, None, moment, operation
    found = contract.encode(operation, answer)
    found["ResponseMetadata"] = {
        "RequestId": reply.request_id,
        "HTTPStatusCode": 200,
        "HTTPHeaders": headers,
        "RetryAttempts": 0,
    }
    return LazyResponse(url, headers), found


def parsed_error(
    error: ServiceError, request_id: str, operation: OperationModel, url: str, moment: datetime
) -> tuple[AWSResponse, dict[str, Any]]:
    """Return the same for a refusal; botocore's own parser finds all members of modelled exceptions."""
    body = bodies.error_body(error)
    headers = {
        "x-amzn-requestid": request_id,
        "date": http_date(moment),
        "content-type": _CONTENT_TYPE,
        "content-length": str(len(body)),
        "connection": "close",
    }
    status = error.status or contract.status_of(error.code)
    response = {"headers": headers, "status_code": status, "body": body, "context": {}}
    parser = _parsers.create_parser("json")
    output_shape: Any = operation.output_shape
    found = parser.parse(response, output_shape)
    # The transport parses the members of modelled exceptions besides, as botocore's Endpoint does.
    model: Any = operation.service_model
    shape = model.shape_for_error_code(error.code)
    if shape is not None:
        found.update({name: error.message for name in shape.members if name == "message"})
    found["ResponseMetadata"]["RetryAttempts"] = 0
    return response_of(url, status, headers, body), found


def response_of(url: str, status: int, headers: Mapping[str, str], content: bytes) -> AWSResponse:
    """Return an HTTP response in the form of botocore."""
    found: Any = HeadersDict()
    found.update(headers)
    return AWSResponse(url, status, found, Raw(content))
