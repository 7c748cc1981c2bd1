"""Letters of authorization: what is in them, who gets them, when."""

from __future__ import annotations

import io
from datetime import timedelta

import pypdf
import pytest

from dx_mock.support.clock import EPOCH
from tests.helpers import CUSTOMER, PARTNER, STRANGER, connect, make_lag, members, one, refused


def text_of(content: bytes) -> str:
    """What a reader of the PDF reads."""
    reader = pypdf.PdfReader(io.BytesIO(content), strict=True)
    assert len(reader.pages) == 1
    return reader.pages[0].extract_text()


def test_the_letter(client, dx):
    """Documented: the content of a letter; plainly a specimen."""
    made = connect(client, connectionName="link to AWS")
    shown = one(client, made)
    assert "loaIssueTime" not in shown
    answer = client.describe_loa(connectionId=made, providerName="Cable & Co (North)")
    assert answer["loaContentType"] == "application/pdf"
    content = answer["loaContent"]
    assert content.startswith(b"%PDF-1.")
    assert content.rstrip().endswith(b"%%EOF")
    text = text_of(content)
    for part in (
        "SPECIMEN",
        "authorizes nothing",
        made,
        "link to AWS",
        shown["awsDevice"],
        "Port: 1",
        "EqDC2",
        "Equinix DC2/DC11, Ashburn, VA",
        "123456789012",
        "Cable & Co (North)",
        f"{EPOCH:%Y-%m-%d}",
        f"{EPOCH + timedelta(days=90):%Y-%m-%d}",
    ):
        assert part in text
    assert "providerName" not in one(client, made)  # printed, not stored


def test_the_letter_sets_its_time(client, dx):
    """Documented: loaIssueTime is the time of the most recent call to DescribeLoa."""
    made = connect(client)
    dx.clock.advance(hours=1)
    client.describe_loa(connectionId=made)
    assert one(client, made)["loaIssueTime"] == EPOCH + timedelta(hours=1)
    dx.clock.advance(hours=1)
    client.describe_connection_loa(connectionId=made)
    assert one(client, made)["loaIssueTime"] == EPOCH + timedelta(hours=2)


def test_same_facts_same_letter(client):
    """Deterministic, byte for byte."""
    made = connect(client)
    first, second = (client.describe_loa(connectionId=made)["loaContent"] for _ in range(2))
    assert first == second


def test_names_that_the_font_lacks(client):
    """The file stays valid."""
    made = connect(client, connectionName="東京")
    assert made in text_of(client.describe_loa(connectionId=made)["loaContent"])


def test_deprecated_operations_wrap_it(client):
    """The letter is in ``loa`` there [documented: API:DescribeConnectionLoa]."""
    made = connect(client)
    assert client.describe_connection_loa(connectionId=made)["loa"]["loaContentType"] == "application/pdf"


@pytest.mark.directconnect(provisioning="manual")
def test_not_while_requested(client, dx):
    """Documented: no letter before AWS has processed the order."""
    made = connect(client)
    with refused(dx, f"LOA is not available for Connection {made}."):
        client.describe_loa(connectionId=made)
    dx.issue_loa(made)
    assert client.describe_loa(connectionId=made)["loaContent"]


def test_a_lags_letter_covers_its_members(client):
    """Documented: DescribeLoa takes a LAG; its members' time is set."""
    lag = make_lag(client)
    text = text_of(client.describe_loa(connectionId=lag["lagId"])["loaContent"])
    for member in members(lag):
        assert member in text
        assert one(client, member)["loaIssueTime"] == EPOCH


@pytest.mark.directconnect(partners=[PARTNER])
def test_interconnects_have_letters_and_hosted_connections_have_none(dx):
    """Interconnects have one [documented: API:DescribeLoa]; that hosted connections have none is a guess."""
    partner, customer = dx.client(account_id=PARTNER), dx.client(account_id=CUSTOMER)
    made = partner.create_interconnect(interconnectName="i", bandwidth="1Gbps", location="EqDC2")
    interconnect = made["interconnectId"]
    assert partner.describe_interconnect_loa(interconnectId=interconnect)["loa"]["loaContent"]
    assert partner.describe_loa(connectionId=interconnect)["loaContent"]
    shown = partner.describe_interconnects()["interconnects"][0]
    assert shown["loaIssueTime"] == EPOCH
    hosted = partner.allocate_hosted_connection(
        connectionId=interconnect, ownerAccount=CUSTOMER, bandwidth="50Mbps", connectionName="h", vlan=1
    )["connectionId"]
    customer.confirm_connection(connectionId=hosted)
    with refused(dx, f"LOA is not available for Connection {hosted}."):
        customer.describe_loa(connectionId=hosted)


def test_refusals(client, dx):
    """E1 to E4; the content type is an enum of the model."""
    made = connect(client)
    with refused(dx, "failed to satisfy constraint: Member must satisfy enum value set: [application/pdf]"):
        client.describe_loa(connectionId=made, loaContentType="text/html")
    with refused(dx, "Could not find Connection"):
        client.describe_loa(connectionId="dxcon-fg000000")
    with refused(dx, "Could not find Lag"):
        client.describe_loa(connectionId="dxlag-fg000000")
    with refused(dx, "Could not find Connection"):
        dx.client(account_id=STRANGER).describe_loa(connectionId=made)
