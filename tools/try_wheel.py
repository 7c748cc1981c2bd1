"""Use an installed wheel as its users do: ``python try_wheel.py base`` without extras, ``all`` with all."""

from __future__ import annotations

import importlib.resources
import sys
import urllib.request
from importlib.metadata import metadata

import boto3

import dx_mock


def base() -> None:
    """Everything that needs no extra works, and what needs one says which."""
    assert importlib.resources.files("dx_mock").joinpath("py.typed").is_file(), "py.typed is missing"
    page = metadata("dx-mock")
    description = str(page.get_payload() or page["Description"])
    assert "](https://" in description and "](docs/" not in description, "links of the README lead nowhere"
    for name in dx_mock.__all__:
        getattr(dx_mock, name)
    with dx_mock.mock_directconnect(topology="development") as dx:
        client = boto3.client("directconnect", region_name="us-east-1")
        assert client.describe_locations()["locations"], "the catalogue is missing"
        connection = client.describe_connections()["connections"][0]["connectionId"]
        assert client.describe_loa(connectionId=connection)["loaContent"].startswith(b"%PDF")
        assert dx.calls
    estate = {"connections": [{"connectionName": "c", "location": "EqDC2", "bandwidth": "1Gbps"}]}
    with dx_mock.mock_directconnect(topology=estate) as dx:
        assert len(dx.client(region_name="us-east-1").describe_connections()["connections"]) == 1
    said = ""
    try:
        dx_mock.server().start()
    except RuntimeError as missing:
        said = str(missing)
    assert "pip install 'dx-mock[server]'" in said, said or "the base install brings the server's extra"
    print("the wheel works on its own")


def extras() -> None:
    """Find the templates of routers and the server's page in the wheel, and in the extras what they need."""
    from dx_mock.catalogue.router_types import ROUTER_TYPES

    estate = {"connections": [{"connectionName": "c", "location": "EqDC2", "bandwidth": "1Gbps"}]}
    with dx_mock.mock_directconnect(topology="development") as dx:
        client = dx.client()
        interface = client.describe_virtual_interfaces()["virtualInterfaces"][0]["virtualInterfaceId"]
        for router in ROUTER_TYPES:  # a template that is missing shows here
            client.describe_router_configuration(virtualInterfaceId=interface, routerTypeIdentifier=router)
    with dx_mock.server(topology=estate) as srv, urllib.request.urlopen(f"{srv.endpoint_url}/dx-mock/") as page:
        assert b"</html>" in page.read(), "the page is missing"
        print("the extras work, too:", srv.endpoint_url.partition("://")[0])


if __name__ == "__main__":
    {"base": base, "all": extras}[sys.argv[1]]()
