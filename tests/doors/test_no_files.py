"""Nothing is read from the disk when a call comes: tests put other file systems there."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from unittest.mock import mock_open, patch

import boto3
import botocore
import pytest
from botocore.exceptions import ClientError

from dx_mock import handlers, mock_directconnect
from tests.helpers import connect


def run(code):
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, timeout=90
    )
    assert done.returncode == 0, done.stderr


def test_mock_open(dx):
    """moto#2984: a test of code that reads a file."""
    client = dx.client()
    with patch("builtins.open", mock_open(read_data="mine")):
        with pytest.raises(ClientError, match="Could not find Connection with ID dxcon-ffffffff"):
            client.describe_connections(connectionId="dxcon-ffffffff")
        made = connect(client)
        assert client.describe_loa(connectionId=made)["loaContent"].startswith(b"%PDF")
        assert Path("/nowhere").exists() is False
        with open("/nowhere") as file:
            assert file.read() == "mine"


def test_the_first_calls_of_a_process_under_mock_open():
    run(
        """
from unittest.mock import mock_open, patch
import boto3
from dx_mock import mock_directconnect
with mock_directconnect() as dx:
    client = dx.client()
    with patch("builtins.open", mock_open()), patch("io.open", mock_open()):
        made = client.create_connection(location="EqDC2", bandwidth="1Gbps", connectionName="c")
        assert client.describe_connections(connectionId=made["connectionId"])["connections"]
        assert client.describe_locations()["locations"]
        assert client.describe_loa(connectionId=made["connectionId"])["loaContent"]
        try:
            client.describe_lags(lagId="nonsense")
        except client.exceptions.DirectConnectClientException:
            pass
        else:
            raise AssertionError("it was not refused")
"""
    )


def test_no_file_is_opened():
    """Python tells of every file that it opens."""
    run(
        """
import sys
import boto3
from dx_mock import mock_directconnect
opened, watching = [], False
def hook(event, arguments):
    if watching and event == "open" and not str(arguments[0]).endswith((".pyc", ".py")):
        opened.append(arguments[0])
sys.addaudithook(hook)
with mock_directconnect() as dx:
    client = dx.client()
    watching = True
    made = client.create_connection(location="EqDC2", bandwidth="1Gbps", connectionName="c")
    client.describe_connections(connectionId=made["connectionId"])
    lag = client.create_lag(
        numberOfConnections=2, location="EqDC2", connectionsBandwidth="1Gbps", lagName="l", tags=[{"key": "a"}]
    )
    gateway = client.create_direct_connect_gateway(directConnectGatewayName="g")["directConnectGateway"]
    client.create_private_virtual_interface(
        connectionId=made["connectionId"],
        newPrivateVirtualInterface={
            "virtualInterfaceName": "v", "vlan": 7, "asn": 65000,
            "directConnectGatewayId": gateway["directConnectGatewayId"],
        },
    )
    client.describe_locations()
    dx.snapshot(); dx.topology()
    try:
        client.describe_lags(lagId="nonsense")
    except client.exceptions.DirectConnectClientException:
        pass
    watching = False
assert opened == [], opened
"""
    )


def _real_folders():
    return [Path(module.__file__).parent for module in (boto3, botocore)]


def test_pyfakefs_begun_inside(dx, fs):
    """pyfakefs#939: with boto3's and botocore's folders, as its documentation says."""
    for folder in _real_folders():
        fs.add_real_directory(folder)
    client = boto3.client("directconnect", region_name="us-east-1")
    made = connect(client)
    assert client.describe_connections(connectionId=made)["connections"][0]["connectionState"] == "available"
    assert client.describe_loa(connectionId=made)["loaContent"].startswith(b"%PDF")


def test_pyfakefs_begun_before(fs):
    for folder in _real_folders():
        fs.add_real_directory(folder)
    with mock_directconnect() as dx:
        assert connect(dx.client())


def test_a_process_whose_first_mock_begins_inside_pyfakefs():
    """Nothing of the package has been read then, but what its modules import."""
    run(
        """
from pathlib import Path
import boto3, botocore
from pyfakefs.fake_filesystem_unittest import Patcher
from dx_mock import mock_directconnect
with Patcher() as patcher:
    for module in (boto3, botocore):
        patcher.fs.add_real_directory(Path(module.__file__).parent)
    with mock_directconnect() as dx:
        client = dx.client()
        made = client.create_connection(location="EqDC2", bandwidth="1Gbps", connectionName="c")
        assert client.describe_locations()["locations"]
        assert client.describe_loa(connectionId=made["connectionId"])["loaContent"]
"""
    )


def test_every_family_is_named():
    """A module that nobody names would never be found."""
    folder = Path(handlers.__file__).parent
    assert sorted(handlers.FAMILIES) == sorted(
        path.stem for path in folder.glob("*.py") if path.stem != "__init__"
    )
