"""The clients that a mock makes: of a session of their own, so that they need nothing of the user's."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from dx_mock.doors import botocore
from dx_mock.process import current_world

if TYPE_CHECKING:
    from types_boto3_directconnect import DirectConnectClient

    from dx_mock.world.world import World

_session: Any = None


def make(region_name: str, account_id: str, endpoint_url: str | None, **options: Any) -> DirectConnectClient:
    """Return a client that acts as an account in a Region; boto3's default session is not touched."""
    global _session
    with current_world.changing():  # sessions are not made for several threads, and a fork waits here
        if _session is None:
            import boto3
            import botocore.session

            # AWS_PROFILE may name a profile that does not exist: this session knows of no profile at all.
            variables = {"profile": (None, None, None, None)}
            _session = boto3.Session(botocore_session=botocore.session.Session(variables))
        client: DirectConnectClient = _session.client(
            "directconnect",
            region_name=region_name,
            aws_access_key_id=account_id,
            aws_secret_access_key="dx_mock",
            endpoint_url=endpoint_url,
            **options,
        )
    return client


def make_bound(region_name: str, account_id: str, world_of: Callable[[], World]) -> DirectConnectClient:
    """Return a client that calls on one world, and reaches nobody else, whatever the environment says."""
    from botocore.config import Config

    options: dict[str, Any] = {"ignore_configured_endpoint_urls": True}  # the stubs do not have it
    config = Config(**options)
    client = make(region_name, account_id, None, config=config)
    botocore.bind(client, world_of)
    return client
