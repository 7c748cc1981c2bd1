"""Whom a server answers: programs that call it by a name of its own, and pages that it gave out itself.

A browser sends requests for every page that it shows, to loopback addresses, too.  Its headers tell them from
those of a program: ``Host``, which a page that moved its name to this machine (DNS rebinding) can't choose, and
what a browser says of the page that asks (``Origin``, ``Sec-Fetch-Site``, ``Referer``).
"""

from __future__ import annotations

import hmac
import re
import sys
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple
from urllib.parse import parse_qs

from dx_mock.engine.accounts import ACCOUNT_HEADER, is_account_id
from dx_mock.http_server.control_api.messages import PREFIX
from dx_mock.rules import hosts

#: A host with an optional port, as ``Host`` has it: a name, an IPv4 address, or an IPv6 address in brackets.
_AUTHORITY = re.compile(
    r"(?P<host>\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*\.?)(?::(?P<port>[0-9]{0,5}))?"
)
#: An origin as browsers write one; extensions have schemes of their own.
_ORIGIN = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*)://(?P<authority>[^/?#@\s]*)")
_NAME = re.compile(r"(\*\.)?[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*")
#: The paths of the page and of the sign of life.
_PUBLIC = re.compile(rf"(/worlds/[^/]+)?{PREFIX}(/|/health)?")
_PORTS = {"http": 80, "https": 443}
#: What browsers say of requests that no other site makes: by the user, or by a page of this server.
_OWN_SITES = frozenset({"none", "same-origin"})
#: The longest part of a header that a sentence repeats, in characters.
_SHOWN = 200


class Refused(NamedTuple):
    """Why a request is refused: an HTTP status and one sentence."""

    status: int
    sentence: str


class Admission:
    """The rules of one server.

    Args:
        names: what else it is called: ``--host``, ``--allow-host``; ``*.example.com`` for all of a domain.
        token: what every request must have with it, or None.

    Raises:
        ValueError: If a name is not one, or the token is one that no header can have.
    """

    def __init__(self, names: Iterable[str] = (), token: str | None = None) -> None:
        self._names = frozenset(check_name(each) for each in names)
        self._token = None if token is None else check_token(token)

    @property
    def token(self) -> str | None:
        """What every request must have with it, or None."""
        return self._token

    def refusal(self, environ: Mapping[str, Any]) -> Refused | None:
        """Return why a request is refused; None if it may go on."""
        return (
            self._wrong_host(environ)
            or _wrong_site(environ)
            or self._wrong_token(environ)
            or _wrong_account(environ)
        )

    def _wrong_host(self, environ: Mapping[str, Any]) -> Refused | None:
        given = environ.get("HTTP_HOST")
        if given is None:
            if environ.get("SERVER_PROTOCOL") == "HTTP/1.0":
                return None  # no browser speaks it
            return Refused(400, "the request has no Host header")
        place = _place(given, 80)
        if place is None:
            return Refused(400, f"the Host header is malformed: {given[:_SHOWN]!r}")
        host, _ = place
        if self._is_known(host):
            return None
        return Refused(
            403,
            f"this server is not called {host[:_SHOWN]!r}: call it by its address or as localhost, or start it "
            f"with --allow-host {host[:_SHOWN]}",
        )

    def _is_known(self, host: str) -> bool:
        if host == "localhost" or host.endswith(".localhost") or host in self._names:
            return True
        if hosts.address_of(host) is not None:
            return True
        if any(name.startswith("*.") and host.endswith(name[1:]) for name in self._names):
            return True
        return hosts.region_of_direct_connect(host) is not None  # nobody but AWS can point these elsewhere

    def _wrong_token(self, environ: Mapping[str, Any]) -> Refused | None:
        if self._token is None or _is_public(environ):
            return None
        given = _tokens(environ)
        if any(hmac.compare_digest(each.encode(), self._token.encode()) for each in given):
            return None
        if any(map(_is_of_a_role, given)):
            return None
        return Refused(
            401,
            "this server wants its token: as 'Authorization: Bearer TOKEN', or as the session token of AWS "
            "credentials (AWS_SESSION_TOKEN)",
        )


def check_name(name: object) -> str:
    """Return a name for ``Host`` in small letters.

    Raises:
        ValueError: If it is not one.
    """
    if isinstance(name, str) and (_NAME.fullmatch(name) or hosts.address_of(hosts.plain(name)) is not None):
        return hosts.plain(name) if not name.startswith("*.") else name.lower()
    raise ValueError(f"{name!r} is not the name of a host such as 'dx-mock' or '*.example.com'")


def check_token(token: object) -> str:
    """Return a token that headers and addresses can have.

    Raises:
        ValueError: If it is not one.
    """
    if isinstance(token, str) and re.fullmatch(r"[A-Za-z0-9._~+/=-]{8,512}", token):
        return token
    raise ValueError("a token has 8 to 512 letters, digits and the characters - . _ ~ + / =")


def _is_page(environ: Mapping[str, Any]) -> bool:
    """Return whether a request is for the page, which is the same for everybody and changes nothing."""
    return _is_public(environ) and not environ.get("PATH_INFO", "").endswith("/health")


def _is_public(environ: Mapping[str, Any]) -> bool:
    """Return whether a request needs no token: the page, and what tells a supervisor that the server runs."""
    return bool(
        environ["REQUEST_METHOD"] == "GET"
        and _PUBLIC.fullmatch(environ.get("PATH_INFO", ""))
        and not environ.get("QUERY_STRING")
        and "HTTP_AUTHORIZATION" not in environ  # else it may be for a bucket of that name
    )


# --- pages of other sites ----------------------------------------------------------------------------------


def _wrong_site(environ: Mapping[str, Any]) -> Refused | None:
    """Refuse what a page of another site lets a browser ask; a link to the page may be followed."""
    origin = environ.get("HTTP_ORIGIN")
    if origin is not None:
        match = _ORIGIN.fullmatch(origin)
        if origin != "null" and (match is None or not _is_place(match["scheme"], match["authority"])):
            return Refused(400, f"the Origin header is malformed: {origin[:_SHOWN]!r}")
        if match is None or not _is_own(match["scheme"], match["authority"], environ):
            return Refused(403, f"requests from pages of {origin[:_SHOWN]} are refused")
    site = environ.get("HTTP_SEC_FETCH_SITE")
    if site is not None:
        if site in _OWN_SITES or _is_page(environ):
            return None
        return Refused(
            403, f"requests from pages of another site are refused (Sec-Fetch-Site: {site[:_SHOWN]})"
        )
    referer = environ.get("HTTP_REFERER")
    if origin is None and referer is not None and not _is_page(environ):
        match = _ORIGIN.match(referer)
        if (
            match is None
            or referer[match.end() :].startswith("@")
            or not _is_own(match["scheme"], match["authority"], environ)
        ):
            return Refused(403, "requests from pages of another site are refused (Referer)")
    return None


def _is_own(scheme: str, authority: str, environ: Mapping[str, Any]) -> bool:
    """Return whether an origin is the server's own; a proxy before it may have added TLS."""
    port = _PORTS.get(scheme.lower())
    host = environ.get("HTTP_HOST", "")
    return port is not None and _place(authority, port) == _place(host, port) is not None


def _is_place(scheme: str, authority: str) -> bool:
    """Return whether an origin has a host and a port, as those of web pages must; other schemes have names."""
    return scheme.lower() not in _PORTS or _place(authority, 80) is not None


def _place(authority: str, default: int) -> tuple[str, int] | None:
    """Return host and port; None if they are malformed."""
    match = _AUTHORITY.fullmatch(authority)
    if match is None or int(match["port"] or default) > 65535:
        return None
    return hosts.plain(match["host"]), int(match["port"] or default)


# --- tokens and accounts -----------------------------------------------------------------------------------


def _tokens(environ: Mapping[str, Any]) -> list[str]:
    """Return what a request has that may be the token."""
    kind, _, bearer = environ.get("HTTP_AUTHORIZATION", "").partition(" ")
    found = [bearer.strip()] if kind.lower() == "bearer" else []
    found += [environ.get("HTTP_X_AMZ_SECURITY_TOKEN", "")]
    if "X-Amz-Security-Token=" in environ.get("QUERY_STRING", ""):  # a presigned URL
        found += parse_qs(environ["QUERY_STRING"]).get("X-Amz-Security-Token", [])
    return [each for each in found if each]


def _is_of_a_role(token: str) -> bool:
    """Return whether moto's STS gave a session token out, to somebody who had ours."""
    sts: Any = sys.modules.get("moto.sts.models")
    if sts is None:
        return False
    given = (
        role.session_token
        for account in list(sts.sts_backends.values())
        for backend in list(account.values())
        for role in list(backend.assumed_roles)
    )
    return any(hmac.compare_digest(token.encode(), each.encode()) for each in given)


def _wrong_account(environ: Mapping[str, Any]) -> Refused | None:
    given = environ.get(f"HTTP_{ACCOUNT_HEADER.upper().replace('-', '_')}")
    if not given or is_account_id(given):
        return None
    return Refused(400, f"{ACCOUNT_HEADER} must have twelve digits, not {given[:_SHOWN]!r}")
