"""What moto answers, by its own tables of URLs, and its answers to requests that no botocore client makes."""

from __future__ import annotations

import importlib.metadata
import re
import sys
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from dx_mock.moto_services.health import endpoint as health


class PackagesMissing(Exception):
    """moto has the service, but not the packages that it needs; ``install`` says what to give to pip."""

    def __init__(self, service: str, package: str | None) -> None:
        super().__init__(f"moto's {service} needs {package}")
        self.package: str = package or "a package"
        self.install: str = _extra_of(service)


def _extra_of(service: str) -> str:
    """Return the requirement with the packages of a service: an extra of ours, of moto's, or all of moto's."""
    if service == "cloudformation":  # ours can be named without knowing moto
        return "dx-mock[cloudformation]"
    extras = importlib.metadata.metadata("moto").get_all("Provides-Extra") or []
    return f"moto[{service if service in extras else 'all'}]"


def _clean(url: str) -> str:
    """Return a URL as moto looks it up: with the usual domain of AWS, without its query."""
    from moto.core import utils

    equivalent = getattr(utils, "get_equivalent_url_in_aws_domain", None)
    parsed: Any = equivalent(url)[0] if equivalent is not None else urlsplit(url)
    return f"{parsed.scheme}://{parsed.netloc}{parsed.path or '/'}"


def answers(url: str) -> bool:
    """Return whether moto answers a URL, one of its services having its host and its path, or we beside it.

    Raises:
        PackagesMissing: If the service that has its host can't be imported.
    """
    if health.has(url):
        return True
    from moto import backend_index

    return _answers(_clean(url), len(backend_index.backend_url_patterns))


@lru_cache(maxsize=1024)
def _answers(clean: str, entries: int) -> bool:
    """Look through moto's tables, which only ever grow."""
    from moto import backend_index

    return any(
        pattern.match(clean) and _has_path(service, clean)
        for service, pattern in backend_index.backend_url_patterns
    )


def _has_path(service: str, url: str) -> bool:
    from moto import backends

    try:
        found: Any = backends.get_backend(service)
    except ModuleNotFoundError as problem:
        raise PackagesMissing(service, problem.name) from problem
    regions = found["global"] if "global" in found else found["123456789012"]
    backend = regions
    if isinstance(regions, dict):
        backend = regions["us-east-1"] if "us-east-1" in regions else regions["aws"]
    return any(re.match(path, url) for path in backend.urls)


def lets_pass(url: str) -> bool:
    """Return whether moto is told to let a URL pass, by ``core.passthrough`` of a test's own ``mock_aws``."""
    config: Any = sys.modules.get("moto.core.config")
    if config is None or not hasattr(config, "passthrough_url") or not hasattr(config, "passthrough_service"):
        return False
    from moto import backend_index

    clean = _clean(url)
    return config.passthrough_url(clean) or any(
        config.passthrough_service(service)
        for service, pattern in backend_index.backend_url_patterns
        if pattern.match(clean)
    )


def answer(method: str, url: str, headers: Any, body: Any) -> Any:
    """Return moto's answer to a request as botocore's ``AWSResponse``; None where it does not answer."""
    from botocore.awsrequest import AWSRequest
    from moto.core.models import botocore_stubber

    request = AWSRequest(method=method, url=url, headers=dict(headers), data=body or b"")
    return botocore_stubber("before-send", request.prepare())


def answer_of_requests(adapter: Any, request: Any, **options: Any) -> Any:
    """Return the response of ``requests`` that moto's own mock of ``responses`` gives to a request."""
    from moto.core.models import responses_mock

    return responses_mock.unbound_on_send()(adapter, request, **options)


def answers_requests(request: Any) -> bool:
    """Return whether moto, which is active, answers a request of ``requests``.

    By its tables, or because one of its services has registered it: API Gateway does for what is deployed.
    """
    if answers(request.url):
        return True
    from moto.core import custom_responses_mock
    from moto.core.models import responses_mock

    found = responses_mock._find_match(request)[0]
    return found is not None and type(found) is not custom_responses_mock.CallbackResponse


def is_in_requests() -> bool:
    """Return whether moto has put its own mock into ``requests``, as a test's ``mock_aws`` does."""
    models: Any = sys.modules.get("moto.core.models")
    mock = getattr(models, "responses_mock", None)  # not there yet while another thread imports moto
    return mock is not None and mock._patcher is not None
