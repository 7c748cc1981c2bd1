"""Accounts in moto's other services: who calls is found out by our rules there, too.

moto sees only keys of twenty characters in a request, and lets ``MOTO_ACCOUNT_ID`` go before every other sign;
ours are :func:`account_of`.  In moto's place (``install()``) moto's order holds, after keys of twelve digits.
"""

from __future__ import annotations

import os
import re
import sys
from typing import Any

from dx_mock.engine.accounts import ACCOUNT_HEADER, default_account_id, is_account_id
from dx_mock.process import in_moto_place
from dx_mock.support.patches import Patches

MODULE = "moto.core.responses"

_CREDENTIAL = re.compile(r"Credential=(?P<key>[0-9]{12})/")

_patches = Patches()


def account_of(access_key: str | None, header: str | None = None, default: str | None = None) -> str:
    """Return the account that an access key or moto's header stands for, or the default one."""
    as_moto = in_moto_place.standing is not None and "MOTO_ACCOUNT_ID" in os.environ
    if header and not as_moto:
        return header
    if access_key:
        if is_account_id(access_key):
            return access_key
        if as_moto:
            return default_account_id()
        # Only moto's IAM knows assumed roles and users, and they exist only if it has been imported.
        iam: Any = sys.modules.get("moto.iam.models")
        if iam is not None and hasattr(iam, "get_account_id_from"):
            account: str = iam.get_account_id_from(access_key)
            if account != getattr(iam, "DEFAULT_ACCOUNT_ID", None):
                return account  # else moto does not know the key
    return default or default_account_id()


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
