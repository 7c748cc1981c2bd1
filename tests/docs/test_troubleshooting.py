"""Every message on the page of troubleshooting is one that users meet, word for word."""

from __future__ import annotations

import gc
import re
import socket
import sys
import warnings
from pathlib import Path

import boto3
import pytest
from botocore.config import Config
from botocore.utils import InstanceMetadataFetcher
from moto import backends, mock_aws

import dx_mock
from dx_mock import mock_directconnect
from dx_mock.catalogue import router_types
from dx_mock.moto_services import url_tables
from tests.helpers import connect

PAGE = Path(__file__).parents[2] / "docs" / "troubleshooting.md"
MESSAGES = re.findall(r"^- `([^`]+)`<br>$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)


def _estate(folder):
    file = folder / "estate.yaml"
    file.write_text("connections:\n- conectionName: a\n  location: EqDC2\n  bandwidth: 1Gbps\n")
    mock_directconnect(topology=file)


def _without(module, call):
    router_types._environment.cache_clear()  # another test may have loaded its templates
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, module, None)
        call()


def _without_packages_of_moto(dx):
    def missing(service, real=backends.get_backend):
        if service == "cloudformation":
            raise ModuleNotFoundError("No module named 'openapi_spec_validator'", name="openapi_spec_validator")
        return real(service)

    url_tables._answers.cache_clear()  # what an earlier test has found out
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(backends, "get_backend", missing)
        boto3.client("cloudformation", region_name="us-east-1").create_stack(StackName="s", TemplateBody="{}")


def _virtual_interface(dx):
    return dx.client().describe_virtual_interfaces()["virtualInterfaces"][0]["virtualInterfaceId"]


def _available(dx):
    return dx.client().describe_connections()["connections"][0]["connectionId"]


def _older_snapshot(dx):
    dx.restore({**dx.snapshot(), "version": 1})


def _on_a_new_connection(dx):
    client = boto3.client("directconnect", region_name="us-east-1")
    with mock_directconnect(provisioning="manual"):
        client.create_transit_virtual_interface(
            connectionId=connect(client),
            newTransitVirtualInterface={
                "virtualInterfaceName": "v",
                "vlan": 7,
                "asn": 65000,
                "directConnectGatewayId": "g",
            },
        )


def _taken_port():
    with dx_mock.server() as first:
        dx_mock.server(port=int(first.endpoint_url.rpartition(":")[2])).start()


def _install_too_late():
    with mock_aws():
        dx_mock.install()


def _blocked():
    with mock_directconnect(others="block"):
        boto3.client("ec2", region_name="us-east-1").describe_vpcs()


def _elsewhere(**options):
    boto3.client("ec2", region_name="us-east-1", **options).describe_vpcs()


def _metadata():
    InstanceMetadataFetcher(env={}).retrieve_iam_role_credentials()


def _looked_up():
    socket.getaddrinfo("ec2.us-east-1.amazonaws.com", 443)


def _forgotten():
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        mock_directconnect().start()
        gc.collect()
    raise said[0].message


def _outside():
    dx_mock.active_mock()


def _misuses(dx, folder):
    """What goes wrong, in the order of the page's messages."""
    client = dx.client()
    yield lambda: mock_directconnect(provisionning="auto")
    yield lambda: mock_directconnect(quotas={"connection_per_lag": 4})
    yield lambda: mock_directconnect("manual")
    yield lambda: mock_directconnect(partners="111111111111")
    yield lambda: _estate(folder)
    yield lambda: _without("jsonschema", lambda: mock_directconnect(topology={}))
    yield _outside
    yield lambda: mock_directconnect().clock
    yield mock_directconnect().client().describe_lags
    yield _forgotten
    yield dx.start
    yield _install_too_late
    yield lambda: dx.provision("dxcon-ffa7b1tm")
    yield lambda: dx.link_down(_virtual_interface(dx))
    yield lambda: dx.issue_loa(_available(dx))
    yield lambda: _on_a_new_connection(dx)
    yield client.describe_interconnects
    yield lambda: client.describe_connections(connectionId="dxcon-ffa7b1tm")
    yield _blocked
    yield lambda: _elsewhere(config=Config(use_dualstack_endpoint=True))
    yield lambda: _elsewhere(endpoint_url="http://minio.example.com:9000")
    yield _metadata
    yield _looked_up
    yield dx.client("us-est-1").describe_lags
    yield lambda: dx.calls.assert_not_called("DescribeLag")
    yield lambda: dx.faults.add(error="Throttling exception")
    yield lambda: _without(
        "jinja2",
        lambda: client.describe_router_configuration(
            virtualInterfaceId=_virtual_interface(dx),
            routerTypeIdentifier="CiscoSystemsInc-2900SeriesRouters-IOS124",
        ),
    )
    yield lambda: _without_packages_of_moto(dx)
    yield lambda: _older_snapshot(dx)
    yield lambda: dx.restore({**dx.snapshot(), "ids": 7})
    yield lambda: _without("waitress", lambda: dx_mock.server().start())
    yield _taken_port


def test_messages(tmp_path):
    seen = []
    with mock_directconnect(topology="development") as dx:
        for message, misuse in zip(MESSAGES, _misuses(dx, tmp_path), strict=True):
            if misuse is _outside:
                dx.stop()
            with pytest.raises(Exception) as caught:  # noqa: PT011, PT012
                misuse()
                pytest.fail(f"nothing was wrong where the page says {message!r}")
            seen.append(str(caught.value))
            if misuse is _outside:
                dx.resume()
    for message, found in zip(MESSAGES, seen, strict=True):
        pattern = re.escape(message).replace(r"\.\.\.", ".*")
        pattern = re.sub(r"dx(con|vif)\\-\w+", r"dx\1-\\w+", pattern)
        assert re.search(pattern, found, re.DOTALL), f"the page says {message!r}, but users meet {found!r}"
