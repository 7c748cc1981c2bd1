"""moto's server lists its packages once while a server of ours runs, and as before afterwards."""

from __future__ import annotations

import os
import urllib.request

import pytest

import dx_mock


def test_a_request_to_another_service_lists_no_folders(monkeypatch: pytest.MonkeyPatch) -> None:
    from moto import backends

    plain, expected = backends.list_of_moto_modules, list(backends.list_of_moto_modules())
    with dx_mock.server() as server:

        def ask() -> None:
            body = b"Action=GetCallerIdentity&Version=2011-06-15"
            key = "AWS4-HMAC-SHA256 Credential=123456789012/20260101/us-east-1/sts/aws4_request"
            request = urllib.request.Request(server.endpoint_url, body, {"Authorization": key})
            with urllib.request.urlopen(request) as answer:
                assert b"arn:aws:sts::123456789012" in answer.read()

        ask()
        assert list(backends.list_of_moto_modules()) == expected
        listed: list[object] = []
        listdir = os.listdir
        monkeypatch.setattr(os, "listdir", lambda *path: listed.append(path) or listdir(*path))
        ask()
        assert listed == []
    assert backends.list_of_moto_modules is plain
