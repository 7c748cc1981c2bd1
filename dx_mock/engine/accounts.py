"""Who is calling: moto's rules, and access keys of twelve digits."""

from __future__ import annotations

import os
import sys
from typing import Any

from botocore.credentials import Credentials

#: moto's default, and so ours.
DEFAULT_ACCOUNT_ID = "123456789012"
ACCOUNT_HEADER = "x-moto-account-id"


def default_account_id() -> str:
    """``MOTO_ACCOUNT_ID``, or moto's default."""
    return os.environ.get("MOTO_ACCOUNT_ID", DEFAULT_ACCOUNT_ID)


def access_key_of(credentials: Any) -> str | None:
    """The access key of a client's credentials, without refreshing any that come from outside.

    Only an assumed role that nobody has used yet is asked for its keys: moto's STS answers that.
    """
    if type(credentials) is Credentials:  # most of them: nothing of these can be refreshed
        return credentials.access_key
    if credentials is None:
        return None
    if not hasattr(credentials, "_access_key"):
        key: str | None = getattr(credentials, "access_key", None)
        return key
    if credentials._access_key is None and credentials.method == "assume-role":
        key = credentials.access_key
        return key
    key = credentials._access_key
    return key


def account_of(access_key: str | None, header: str | None = None, default: str | None = None) -> str:
    """The account that an access key or moto's header stands for, or the default one."""
    if header:
        return header
    if access_key:
        if len(access_key) == 12 and access_key.isdigit():
            return access_key
        # Only moto's IAM knows assumed roles and users, and they exist only if it has been imported.
        iam: Any = sys.modules.get("moto.iam.models")
        if iam is not None and hasattr(iam, "get_account_id_from"):
            account: str = iam.get_account_id_from(access_key)
            if account != getattr(iam, "DEFAULT_ACCOUNT_ID", None):
                return account  # else moto does not know the key
    return default or default_account_id()
