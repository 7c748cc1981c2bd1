"""The same run against our own server and against moto's: all the same here, every known difference there."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conform.test_catalogue import ASKABLE
from tools import comparison

pytest.importorskip("flask")

PAGE = Path(__file__).parents[2] / "docs" / "coming-from-moto.md"

#: The rows of docs/coming-from-moto.md: the question that finds the difference, and what of the answer differs.
FOUND_BY = {
    "The id of a new connection": ("connection-life", "CreateConnection: forms", "'<arn>', not '<dxcon>'"),
    "The id of a new LAG": ("lag-life", "CreateLag: forms", "lagId is '<arn>', not '<dxlag>'"),
    "`connectionState` in the answer of CreateConnection": (
        "connection-life", "CreateConnection: states", "connectionState is 'available', not 'requested'",
    ),
    "... and in the answer of DeleteConnection then": None,  # of an available port, which no run waits for
    "`lagState` in the answer of CreateLag": ("lag-life", "CreateLag: states", "lagState is 'available', not "),
    "`awsDeviceV2` of a new connection": ("connection-life", "CreateConnection: keys", "'awsDeviceV2'"),
    "`partnerName` of a dedicated connection": ("connection-life", "CreateConnection: keys", "'partnerName'"),
    "DescribeConnections of an unknown id": (
        "describe-connections-unknown", "DescribeConnections: code", "ConnectionNotFound",
    ),
    "DescribeLags of an unknown id": ("describe-lags-unknown", "DescribeLags: code", "LagNotFound"),
    "A connection at location `nowhere`": ("connection-nowhere", "CreateConnection: outcome", "is not valid"),
    "A LAG of 99 connections": ("lag-of-99", "CreateLag: outcome", "Exceeded the maximum"),
    "A LAG with an existing connection": ("lag-with-a-connection", "CreateLag: outcome", "HTTP 500"),
    "MACsec on a port of 1 Gbps": (
        "connection-macsec-of-1-gbps", "CreateConnection: outcome", "MACsec is not available",
    ),
    "Deleting a connection again": ("connection-life", "DeleteConnection: outcome", "Could not find"),
    "DescribeConnections with `maxResults=1` of three": (
        "connection-page-of-1", "DescribeConnections: counts", ", not 1",
    ),
    "`loaIssueTime` of a new connection": ("connection-life", "CreateConnection: keys", "'loaIssueTime'"),
    "`vlan` of a dedicated connection": ("connection-life", "CreateConnection: keys", "'vlan'"),
    "`portEncryptionStatus` of a connection without MACsec": (
        "connection-life", "CreateConnection: keys", "'portEncryptionStatus'",
    ),
    "`hasLogicalRedundancy` of a new connection": (
        "connection-life", "CreateConnection: states", "'hasLogicalRedundancy'",
    ),
    "`connectionState` of a new LAG's members": (
        "lag-life", "CreateLag: states", "connections[].connectionState is 'available', not 'requested'",
    ),
    "TagResource with the connection's id": (
        "tag-resource-malformed", "TagResource: outcome", "Resource ARN doesntexist has an invalid",
    ),
    "The ARN of a connection in GetResources": None,  # of another service
    "`macSecKeys` of a connection ordered without MACsec": (
        "connection-life", "CreateConnection: keys", "'macSecKeys'",
    ),
    "`encryptionMode` of it": ("connection-life", "CreateConnection: keys", "'encryptionMode'"),
    "`macSecCapable` of it": ("connection-life", "CreateConnection: keys", "'macSecCapable'"),
    "`encryptionMode` of a connection ordered with MACsec": (
        "connection-macsec-no-such-key", "CreateConnection: states", "encryptionMode is 'must_encrypt', not",
    ),
    "The number of its `macSecKeys`": (
        "connection-macsec-no-such-key", "CreateConnection: keys", "'macSecKeys[].ckn'",
    ),
    "UpdateConnection to `should_encrypt` without MACsec": (
        "connection-encryption", "UpdateConnection: outcome", "is not MACsec capable.",
    ),
    "UpdateConnection to `sometimes` with MACsec": (
        "connection-no-such-encryption", "UpdateConnection: outcome", "Encryption mode doesntexist is not",
    ),
    "AssociateMacSecKey without MACsec": (
        "connection-macsec-key", "AssociateMacSecKey: outcome", "is not MACsec capable.",
    ),
    # of a key on an available port, which no run waits for
    "`state` of a key in the answer of AssociateMacSecKey": None,
    "`state` of it in the answer of DisassociateMacSecKey": None,
    "`secretARN` of a key": None,
    "`startOn` of a key": None,
    "A `ckn` of 4 digits": ("connection-macsec-bad-key", "AssociateMacSecKey: outcome", "The ckn is not valid"),
    "`encryptionMode` of a LAG ordered without MACsec": ("lag-life", "CreateLag: keys", "'encryptionMode'"),
    "DescribeVirtualInterfaces": (
        "describe-virtual-interfaces-all", "DescribeVirtualInterfaces: outcome", "HTTP 500",
    ),
    "DescribeLocations": ("describe-locations-all", "DescribeLocations: outcome", "HTTP 500"),
}  # fmt: skip


def rows():
    """Return the rows of the page whose two columns differ."""
    found = []
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if len(cells) == 3 and cells[0] not in {"Question", "---"} and cells[1] != cells[2]:
            found.append(cells[0])
    return found


def shown(difference):
    """Return a difference in words, with every member that only one side has, or that is not the same."""
    sides = difference.reference, difference.endpoint
    if isinstance(sides[0], list):
        more = sorted(set(sides[0]) ^ set(sides[1]))
    elif isinstance(sides[0], dict):
        more = [name for name in {**sides[0], **sides[1]} if sides[0].get(name) != sides[1].get(name)]
    else:
        more = []
    return f"{difference} {more}"


def test_our_server_answers_as_the_reference():
    report = comparison.ask_dx_mock()
    assert (report.exit_code, report.left, report.interrupted) == (0, [], ""), report.to_text()
    assert report.count("same") == len(ASKABLE) > 300


@pytest.mark.slow
def test_what_the_run_finds_at_moto():
    """Every difference that docs/coming-from-moto.md names, and no traceback of moto's."""
    report = comparison.ask_moto(only={found[0] for found in FOUND_BY.values() if found})
    said = {found.question.id: [shown(each) for each in found.differences] for found in report}
    unknown = set(rows()) - set(FOUND_BY)
    assert unknown == set(), "no question is known for these rows of the page"
    missed = {}
    for row, found in FOUND_BY.items():
        if found is not None:
            question, aspect, words = found
            if not any(each.startswith(aspect) and words in each for each in said[question]):
                missed[row] = said[question]
    assert missed == {}
    assert "Traceback" not in report.to_text() + report.to_html()


def test_the_figures_of_the_page():
    """From findings, not by hand: one same, one that differs, one without an answer."""
    ours = comparison.ask_dx_mock(only=["describe-lags-all", "describe-lags-unknown", "describe-locations-all"])
    table = comparison.figures(ours, ours)
    assert "| refused | 3 | 3 | 3 | 0 | 0 |" in table
    assert "| all | 3 | 3 | 3 | 0 | 0 |" in table
