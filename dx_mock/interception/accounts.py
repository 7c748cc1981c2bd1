"""Who is calling: moto's rules, and access keys of twelve digits."""

from __future__ import annotations

import os
import sys
from typing import Any

#: moto's default, and so ours.
DEFAULT_ACCOUNT_ID = "123456789012"
ACCOUNT_HEADER = "x-moto-account-id"


def default_account_id() -> str:
    """``MOTO_ACCOUNT_ID``, or moto's default."""
    return os.environ.get("MOTO_ACCOUNT_ID", DEFAULT_ACCOUNT_ID)


def account_of(access_key: str | None, header: str | None = None) -> str:
    """The account that an access key or moto's header stands for."""
    if header:
        return header
    if access_key:
        if len(access_key) == 12 and access_key.isdigit():
            return access_key
        # Only moto's IAM knows assumed roles and users, and they exist only if it has been imported.
        iam: Any = sys.modules.get("moto.iam.models")
        if iam is not None and hasattr(iam, "get_account_id_from"):
            account: str = iam.get_account_id_from(access_key)
            return account
    return default_account_id()
