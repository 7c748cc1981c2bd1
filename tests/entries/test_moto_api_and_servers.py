"""moto's own API, recorder and servers with this mock in the place of its Direct Connect."""

from __future__ import annotations

import json
import sys
import threading

import boto3
import moto.backends
import moto.directconnect.models
import pytest
import requests
from moto import mock_aws
from moto.moto_api import recorder
from moto.server import DomainDispatcherApplication, ThreadedMotoServer, create_backend_app
from werkzeug.serving import make_server

import dx_mock
from dx_mock import mock_directconnect
from tests.helpers import connect

API = "http://motoapi.amazonaws.com/moto-api"


@pytest.fixture(params=["install", "mock_directconnect"])
def mocked(request):
    """Mock by ``mock_aws`` with ours in the place of its Direct Connect, or by ours in moto's company."""
    if request.param == "mock_directconnect":
        with mock_aws(), mock_directconnect():
            yield
        return
    dx_mock.install()
    with mock_aws():
        yield
    dx_mock.uninstall()


@pytest.fixture
def installed():
    dx_mock.install()
    yield
    dx_mock.uninstall()


def client(endpoint_url=None):
    return boto3.client(
        "directconnect",
        region_name="us-east-1",
        aws_access_key_id="x",
        aws_secret_access_key="y",
        endpoint_url=endpoint_url,
    )


def ids(dc):
    return [each["connectionId"] for each in dc.describe_connections()["connections"]]


def connections_of(backend):
    return [each.id for each in backend.list_connections(None, None, None)]


def is_ours(connection_id):
    return connection_id[:8] in {"dxcon-ff", "dxcon-fg", "dxcon-fh"}


# --- emptying ----------------------------------------------------------------------------------------------


def test_reset_of_mock_aws(mocked):
    """``mock_aws().reset()`` empties every service, this one included."""
    connect(client())
    boto3.client("ec2", region_name="us-east-1").create_vpc(CidrBlock="10.9.0.0/16")
    mock_aws().reset()
    assert ids(client()) == []
    vpcs = boto3.client("ec2", region_name="us-east-1").describe_vpcs()["Vpcs"]
    assert [each["CidrBlock"] for each in vpcs] == ["172.31.0.0/16"]
    assert is_ours(connect(client()))


def test_reset_over_http(mocked):
    connect(client())
    assert requests.post(f"{API}/reset", timeout=5).status_code == 200
    assert ids(client()) == []


def test_a_reset_begins_with_what_was_declared():
    dx_mock.install(topology="development")
    try:
        with mock_aws():
            declared = ids(client())
            connect(client())
            mock_aws().reset()
            assert ids(client()) == declared != []
    finally:
        dx_mock.uninstall()


def test_a_mock_of_motos_that_begins_and_ends_inside_empties_nothing():
    """Moto resets itself at both ends of ``mock_aws``; a world of ours around it goes on."""
    with mock_directconnect():
        connect(client())
        boto3.client("ec2", region_name="us-east-1").describe_vpcs()
        assert len(ids(client())) == 1
    with mock_directconnect():
        connect(client())
        with mock_aws():
            assert len(ids(client())) == 1
        assert len(ids(client())) == 1


# --- what moto shows ---------------------------------------------------------------------------------------


def shown():
    return requests.get(f"{API}/data.json", timeout=5).json()["directconnect"]


def test_data_json(mocked):
    """The dashboard's data have our resources, with their fields and the ids of what they hang on."""
    lag = client().create_lag(
        numberOfConnections=2, location="EqDC2", connectionsBandwidth="1Gbps", lagName="bundle"
    )
    data = shown()
    assert {each["name"] for each in data["Lag"]} == {"bundle"}
    assert {each["lag"] for each in data["Connection"]} == {lag["lagId"]}
    assert sorted(each["id"] for each in data["Connection"]) == sorted(ids(client()))
    requests.post(f"{API}/reset", timeout=5)
    assert not any(shown().values())


def test_get_backend(mocked):
    """``moto.backends.get_backend``, and moto's own name for the mapping, are ours."""
    assert moto.backends.get_backend("directconnect") is dx_mock.directconnect_backends
    assert moto.directconnect.models.directconnect_backends is dx_mock.directconnect_backends
    made = connect(client())
    backends = moto.backends.get_backend("directconnect")
    assert list(backends) == ["123456789012"]
    assert connections_of(backends["123456789012"]["us-east-1"]) == [made]
    assert [each[:2] for each in backends.iter_backends()] == [("123456789012", "us-east-1")]


def test_moto_has_its_own_again_afterwards():
    mapping = moto.directconnect.models.directconnect_backends
    with mock_directconnect():
        assert moto.backends.get_backend("directconnect") is not mapping
    assert moto.backends.get_backend("directconnect") is mapping
    dx_mock.install()
    assert moto.backends.get_backend("directconnect") is dx_mock.directconnect_backends
    dx_mock.uninstall()
    assert moto.backends.get_backend("directconnect") is mapping
    with mock_aws():
        assert moto.backends.get_backend("directconnect") is mapping
        assert "moto" in connect(client())


# --- the recorder ------------------------------------------------------------------------------------------


@pytest.fixture
def recording(tmp_path, monkeypatch):
    """Moto's recorder, which writes to a file of the test."""
    path = tmp_path / "recording"
    monkeypatch.setattr(recorder, "_location", str(path))
    yield path
    recorder.stop_recording()


def test_the_recorder_records_and_replays(mocked, recording):
    early = client()
    recorder.start_recording()
    connect(early)
    boto3.client("ec2", region_name="us-east-1").create_vpc(CidrBlock="10.9.0.0/16")
    connect(client())
    client().describe_connections()
    recorder.stop_recording()
    connect(client())
    rows = [json.loads(line) for line in recording.read_text().splitlines()]
    targets = [row["headers"].get("X-Amz-Target", "").rpartition(".")[2] for row in rows]
    assert targets == ["CreateConnection", "", "CreateConnection", "DescribeConnections"]
    requests.post(f"{API}/reset", timeout=5)
    recorder.replay_recording()
    assert len(ids(client())) == 2


def test_the_recorder_over_http(mocked, recording):
    """A raw request is recorded once, and the API of the recorder drives it."""
    requests.post(f"{API}/recorder/start-recording", timeout=5)
    headers = {"x-amz-target": "OvertureService.DescribeConnections"}
    requests.post("https://directconnect.us-east-1.amazonaws.com/", data="{}", headers=headers, timeout=5)
    assert len(requests.get(f"{API}/recorder/download-recording", timeout=5).text.splitlines()) == 1
    requests.post(f"{API}/recorder/stop-recording", timeout=5)
    assert ids(client()) == []
    assert len(recording.read_text().splitlines()) == 1


def test_a_recording_of_one_server_is_replayed_by_it(installed, recording):
    with server() as url:
        requests.post(f"{url}/moto-api/recorder/start-recording", timeout=5)
        connect(client(url))
        requests.post(f"{url}/moto-api/recorder/stop-recording", timeout=5)
        requests.post(f"{url}/moto-api/reset", timeout=5)
        assert ids(client(url)) == []
        requests.post(f"{url}/moto-api/recorder/replay-recording", timeout=5)
        (again,) = ids(client(url))
        assert is_ours(again)


# --- moto's servers in this process ------------------------------------------------------------------------


class server:
    """moto's threaded server, and what ``moto_server`` runs, on a free port of this machine."""

    def __init__(self, kind="ThreadedMotoServer"):
        self._kind = kind

    def __enter__(self):
        if self._kind == "ThreadedMotoServer":
            self._server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
            self._server.start()
            return f"http://127.0.0.1:{self._server._server.server_port}"
        self._server = make_server("127.0.0.1", 0, DomainDispatcherApplication(create_backend_app), True)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        return f"http://127.0.0.1:{self._server.server_port}"

    def __exit__(self, *_):
        if self._kind == "ThreadedMotoServer":
            self._server.stop()
            self._server._server.server_close()
        else:
            self._server.shutdown()
            self._server.server_close()
            self._thread.join()


@pytest.mark.parametrize("kind", ["ThreadedMotoServer", "moto_server"])
def test_a_server_answers_with_ours(installed, kind):
    """Without any mock_aws: moto's server needs none."""
    with server(kind) as url:
        made = connect(client(url))
        assert is_ours(made)
        assert ids(client(url)) == [made]
        assert client(url).describe_locations()["locations"], "moto does not serve it"
        assert connections_of(dx_mock.directconnect_backends["123456789012"]["us-east-1"]) == [made]
        assert requests.get(f"{url}/moto-api/data.json", timeout=5).json()["directconnect"]["Connection"]
    with server(kind) as url:
        assert ids(client(url)) == [made], "moto's data outlive its servers, too"
        requests.post(f"{url}/moto-api/reset", timeout=5)
        assert ids(client(url)) == []


def test_a_server_that_has_answered_before():
    """Its application keeps the routes that it found then."""
    with server() as url:
        assert "moto" in connect(client(url))
        dx_mock.install()
        try:
            assert is_ours(connect(client(url)))
        finally:
            dx_mock.uninstall()
        assert "moto" in connect(client(url))


def test_a_server_shows_the_world_of_the_mock(installed):
    """What is made in the process is seen through the server, and the other way round."""
    with server() as url:
        old = connect(client(url))
        with mock_aws():
            assert ids(client()) == []
            made = connect(client())
            headers = {"x-amz-target": "OvertureService.DescribeConnections"}
            answer = requests.post(
                url,
                data="{}",
                headers={
                    **headers,
                    "authorization": "AWS4-HMAC-SHA256 Credential=x/20260101/us-east-1/"
                    "directconnect/aws4_request, SignedHeaders=host, Signature=0",
                },
                timeout=5,
            )
            assert [each["connectionId"] for each in answer.json()["connections"]] == [made]
        assert ids(client(url)) == [], "mock_aws has reset moto, servers included"
        assert old


def test_a_server_with_a_mock_of_ours():
    with server() as url, mock_directconnect():
        assert is_ours(connect(client(url)))


def test_settings_hold_for_the_server():
    dx_mock.install(provisioning="manual")
    try:
        with server() as url:
            connect(client(url))
            assert client(url).describe_connections()["connections"][0]["connectionState"] == "requested"
    finally:
        dx_mock.uninstall()
    assert "dx_mock" not in repr(vars(sys.modules["moto.directconnect.responses"].DirectConnectResponse))


def test_a_server_of_ours(recording):
    """``dx_mock.server()`` has moto's API for its own world, the recorder and the dashboard's data included."""
    with dx_mock.server() as srv:
        url = srv.endpoint_url
        requests.post(f"{url}/moto-api/recorder/start-recording", timeout=5)
        made = connect(client(url))
        requests.post(f"{url}/moto-api/recorder/stop-recording", timeout=5)
        data = requests.get(f"{url}/moto-api/data.json", timeout=5).json()["directconnect"]
        assert [each["id"] for each in data["Connection"]] == [made]
        requests.post(f"{url}/moto-api/reset", timeout=5)
        assert ids(client(url)) == []
        requests.post(f"{url}/moto-api/recorder/replay-recording", timeout=5)
        assert len(ids(client(url))) == 1
    assert len(recording.read_text().splitlines()) == 1
