"""Whether the calling code is on the full way of a botocore call: signature, transport, retries, parser."""

from __future__ import annotations

from contextvars import ContextVar

#: Set while a call goes the full way: moto's hooks, which botocore runs besides, have nothing to do then.
under_way: ContextVar[bool] = ContextVar("dx_mock_under_way", default=False)
