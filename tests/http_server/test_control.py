"""The tester's hands over HTTP: every endpoint, as a client in another process uses it (issue: server)."""

from __future__ import annotations

import json

import boto3
import pytest
import requests
from botocore.exceptions import ClientError

import dx_mock
from tests.helpers import CUSTOMER, PARTNER, connect, make_lag, members, one

pytest.importorskip("flask")

QUOTAS = {"connections_per_location": 5000, "ports_per_device": 5000}

pytestmark = pytest.mark.directconnect(provisioning="manual", partners=[PARTNER])


def get(http, path, **query):
    """The JSON of a GET that is answered."""
    answer = http.get(f"/dx-mock{path}", query_string=query)
    assert answer.status_code == 200, answer.text
    return answer.json


def post(http, path, body=None, status=200):
    """The JSON of a POST that is answered."""
    answer = http.post(f"/dx-mock{path}", json=body) if body is not None else http.post(f"/dx-mock{path}")
    assert answer.status_code == status, answer.text
    return answer.json


def test_health(dx, http, client):
    import botocore
    import moto

    connect(client)
    assert get(http, "/health") == {
        "version": dx_mock.__version__,
        "botocore": botocore.__version__,
        "moto": moto.__version__,
        "provisioning": "manual",
        "release": None,
        "resources": 1,
    }


def test_topology_in_every_form(dx, http, client):
    made = connect(client)
    connect(dx.client("us-west-2"), location="SNAP")
    picture = get(http, "/topology")
    assert picture == dx.topology().to_dict()
    assert get(http, "/topology", format="dict", region="us-east-1") == dx.topology("us-east-1").to_dict()
    assert made in {node["id"] for node in picture["nodes"]}
    for form, text in (
        ("text", dx.topology().to_text() + "\n"),
        ("mermaid", dx.topology().to_mermaid()),
        ("dot", dx.topology().to_dot()),
    ):
        answer = http.get(f"/dx-mock/topology?format={form}")
        assert (answer.text, answer.mimetype) == (text, "text/plain")
    assert "us-east-1" not in http.get("/dx-mock/topology?format=text&region=us-west-2").text


def test_looking_changes_nothing(dx, http, client):
    """A page that looks every second must not be a look of the API."""
    connect(client)
    before = dx.snapshot()
    for path in (
        "/topology",
        "/clock",
        "/faults",
        "/calls",
        "/health",
        "/leftovers",
        "/snapshot",
        "/",
        "/openapi.json",
    ):
        assert http.get(f"/dx-mock{path}").status_code == 200
    assert dx.snapshot() == before
    assert len(dx.calls) == 1


def test_snapshot_and_restore(dx, http, client):
    make_lag(client)
    taken = get(http, "/snapshot")
    assert taken == dx.snapshot()
    connect(client)
    put = http.put("/dx-mock/snapshot", json=taken)
    assert (put.status_code, put.json) == (200, {"resources": 3, "calls": 2})
    assert dx.snapshot() == taken


def test_reset(dx, http, client):
    connect(client)
    dx.clock.advance(days=1)
    dx.faults.add(error=500)
    assert post(http, "/reset") == {"resources": 0, "calls": 0}
    assert client.describe_connections()["connections"] == []
    assert get(http, "/clock") == {"now": "2026-01-01T00:00:00+00:00"}
    assert get(http, "/faults") == {"faults": []}


@pytest.mark.directconnect(provisioning="timed")
def test_the_clock(dx, http, client):
    made = connect(client)
    assert get(http, "/clock") == {"now": "2026-01-01T00:00:00+00:00"}
    assert post(http, "/clock/advance", {"minutes": 5, "hours": 1.0})["now"] == "2026-01-01T01:05:00+00:00"
    assert post(http, "/clock/advance", {"weeks": 1})["now"] == dx.clock.now().isoformat()
    assert one(client, made)["connectionState"] == "available"


def test_the_technician(dx, http, client):
    made = connect(client)
    assert post(http, f"/resources/{made}/issue-loa")["state"] == "pending"
    assert post(http, f"/resources/{made}/provision") == {
        "id": made,
        "kind": "connection",
        "name": "c",
        "owner": "123456789012",
        "region": "us-east-1",
        "state": "available",
    }
    assert post(http, f"/resources/{made}/link-down", {})["state"] == "down"
    assert one(client, made)["connectionState"] == "down"
    assert post(http, f"/resources/{made}/link-up")["state"] == "available"
    lag = make_lag(client)
    assert post(http, f"/resources/{lag['lagId']}/provision")["state"] == "available"
    assert {one(client, each)["connectionState"] for each in members(lag)} == {"available"}


def sessions(client):
    """Id and status of each BGP session of the only virtual interface."""
    (shown,) = client.describe_virtual_interfaces()["virtualInterfaces"]
    return {peer["bgpPeerId"]: peer["bgpStatus"] for peer in shown["bgpPeers"]}


def test_the_router(dx, http, client, vif):
    first, second = sessions(client)
    assert post(http, f"/resources/{vif}/bgp-down", {"bgpPeerId": first})["state"] == "available"
    assert sessions(client) == {first: "down", second: "up"}
    assert post(http, f"/resources/{vif}/bgp-down")["state"] == "down"
    assert post(http, f"/resources/{vif}/bgp-up", {"bgpPeerId": second})["state"] == "available"
    assert post(http, f"/resources/{vif}/bgp-up", {})["state"] == "available"
    assert sessions(client) == {first: "up", second: "up"}
    assert post(http, f"/resources/{vif}/announce", {"prefixes": ["10.1.0.0/16", "2001:db8::/32"]})["id"] == vif
    assert list(dx.world.resource(vif).announced) == ["10.1.0.0/16", "2001:db8::/32"]
    prefixes = {"prefixes": ["10.1.0.0/16"], "communities": {"10.1.0.0/16": ["7224:7300"]}}
    post(http, f"/resources/{vif}/announce", prefixes)
    assert dx.world.resource(vif).communities == {"10.1.0.0/16": ["7224:7300"]}
    for wrong in ({"10.1.0.0/16": ["7224"]}, {"10.9.0.0/16": ["7224:7300"]}):
        answer = http.post(f"/dx-mock/resources/{vif}/announce", json={**prefixes, "communities": wrong})
        assert answer.status_code == 400
    post(http, f"/resources/{vif}/announce", {"prefixes": []})
    assert dx.world.resource(vif).announced == {}


def test_faults(dx, http, client):
    made = post(
        http,
        "/faults",
        {
            "operation": "Describe*",
            "error": "ThrottlingException",
            "message": "slow down",
            "times": 2.0,
            "after": 1,
            "when": {"lagId": "dxlag-ffffffff"},
        },
        status=201,
    )
    assert made == {
        "number": 1,
        "operation": "Describe*",
        "error": "ThrottlingException",
        "message": "slow down",
        "times": 2,
        "after": 1,
        "probability": None,
        "latency": 0.0,
        "applied": False,
        "when": {"lagId": "dxlag-ffffffff"},
        "status": None,
        "seen": 0,
        "struck": 0,
        "over": False,
    }
    dx.faults.add(error=503, times=None, when=lambda parameters: False)
    assert [each["when"] for each in get(http, "/faults")["faults"]] == [{"lagId": "dxlag-ffffffff"}, None]
    assert http.delete("/dx-mock/faults/1").json == {"removed": 1}
    assert [each["number"] for each in get(http, "/faults")["faults"]] == [2]
    assert http.delete("/dx-mock/faults").json == {"removed": 1}
    answer = http.post("/dx-mock/faults", json={"error": 500, "operation": "CreateLag"})
    assert answer.headers["Location"] == f"/dx-mock/faults/{answer.json['number']}"
    assert http.delete(answer.headers["Location"]).status_code == 200


def test_a_fault_strikes(dx, http, client):
    error = {"operation": "CreateConnection", "error": "DirectConnectServerException", "times": None}
    post(http, "/faults", error, status=201)
    with pytest.raises(ClientError, match="DirectConnectServerException"):
        connect(client)
    (fault,) = get(http, "/faults")["faults"]
    assert fault["struck"] == fault["seen"] >= 1
    assert get(http, "/calls")["calls"][-1]["error"]["code"] == "DirectConnectServerException"
    http.delete("/dx-mock/faults")
    post(http, "/faults", {"operation": "CreateConnection", "latency": 30}, status=201)
    connect(client)
    assert get(http, "/clock")["now"] == "2026-01-01T00:00:30+00:00"
    assert get(http, "/faults")["faults"][0]["over"] is True


def test_calls(dx, http, client):
    made = connect(client)
    with pytest.raises(ClientError):
        client.describe_lags(lagId="x")
    for _ in range(3):
        client.describe_connections()
    found = get(http, "/calls")
    assert (found["total"], [call["number"] for call in found["calls"]]) == (5, [1, 2, 3, 4, 5])
    first, second = found["calls"][:2]
    assert (first["operation"], first["reply"]["connectionId"]) == ("CreateConnection", made)
    assert second["error"] == {
        "code": "DirectConnectClientException",
        "message": "Lag ID x has an invalid format.",
    }
    some = get(http, "/calls", operation="DescribeConnections", last="2")
    assert (some["total"], [call["number"] for call in some["calls"]]) == (3, [4, 5])
    assert get(http, "/calls", last="0")["calls"] == []
    assert http.delete("/dx-mock/calls").json == {"removed": 5}
    assert get(http, "/calls") == {"total": 0, "calls": []}
    client.describe_connections()
    assert [call["number"] for call in get(http, "/calls")["calls"]] == [6]
    post(http, "/reset")
    client.describe_connections()
    assert [call["number"] for call in get(http, "/calls")["calls"]] == [1]


def test_calls_of_a_short_record():
    """Numbers count from the first call, also of those that are forgotten."""
    with dx_mock.server(calls=2) as srv:
        keys = {"aws_access_key_id": CUSTOMER, "aws_secret_access_key": "x"}
        client = boto3.client("directconnect", "us-east-1", endpoint_url=srv.endpoint_url, **keys)
        for _ in range(5):
            client.describe_lags()
        record = f"{srv.endpoint_url}/dx-mock/calls"
        found = requests.get(record, timeout=10).json()
        requests.delete(record, timeout=10)
        client.describe_lags()
        (later,) = requests.get(record, timeout=10).json()["calls"]
    assert (found["total"], [call["number"] for call in found["calls"]]) == (2, [4, 5])
    assert later["number"] == 6


def test_keys_are_not_shown(dx, http, client):
    """As in texts: a CAK goes in and never comes out."""
    made = connect(client, bandwidth="10Gbps", requestMACSec=True)
    dx.provision(made)
    client.associate_mac_sec_key(connectionId=made, ckn="a1" * 32, cak="b2" * 32)
    answer = http.get("/dx-mock/calls")
    assert answer.json["calls"][-1]["parameters"] == {"connectionId": made, "ckn": "a1" * 32, "cak": "..."}
    assert "b2b2" not in answer.text


def test_leftovers(dx, http, client):
    made = connect(client)
    gone = connect(client)
    client.delete_connection(connectionId=gone)
    client.create_direct_connect_gateway(directConnectGatewayName="costs nothing")
    assert [each["id"] for each in get(http, "/leftovers")["leftovers"]] == [made]
    with pytest.raises(AssertionError, match="1 resource is left"):
        dx.assert_clean()


def test_the_page_and_its_policy(http):
    """It may load nothing and ask nobody but its own server."""
    answer = http.get("/dx-mock/")
    assert (answer.status_code, answer.content_type) == (200, "text/html; charset=utf-8")
    policy = dict(part.split(" ", 1) for part in answer.headers["Content-Security-Policy"].split("; "))
    assert (policy["default-src"], policy["connect-src"]) == ("'none'", "'self'")
    assert policy["script-src"].startswith("'sha256-")
    assert "http:" not in answer.text.replace("http://www.w3.org/2000/svg", "")
    assert "https:" not in answer.text
    assert http.get("/dx-mock").headers["Location"] == "/dx-mock/"
    assert http.head("/dx-mock/").status_code == 200


# --- through a server --------------------------------------------------------------------------------------


def test_beside_everything_else_of_a_server():
    """The world of that server; moto's own API and services are as they were."""
    with dx_mock.server() as srv, dx_mock.server() as other:
        account = {"aws_access_key_id": CUSTOMER, "aws_secret_access_key": "x"}
        client = boto3.client("directconnect", "us-east-1", endpoint_url=srv.endpoint_url, **account)
        made = connect(client)
        url = f"{srv.endpoint_url}/dx-mock"
        assert made in requests.get(f"{url}/topology?format=text", timeout=10).text
        assert requests.get(f"{other.endpoint_url}/dx-mock/health", timeout=10).json()["resources"] == 0
        requests.post(f"{url}/resources/{made}/provision", timeout=10)
        assert requests.post(f"{url}/resources/{made}/link-down", timeout=10).json()["state"] == "down"
        assert one(client, made)["connectionState"] == "down"
        assert requests.get(f"{srv.endpoint_url}/moto-api/data.json", timeout=10).status_code == 200
        assert requests.post(f"{srv.endpoint_url}/moto-api/reset", timeout=10).status_code == 200
        assert requests.get(f"{url}/health", timeout=10).json()["resources"] == 0
        assert not requests.get(f"{url}/health", timeout=10).headers.keys() & {"Access-Control-Allow-Origin"}


def test_a_bucket_of_the_same_name():
    """Signed requests are for AWS, whatever the path."""
    with dx_mock.server() as srv:
        keys = {"aws_access_key_id": CUSTOMER, "aws_secret_access_key": "x"}
        s3 = boto3.client("s3", "us-east-1", endpoint_url=srv.endpoint_url, **keys)
        s3.create_bucket(Bucket="dx-mock")
        s3.put_object(Bucket="dx-mock", Key="clock", Body=b"cuckoo")
        assert s3.get_object(Bucket="dx-mock", Key="clock")["Body"].read() == b"cuckoo"


def test_a_snapshot_larger_than_other_bodies():
    """A thousand connections and more: written, read and put back over HTTP."""
    with dx_mock.server(quotas=QUOTAS) as srv:
        with dx_mock.mock_directconnect(quotas=QUOTAS) as dx:
            client = dx.client()
            for _ in range(1500):
                connect(client)
            content = json.dumps(dx.snapshot()).encode()
        assert len(content) > 1024 * 1024
        url, kind = f"{srv.endpoint_url}/dx-mock/snapshot", {"Content-Type": "application/json"}
        assert requests.put(url, data=content, headers=kind, timeout=60).json()["resources"] == 1500
        pieces = (content[at : at + 65536] for at in range(0, len(content), 65536))  # chunked
        assert requests.put(url, data=pieces, headers=kind, timeout=60).json()["resources"] == 1500
        assert requests.get(url, timeout=60).json() == json.loads(content)
