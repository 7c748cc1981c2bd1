"""Accounts in moto's other services: who calls is found out by our rules there, too.

moto sees only keys of twenty characters in a request, and lets ``MOTO_ACCOUNT_ID`` go before every other sign;
ours are :func:`dx_mock.engine.accounts.account_of`.
"""

from __future__ import annotations

import re
import sys
from typing import Any

from dx_mock.engine.accounts import ACCOUNT_HEADER, account_of
from dx_mock.support.patches import Patches

MODULE = "moto.core.responses"

_CREDENTIAL = re.compile(r"Credential=(?P<key>[0-9]{12})/")

_patches = Patches()


def install() -> None:
    """Have moto ask us; it looks the methods up anew for every request."""
    response: Any = getattr(sys.modules.get(MODULE), "BaseResponse", None)
    if _patches or not hasattr(response, "get_access_key") or not hasattr(response, "get_current_account"):
        return
    _patches.set(response, "get_access_key", _reading(response.get_access_key))
    _patches.set(response, "get_current_account", _current_account)


def _reading(original: Any) -> Any:
    def get_access_key(self: Any) -> str:
        match = _CREDENTIAL.search(str(self.headers.get("Authorization", "")))
        if match:
            return match["key"]
        key: str = original(self)
        return key

    return get_access_key


def _current_account(self: Any) -> str:
    import moto.iam.models  # noqa: F401  # whose keys are whose

    return account_of(self.get_access_key(), self.headers.get(ACCOUNT_HEADER))


def uninstall() -> None:
    """Put moto's methods back."""
    _patches.undo()
