"""A world of a running server for one test: taken at the start, given back at the end.

Only the standard library is needed here, so that a test which starts programs pays for nothing else.
"""

from __future__ import annotations

import json
import os
import urllib.error
import urllib.request
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from dx_mock.engine.accounts import default_account_id
from dx_mock.process.child_processes import environment_of

#: Names the server whose worlds tests take.
VARIABLE = "DX_MOCK_SERVER"
#: Seconds after which a world ends that nobody gave back and nobody uses.
TTL = 600.0
#: Seconds to wait for an answer.
_PATIENCE = 60.0


class WorldError(RuntimeError):
    """The server refused something; the message is its sentence."""


class BorrowedWorld:
    """A world of a running server; ``dx_mock.borrow_world()`` makes it.

    As a context manager it takes the world and gives it back.
    """

    def __init__(self, server: str, wanted: Mapping[str, Any], token: str | None = None) -> None:
        self._server = server.rstrip("/")
        self._token = token
        self._wanted = dict(wanted)
        self._name: str | None = None

    @property
    def name(self) -> str:
        """Its name on the server.

        Raises:
            RuntimeError: If it is not taken.
        """
        if self._name is None:
            raise RuntimeError("this world is not taken; use it as a context manager or call start()")
        return self._name

    @property
    def url(self) -> str:
        """Where it answers, for ``endpoint_url``.

        Raises:
            RuntimeError: If it is not taken.
        """
        return f"{self._server}/worlds/{self.name}"

    def start(self) -> BorrowedWorld:
        """Take it from the server.

        Raises:
            RuntimeError: If it is taken already.
            WorldError: If the server does not answer, or refuses.
        """
        if self._name is not None:
            raise RuntimeError("this world is taken already")
        made = self._ask("POST", f"{self._server}/dx-mock/worlds", self._wanted)
        self._name = str(made["name"])
        return self

    def stop(self) -> None:
        """Give it back, with everything in it; twice does no harm.

        Raises:
            WorldError: If the server does not answer, or has ended the world itself.
        """
        if self._name is not None:
            name, self._name = self._name, None
            self._ask("DELETE", f"{self._server}/dx-mock/worlds/{name}")

    def __enter__(self) -> BorrowedWorld:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    # --- clients ---------------------------------------------------------------------------------------------

    def environment(self, account_id: str | None = None, region_name: str = "us-east-1") -> dict[str, str]:
        """Return what a program needs in its environment to be in this world.

        Args:
            account_id: the account that calls; ``MOTO_ACCOUNT_ID``, or 123456789012, if left out.
            region_name: the Region.
        """
        account = account_id or default_account_id()
        return environment_of(self.url, account, region_name, self._token or "")

    def client(
        self, service: str = "directconnect", region_name: str = "us-east-1", account_id: str | None = None
    ) -> Any:
        """Return a boto3 client of this world for a service."""
        import boto3

        session: Any = boto3.session.Session(
            aws_access_key_id=account_id or default_account_id(),
            aws_secret_access_key="dx_mock",
            aws_session_token=self._token,
            region_name=region_name,
        )
        return session.client(service, endpoint_url=self.url)

    # --- hands -----------------------------------------------------------------------------------------------

    def ask(self, method: str, path: str, body: Any = None, **query: Any) -> Any:
        """Ask the control API of this world, such as ``ask("GET", "leftovers")``, and return its answer.

        Raises:
            WorldError: If it is refused; the message is the server's sentence.
        """
        end = f"?{urlencode(query)}" if query else ""
        return self._ask(method, f"{self.url}/dx-mock/{path.lstrip('/')}{end}", body)

    def _ask(self, method: str, url: str, body: Any = None) -> Any:
        return _ask(method, url, body, self._token)

    def provision(self, resource_id: str) -> Any:
        """Finish now what AWS, a technician or a partner would do by hand; return the resource."""
        return self._hand(resource_id, "provision")

    def issue_loa(self, connection_id: str) -> Any:
        """Issue the letter of a requested connection or interconnect; return the resource."""
        return self._hand(connection_id, "issue-loa")

    def link_down(self, connection_id: str) -> Any:
        """Cut the fibre of a connection or interconnect; return the resource."""
        return self._hand(connection_id, "link-down")

    def link_up(self, connection_id: str) -> Any:
        """Mend the fibre of a connection or interconnect; return the resource."""
        return self._hand(connection_id, "link-up")

    def bgp_down(self, virtual_interface_id: str, bgp_peer_id: str | None = None) -> Any:
        """Take a BGP session of a virtual interface down, or all of them; return the resource."""
        return self._hand(virtual_interface_id, "bgp-down", _peer(bgp_peer_id))

    def bgp_up(self, virtual_interface_id: str, bgp_peer_id: str | None = None) -> Any:
        """Let a BGP session of a virtual interface come up, or all of them; return the resource."""
        return self._hand(virtual_interface_id, "bgp-up", _peer(bgp_peer_id))

    def announce(self, virtual_interface_id: str, prefixes: Iterable[str]) -> Any:
        """Let the customer's router announce these prefixes and no others; return the resource."""
        return self._hand(virtual_interface_id, "announce", {"prefixes": list(prefixes)})

    def advance(self, **units: float) -> str:
        """Move the clock, by ``days=3`` and the like; return the virtual time."""
        return str(self.ask("POST", "clock/advance", units)["now"])

    def calls(self, operation: str | None = None) -> list[dict[str, Any]]:
        """Return the last calls of the record, of one operation or of all."""
        query = {} if operation is None else {"operation": operation}
        found: list[dict[str, Any]] = self.ask("GET", "calls", last=1000, **query)["calls"]
        return found

    def _hand(self, resource_id: str, hand: str, body: Any = None) -> Any:
        return self.ask("POST", f"resources/{quote(resource_id, safe='')}/{hand}", body or {})

    def __repr__(self) -> str:
        return f"<BorrowedWorld {self._name or 'not taken'} of {self._server}>"


def _peer(bgp_peer_id: str | None) -> dict[str, str]:
    return {} if bgp_peer_id is None else {"bgpPeerId": bgp_peer_id}


def _ask(method: str, url: str, body: Any, token: str | None) -> Any:
    content = None if body is None else json.dumps(body).encode()
    asked = urllib.request.Request(url, content, {"Content-Type": "application/json"}, method=method)
    if token is not None:
        asked.add_header("Authorization", f"Bearer {token}")
    try:
        # Never by way of a proxy of the environment: the server is a program of this team.
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(
            asked, timeout=_PATIENCE
        ) as answer:
            text = answer.read().decode()
    except urllib.error.HTTPError as refusal:
        with refusal:
            raise WorldError(_sentence(refusal.read().decode(errors="replace"))) from None
    except (OSError, ValueError) as problem:
        raise WorldError(f"no server of dx_mock answers at {url}: {problem}") from None
    return json.loads(text) if answer.headers.get_content_type() == "application/json" else text


def _sentence(text: str) -> str:
    try:
        return str(json.loads(text)["error"])
    except (ValueError, KeyError, TypeError):
        return text[:500]


def borrow_world(
    server: str | None = None,
    *,
    name: str | None = None,
    topology: str | Mapping[str, Any] | None = None,
    snapshot: Mapping[str, Any] | None = None,
    ttl: float | None = TTL,
    token: str | None = None,
    **settings: Any,
) -> BorrowedWorld:
    """Take a world of a running server: ``with dx_mock.borrow_world("http://127.0.0.1:8555") as world:``.

    Args:
        server: the address of the server; the environment's ``DX_MOCK_SERVER`` if left out.
        name: the name of the world; one that is free if left out.
        topology: what it begins with, or the name of a ready-made estate; what the server's own world began
            with if left out.
        snapshot: what it begins with, settings included.
        ttl: seconds without a request after which it ends if nobody gives it back; None means never.
        token: that of the server, if it wants one; the environment's ``DX_MOCK_TOKEN`` if left out.
        **settings: provisioning, partners, quotas, quirks, release and seed, where they differ from those of
            the server's own world.

    Raises:
        ValueError: If no server is named, or not by an address.
    """
    server = server or os.environ.get(VARIABLE)
    if not server:
        raise ValueError(f"borrow_world needs the address of a server, or {VARIABLE} in the environment")
    if urlsplit(server).scheme not in ("http", "https"):
        raise ValueError(f"the address of a server begins with http:// or https://, not {server!r}")
    given = {"name": name, "topology": topology, "snapshot": snapshot}
    wanted = {key: value for key, value in given.items() if value is not None}
    if settings:
        wanted["settings"] = settings
    return BorrowedWorld(server, {**wanted, "ttl": ttl}, token or os.environ.get("DX_MOCK_TOKEN") or None)
