"""A timeline as an SVG picture."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from html import escape

from dx_mock.world.timeline_parts import Line, Plot

#: Sizes in pixels.
_WIDTH, _LEFT, _TOP = 960, 300, 34
_BAND, _GRAPH, _GAP = 18, 26, 10

_UP, _DOWN, _WAITING, _ENDING = "#2f9e63", "#d6373f", "#d99a1c", "#98a2b3"
_COLOURS = {
    "available": _UP,
    "down": _DOWN,
    "rejected": _DOWN,
    "deleting": _ENDING,
    "deleted": _ENDING,
}


#: The beginning and the end of a picture.
_Span = tuple[datetime, datetime]


def picture(start: datetime, end: datetime, lines: list[Line]) -> str:
    """Return the picture."""
    rows: list[str] = []
    top = _TOP
    for line in lines:
        rows += _row((start, end), line, top)
        top += _height(line)
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{top}" viewBox="0 0 {_WIDTH} {top}" '
        'font-family="system-ui, sans-serif" font-size="12">'
    )
    times = (
        f'<rect width="{_WIDTH}" height="{top}" fill="#ffffff"/>'
        f'<text x="{_LEFT}" y="20" fill="#566274">{start:%Y-%m-%d %H:%M:%S}</text>'
        f'<text x="{_WIDTH - 10}" y="20" fill="#566274" text-anchor="end">'
        f"{end:%Y-%m-%d %H:%M:%S}</text>"
    )
    return "\n".join([head, times, *rows, "</svg>", ""])


def _height(line: Line) -> int:
    return _BAND + _GRAPH * len(line.graphs) + _GAP


def _row(span: _Span, line: Line, top: int) -> Iterator[str]:
    yield f'<text x="10" y="{top + 13}" fill="#17202e">{escape(line.id)} {escape(line.name[:24])}</text>'
    for band in line.bands:
        start, end = _x(span, band.start), _x(span, band.end)
        told = f"{band.state} from {band.start:%Y-%m-%d %H:%M:%S} to {band.end:%Y-%m-%d %H:%M:%S}"
        yield (
            f'<rect x="{start:.1f}" y="{top}" width="{max(end - start, 1):.1f}" height="{_BAND}" '
            f'fill="{_COLOURS.get(band.state, _WAITING)}"><title>{escape(told)}</title></rect>'
        )
    for number, graph in enumerate(line.graphs):
        yield from _drawn(graph, top + _BAND + _GRAPH * number)


def _x(span: _Span, moment: datetime) -> float:
    whole = (span[1] - span[0]).total_seconds()
    part = (moment - span[0]).total_seconds() / whole if whole else 1.0
    return _LEFT + part * (_WIDTH - 10 - _LEFT)


def _drawn(graph: Plot, top: int) -> Iterator[str]:
    known = [value for value in graph.values if value is not None]
    low, high = min(*known, 0.0), max(*known, 0.0)
    span = high - low or 1.0
    step = (_WIDTH - 10 - _LEFT) / (len(graph.values) - 1)
    points = " ".join(
        f"{_LEFT + number * step:.1f},{top + _GRAPH - 3 - (value - low) / span * (_GRAPH - 6):.1f}"
        for number, value in enumerate(graph.values)
        if value is not None
    )
    told = f"{graph.name} {min(known):g} to {max(known):g} {graph.unit}"
    yield f'<text x="24" y="{top + 17}" fill="#566274">{told}</text>'
    yield f'<polyline points="{points}" fill="none" stroke="#1f5fd0" stroke-width="1.5"/>'
