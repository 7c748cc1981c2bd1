"""Permissions as moto's IAM has them: its own code decides about our calls while a test has it enforce them.

``moto.core.set_initial_no_auth_action_count`` and ``enable_iam_authentication`` set the number of calls after
which moto checks signatures and policies.  While that number is infinite nothing is asked here.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Mapping
from typing import Any

from dx_mock.engine.faults import COMMON_ERRORS
from dx_mock.moto_services.requests_for_moto import request_for_moto
from dx_mock.support.errors import ServiceError

MODULE = "moto.settings"

#: moto speaks as AWS's older XML protocols do; services with JSON have other codes for the same refusals
#: (API reference, common errors).
_CODES = {
    "AccessDenied": "AccessDeniedException",
    "InvalidClientTokenId": "UnrecognizedClientException",
    "SignatureDoesNotMatch": "InvalidSignatureException",
}

#: moto's settings, while a mock is active and moto is loaded
_settings: Any = None


def install() -> None:
    """Look at moto's settings from here on."""
    global _settings
    settings = sys.modules.get(MODULE)
    if hasattr(settings, "INITIAL_NO_AUTH_ACTION_COUNT"):
        _settings = settings


def uninstall() -> None:
    """Look at them no longer."""
    global _settings
    _settings = None


def is_enforced() -> bool:
    """Return whether moto checks calls, now or from some number of calls on."""
    return _settings is not None and not math.isinf(_settings.INITIAL_NO_AUTH_ACTION_COUNT)


def refusal(method: str, url: str, headers: Mapping[str, Any], body: Any) -> ServiceError | None:
    """Return moto's refusal of a request to Direct Connect, or None; moto counts it as one of its own."""
    if not is_enforced():
        return None
    from moto.directconnect.responses import DirectConnectResponse
    from werkzeug.exceptions import HTTPException

    request = request_for_moto(method, url, headers, body)
    response: Any = DirectConnectResponse()
    try:
        response.setup_class(request, url, request.headers)
        response._authenticate_and_authorize_normal_action("*")
    except HTTPException as refused:
        code = getattr(refused, "error_type", refused.name)
        message = getattr(refused, "message", refused.description)
        return ServiceError(_CODES.get(code, code), str(message), refused.code)
    except (KeyError, IndexError):  # moto takes it for granted that requests are signed
        if any(str(name).lower() == "authorization" for name in headers):
            return ServiceError("IncompleteSignature", COMMON_ERRORS["IncompleteSignature"][1], 403)
        return ServiceError("MissingAuthenticationTokenException", "Missing Authentication Token", 403)
    return None
