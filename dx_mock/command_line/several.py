"""``dx-mock serve --workers N``: a process that accepts, and several that have the worlds."""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dx_mock.http_server import reach
from dx_mock.support.misuse import Misuse

if TYPE_CHECKING:
    pass

#: Seconds for the processes to begin, and to end.
_BEGIN, _END = 120.0, 60.0
_CODE = "from dx_mock.command_line.worker import work; work()"


class Several:
    """The processes of a server, and what is in front of them."""

    def __init__(self, options: argparse.Namespace, listening: socket.socket) -> None:
        if not hasattr(socket, "send_fds"):
            raise Misuse("--workers needs sockets that can be handed over, which this system does not have")
        from dx_mock.http_server.server import most_connections
        from dx_mock.http_server.worlds.dispatching import Dispatching
        from dx_mock.http_server.worlds.handing import channel
        from dx_mock.http_server.worlds.store import Store

        self._store = None if options.data is None else Store(options.data)
        self._listening = listening
        self._host, self._has_token = options.host, bool(options.token or os.environ.get("DX_MOCK_TOKEN"))
        self._channels = [channel() for _ in range(options.workers)]
        self._secret = secrets.token_hex(16)
        self._sending = [sending for _, sending in self._channels]
        self._dispatching = Dispatching(self._listening, self._sending, most_connections())
        self._processes = [self._begun(options, number) for number in range(options.workers)]
        for receiving, _ in self._channels:
            receiving.close()

    @property
    def endpoint_url(self) -> str:
        """Where clients connect."""
        return reach.url(*self._listening.getsockname()[:2])

    @property
    def warning(self) -> str | None:
        """What somebody should know who let it listen beyond the loopback, else None."""
        host, port = self._listening.getsockname()[:2]
        return None if reach.is_loopback(host) else reach.warning(self._host, port, self._has_token)

    def _begun(self, options: argparse.Namespace, number: int) -> subprocess.Popen[str]:
        receiving = self._channels[number][0].fileno()
        sending = [each.fileno() for each in self._sending]
        # What else there is, such as the parser, belongs to the command line of this process.
        plain = (str, int, float, list, Path, type(None))
        given = {name: _plain(value) for name, value in vars(options).items() if isinstance(value, plain)}
        told = {
            "options": given,
            "number": number,
            "receiving": receiving,
            "sending": sending,
            "address": self._listening.getsockname(),
            "secret": self._secret,
        }
        process = subprocess.Popen(
            [sys.executable, "-c", _CODE],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            pass_fds=[receiving, *sending],
        )
        assert process.stdin is not None
        process.stdin.write(json.dumps(told) + "\n")
        process.stdin.flush()  # it stays open: a process whose front has gone ends itself
        return process

    def start(self) -> Several:
        """Wait until all of them answer, then let clients in; returns this.

        Raises:
            Misuse: If one of them could not begin; it has said why.
        """
        for process in self._processes:
            assert process.stdout is not None
            line = process.stdout.readline()
            if not line.startswith("ready"):
                said = line.strip() or f"process {process.pid} of the server ended while it began"
                self.stop()
                raise Misuse(said)
        self._dispatching.start()
        return self

    def check(self) -> None:
        """Notice a process that has ended.

        Raises:
            Misuse: If one has: its worlds are gone, and nobody should take their absence for an answer.
        """
        for process in self._processes:
            if process.poll() is not None:
                raise Misuse(f"process {process.pid} of the server ended with code {process.returncode}")

    def stop(self) -> None:
        """Let all of them finish what is under way, and end."""
        if self._dispatching.is_running:
            self._dispatching.stop()
        self._listening.close()
        for process in self._processes:
            with contextlib.suppress(OSError):
                process.send_signal(signal.SIGTERM)
        for process in self._processes:
            try:
                process.wait(_END)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            for stream in (process.stdin, process.stdout):
                if stream is not None:
                    with contextlib.suppress(OSError):
                        stream.close()
        for each in self._sending:
            each.close()
        if self._store is not None:
            self._store.close()


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, Path) else value


def workers(
    options: argparse.Namespace,
    over: threading.Event,
    listening: socket.socket,
    say_ready: Callable[[Any], None],
) -> None:
    """Run the processes until it is over.

    Raises:
        Misuse: If they can't begin, or one of them ends by itself.
    """
    several = Several(options, listening).start()
    try:
        say_ready(several)
        while not over.wait(0.5):
            several.check()
    finally:
        several.stop()
