"""Whether the running call goes the full way through botocore, with a world at the end of the wire."""

from __future__ import annotations

from contextvars import ContextVar

#: Set while one does: moto's hook, which botocore runs besides, has nothing to do then, and nobody checks what
#: is signed.
under_way: ContextVar[bool] = ContextVar("dx_mock_under_way", default=False)
