"""HTTP over sockets for the server, by waitress, which reads all connections in one thread without blocking.

A client that stalls costs only a socket; bytes that can't be read as HTTP get an HTTP error; the bytes after a
refused request are never read as another one.
"""

from __future__ import annotations

import copy
import logging
import socket
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Protocol

from waitress import server as waitress_server
from waitress import wasyncore
from waitress.channel import ClientDisconnected, HTTPChannel
from waitress.parser import HTTPRequestParser, ParsingError
from waitress.task import ErrorTask, ThreadedTaskDispatcher, WSGITask
from waitress.utilities import BadRequest, Error, RequestEntityTooLarge

from dx_mock.doors import http_requests
from dx_mock.engine.faults import LostReply
from dx_mock.http_server.event_loop import EventLoop

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

#: How many requests to Direct Connect are answered at once; others wait a short time for their turn.
THREADS = 8
#: How many requests to other services are answered at once: clients may wait long for messages of moto's SQS.
MOST_OTHERS = 256
#: Seconds until a connection without a request is closed, and one whose request does not end.
IDLE, UNFINISHED = 300, 120
#: How many new connections are taken before those that are there have their turn.
_AT_ONCE = 128
#: Bytes of a refused body that are read and dropped, so that its sender can read the answer.
_DISCARDED = 16 * 1024 * 1024
#: Bytes of an answer that are collected, so that it leaves in one piece.
_PIECE = 64 * 1024
#: The longest line of a chunk's size, and the largest trailer, in bytes.
_LINE = 16 * 1024
#: Seconds for answers under way to finish when the server stops.
_GRACE = 5.0

_log = logging.getLogger(__name__)
_log.addHandler(logging.NullHandler())  # errors of clients do not belong in a test's standard error
_queue_log = logging.getLogger(f"{__name__}.queue")
_queue_log.setLevel(logging.ERROR)  # else it warns whenever more clients than threads call


class Rules(Protocol):
    """The server's rules for the transport; a request is given by its WSGI environment."""

    def limit(self, environ: Mapping[str, str]) -> int | None:
        """Return the size limit of a request's body in bytes; None means the transport's own limit."""

    def admit(self, environ: Mapping[str, str]) -> tuple[int, str] | None:
        """Return why a request may not be asked, as status and sentence; None if it may."""

    def begin(self) -> None:
        """Note that a request is being answered."""

    def end(self, environ: Mapping[str, Any], status: int, seconds: float, length: int) -> None:
        """Note that a request was answered, with status 0 if its connection was broken on purpose."""

    def refusal(self, environ: Mapping[str, str], status: int, reason: str) -> http_requests.Answer:
        """Build the response to a request that can't be read, or may not be asked."""


class _Nowhere:
    """A sink for the rest of a body that is too large."""

    def append(self, data: bytes) -> None:
        """Do nothing."""

    def __len__(self) -> int:
        return 0

    def close(self) -> None:
        """Do nothing."""


class _NotAdmitted(Error):  # type: ignore[misc]
    """An error that makes the answer to a request that may not be asked."""

    def __init__(self, code: int, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


class _Parser(HTTPRequestParser):  # type: ignore[misc]
    """A parser that keeps no body beyond its limit and refuses every malformed head."""

    rules: Rules
    adj: Any
    error: Any
    completed: bool
    expect_continue: bool
    body_rcv: Any
    _limit: int | None = None
    _too_large = False
    _refused: tuple[int, str] | None = None

    def __init__(self, adj: Any) -> None:
        super().__init__(adj)
        self.begun = time.monotonic()

    @property
    def is_ours(self) -> bool:
        """Whether dx_mock answers it itself: a request with a limit, or a malformed one."""
        return self._limit is not None or self.error is not None

    def environ(self) -> dict[str, str]:
        """Return the WSGI environment, as far as the request is known."""
        found = {f"HTTP_{name}": value for name, value in self.headers.items()}
        found["PATH_INFO"] = getattr(self, "path", "/")
        found["QUERY_STRING"] = getattr(self, "query", "")
        found["REQUEST_METHOD"] = getattr(self, "command", "GET")
        found["SERVER_PROTOCOL"] = f"HTTP/{self.version}"
        found["dx_mock.proxied"] = getattr(self, "proxy_netloc", "")
        return found

    def parse_header(self, header_plus: bytes) -> None:
        """Parse as in the base class, but refuse what Python can't read, two lengths, and who may not ask.

        Raises:
            ParsingError: If it is malformed; the connection is closed after the answer.
        """
        try:
            super().parse_header(header_plus)
        except ValueError as problem:
            raise ParsingError(str(problem)) from None
        if "TRANSFER_ENCODING" in self.headers or (self.chunked and "CONTENT_LENGTH" in self.headers):
            # A proxy may go by the other one (RFC 9112, section 6.1).
            raise ParsingError("it has Transfer-Encoding beside Content-Length, or in HTTP/1.0")
        environ = self.environ()
        self._refused = self.rules.admit(environ)
        self._limit = 0 if self._refused else self.rules.limit(environ)
        if self._refused and self.body_rcv is None:
            self.error = _NotAdmitted(*self._refused)
        if self._limit is None:
            return
        self.adj = copy.copy(self.adj)
        self.adj.max_request_body_size = self._limit + _DISCARDED + 1
        if self.content_length > self._limit:
            self._discard()

    def received(self, data: bytes) -> int:
        """Receive as in the base class, but keep no body beyond its limit."""
        consumed: int = super().received(data)
        if self._limit is not None and not self._too_large and len(self.body_rcv or ()) > self._limit:
            self._discard()
        if self.completed and self.error is None:
            if self._refused:
                self.error = _NotAdmitted(*self._refused)
            elif self._too_large:
                self.error = RequestEntityTooLarge("")
        if self.chunked and max(len(self.body_rcv.control_line), len(self.body_rcv.trailer)) > _LINE:
            self.error, self.completed = BadRequest("a line between chunks is too long"), True
        if self.completed:
            # Else waitress waits for a body that nobody sends: botocore asks to continue with empty ones, too.
            self.expect_continue = False
        return consumed

    def _discard(self) -> None:
        self._too_large = True
        if self.body_rcv is not None:
            self.body_rcv.buf.close()
            self.body_rcv.buf = _Nowhere()


class _Measured:
    """What both kinds of tasks do: send the answer in one piece, and note how it went."""

    channel: Any
    request: Any
    status: str
    environ: Any = None
    content_bytes_written: int
    wrote_header: bool

    def service(self) -> None:
        """Answer as in waitress, send what the channel still holds of the answer, and note it."""
        rules: Rules = self.request.rules
        rules.begin()
        begun = time.perf_counter()
        try:
            super().service()  # type: ignore[misc]
        finally:
            environ = self.environ or {**self.request.environ(), "REMOTE_ADDR": self.channel.addr[0]}
            status = int(self.status[:3]) if self.wrote_header else 0
            rules.end(environ, status, time.perf_counter() - begun, self.content_bytes_written)
            self.channel.send_held()


class _Task(_Measured, WSGITask):  # type: ignore[misc]
    """A task that answers a request; the application may close the connection instead."""

    def get_environment(self) -> dict[str, Any]:
        """Return the base class's environment with two more.

        ``dx_mock.close`` closes the connection after the answer; ``dx_mock.proxied`` is the host and port that
        a client asks for which takes this server for its proxy, and empty for all others.
        """
        environ: dict[str, Any] = super().get_environment()
        environ["dx_mock.close"] = self.set_close_on_finish
        environ["dx_mock.proxied"] = asked = self.request.proxy_netloc
        whole = environ["REQUEST_URI"]
        # where moto looks for the undecoded keys of S3: a path, whatever the request has
        environ["RAW_URI"] = whole.partition(asked)[2] or "/" if asked else whole
        environ.setdefault("HTTP_HOST", f"localhost:{environ['SERVER_PORT']}")  # HTTP/1.0 need not have one
        return environ

    def execute(self) -> None:
        """Execute as in the base class, but close the connection if the reply is lost."""
        try:
            super().execute()
        except LostReply:
            raise ClientDisconnected from None


class _ErrorTask(_Measured, ErrorTask):  # type: ignore[misc]
    """A task that answers a malformed request."""

    def execute(self) -> None:
        """Answer with the server's response instead of waitress's."""
        request = self.request
        error = request.error
        status, headers, body = request.rules.refusal(request.environ(), error.code, error.body)
        self.status = f"{status} {http_requests.phrase(status)}"
        self.response_headers.extend((name, value) for name, value in headers.items() if name != "connection")
        self.set_close_on_finish()
        self.write(b"" if getattr(request, "command", "") == "HEAD" else body)


class _Dispatcher(ThreadedTaskDispatcher):  # type: ignore[misc]
    logger = _log
    queue_logger = _queue_log


class _Growing(_Dispatcher):
    """A dispatcher with as many threads as there were tasks at once, up to a limit."""

    def add_task(self, task: Any) -> None:
        """Add a task, and a thread for it if all threads are busy."""
        super().add_task(task)
        with self.lock:
            count = len(self.threads) - self.stop_count
            missing = len(self.queue) > count - self.active_count and count < MOST_OTHERS
        if missing:
            self.set_thread_count(count + 1)


class Transport:
    """A server of a WSGI application on a listening socket, in threads of its own.

    Args:
        listening: the socket; it is closed with the transport.
        application: the WSGI application.
        rules: the server's rules for requests.
        connections: how many may be open; beyond that the longest idle ones are closed.
    """

    def __init__(
        self, listening: socket.socket, application: Application, rules: Rules, connections: int
    ) -> None:
        self._map = EventLoop()
        self._connections = connections
        self._stopping = False
        self._dispatcher, self._others = _Dispatcher(), _Growing()
        self._server = waitress_server.create_server(
            application, map=self._map, _dispatcher=self._dispatcher, sockets=[listening], **_ADJUSTMENTS
        )
        self._server.add_task = self._add_task
        self._server.handle_accept = self._accept
        parser = type("_Parser", (_Parser,), {"rules": rules})
        self._server.channel_class = type("_Channel", (_Channel,), {"parser_class": parser})
        self._thread = threading.Thread(target=self._run, name="dx_mock server", daemon=True)
        self._swept = time.monotonic()

    @property
    def port(self) -> int:
        """The port on which it listens."""
        return int(self._server.effective_port)

    @property
    def address(self) -> str:
        """The address on which it listens."""
        return str(self._server.effective_host)

    @property
    def connections(self) -> int:
        """How many connections are open."""
        return len(self._server.active_channels)

    def start(self) -> None:
        """Begin to answer."""
        self._dispatcher.set_thread_count(THREADS)
        self._thread.start()

    def _add_task(self, channel: Any) -> None:
        """Queue a request; those to other services, which may take long, have threads of their own."""
        ours = channel.requests[0].is_ours
        (self._dispatcher if ours else self._others).add_task(channel)

    def stop(self) -> None:
        """Finish the answers that are under way, then close every connection."""
        self._stopping = True
        self._server.pull_trigger()
        self._thread.join()
        # A task that hangs might still pull the trigger, whose file number may belong to another file by then.
        self._server.pull_trigger = _nothing
        self._server.trigger.close()
        self._map.close()

    def _run(self) -> None:
        while not self._stopping:
            self._poll(1.0)
            self._sweep()
        wasyncore.dispatcher.close(self._server)
        deadline = time.monotonic() + _GRACE
        while self._busy() and time.monotonic() < deadline:
            self._poll(0.05)
        for dispatcher in (self._dispatcher, self._others):
            dispatcher.shutdown(timeout=max(deadline - time.monotonic(), 0.5))
        for channel in self._channels():
            channel.handle_close()

    def _poll(self, timeout: float) -> None:
        self._map.turn(timeout)

    def _accept(self) -> None:
        """Take new connections, many at a time, so that a client does not wait a turn for each before it."""
        server = self._server
        for _ in range(_AT_ONCE):
            try:
                found = server.accept()
                if found is None:
                    return
                connection, address = found
                server.set_socket_options(connection)
            except OSError:  # the client has gone already, or this process has no more files
                return
            server.channel_class(server, connection, server.fix_addr(address), server.adj, map=self._map)

    def _channels(self) -> list[Any]:
        return list(self._server.active_channels.values())

    def _busy(self) -> bool:
        """Close idle connections and return whether an answer is still under way."""
        busy = False
        for channel in self._channels():
            if channel.requests or channel.total_outbufs_len:
                busy = True
            else:
                channel.handle_close()
        return busy

    def _sweep(self) -> None:
        """Close what is idle for long, or if there are too many, and connections whose request does not end."""
        crowded = len(self._map) >= self._connections
        now, clock = time.monotonic(), time.time()
        if now - self._swept < (0.02 if crowded else 1):
            return
        self._swept = now
        idle = []
        for channel in self._channels():
            if channel.requests:
                continue
            request = channel.request
            if (
                request is not None and now - request.begun > UNFINISHED
            ) or clock - channel.last_activity > IDLE:
                channel.handle_close()
            else:
                idle.append(channel)
        if crowded:
            idle.sort(key=lambda channel: channel.last_activity)
            for channel in idle[: max(self._connections // 8, 1)]:
                channel.handle_close()


def _nothing() -> None:
    """Do nothing: the answer came too late."""


class _Channel(HTTPChannel):  # type: ignore[misc]
    """A connection whose answers leave in one ``send()`` each, as far as they fit.

    waitress sends the head and each part of the body as it gets them.  A client that has the head and not yet
    the body may give up in between: the AWS SDK for Go then sends the request again, a Create or Delete, too.
    """

    logger = _log
    task_class = _Task
    error_task_class = _ErrorTask
    sendbuf_len: int

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self.sendbuf_len = max(self.sendbuf_len, _PIECE)
        self._held: list[bytes] = []
        self._held_length = 0

    def write_soon(self, data: Any) -> int:
        """Hold some of an answer, and send what is held once it is large."""
        if not self.connected:
            raise ClientDisconnected
        if not isinstance(data, bytes):  # a file
            self.send_held()
            return int(super().write_soon(data))
        self._held.append(data)
        self._held_length += len(data)
        if self._held_length >= _PIECE:
            self.send_held()
        return len(data)

    def send_held(self) -> None:
        """Send what is held; one thread at a time answers on a connection, so that no lock is needed."""
        held, self._held, self._held_length = b"".join(self._held), [], 0
        if held:
            super().write_soon(held)


_ADJUSTMENTS: Mapping[str, Any] = {
    "threads": 0,
    "ident": "dx_mock",
    "backlog": 1024,
    "connection_limit": 1_000_000,  # _sweep enforces ours
    "log_socket_errors": False,
    "max_request_header_size": 64 * 1024,
    "asyncore_use_poll": True,
    "clear_untrusted_proxy_headers": False,
}
