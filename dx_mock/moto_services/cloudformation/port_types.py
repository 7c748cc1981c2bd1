"""Connections and LAGs in moto's CloudFormation."""

from __future__ import annotations

from typing import Any, ClassVar

from dx_mock.moto_services.cloudformation.resource import Properties, Resource, boolean, id_of, integer, tags_of


class Connection(Resource):
    """AWS::DirectConnect::Connection."""

    REPLACING = frozenset({"Bandwidth", "Location", "ProviderName", "RequestMACSec"})
    PROPERTIES = REPLACING | {"ConnectionName", "LagId", "Tags"}
    ATTRIBUTES: ClassVar[tuple[str, ...]] = ("ConnectionArn", "ConnectionId", "ConnectionState")

    def create(self) -> None:
        """CreateConnection."""
        given = self.properties
        self.id: str = self.call(
            "CreateConnection",
            connectionName=given.get("ConnectionName"),
            bandwidth=given.get("Bandwidth"),
            location=given.get("Location"),
            lagId=id_of(given.get("LagId")),
            providerName=given.get("ProviderName"),
            requestMACSec=boolean(given.get("RequestMACSec")),
            tags=tags_of(given),
        )["connectionId"]

    def update(self, old: Properties, new: Properties) -> None:
        """UpdateConnection, and in or out of a LAG."""
        if new.get("ConnectionName") != old.get("ConnectionName"):
            self.call("UpdateConnection", connectionId=self.id, connectionName=new.get("ConnectionName"))
        before, after = id_of(old.get("LagId")), id_of(new.get("LagId"))
        if after == before:
            return
        if after is None:
            self.call("DisassociateConnectionFromLag", connectionId=self.id, lagId=before)
        else:
            self.call("AssociateConnectionWithLag", connectionId=self.id, lagId=after)

    def remove(self) -> None:
        """DeleteConnection."""
        self.call("DeleteConnection", connectionId=self.id)

    def get_cfn_attribute(self, attribute_name: str) -> Any:
        """Return what GetAtt gives."""
        if attribute_name == "ConnectionState":
            found = self.call("DescribeConnections", connectionId=self.id)["connections"]
            return found[0]["connectionState"]
        return super().get_cfn_attribute(attribute_name)


class Lag(Resource):
    """AWS::DirectConnect::Lag: without connections at first, which name it in their ``LagId``."""

    REPLACING = frozenset({"ConnectionsBandwidth", "Location", "ProviderName", "RequestMACSec"})
    PROPERTIES = REPLACING | {"LagName", "MinimumLinks", "Tags"}
    ATTRIBUTES: ClassVar[tuple[str, ...]] = ("LagArn", "LagId", "LagState")

    def create(self) -> None:
        """CreateLag makes one connection at least; it goes at once, as CloudFormation's LAG has none [guessed].

        Terraform comes to an empty LAG in the same way.
        """
        given = self.properties
        made = self.call(
            "CreateLag",
            numberOfConnections=1,
            lagName=given.get("LagName"),
            location=given.get("Location"),
            connectionsBandwidth=given.get("ConnectionsBandwidth"),
            providerName=given.get("ProviderName"),
            requestMACSec=boolean(given.get("RequestMACSec")),
            tags=tags_of(given),
        )
        self.id: str = made["lagId"]
        for member in made["connections"]:
            self.call("DeleteConnection", connectionId=member["connectionId"])
        self._set_minimum_links(given)

    def _set_minimum_links(self, properties: Properties) -> None:
        links = integer(properties.get("MinimumLinks"))
        if links is not None:
            self.call("UpdateLag", lagId=self.id, minimumLinks=links)

    def update(self, old: Properties, new: Properties) -> None:
        """UpdateLag."""
        if new.get("LagName") != old.get("LagName"):
            self.call("UpdateLag", lagId=self.id, lagName=new.get("LagName"))
        if new.get("MinimumLinks") != old.get("MinimumLinks"):
            self._set_minimum_links({"MinimumLinks": new.get("MinimumLinks", 0)})

    def remove(self) -> None:
        """DeleteLag."""
        self.call("DeleteLag", lagId=self.id)

    def get_cfn_attribute(self, attribute_name: str) -> Any:
        """Return what GetAtt gives."""
        if attribute_name == "LagState":
            return self.call("DescribeLags", lagId=self.id)["lags"][0]["lagState"]
        return super().get_cfn_attribute(attribute_name)
