"""One of the processes of ``dx-mock serve --workers N``."""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from dx_mock.command_line import serve
from dx_mock.support.misuse import Misuse

if TYPE_CHECKING:
    from dx_mock.http_server.server import Server


def work() -> None:
    """Be one of the processes: what it is told is a line of standard input."""
    told = json.loads(sys.stdin.readline())
    options = argparse.Namespace(**told["options"])
    for name in ("data", "snapshot"):
        value = getattr(options, name)
        setattr(options, name, None if value is None else Path(value))
    if told["number"]:
        options.snapshot = None
    over = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: over.set())
    threading.Thread(target=_watch_the_front, args=(over,), daemon=True).start()

    def joined(server: Server) -> Server:
        from dx_mock.http_server.server_of_several import ServerOfSeveral

        made = ServerOfSeveral(*server.made_of)
        return made.join(
            told["number"], told["receiving"], told["sending"], tuple(told["address"]), told["secret"]
        )

    try:
        serve.answer(options, over, joined, lambda server: print("ready", flush=True))
    except Misuse as problem:
        print(problem, flush=True)
        raise SystemExit(2) from None


def _watch_the_front(over: threading.Event) -> None:
    """End when the process in front has ended, however it did."""
    while os.read(sys.stdin.fileno(), 1024):
        pass
    over.set()
