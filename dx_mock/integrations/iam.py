"""Accounts in moto's other services: a 12-digit access key stands for the account of that number there, too.

moto sees only keys of twenty characters in a request, and asks its IAM whose they are.
"""

from __future__ import annotations

import importlib
import re
import sys
from typing import Any

from dx_mock.integrations.patching import Patches

MODULE = "moto.iam.models"
RESPONSES = "moto.core.responses"

_CREDENTIAL = re.compile(r"Credential=(?P<key>[0-9]{12})/")

_patches = Patches()


def install() -> None:
    """Have moto read such keys; it looks both functions up anew for every request."""
    models: Any = sys.modules.get(MODULE)
    original = getattr(models, "get_account_id_from", None)
    try:
        response: Any = getattr(importlib.import_module(RESPONSES), "BaseResponse", None)
    except ImportError:
        return
    if original is None or not hasattr(response, "get_access_key") or _patches:
        return
    _patches.set(response, "get_access_key", _reading(response.get_access_key))

    def get_account_id_from(access_key: str) -> str:
        if len(access_key) == 12 and access_key.isdigit():
            return access_key
        account: str = original(access_key)
        return account

    _patches.set(models, "get_account_id_from", get_account_id_from)


def _reading(original: Any) -> Any:
    def get_access_key(self: Any) -> str:
        match = _CREDENTIAL.search(str(self.headers.get("Authorization", "")))
        if match:
            return match["key"]
        key: str = original(self)
        return key

    return get_access_key


def uninstall() -> None:
    """Put moto's functions back."""
    _patches.undo()
