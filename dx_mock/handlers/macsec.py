"""MACsec keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dx_mock.handlers.shapes.port_shapes import mac_sec_keys

if TYPE_CHECKING:
    from dx_mock.service.caller import Caller


def associate_mac_sec_key(caller: Caller, request: Any) -> dict[str, Any]:
    """Answer AssociateMacSecKey, without the key material.

    Limit: A change of a key's state takes five minutes in timed mode; how long AWS takes is not recorded.
    """
    keys = caller.associate_mac_sec_key(
        request["connectionId"], request.get("secretARN"), request.get("ckn"), request.get("cak")
    )
    return {"connectionId": request["connectionId"], "macSecKeys": mac_sec_keys(keys)}


def disassociate_mac_sec_key(caller: Caller, request: Any) -> dict[str, Any]:
    """Answer with the keys that are no longer associated [documented: API:DisassociateMacSecKey]."""
    key = caller.disassociate_mac_sec_key(request["connectionId"], request["secretARN"])
    return {"connectionId": request["connectionId"], "macSecKeys": mac_sec_keys([key])}
