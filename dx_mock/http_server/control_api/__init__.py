"""The tester's hands over HTTP, and a page that shows the world: everything under ``/dx-mock/`` of a server.

``endpoints`` is the one list of endpoints: routing, checks of what comes in and the OpenAPI document all follow
from it.  ``views`` does what an endpoint says, ``messages`` are what goes in and out, ``schemas`` describes
them, ``request_checks`` holds requests against the schemas, ``application`` speaks HTTP, and ``page.html`` is a
client like any other.
"""

from __future__ import annotations

from dx_mock.http_server.control_api.application import Control

__all__ = ["Control"]
