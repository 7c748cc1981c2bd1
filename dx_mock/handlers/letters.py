"""Letters of authorization: a flat answer from DescribeLoa, a wrapped one from the deprecated operations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dx_mock.service.caller import Caller


def _letter(content: bytes) -> dict[str, Any]:
    return {"loaContent": content, "loaContentType": "application/pdf"}


def describe_loa(caller: Caller, request: Any) -> dict[str, Any]:
    """Answer DescribeLoa.

    Limit: The PDF has AWS's facts in a drawing of ours.
    """
    return _letter(caller.letter(request["connectionId"], request.get("providerName")))


def describe_connection_loa(caller: Caller, request: Any) -> dict[str, Any]:
    """Answer DescribeConnectionLoa (deprecated).

    Limit: The PDF has AWS's facts in a drawing of ours.
    """
    return {"loa": _letter(caller.letter(request["connectionId"], request.get("providerName")))}


def describe_interconnect_loa(caller: Caller, request: Any) -> dict[str, Any]:
    """Answer DescribeInterconnectLoa (deprecated).

    Limit: The PDF has AWS's facts in a drawing of ours.
    """
    content = caller.interconnect_letter(request["interconnectId"], request.get("providerName"))
    return {"loa": _letter(content)}
