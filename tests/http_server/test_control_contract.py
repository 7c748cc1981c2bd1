"""The OpenAPI document is the contract: it is valid, and what is served is what it says, whatever is sent."""

from __future__ import annotations

import botocore.session
import pytest

from dx_mock import MockDirectConnect, mock_directconnect
from tests.helpers import connect

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


def test_every_path_of_the_document_answers(http, dx, client):
    """A client that has only the document reaches every endpoint: none is unknown, none has another method."""
    made = connect(client)
    for path, item in document()["paths"].items():
        place = path.replace("{id}", made).replace("{number}", "1")
        for method in item:
            answer = http.open(place, method=method.upper(), json={} if method in {"post", "put"} else None)
            sentence = (
                answer.json["error"] if answer.mimetype == "application/json" and "error" in answer.json else ""
            )
            assert answer.status_code != 405, (method, place)
            assert not sentence.startswith("there is nothing at"), (method, place)
            assert answer.status_code < 500, (method, place, sentence)
        for method in {"get", "post", "put", "delete"} - set(item):
            assert http.open(place, method=method.upper()).status_code == 405, (method, place)


def test_every_hand_has_an_endpoint():
    """What a test does in process can be done over HTTP: by the methods of the mock, not by the table."""
    in_process_only = {"start", "stop", "resume", "open", "client", "serve"}
    ways = {"assert_clean": "leftovers", "resiliency_level": "topology", "clock": "advance"}
    operations = {each["operationId"] for item in document()["paths"].values() for each in item.values()}
    hands = {
        name
        for name, each in vars(MockDirectConnect).items()
        if not name.startswith("_") and callable(each) and name not in in_process_only
    }
    assert len(hands) >= 10
    for name in hands:
        head, *rest = ways.get(name, name).split("_")
        assert head + "".join(word.title() for word in rest) in operations, name


def test_every_refusal_is_described():
    """Operations have ids of their own, and every refusal a schema."""
    found = document()
    operations = [operation for item in found["paths"].values() for operation in item.values()]
    names = [operation["operationId"] for operation in operations]
    assert len(set(names)) == len(names)
    for operation in operations:
        assert {"403", "405"} <= set(operation["responses"])
    for response in found["components"]["responses"].values():
        assert response["content"]["application/json"]["schema"] == {"$ref": "#/components/schemas/Error"}


def test_the_document_follows_the_installed_model():
    """By botocore itself, not by what dx_mock has read of it."""
    model = botocore.session.get_session().get_service_model("directconnect")
    schemas = document()["components"]["schemas"]
    operations, _ = schemas["NewFault"]["properties"]["operation"]["anyOf"]
    assert sorted(operations["enum"]) == sorted(model.operation_names)
    declared = {
        shape.name for name in model.operation_names for shape in model.operation_model(name).error_shapes
    }
    assert declared <= set(schemas["NewFault"]["properties"]["error"]["enum"])
