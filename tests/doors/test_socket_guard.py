"""What asks ``socket`` for an address, in every way there is, and what a test has put there itself."""

from __future__ import annotations

import asyncio
import socket
import sys
from unittest import mock

import pytest

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
