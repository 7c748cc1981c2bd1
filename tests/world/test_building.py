"""Declared worlds and ready-made estates."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path

import jsonschema
import pytest

from dx_mock import active_mock, mock_directconnect
from dx_mock.engine.declarations.estates import ESTATES
from dx_mock.engine.declarations.schema import schema
from tests import invariants
from tests.helpers import CUSTOMER, PARTNER

ESTATE = """\
region: eu-west-1
account: "444444444444"
partners: ["111111111111"]
connections:
  - connectionName: fibre
    location: EqLD5
    bandwidth: 10Gbps
    device: 3
    tags: [{key: owner, value: network}]
  - connectionName: cut
    location: EqLD5
    bandwidth: 1Gbps
    state: down
  - {connectionName: ordered, location: EqLD5, bandwidth: 1Gbps, state: requested}
  - {connectionName: letter, location: EqLD5, bandwidth: 1Gbps, state: pending}
lags:
  - lagName: bundle
    location: EqLD5
    connectionsBandwidth: 10Gbps
    numberOfConnections: 2
    minimumLinks: 1
    device: 2
directConnectGateways:
  - directConnectGatewayName: backbone
    amazonSideAsn: 64999
virtualInterfaces:
  - type: private
    connectionId: bundle
    virtualInterfaceName: one
    vlan: 10
    asn: 65000
    directConnectGatewayId: backbone
  - type: private
    connectionId: fibre
    ownerAccount: "222222222222"
    virtualInterfaceName: theirs
    vlan: 11
    asn: 65000
    virtualGatewayId: vgw-12345678
  - type: transit
    connectionId: fibre
    ownerAccount: "222222222222"
    virtualInterfaceName: waiting
    vlan: 12
    asn: 65000
    state: confirming
  - type: private
    connectionId: fibre
    virtualInterfaceName: quiet
    vlan: 13
    asn: 65000
    virtualGatewayId: vgw-12345678
    state: down
directConnectGatewayAssociations:
  - directConnectGatewayId: backbone
    gatewayId: vgw-12345678
    addAllowedPrefixesToDirectConnectGateway: [{cidr: 10.0.0.0/8}]
"""


@pytest.fixture
def path(tmp_path):
    found = tmp_path / "estate.yaml"
    found.write_text(ESTATE)
    return found


def states(client):
    return {
        each["connectionName"]: each["connectionState"] for each in client.describe_connections()["connections"]
    }


def test_a_file(path):
    """Everything is there, in the states that it asks for, and nothing of it is in the record."""
    with mock_directconnect(topology=path, provisioning="manual") as dx:
        assert dx.calls == []
        client = dx.client("eu-west-1", "444444444444")
        shown = states(client)
        assert shown.pop("fibre") == "available"
        assert (shown["cut"], shown["ordered"], shown["letter"]) == ("down", "requested", "pending")
        (lag,) = client.describe_lags()["lags"]
        assert (lag["lagState"], lag["minimumLinks"]) == ("available", 1)
        devices = {each["awsDevice"] for each in lag["connections"]}
        assert devices == {lag["awsDevice"]}
        fibre = next(
            each for each in client.describe_connections()["connections"] if each["connectionName"] == "fibre"
        )
        assert fibre["awsDevice"] not in devices
        assert fibre["tags"] == [{"key": "owner", "value": "network"}]
        found = {
            each["virtualInterfaceName"]: each["virtualInterfaceState"]
            for each in client.describe_virtual_interfaces()["virtualInterfaces"]
        }
        assert found == {"one": "available", "theirs": "available", "waiting": "confirming", "quiet": "down"}
        (association,) = client.describe_direct_connect_gateway_associations(virtualGatewayId="vgw-12345678")[
            "directConnectGatewayAssociations"
        ]
        assert association["associationState"] == "associated"
        theirs = dx.client("eu-west-1", CUSTOMER).describe_virtual_interfaces()["virtualInterfaces"]
        assert {each["ownerAccount"] for each in theirs} == {CUSTOMER}
        invariants.check(dx.world)


def test_the_same_as_a_mapping_json_and_text(path, tmp_path):
    import yaml

    content = yaml.safe_load(ESTATE)
    other = tmp_path / "estate.json"
    other.write_text(json.dumps(content))
    pictures = []
    for topology in (path, str(path), content, other):
        with mock_directconnect(topology=topology) as dx:
            pictures.append(dx.topology().to_text())
    assert len(set(pictures)) == 1


@pytest.mark.parametrize("name", ESTATES)
def test_estates(name):
    """They follow the schema, come up whole, and nothing of one world is another's."""
    jsonschema.validate(ESTATES[name], schema())
    mock = mock_directconnect(topology=name)
    with mock as dx:
        first = dx.topology().to_text()
        assert " down" not in first
        invariants.check(dx.world)
        for each in dx.world.graph.resources.values():
            if getattr(each, "tags", None) is not None:
                each.tags["touched"] = "yes"
    with mock as dx:
        assert dx.topology().to_text() == first
        assert not any(getattr(each, "tags", None) for each in dx.world.graph.resources.values())


def test_maximum_resiliency_survives_a_location_and_a_device():
    with mock_directconnect(topology="maximum-resiliency") as dx:
        connections = dx.client().describe_connections()["connections"]
        assert len({each["location"] for each in connections}) == 2
        assert len({each["awsDevice"] for each in connections}) == 4


def test_partner_has_a_partner():
    with mock_directconnect(topology="partner") as dx:
        (interconnect,) = dx.client(account_id=PARTNER).describe_interconnects()["interconnects"]
        hosted = dx.client(account_id=PARTNER).describe_hosted_connections(
            connectionId=interconnect["interconnectId"]
        )["connections"]
        assert [each["connectionState"] for each in hosted] == ["available", "ordering"]


@pytest.mark.directconnect(topology="development")
def test_in_the_marker(directconnect):
    assert len(directconnect.client().describe_connections()["connections"]) == 2


def test_a_snapshot_of_it_goes_on(path):
    with mock_directconnect(topology=path) as dx:
        taken = json.loads(json.dumps(dx.snapshot()))
        picture = dx.topology().to_text()
    with mock_directconnect() as dx:
        dx.restore(taken)
        assert dx.topology().to_text() == picture


@pytest.mark.parametrize(
    ("old", "new", "text"),
    [
        ("bandwidth: 1Gbps\n", "bandwith: 1Gbps\n", "10 (connections[1]): 'bandwith' is not known here; did"),
        ("vlan: 10\n", "vlan: ten\n", "30 (virtualInterfaces[0].vlan): 'ten' is not of type 'integer'"),
        ("location: EqLD5", "location: Nowhere", "5 (connections[0]): "),
        ("connectionId: bundle", "connectionId: bundel", "28 (virtualInterfaces[0].connectionId): nothing"),
        ("connectionName: cut", "connectionName: fibre", "10 (connections[1].connectionName): there are two"),
        ("vlan: 13", "vlan: 11", "47 (virtualInterfaces[3]): Vlan 11 is already in use"),
        ("device: 3", "device: 5", "8 (connections[0].device): 5 is greater than the maximum"),
        ("state: confirming", "state: asleep", "'asleep' is not known here. Known: available"),
        ("connectionName: fibre\n    ", "", "5 (connections[0]): 'connectionName' is a required property"),
        ("region: eu", "  region: [", "line 2, column 8: this is not YAML: "),
        ("    vlan: 10\n", "    vlan: 10\n    vlan: 10\n", "31 (virtualInterfaces[0].vlan): there are"),
        ('"444444444444"', "444444444444", "is not of type 'string'; write it in quotes"),
        ("tags: [{key: owner, value: network}]", "tags: &a [*a]", "9 (connections[0].tags[0]): it contains"),
    ],
)  # fmt: skip
def test_what_is_wrong_and_where(path, old, new, text):
    """One sentence with the line, and no mock is left behind."""
    assert old in ESTATE
    path.write_text(ESTATE.replace(old, new, 1))
    with pytest.raises(ValueError, match=re.escape(text)) as caught:
        mock_directconnect(topology=path).start()
    assert str(path) in str(caught.value)
    with pytest.raises(RuntimeError):
        active_mock()


@pytest.mark.parametrize(
    ("topology", "error", "text"),
    [
        (
            {"conections": []},
            ValueError,
            "topology: 'conections' is not known here; did you mean 'connections'",
        ),
        ({"connections": [{}]}, ValueError, r"topology \(connections\[0\]\): "),
        ("maximum-resilience", ValueError, "neither an estate .* did you mean 'maximum-resiliency'"),
        ("", ValueError, "topology '' is neither an estate"),
        ("missing.yaml", ValueError, "can't read the topology missing.yaml"),
        (3, TypeError, "topology must be a mapping, a file or the name of an estate, not 3"),
    ],
)
def test_misuse(topology, error, text):
    with pytest.raises(error, match=text):
        mock_directconnect(topology=topology)


def test_a_file_that_is_no_text(tmp_path):
    path = tmp_path / "estate.yaml"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ValueError, match="can't read the topology"):
        mock_directconnect(topology=path)
    path.write_text("just text")
    with pytest.raises(ValueError, match="is not of type 'object'"):
        mock_directconnect(topology=path)


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("estate.json", "{", r"line [12], column [12]: this is not JSON: .*expected (the )?node content"),
        ("estate.yaml", "", "estate.yaml: it is empty"),
        ("estate.yaml", "a: \x00", r"(special|control) characters are not allowed"),
        ("estate.yaml", "!!python/object/apply:os.system ['true']", "could not determine a constructor"),
        ("estate.yaml", "? [a, b]\n: 1\n", "unhashable key"),
        ("estate.yaml", "[" * 5000, r"nested too deeply|exceeded maximum nesting depth|expected node content"),
    ],
)
def test_files_that_are_none(tmp_path, name, text, message):
    """One line, whatever the parser has to say."""
    path = tmp_path / name
    path.write_text(text)
    with pytest.raises(ValueError, match=message) as caught:
        mock_directconnect(topology=path)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("- {}\n" * 260_000, "it has more than 250000 entries"),
        ("- {}\n" * 2_000_000, "it is larger than 4194304 bytes"),
        ("connections: [" + "7, " * 100_000 + "7]", "connections"),
    ],
)
def test_files_that_are_too_much(tmp_path, text, message):
    """Refused in seconds, in a sentence that somebody can read."""
    path = tmp_path / "estate.yaml"
    path.write_text(text)
    begun = time.monotonic()
    with pytest.raises(ValueError, match=message) as caught:
        mock_directconnect(topology=path)
    assert time.monotonic() - begun < 60
    assert len(str(caught.value)) < 1000


def test_a_device_that_never_ends(tmp_path):
    if not Path("/dev/zero").exists():
        pytest.skip("needs /dev/zero")
    (tmp_path / "estate.yaml").symlink_to("/dev/zero")
    with pytest.raises(ValueError, match="larger than"):
        mock_directconnect(topology=tmp_path / "estate.yaml")


def test_aliases_that_stand_for_too_much(tmp_path):
    path = tmp_path / "estate.yaml"
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    path.write_text("\n".join(lines))
    with pytest.raises(ValueError, match="it has more than 250000 entries"):
        mock_directconnect(topology=path)


def test_the_schema_is_one():
    jsonschema.Draft202012Validator.check_schema(schema())
    published = Path(__file__).parents[2] / "docs" / "topology.schema.json"
    jsonschema.Draft202012Validator.check_schema(json.loads(published.read_text()))


def test_names_of_partners():
    """A topology names partners as the setting does; the setting goes before it."""
    declared = {"partners": {"111111111111": "Carrier", "222222222222": "Other"}}
    with mock_directconnect(topology=declared, partners={"111111111111": "Mine"}) as named:
        assert named.world.settings.partners == {"111111111111": "Mine", "222222222222": "Other"}
