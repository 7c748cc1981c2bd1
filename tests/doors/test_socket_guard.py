"""What asks ``socket`` for an address, in every way there is, and what a test has put there itself."""

from __future__ import annotations

import _socket
import asyncio
import http.client
import io
import itertools
import socket
import sys
import types
from unittest import mock

import pytest
import urllib3

from dx_mock import mock_directconnect
from dx_mock.doors.other_services import RefusedLookupError

AWS = "ec2.us-east-1.amazonaws.com"
METADATA = "169.254.169.254"


def _datagrams(use):
    with socket.socket(type=socket.SOCK_DGRAM) as sock:
        use(sock)


def _connect(host):
    with socket.socket() as sock:
        sock.connect((host, 80))


async def _asyncio_datagram(host):
    loop = asyncio.get_running_loop()
    with socket.socket(type=socket.SOCK_DGRAM) as sock:
        sock.setblocking(False)
        await loop.sock_sendto(sock, b"x", (host, 53))


WAYS = {
    "gethostbyaddr": lambda host: socket.gethostbyaddr(host),
    "getnameinfo": lambda host: socket.getnameinfo((host, 80), 0),
    "sendto": lambda host: _datagrams(lambda sock: sock.sendto(b"x", (host, 53))),
    "sendto with flags": lambda host: _datagrams(lambda sock: sock.sendto(b"x", 0, (host, 53))),
    "sendmsg": lambda host: _datagrams(lambda sock: sock.sendmsg([b"x"], [], 0, (host, 53))),
    "connect": _connect,
    "connect with a bytearray": lambda host: _connect(bytearray(host, "ascii")),
}
if sys.version_info >= (3, 11):  # the first version whose loops have it
    WAYS["sock_sendto of asyncio"] = lambda host: asyncio.run(_asyncio_datagram(host))
if not hasattr(socket.socket, "sendmsg"):
    del WAYS["sendmsg"]


@pytest.mark.parametrize("host", [AWS, METADATA])
@pytest.mark.parametrize("way", WAYS)
def test_ways_to_ask(way, host):
    with mock_directconnect(), pytest.raises(RefusedLookupError):
        WAYS[way](host)


@pytest.mark.parametrize(
    "host", ["ec2。us-east-1。amazonaws。com", "ec2.us-east-1.amazonaws．com", f"{AWS}\u00ad"]
)
def test_a_name_that_socket_makes_plain(host):
    with mock_directconnect(), pytest.raises(RefusedLookupError):
        socket.getaddrinfo(host, 443)


class Proxy:
    """What is sent to a proxy that opens every tunnel; it stands for the socket."""

    def __init__(self):
        self.sent = b""

    def sendall(self, data):
        self.sent += data

    def makefile(self, *_):
        return io.BytesIO(b"HTTP/1.1 200 OK\r\n\r\n")

    def setsockopt(self, *_):
        """Take any option."""

    settimeout = close = setsockopt


@pytest.mark.parametrize("kind", [http.client.HTTPConnection, urllib3.connection.HTTPConnection])
@pytest.mark.parametrize(("host", "refused"), [(AWS, True), (METADATA, True), ("tool.example.com", False)])
def test_a_tunnel_that_is_open_since_before_the_mock(monkeypatch, kind, host, refused):
    proxy = Proxy()
    monkeypatch.setattr(socket, "create_connection", lambda *_, **__: proxy)
    monkeypatch.setattr(urllib3.util.connection, "create_connection", lambda *_, **__: proxy)
    connection = kind("127.0.0.1", 3128)
    connection.set_tunnel(host, 80)
    connection.connect()
    proxy.sent = b""
    with mock_directconnect():
        if refused:
            with pytest.raises(RefusedLookupError):
                connection.request("GET", "/")
        else:
            connection.request("GET", "/")
    assert (proxy.sent == b"") is refused


def test_datagrams_on_this_machine_go_on():
    with mock_directconnect(), socket.socket(type=socket.SOCK_DGRAM) as there:
        there.bind(("127.0.0.1", 0))
        there.settimeout(5)
        _datagrams(lambda sock: sock.sendto(b"one", there.getsockname()))
        assert there.recv(10) == b"one"
        with socket.socket(type=socket.SOCK_DGRAM) as sock:
            sock.connect(there.getsockname())
            if hasattr(sock, "sendmsg"):
                sock.sendmsg([b"two"])
                assert there.recv(10) == b"two"
        with pytest.raises(TypeError):
            there.sendto()


def _by_pytest(name):
    patch = pytest.MonkeyPatch()
    patch.setattr(socket.socket, name, lambda *_: None)
    return patch.undo


def _started(patch):
    patch.start()
    return patch.stop


PATCHES = {
    "pytest": _by_pytest,
    "object": lambda name: _started(mock.patch.object(socket.socket, name, new=_by_pytest)),
    "autospec": lambda name: _started(mock.patch.object(socket.socket, name, autospec=True)),
    "multiple": lambda name: _started(mock.patch.multiple(socket.socket, **{name: lambda *_: None})),
}


@pytest.mark.parametrize("name", ["connect", "connect_ex", "sendto"])
@pytest.mark.parametrize("kind", PATCHES)
def test_a_patch_of_what_a_class_inherits_may_end_last(kind, name):
    """The class of sockets has no ``connect`` of its own; afterwards it has none again."""
    before = dict(vars(socket.socket))
    dx = mock_directconnect().start()
    undo = PATCHES[kind](name)
    try:
        dx.stop()
    finally:
        undo()
    after = dict(vars(socket.socket))
    for left in after.keys() - before.keys():
        delattr(socket.socket, left)
    assert after == before


@pytest.mark.parametrize("kind", ["autospec", "spec"])
@pytest.mark.parametrize(
    "what", ["socket.gethostbyname", "socket.socket.connect", "http.client.HTTPConnection.putrequest"]
)
def test_a_mock_begins_where_a_test_has_patched(what, kind):
    with mock.patch(what, **{kind: True}) as theirs, mock_directconnect() as dx:
        dx.client().describe_locations()
    assert not theirs.called


# --- functions that were taken out of ``socket`` before ------------------------------------------------------

TAKEN_OUT = {
    "getaddrinfo": lambda function, host: function(host, 443),
    "create_connection": lambda function, host: function((host, 443), timeout=5),
    "gethostbyname": lambda function, host: function(host),
    "gethostbyname_ex": lambda function, host: function(host),
    "gethostbyaddr": lambda function, host: function(host),
    "getnameinfo": lambda function, host: function((host, 443), 0),
}
#: of modules: each is looked through once, by its name
NUMBERS = itertools.count()


@pytest.fixture
def early(monkeypatch):
    """A module of the code under test, imported before the mock begins."""
    module = types.ModuleType(f"imported_early_{next(NUMBERS)}")
    exec(f"from socket import {', '.join(TAKEN_OUT)}", vars(module))
    monkeypatch.setitem(sys.modules, module.__name__, module)
    return module


@pytest.mark.parametrize("host", [AWS, METADATA])
@pytest.mark.parametrize("name", TAKEN_OUT)
def test_functions_that_were_taken_out_of_socket(early, name, host):
    before = dict(vars(early)), dict(vars(socket)), dict(vars(_socket))
    for _ in range(2):  # the second mock knows the module
        with mock_directconnect(), pytest.raises(RefusedLookupError):
            TAKEN_OUT[name](getattr(early, name), host)
        assert (vars(early), vars(socket), vars(_socket)) == before


@pytest.mark.parametrize("name", ["getaddrinfo", "gethostbyname"])
@pytest.mark.parametrize("host", [AWS, METADATA])
def test_the_module_below_socket(name, host):
    with mock_directconnect(), pytest.raises(RefusedLookupError):
        TAKEN_OUT[name](getattr(_socket, name), host)


def test_what_was_kept_of_getaddrinfo_anywhere():
    """As a default, in a class: it asks ``_socket`` all the same."""
    kept = socket.getaddrinfo
    with mock_directconnect(), pytest.raises(RefusedLookupError):
        kept(AWS, 443)


def test_what_a_module_took_out_during_a_mock_goes_on_after(early):
    with mock_directconnect():
        exec("from socket import gethostbyname", vars(early))
    assert early.gethostbyname("127.0.0.1") == "127.0.0.1"
    with mock_directconnect(), pytest.raises(RefusedLookupError):
        early.gethostbyname(AWS)


@pytest.mark.parametrize("new", [lambda *_: None, mock.MagicMock(), type("Nothing", (), {}), None])
def test_anything_may_stand_in_the_place_of_sockets(new):
    """No class, or none of sockets: a mock begins, and leaves it alone."""
    there = dict(vars(new)) if new is not None else None
    with mock.patch("socket.socket", new=new), mock_directconnect() as dx:
        assert dx.client().describe_connections()["connections"] == []
    assert new is None or dict(vars(new)) == there


def test_a_class_of_sockets_in_the_place_of_pythons():
    """As gevent's, which does not inherit from it."""

    class Another:
        def connect(self, address):
            pytest.fail("it was reached")

    before = vars(Another)["connect"]
    with mock.patch("socket.socket", new=Another), mock_directconnect(), pytest.raises(RefusedLookupError):
        socket.socket().connect((METADATA, 80))
    assert vars(Another)["connect"] is before
