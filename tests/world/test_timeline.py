"""The timeline: the past as text, as data and as a picture, and in the report of a failed test."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from datetime import datetime, timedelta

import pytest

from tests.helpers import connect, make_lag, members
from tests.service.virtual_interfaces.helpers import private


def test_an_outage_as_text(dx, client):
    connection = connect(client, connectionName="one")
    client.describe_connections()
    dx.traffic(connection, egress_bps=2e9)
    dx.clock.advance(hours=1)
    dx.link_down(connection)
    dx.clock.advance(minutes=30)
    dx.link_up(connection)
    dx.clock.advance(days=1, minutes=5)
    text = dx.timeline(connection).to_text()
    assert f"{dx.timeline(connection)}\n" == text
    head, *states, _, _ = text.splitlines()
    assert head == f'{connection} connection "one"'
    assert states == [
        "  2026-01-01 00:00:00  available (1 h)",
        "  2026-01-01 01:00:00  down (30 min)",
        "  2026-01-01 01:30:00  available (1 d 5 min)",
    ]
    assert "egress_bps" in text
    assert "0 to 2e+09 bit/s" in text
    assert "light_rx" in text


def test_a_part_of_the_past(dx, client):
    connection = connect(client)
    client.describe_connections()
    dx.clock.advance(hours=1)
    dx.link_down(connection)
    dx.clock.advance(hours=1)
    now = dx.clock.now()
    line = dx.timeline(connection, start=now - timedelta(minutes=90), end=now - timedelta(minutes=30)).lines[0]
    assert [(band.state, band.end - band.start) for band in line.bands] == [
        ("available", timedelta(minutes=30)),
        ("down", timedelta(minutes=30)),
    ]


def test_graphs_end_with_their_resource(dx, client):
    """What was deleted has neither light nor traffic of 0: it has none."""
    connection = connect(client)
    client.describe_connections()
    dx.light(connection, rx=-5)
    dx.traffic(connection, egress_bps=2e9)
    dx.clock.advance(hours=1)
    client.delete_connection(connectionId=connection)
    dx.clock.advance(hours=1)
    (line,) = dx.timeline(connection).lines
    for graph, value in zip(line.graphs, (2e9, -5), strict=True):
        assert graph.values == [value] * 30 + [None] * 30, graph.name
    assert dx.timeline(connection).to_svg().count("<polyline") == 2
    (later,) = dx.timeline(connection, start=dx.clock.now() - timedelta(minutes=30)).lines
    assert later.graphs == []


def test_all_that_ever_was(dx, client):
    """Without ids everything; deleted resources too, and what rides shows what carries it."""
    lag = make_lag(client)
    client.describe_lags()
    vif = private(client, lag["lagId"])["virtualInterfaceId"]
    gone = connect(client)
    client.describe_connections()
    client.delete_connection(connectionId=gone)
    dx.clock.advance(days=2)
    for member in members(lag):
        dx.link_down(member)
    dx.clock.advance(hours=1)
    lines = {line.id: [band.state for band in line.bands] for line in dx.timeline().lines}
    assert lines[vif] == lines[lag["lagId"]] == ["available", "down"]
    assert lines[gone][-1] == "deleted"
    with pytest.raises(LookupError):
        dx.world.resource(gone)


def test_a_picture_is_valid_and_escaped(dx, client):
    connection = connect(client, connectionName="a, b - c/d")
    client.describe_connections()
    dx.traffic(connection, ingress_bps=lambda time: 1e6 * (1 + time.minute))
    dx.clock.advance(hours=3)
    dx.light(connection, rx=-50)
    dx.clock.advance(hours=3)
    root = ET.fromstring(dx.timeline().to_svg())
    names = [element.tag.rpartition("}")[2] for element in root.iter()]
    assert names.count("polyline") == 2
    assert "a, b - c/d" in "".join(root.itertext())


def test_nothing_and_nonsense(dx, client):
    assert dx.timeline().to_text() == ""
    ET.fromstring(dx.timeline().to_svg())
    connection = connect(client)
    assert dx.timeline(connection).to_dict()["resources"][0]["states"][0]["state"] == "requested"
    with pytest.raises(LookupError, match="has a past"):
        dx.timeline("dxcon-ffffffff")
    with pytest.raises(TypeError, match="with a time zone"):
        dx.timeline(connection, start=datetime(2026, 1, 1))
    with pytest.raises(ValueError, match="after its end"):
        dx.timeline(connection, start=dx.clock.now(), end=dx.clock.now() - timedelta(hours=1))


def test_the_report_of_a_failed_test_has_the_past(pytester):
    pytester.makepyfile(
        """
        def test_outage(directconnect):
            client = directconnect.client()
            order = {"location": "EqDC2", "bandwidth": "1Gbps", "connectionName": "c"}
            connection = client.create_connection(**order)["connectionId"]
            client.describe_connections()
            directconnect.traffic(connection, egress_bps=lambda time: 1 / (1 - time.hour))
            directconnect.clock.advance(hours=1)
            directconnect.link_down(connection)
            assert False
        """
    )
    result = pytester.runpytest("-p", "no:randomly", "-p", "no:asyncio")
    result.stdout.fnmatch_lines(
        [
            "*Direct Connect*",
            "what happened when:",
            "*available (1 h)",
            "*down (0 s)",
        ]
    )
