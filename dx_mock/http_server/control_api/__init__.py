"""The control API: a mock's methods over HTTP, and a page that shows the world, below ``/dx-mock/``.

``endpoints`` is the one list of endpoints, from which routing, checks of requests and the OpenAPI document are
made.  ``views`` does the work of each endpoint, ``messages`` are its input and output, ``schemas`` describes
them, ``request_checks`` checks requests against the schemas, ``application`` speaks HTTP, and ``page.html``
is a client like any other.
"""

from __future__ import annotations

from dx_mock.http_server.control_api.application import Control

__all__ = ["Control"]
