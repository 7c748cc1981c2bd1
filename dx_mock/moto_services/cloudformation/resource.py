"""A resource of AWS::DirectConnect in moto's CloudFormation: what the seven types have in common.

A resource calls Direct Connect for the account of its stack, as CloudFormation does; a change of a property
that AWS can't update replaces it.  Which those are, and what Ref and GetAtt give, is from AWS's resource
schemas and its Template Reference.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from dx_mock.graph.states import LEAVING
from dx_mock.moto_services.direct_connect_calls import call
from dx_mock.process import current_world
from dx_mock.support.errors import ServiceError

Properties = Mapping[str, Any]


def _refused(refusal: ServiceError) -> Exception:
    """Return a refusal as moto's CloudFormation reports what a resource can't do."""
    from moto.cloudformation.exceptions import ValidationError

    error: Exception = ValidationError(message=f"Resource handler returned message: {refusal.message}")
    return error


def invalid(name: str, problem: str) -> Exception:
    """Return the error for properties that the schema does not allow."""
    from moto.cloudformation.exceptions import ValidationError

    error: Exception = ValidationError(
        message=f"Properties validation failed for resource {name} with message:\n{problem}"
    )
    return error


def id_of(value: Any) -> Any:
    """Return the id in an ARN; properties take either."""
    return value.rsplit("/", 1)[-1] if isinstance(value, str) and value.startswith("arn:") else value


def integer(value: Any) -> int | None:
    """Return a number that a template may write as text."""
    return None if value is None else int(value)


def boolean(value: Any) -> bool | None:
    """Return a truth that a template may write as text."""
    return value.lower() == "true" if isinstance(value, str) else value


def tags_of(properties: Properties) -> list[dict[str, str]] | None:
    """Tags of a template as Direct Connect takes them, or None."""
    tags = properties.get("Tags")
    return [{"key": each["Key"], "value": each["Value"]} for each in tags] if tags else None


def cidrs(prefixes: Any) -> list[dict[str, str]]:
    """Prefixes of a template as Direct Connect takes them."""
    return [{"cidr": each} for each in prefixes or ()]


def account_of(role_arn: Any) -> str | None:
    """Return the account of a role, which CloudFormation assumes to act on its behalf."""
    return str(role_arn).split(":")[4] if role_arn else None


class Resource:
    """A resource of a stack: what moto's parser wants of one, and calls to Direct Connect."""

    #: properties whose change replaces the resource [documented: CFN (createOnlyProperties)]
    REPLACING: ClassVar[frozenset[str]] = frozenset()
    #: every property of the schema [documented: CFN]
    PROPERTIES: ClassVar[frozenset[str]] = frozenset()
    #: what GetAtt gives
    ATTRIBUTES: ClassVar[tuple[str, ...]] = ()

    def __init__(self, account_id: str, region_name: str, properties: Properties) -> None:
        self.account_id = account_id
        self.region_name = region_name
        self.properties: dict[str, Any] = dict(properties)
        self.id: str = ""

    @classmethod
    def checked(cls, name: str, cloudformation_json: Any) -> Properties:
        """Return the properties of a resource; one that the schema lacks fails the stack [documented: CFN]."""
        properties: Properties = cloudformation_json.get("Properties") or {}
        for place, key in cls.unknown(properties):
            raise invalid(name, f"{place}: extraneous key [{key}] is not permitted")
        return properties

    @classmethod
    def unknown(cls, properties: Properties) -> Iterator[tuple[str, str]]:
        """Yield place and name of every property that the schema lacks."""
        for key in properties:
            if key not in cls.PROPERTIES:
                yield "#", key

    # --- moto's side ---------------------------------------------------------------------------------------

    @classmethod
    def has_cfn_attr(cls, attr: str) -> bool:
        """Return whether GetAtt knows an attribute."""
        return attr in cls.ATTRIBUTES

    @classmethod
    def create_from_cloudformation_json(
        cls, resource_name: str, cloudformation_json: Any, account_id: str, region_name: str, **kwargs: Any
    ) -> Resource:
        """Create what a template describes."""
        made = cls(account_id, region_name, cls.checked(resource_name, cloudformation_json))
        try:
            made.create()
        except ServiceError as refusal:
            raise _refused(refusal) from None
        return made

    @classmethod
    def update_from_cloudformation_json(
        cls,
        original_resource: Resource,
        new_resource_name: str,
        cloudformation_json: Any,
        account_id: str,
        region_name: str,
    ) -> Resource:
        """Change a resource, or replace it: the new one is made before the old one goes, as in AWS."""
        new = cls.checked(new_resource_name, cloudformation_json)
        old = original_resource.properties
        if any(id_of(old.get(name)) != id_of(new.get(name)) for name in cls.REPLACING):
            made = cls.create_from_cloudformation_json(
                new_resource_name, cloudformation_json, account_id, region_name
            )
            original_resource.delete(account_id, region_name)
            return made
        try:
            original_resource.update(old, new)
            original_resource.update_tags(old, new)
        except ServiceError as refusal:
            raise _refused(refusal) from None
        original_resource.properties = dict(new)
        return original_resource

    @classmethod
    def delete_from_cloudformation_json(
        cls, resource_name: str, cloudformation_json: Any, account_id: str, region_name: str
    ) -> None:
        """Part of moto's contract; resources of ours are deleted by :meth:`delete`."""

    def delete(self, account_id: str, region_name: str) -> None:
        """Delete the resource, unless it is gone already."""
        if self._resource() is None:
            return
        try:
            self.remove()
        except ServiceError as refusal:
            raise _refused(refusal) from None

    def is_created(self) -> bool:
        """Return whether creation is over."""
        return True

    @property
    def physical_resource_id(self) -> str:
        """What Ref gives: the ARN [documented: CFN]."""
        return self.arn

    def get_cfn_attribute(self, attribute_name: str) -> Any:
        """Return what GetAtt gives."""
        if attribute_name not in self.ATTRIBUTES:
            from moto.cloudformation.exceptions import UnformattedGetAttTemplateException

            raise UnformattedGetAttTemplateException()
        if attribute_name.endswith("Arn"):
            return self.arn
        return self.id

    # --- Direct Connect's side -----------------------------------------------------------------------------

    def call(self, operation: str, **parameters: Any) -> dict[str, Any]:
        """Return a call of the stack's account."""
        return call(self.account_id, self.region_name, operation, **parameters)

    @property
    def arn(self) -> str:
        """The ARN, which the resource keeps after its deletion."""
        found = self._resource()
        world = current_world.current()
        if found is not None and world is not None:
            self._arn = world.caller(self.account_id, self.region_name).arn_of(found)
        return self._arn

    _arn = ""

    def _resource(self) -> Any:
        world = current_world.current()
        found = None if world is None else world.graph.resources.get(self.id)
        return None if found is None or found.stage in LEAVING else found

    def create(self) -> None:
        """Create it from its properties."""
        raise NotImplementedError

    def update(self, old: Properties, new: Properties) -> None:
        """Change what can be changed in place."""

    def remove(self) -> None:
        """Delete it."""
        raise NotImplementedError

    def update_tags(self, old: Properties, new: Properties) -> None:
        """Bring the tags in line with the template."""
        before = {each["key"]: each["value"] for each in tags_of(old) or ()}
        after = {each["key"]: each["value"] for each in tags_of(new) or ()}
        gone = [key for key in before if key not in after]
        changed = [{"key": key, "value": value} for key, value in after.items() if before.get(key) != value]
        if gone:
            self.call("UntagResource", resourceArn=self.arn, tagKeys=gone)
        if changed:
            self.call("TagResource", resourceArn=self.arn, tags=changed)
