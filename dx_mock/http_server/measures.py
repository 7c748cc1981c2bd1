"""What a server did: calls by operation and outcome, how long they took, and its access log.

The metrics are in the text format of Prometheus.
"""

from __future__ import annotations

import bisect
import json
import logging
import re
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from dx_mock.http_server.control_api.messages import PREFIX
from dx_mock.http_server.failures import service_of
from dx_mock.protocol import contract
from dx_mock.support.version import __version__

if TYPE_CHECKING:
    from dx_mock.mock import MockDirectConnect

#: The upper bounds of the histogram's buckets, in seconds.
BUCKETS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
#: The most services that are counted by their own name: whoever signs a request chooses the name.
_MOST_SERVICES = 200

#: The paths of the control API, that of a world among several included.
_CONTROL = re.compile(rf"(/worlds/[^/]+)?{PREFIX}(/|$)")

#: Every request, for whoever listens; ``dx-mock serve --access-log`` does.
access_log: logging.Logger = logging.getLogger("dx_mock.access")


class Answered(NamedTuple):
    """A request that was answered: what it was, and how it went."""

    service: str
    operation: str
    #: the HTTP status; 0 if the connection was broken on purpose
    status: int
    seconds: float

    @property
    def outcome(self) -> str:
        """How it went in one word."""
        if not self.status:
            return "lost"
        return "ok" if self.status < 400 else "refused" if self.status < 500 else "failed"


class Measures:
    """The counters of one server."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._calls: Counter[tuple[str, str, str]] = Counter()
        self._seconds: dict[str, list[float]] = {}
        self._begun = time.time()
        self._under_way = 0
        #: when something was asked last, in seconds of the monotonic clock
        self._last = time.monotonic()

    def begin(self) -> None:
        """Note that a request is being answered."""
        with self._lock:
            self._under_way += 1

    def end(self, environ: Mapping[str, Any], status: int, seconds: float, length: int) -> None:
        """Note that a request was answered."""
        answered = Answered(*_named(environ), status, seconds)
        with self._lock:
            self._under_way -= 1
            self._count(answered)
            if not _is_a_probe(environ):
                self._last = time.monotonic()
        if access_log.isEnabledFor(logging.INFO):
            access_log.info("%s", _words(environ, answered), extra=_fields(environ, answered, length))

    def _count(self, answered: Answered) -> None:
        service = answered.service
        if service not in self._seconds and len(self._seconds) >= _MOST_SERVICES:
            service = "other"
        self._calls[service, answered.operation, answered.outcome] += 1
        row = self._seconds.get(service)
        if row is None:
            row = self._seconds[service] = [0.0] * (len(BUCKETS) + 2)
        row[bisect.bisect_left(BUCKETS, answered.seconds)] += 1
        row[-1] += answered.seconds

    def idle(self) -> float:
        """Return for how many seconds nobody has asked anything; probes of health and metrics do not count."""
        with self._lock:
            return 0.0 if self._under_way > 0 else time.monotonic() - self._last

    def text(self, mock: MockDirectConnect, connections: int = 0, worlds: int = 1) -> str:
        """Return the metrics."""
        with self._lock:
            calls, seconds = (
                sorted(self._calls.items()),
                {name: list(row) for name, row in self._seconds.items()},
            )
        gauges: list[tuple[str, str, float | None]] = [
            ("dx_mock_worlds", "Worlds that are open", worlds),
            ("dx_mock_resources", "Resources of the world", len(mock.world.graph.resources)),
            ("dx_mock_recorded_calls", "Calls in the record", len(mock.calls)),
            ("dx_mock_connections", "Connections that are open", connections),
            ("process_start_time_seconds", "When the server began", round(self._begun, 3)),
            ("process_resident_memory_bytes", "Memory of the process", _memory()),
        ]
        lines = [
            *_family("dx_mock_info", "gauge", "The version", [({"version": __version__}, 1)]),
            *(
                line
                for name, words, value in gauges
                if value is not None
                for line in _family(name, "gauge", words, [({}, value)])
            ),
            *_family(
                "dx_mock_calls_total",
                "counter",
                "Requests by service, operation and outcome",
                [
                    ({"service": service, "operation": operation, "outcome": outcome}, count)
                    for (service, operation, outcome), count in calls
                ],
            ),
            *_histogram(seconds),
        ]
        return "\n".join(lines) + "\n"


# --- what a request is -------------------------------------------------------------------------------------


def _named(environ: Mapping[str, Any]) -> tuple[str, str]:
    """Return service and operation; operations only of Direct Connect, as others are moto's to know."""
    path = environ.get("PATH_INFO", "")
    signed_for = service_of(environ)
    if not signed_for and _CONTROL.match(path):
        return "dx-mock", ""
    name = environ.get("HTTP_X_AMZ_TARGET", "").rpartition(".")[2] or path.rpartition("/operation/")[2]
    if name in contract.operation_names() and signed_for in ("", "directconnect"):
        return "directconnect", name
    service = signed_for if signed_for.replace("-", "").isalnum() and len(signed_for) < 50 else "unsigned"
    return service, "unknown" if service == "directconnect" else ""


def _is_a_probe(environ: Mapping[str, Any]) -> bool:
    path: str = environ.get("PATH_INFO", "")
    return path.endswith((f"{PREFIX}/health", f"{PREFIX}/metrics"))


def _words(environ: Mapping[str, Any], answered: Answered) -> str:
    what = f"{answered.service}.{answered.operation}".rstrip(".")
    method, path = environ.get("REQUEST_METHOD", "-"), environ.get("PATH_INFO", "-")
    # In quotes and escapes, as a client may send control characters; without the query, which may have keys.
    shown = json.dumps(f"{method} {path[:500]}")
    client = environ.get("REMOTE_ADDR", "-")
    return f"{client} {shown} {what} {answered.status} {answered.seconds * 1000:.1f} ms"


def _fields(environ: Mapping[str, Any], answered: Answered, length: int) -> dict[str, Any]:
    return {
        "request": {
            "client": environ.get("REMOTE_ADDR", ""),
            "method": environ.get("REQUEST_METHOD", ""),
            "path": environ.get("PATH_INFO", "")[:500],
            "service": answered.service,
            "operation": answered.operation,
            "status": answered.status,
            "outcome": answered.outcome,
            "milliseconds": round(answered.seconds * 1000, 3),
            "bytes": length,
        }
    }


# --- the text of Prometheus --------------------------------------------------------------------------------


def _family(name: str, kind: str, words: str, samples: list[tuple[dict[str, str], float]]) -> Iterator[str]:
    if samples:
        yield f"# HELP {name} {words}."
        yield f"# TYPE {name} {kind}"
    for labels, value in samples:
        yield f"{name}{_labels(labels)} {value}"


def _labels(labels: Mapping[str, str]) -> str:
    shown = ",".join(f"{name}={json.dumps(value)}" for name, value in labels.items())
    return f"{{{shown}}}" if shown else ""


def _histogram(seconds: Mapping[str, list[float]]) -> Iterator[str]:
    name = "dx_mock_request_seconds"
    if seconds:
        yield f"# HELP {name} How long requests took, from the whole request to the answer."
        yield f"# TYPE {name} histogram"
    for service, row in sorted(seconds.items()):
        count = 0
        for bound, number in zip((*map(str, BUCKETS), "+Inf"), row, strict=False):
            count += int(number)
            yield f"{name}_bucket{_labels({'service': service, 'le': bound})} {count}"
        yield f"{name}_sum{_labels({'service': service})} {row[-1]:.6f}"
        yield f"{name}_count{_labels({'service': service})} {count}"


def _memory() -> int | None:
    """Return the memory of this process in bytes, where the system tells."""
    with suppress(ImportError, OSError, ValueError, IndexError):
        import resource

        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
        return pages * resource.getpagesize()
    return None


# --- logs on standard error --------------------------------------------------------------------------------


class JsonLines(logging.Formatter):
    """One JSON object a line: time, level, logger, message, and what belongs to a request."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        moment = datetime.fromtimestamp(record.created, timezone.utc).isoformat(timespec="milliseconds")
        line: dict[str, Any] = {"time": moment, "level": record.levelname.lower(), "logger": record.name}
        request = getattr(record, "request", None)
        line |= {"message": record.getMessage()} if request is None else request
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line)


def log_to_stderr(*, access: bool, as_json: bool) -> None:
    """Write what dx_mock logs to standard error: warnings and worse, and each request if that is wanted."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines() if as_json else logging.Formatter("%(asctime)s %(name)s: %(message)s"))
    logger = logging.getLogger("dx_mock")
    logger.addHandler(handler)
    logger.propagate = False
    logger.setLevel(logging.WARNING)
    access_log.setLevel(logging.INFO if access else logging.WARNING)
