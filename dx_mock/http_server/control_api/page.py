"""The page at ``/dx-mock/``: one file with its own style and script, and the policy that allows only these."""

from __future__ import annotations

import base64
import hashlib
import re
from functools import cache
from importlib.resources import files


@cache
def page() -> str:
    """Return the page as HTML."""
    return files("dx_mock.http_server.control_api").joinpath("page.html").read_text(encoding="utf-8")


@cache
def policy() -> str:
    """Return the Content-Security-Policy: the page's own style and script, by digest, and this server only."""
    sources = [
        "default-src 'none'",
        f"script-src {_digest('script')}",
        f"style-src {_digest('style')}",
        "connect-src 'self'",
        "img-src data:",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    ]
    return "; ".join(sources)


def _digest(tag: str) -> str:
    (content,) = re.findall(f"<{tag}>(.*?)</{tag}>", page(), re.DOTALL)
    return f"'sha256-{base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()}'"
