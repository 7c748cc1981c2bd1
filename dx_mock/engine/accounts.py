"""Accounts: the default one, and the access key of a client."""

from __future__ import annotations

import os
from typing import Any

from botocore.credentials import Credentials

#: moto's default, and so ours.
DEFAULT_ACCOUNT_ID = "123456789012"
ACCOUNT_HEADER = "x-moto-account-id"


def default_account_id() -> str:
    """Return the account id in ``MOTO_ACCOUNT_ID``, or moto's default."""
    return os.environ.get("MOTO_ACCOUNT_ID", DEFAULT_ACCOUNT_ID)


def access_key_of(credentials: Any) -> str | None:
    """Return the access key of a client's credentials, without refreshing any that come from outside.

    Only an assumed role that has not been used yet is asked for its keys; moto's STS answers then.
    """
    if type(credentials) is Credentials:  # the usual case: these can't be refreshed
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
