"""The quotas of Direct Connect in moto's Service Quotas; those of other services are moto's own."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from dx_mock.process import current_world
from dx_mock.rules import quota_names as rules
from dx_mock.rules.partitions import partition_of
from dx_mock.rules.quota_names import ServiceQuota
from dx_mock.rules.quotas import QUOTAS
from dx_mock.rules.releases import RELEASES
from dx_mock.support.patches import Patches

if TYPE_CHECKING:
    from dx_mock.world.world import World

MODULE = "moto.servicequotas.responses"
#: The most results of a page [documented: QUOTAS].
PAGE = 100

_patches = Patches()


def install() -> None:
    """Answer for our service in moto's."""
    responses: Any = getattr(sys.modules.get(MODULE), "ServiceQuotasResponse", None)
    if _patches or responses is None:
        return
    for name, answer in (
        ("list_service_quotas", _list),
        ("get_service_quota", _get),
        ("list_aws_default_service_quotas", _list_defaults),
        ("get_aws_default_service_quota", _get_default),
    ):
        _patches.set(responses, name, _answering(name, getattr(responses, name, None), answer))


def uninstall() -> None:
    """Put moto's class back."""
    _patches.undo()


def _answering(name: str, original: Any, answer: Any) -> Any:
    def respond(self: Any) -> Any:
        world = current_world.current()
        asked: dict[str, Any] = json.loads(self.body or "{}")
        if world is None or asked.get("ServiceCode") != rules.SERVICE_CODE:
            if original is None:
                raise NotImplementedError(f"The {name} action has not been implemented")
            return original(self)
        return json.dumps(answer(world, self.current_account, self.region, asked))

    respond.__name__ = name
    return respond


def _list(world: World, account_id: str, region: str, asked: Mapping[str, Any]) -> dict[str, Any]:
    code = asked.get("QuotaCode")
    found = [_one(world, account_id, region, code)] if code else list(rules.SERVICE_QUOTAS)
    if asked.get("QuotaAppliedAtLevel", "ACCOUNT") not in {"ACCOUNT", "ALL"}:
        found = []
    return _page([_shape(each, world.settings.quotas, account_id, region) for each in found], asked)


def _get(world: World, account_id: str, region: str, asked: Mapping[str, Any]) -> dict[str, Any]:
    quota = _one(world, account_id, region, asked.get("QuotaCode"))
    return {"Quota": _shape(quota, world.settings.quotas, account_id, region)}


def _list_defaults(world: World, account_id: str, region: str, asked: Mapping[str, Any]) -> dict[str, Any]:
    return _page([_shape(each, _defaults(world), "", region) for each in rules.SERVICE_QUOTAS], asked)


def _get_default(world: World, account_id: str, region: str, asked: Mapping[str, Any]) -> dict[str, Any]:
    return {"Quota": _shape(_one(world, "", region, asked.get("QuotaCode")), _defaults(world), "", region)}


def _defaults(world: World) -> Mapping[str, int]:
    """Return the quotas of the world's release, whatever a test has set."""
    release = world.settings.release
    return {**QUOTAS, **(RELEASES[release].quotas if release is not None else {})}


def _one(world: World, account_id: str, region: str, code: Any) -> ServiceQuota:
    quota = rules.BY_CODE.get(code)
    if quota is None:
        raise _refusal("NoSuchResourceException", f"The specified quota {code} does not exist in this service.")
    return quota


def _shape(quota: ServiceQuota, quotas: Mapping[str, int], account_id: str, region: str) -> dict[str, Any]:
    partition = partition_of(region)
    found = {
        "ServiceCode": rules.SERVICE_CODE,
        "ServiceName": rules.SERVICE_NAME,
        "QuotaArn": f"arn:{partition}:servicequotas:{region}:{account_id}:{rules.SERVICE_CODE}/{quota.code}",
        "QuotaCode": quota.code,
        "QuotaName": quota.name,
        "Value": float(quota.value(quotas)),
        "Unit": "None",
        "Adjustable": False,
        "GlobalQuota": False,
        "Description": quota.description,
    }
    return {**found, "QuotaAppliedAtLevel": "ACCOUNT"} if account_id else found


def _page(quotas: list[dict[str, Any]], asked: Mapping[str, Any]) -> dict[str, Any]:
    token = asked.get("NextToken")
    if token is not None and not (str(token).isdecimal() and int(token) < len(quotas)):
        raise _refusal("InvalidPaginationTokenException", "Invalid input was provided: NextToken.")
    first = int(token or 0)
    last = first + min(int(asked.get("MaxResults") or PAGE), PAGE)
    found: dict[str, Any] = {"Quotas": quotas[first:last]}
    if last < len(quotas):
        found["NextToken"] = str(last)
    return found


def _refusal(code: str, message: str) -> Exception:
    from moto.core.exceptions import JsonRESTError

    refusal: Exception = JsonRESTError(code, message)
    return refusal
