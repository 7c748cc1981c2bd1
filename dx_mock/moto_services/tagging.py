"""Direct Connect resources in moto's Resource Groups Tagging API.

moto's backend for that API walks over the services that it knows.  While a mock is active its generators and
its two writing methods are wrapped, so that ours are among them: in moto 5.0 and in 5.2, whose rows differ.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Collection, Iterator
from typing import TYPE_CHECKING, Any

from dx_mock.graph.states import GONE
from dx_mock.process import current_world
from dx_mock.support.errors import ServiceError
from dx_mock.support.patches import Patches

if TYPE_CHECKING:
    from dx_mock.service.caller import Caller

MODULE = "moto.resourcegroupstaggingapi.models"

_patches = Patches()


def install() -> None:
    """Add our resources to moto's, as far as its Tagging API is loaded."""
    models: Any = sys.modules.get(MODULE)
    if models is None or _patches:
        return
    backend = models.ResourceGroupsTaggingAPIBackend
    for name, wrap in (
        ("_get_resources_generator", _resources),
        ("_get_tag_keys_generator", _keys),
        ("_get_tag_values_generator", _values),
        ("tag_resources", _tag),
        ("untag_resources", _untag),
    ):
        _patches.set(backend, name, wrap(vars(backend).get(name)))
    import moto.resourcegroupstaggingapi.responses as responses

    response: Any = responses.ResourceGroupsTaggingAPIResponse
    if not hasattr(response, "untag_resources"):  # moto before 5.1
        _patches.set(response, "untag_resources", _untag_response)


def uninstall() -> None:
    """Put moto back as it was."""
    _patches.undo()


def _caller(tagging: Any) -> Caller | None:
    """Return what the account of a call to the Tagging API has in Direct Connect."""
    world = current_world.current()
    return None if world is None else world.caller(tagging.account_id, tagging.region_name)


def _tagged(tagging: Any, named: Collection[str] = ()) -> Iterator[tuple[str, str, dict[str, str]]]:
    """Yield ARN, type and tags of what the account has tagged in the Region, gateways in all Regions.

    What is ``named`` by its ARN is there without tags, too [recorded: C7N (a gateway)].
    """
    caller = _caller(tagging)
    if caller is None:
        return
    gateways = caller.graph.global_backends.values()
    everywhere = [gateway for backend in gateways for gateway in backend.gateways.values()]
    for resource in [*caller.backend.resources.values(), *everywhere]:
        tags = getattr(resource, "tags", None)
        if not hasattr(resource, "tags") or resource.stage in GONE or resource.owner != caller.account_id:
            continue
        arn = caller.arn_of(resource)
        if tags or arn in named:
            yield arn, f"directconnect:{arn.rpartition(':')[2].partition('/')[0]}", dict(tags or {})


def _resources(original: Any) -> Any:
    def generate(
        self: Any,
        tag_filters: Any = None,
        resource_type_filters: Any = None,
        resource_arn_list: Any = None,
        **more: Any,
    ) -> Iterator[Any]:
        filters = {"tag_filters": tag_filters, "resource_type_filters": resource_type_filters}
        if resource_arn_list is not None:  # unknown to older versions
            more["resource_arn_list"] = resource_arn_list
        yield from original(self, **filters, **more)
        for arn, kind, tags in _tagged(self, resource_arn_list or ()):
            wanted = not resource_type_filters or any(
                kind == each or each == "directconnect" for each in resource_type_filters
            )
            listed = not resource_arn_list or arn in resource_arn_list
            if wanted and listed and _match(tags, tag_filters or []):
                yield _row(arn, kind, tags)

    return generate


def _match(tags: dict[str, str], filters: list[dict[str, Any]]) -> bool:
    return all(
        each["Key"] in tags and (not each.get("Values") or tags[each["Key"]] in each["Values"])
        for each in filters
    )


def _row(arn: str, kind: str, tags: dict[str, str]) -> Any:
    """Return a row as the installed moto has it."""
    tagged: Any = getattr(sys.modules[MODULE], "TaggedResource", None)
    if tagged is not None:
        return tagged(arn=arn, tags=tags, resource_type=kind)
    return {"ResourceARN": arn, "Tags": [{"Key": key, "Value": value} for key, value in tags.items()]}


def _keys(original: Any) -> Any:
    def generate(self: Any) -> Iterator[str]:
        yield from original(self)
        for _, _, tags in _tagged(self):
            yield from tags

    return generate


def _values(original: Any) -> Any:
    def generate(self: Any, tag_key: str) -> Iterator[str]:
        yield from original(self, tag_key)
        for _, _, tags in _tagged(self):
            if tag_key in tags:
                yield tags[tag_key]

    return generate


def _split(arns: list[str]) -> tuple[list[str], list[str]]:
    ours = [arn for arn in arns if arn.split(":")[2:3] == ["directconnect"]]
    return ours, [arn for arn in arns if arn not in ours]


def _each(self: Any, arns: list[str], change: Callable[[Any, str], None]) -> dict[str, dict[str, Any]]:
    """Change each resource; what is refused is reported by ARN, as the API does."""
    failed: dict[str, dict[str, Any]] = {}
    caller = _caller(self)
    for arn in arns:
        try:
            if caller is not None:
                with caller.engine.lock:
                    change(caller, arn)
        except ServiceError as refusal:
            failed[arn] = {
                "StatusCode": 400,
                "ErrorCode": "InvalidParameterException",
                "ErrorMessage": refusal.message,
            }
    return failed


def _tag(original: Any) -> Any:
    def tag_resources(self: Any, resource_arns: list[str], tags: dict[str, str]) -> dict[str, Any]:
        ours, others = _split(resource_arns)
        failed = dict(original(self, others, tags)) if others else {}
        wanted = [{"key": key, "value": value} for key, value in tags.items()]
        failed.update(_each(self, ours, lambda caller, arn: caller.tag_resource(arn, wanted)))
        return failed

    return tag_resources


def _untag(original: Any) -> Any:
    def untag_resources(self: Any, resource_arn_list: list[str], tag_keys: list[str]) -> dict[str, Any]:
        ours, others = _split(resource_arn_list)
        failed = dict(original(self, others, tag_keys)) if others and original is not None else {}
        failed.update(_each(self, ours, lambda caller, arn: caller.untag_resource(arn, tag_keys)))
        return failed

    return untag_resources


def _untag_response(self: Any) -> str:
    """UntagResources for versions of moto that lack it."""
    failed = self.backend.untag_resources(
        self._get_param("ResourceARNList") or [], self._get_param("TagKeys") or []
    )
    return json.dumps({"FailedResourcesMap": failed})
