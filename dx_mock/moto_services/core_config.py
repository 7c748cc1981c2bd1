"""``mock_aws(config={"core": ...})``: which services and addresses it leaves to AWS, and which it allows.

Both hold for Direct Connect as for moto's own services where ``install()`` has put us in moto's place.  A
``mock_directconnect`` answers Direct Connect whatever moto is told.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from dx_mock.process import in_moto_place
from dx_mock.protocol import contract

if TYPE_CHECKING:
    from dx_mock.world.world import World

MODULE = "moto.core.config"

#: moto's module, while a mock is active and it is loaded
_config: Any = None


def install() -> None:
    """Look at moto's configuration from here on."""
    global _config
    _config = sys.modules.get(MODULE)


def uninstall() -> None:
    """Look at it no longer."""
    global _config
    _config = None


def leaves_to_aws(world: World, url: str) -> bool:
    """Return whether ``core.passthrough`` lets a request to Direct Connect through.

    Raises:
        ServiceNotWhitelisted: If (moto's) If ``core.service_whitelist`` does not have Direct Connect.
    """
    if _config is None or world is not in_moto_place.inside_mock_aws:
        return False
    # Each came with another version of moto.
    if hasattr(_config, "passthrough_url") and _config.passthrough_url(url.partition("?")[0]):
        return True
    if hasattr(_config, "passthrough_service") and _config.passthrough_service(contract.SERVICE):
        return True
    if hasattr(_config, "service_whitelisted") and not _config.service_whitelisted(contract.SERVICE):
        from moto.core.exceptions import ServiceNotWhitelisted

        raise ServiceNotWhitelisted(contract.SERVICE)
    return False
