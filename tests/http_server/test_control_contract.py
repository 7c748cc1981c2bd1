"""The OpenAPI document is the contract: it is valid, and what is served is what it says, whatever is sent."""

from __future__ import annotations

import pytest

from dx_mock import mock_directconnect
from dx_mock.http_server.control_api.endpoints import endpoints
from dx_mock.protocol import contract

pytest.importorskip("flask")


def document():
    """The document as it is served."""
    from werkzeug.test import Client

    from dx_mock.http_server.control_api import Control

    with mock_directconnect() as dx:
        return Client(Control(dx)).get("/dx-mock/openapi.json").json


def test_the_document_is_valid():
    validator = pytest.importorskip("openapi_spec_validator")
    validator.validate(document())


def test_every_endpoint_is_described():
    """The paths of the document are those that are routed; operations have ids, and every refusal a schema."""
    from dx_mock.http_server.control_api.application import _rules

    found = document()
    described = {
        (method.upper(), path.replace("{", "<").replace("}", ">"))
        for path, item in found["paths"].items()
        for method in item
    }
    routed = {(method, rule.rule) for rule in _rules().iter_rules() for method in rule.methods - {"HEAD"}}
    assert described == routed
    operations = [operation for item in found["paths"].values() for operation in item.values()]
    names = [operation["operationId"] for operation in operations]
    assert len(set(names)) == len(names) == len(endpoints())
    for operation in operations:
        assert {"403", "405"} <= set(operation["responses"])
    for response in found["components"]["responses"].values():
        assert response["content"]["application/json"]["schema"] == {"$ref": "#/components/schemas/Error"}


def test_the_document_follows_the_installed_model():
    schemas = document()["components"]["schemas"]
    operations, _ = schemas["NewFault"]["properties"]["operation"]["anyOf"]
    assert operations["enum"] == contract.operation_names()
    assert set(contract.exception_names()) <= set(schemas["NewFault"]["properties"]["error"]["enum"])
