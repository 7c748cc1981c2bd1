"""Accounts: the default one, and the access key of a client."""

from __future__ import annotations

import os
import re
from typing import Any

from botocore.credentials import Credentials

#: moto's default, and so ours.
DEFAULT_ACCOUNT_ID = "123456789012"
ACCOUNT_HEADER = "x-moto-account-id"

_ROLE = re.compile(r"arn:[^:]+:iam::(?P<account>[0-9]{12}):role/")


def default_account_id() -> str:
    """Return the account id in ``MOTO_ACCOUNT_ID``, or moto's default."""
    return os.environ.get("MOTO_ACCOUNT_ID", DEFAULT_ACCOUNT_ID)


def is_account_id(text: str) -> bool:
    """Return whether a text is the id of an account: twelve digits."""
    return len(text) == 12 and text.isascii() and text.isdigit()


def access_key_of(credentials: Any) -> str | None:
    """Return the access key of a client's credentials, without refreshing any; for a role its account.

    botocore gets a role's keys when they are first needed, from STS, from the single sign-on portal: whose role
    it is stands in what it would ask for, so that nobody has to be asked.
    """
    if type(credentials) is Credentials:  # the usual case: these can't be refreshed
        return credentials.access_key
    if credentials is None:
        return None
    account = _account_of_role(getattr(credentials, "_refresh_using", None))
    if account is not None:
        return account
    if not hasattr(credentials, "_access_key"):
        key: str | None = getattr(credentials, "access_key", None)
        return key
    key = credentials._access_key
    return key


def _account_of_role(refresh: Any) -> str | None:
    """Return the account of the role whose keys a function of botocore's gets, or None."""
    # One that asks for the code of an MFA device has the other function inside.
    fetcher = getattr(getattr(refresh, "_refresh", refresh), "__self__", None)
    match = _ROLE.match(str(getattr(fetcher, "_role_arn", "")))
    if match is not None:
        return match["account"]
    account = str(getattr(fetcher, "_account_id", ""))
    return account if is_account_id(account) else None
