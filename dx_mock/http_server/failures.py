"""Answers to requests for other services that can't be answered, in the protocol that their client reads."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from xml.sax.saxutils import escape

from dx_mock.doors import http_requests
from dx_mock.support.errors import ServiceError

#: The scope of a signature, in the header and in the query of a presigned URL.
_SCOPE = re.compile(r"/(?P<service>[^/%&]+)(?:/|%2F)aws4_request", re.IGNORECASE)
_FORM = "application/x-www-form-urlencoded"

#: Where each kind of XML has an error.
_IN_EC2 = "<Response><Errors><Error>%s</Error></Errors><RequestID>%s</RequestID></Response>"
_IN_S3 = "<Error>%s<RequestId>%s</RequestId></Error>"
_IN_OTHERS = "<ErrorResponse><Error><Type>Sender</Type>%s</Error><RequestId>%s</RequestId></ErrorResponse>"


def failure(environ: Mapping[str, str], code: str, message: str, status: int) -> http_requests.Answer:
    """Return the answer to a request that can't be answered, by its WSGI environment."""
    request_id = str(uuid.uuid4())
    form = _form_of_xml(environ)
    if form is None:
        cbor = environ.get("HTTP_SMITHY_PROTOCOL") == "rpc-v2-cbor"
        return http_requests.failure(ServiceError(code, message, status), request_id, cbor)
    words = f"<Code>{escape(code)}</Code><Message>{escape(message)}</Message>"
    content = f'<?xml version="1.0" encoding="UTF-8"?>\n{form % (words, request_id)}'.encode()
    headers = {
        "x-amzn-requestid": request_id,
        "content-type": "text/xml",
        "content-length": str(len(content)),
        "connection": "close",
    }
    return status, headers, content


def _form_of_xml(environ: Mapping[str, str]) -> str | None:
    """Return the form of XML that a client reads; None for one that reads JSON or CBOR.

    The protocols of forms are known by what they send, those of paths by the service that a request is signed
    for.
    """
    service = service_of(environ)
    sent = environ.get("CONTENT_TYPE") or environ.get("HTTP_CONTENT_TYPE", "")
    if sent.startswith(_FORM):
        return _IN_EC2 if service == "ec2" else _IN_OTHERS
    if "HTTP_X_AMZ_TARGET" in environ or _protocol(service) != "rest-xml":
        return None
    return _IN_S3 if service == "s3" else _IN_OTHERS


def service_of(environ: Mapping[str, str]) -> str:
    """Return the service that a request is signed for; empty where it is not signed."""
    signed = f"{environ.get('HTTP_AUTHORIZATION', '')}?{environ.get('QUERY_STRING', '')}"
    scope = _SCOPE.search(signed)
    return scope["service"].lower() if scope else ""


@lru_cache(maxsize=64)
def _protocol(service: str) -> str:
    return str(model_of(service).get("metadata", {}).get("protocol", ""))


def model_of(service: str) -> Mapping[str, Any]:
    """Return botocore's model of a service; empty where the name is not that of a model."""
    from botocore.exceptions import DataNotFoundError
    from botocore.loaders import Loader

    loader = Loader()
    if service not in loader.list_available_services("service-2"):
        return {}
    try:
        model: Mapping[str, Any] = loader.load_service_model(service, "service-2")
    except DataNotFoundError:
        return {}
    return model
