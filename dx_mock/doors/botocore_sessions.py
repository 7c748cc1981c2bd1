"""The door for what botocore itself sends besides the calls of clients: questions to the metadata services.

And the last look at what clients send: a hook may have sent a request to another place than its client's.
"""

from __future__ import annotations

from typing import Any

from botocore.httpsession import URLLib3Session

from dx_mock.doors import other_services
from dx_mock.doors.policy import Decision
from dx_mock.process import current_world, served_endpoints
from dx_mock.support.patches import Patches

_patches = Patches()
_send = URLLib3Session.send


def install() -> None:
    """Look at everything that botocore is about to send."""
    global _send
    if not _patches:
        _send = URLLib3Session.send
        _patches.set(URLLib3Session, "send", _checked_send)


def uninstall() -> None:
    """Put botocore back as it was."""
    _patches.undo()


def _checked_send(self: Any, request: Any) -> Any:
    world = current_world.current()
    if world is None or served_endpoints.is_served(request.url):
        return _send(self, request)
    decision = other_services.decide(world, request.url, by_client=True)
    if decision is Decision.PASSED:
        with other_services.passing(request.url):
            return _send(self, request)
    found = other_services.answer_of_moto(request) if decision is Decision.MOTO else None
    return _send(self, request) if found is None else found
