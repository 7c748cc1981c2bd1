"""Bytes to a server and back, for what no client library would send."""

from __future__ import annotations

import json
import socket
from urllib.parse import urlsplit

TARGET = "X-Amz-Target: OvertureService.DescribeConnections\r\n"
#: the largest body
LIMIT = 2**20


def plug(endpoint_url):
    """A socket to a server."""
    place = urlsplit(endpoint_url)
    return socket.create_connection((place.hostname, place.port), timeout=30)


def request(body=b"{}", headers=TARGET, method="POST", path="/", host="localhost", length=True):
    """The bytes of a request."""
    sized = f"Content-Length: {len(body)}\r\n" if length else ""
    return f"{method} {path} HTTP/1.1\r\nHost: {host}\r\n{headers}{sized}\r\n".encode("latin-1") + body


def read(stream):
    """Status, headers and body of the next answer of a connection; None where it ended without one."""
    line = stream.readline()
    if not line:
        return None
    headers = {}
    while (field := stream.readline().strip()) != b"":
        name, _, value = field.decode("latin-1").partition(":")
        headers[name.lower()] = value.strip()
    return int(line.split()[1]), headers, stream.read(int(headers["content-length"]))


def ask(endpoint_url, sent, half_close=False):
    """The first answer to some bytes, and whether the connection ended after it."""
    with plug(endpoint_url) as connection:
        connection.sendall(sent)
        if half_close:
            connection.shutdown(socket.SHUT_WR)
        stream = connection.makefile("rb")
        answer = read(stream)
        if answer is None:
            return None, True
        return answer, answer[1].get("connection") == "close"


def refusal(answer):
    """Code and message of an error of the JSON protocol; it has no other members."""
    status, headers, body = answer
    assert 400 <= status < 600
    assert headers["content-type"] == "application/x-amz-json-1.1"
    assert b"Traceback" not in body
    error = json.loads(body)
    assert set(error) == {"__type", "message"}
    return error["__type"], error["message"]


def works(endpoint_url):
    """Whether the server still answers."""
    answer, _ = ask(endpoint_url, request())
    return answer[0] == 200 and json.loads(answer[2]) == {"connections": []}


def end_of(stream):
    """Whether a connection is closed with nothing more in it; what was not read makes it a reset."""
    try:
        return stream.read() == b""
    except ConnectionResetError:
        return True


CHUNKED = f"POST / HTTP/1.1\r\nHost: localhost\r\n{TARGET}Transfer-Encoding: chunked\r\n\r\n".encode()


def sized(length):
    return f"POST / HTTP/1.1\r\nHost: localhost\r\n{TARGET}Content-Length: {length}\r\n\r\n".encode()
