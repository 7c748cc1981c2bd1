"""The specimen of a letter of authorization: a PDF page that looks like AWS's and authorizes nothing."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

#: How long a letter holds [documented: UG:create-connection].
VALID_FOR = timedelta(days=90)

_PAGE = (595, 842)  # A4, in points
_LEFT = 60


@dataclass(frozen=True, slots=True)
class Port:
    """A port that a letter covers."""

    connection_id: str
    name: str
    device: str
    number: int


def render(
    *,
    resource_id: str,
    ports: Sequence[Port],
    bandwidth: str,
    facility: str,
    location: str,
    region: str,
    requester: str,
    provider: str | None,
    issued: datetime,
) -> bytes:
    """Return the letter as a PDF.  The same facts make the same bytes; times are in UTC."""
    lines: list[tuple[int, str]] = [
        (20, "SPECIMEN - made by dx_mock - authorizes nothing"),
        (16, "Letter of Authorization and Connecting Facility Assignment"),
        (10, ""),
        (11, f"Issued: {issued:%Y-%m-%d %H:%M} UTC"),
        (11, f"Valid until: {issued + VALID_FOR:%Y-%m-%d}"),
        (11, f"Requester: account {requester}" + (f", for {provider}" if provider else "")),
        (11, f"Provider: {provider or 'not named'}"),
        (11, "Issuing entity: Amazon Web Services (simulated)"),
        (10, ""),
        (11, f"Facility: {facility}"),
        (11, f"Location: {location}, Region {region}"),
        (11, f"Resource: {resource_id}"),
        (11, f"Port speed: {bandwidth}"),
        (10, ""),
    ]
    for port in ports:
        lines.append((12, f"Connection ID: {port.connection_id}"))
        lines.append((10, f"   Name: {port.name}"))
        lines.append((10, f"   Device: {port.device}   Port: {port.number}   Connector: LC, single-mode"))
    lines += [
        (10, ""),
        (10, "This document was generated for tests. It is not a letter of Amazon Web Services,"),
        (10, "and no cross connect may be ordered with it."),
    ]
    return _pdf(lines, title=f"SPECIMEN LOA-CFA {resource_id}")


def _pdf(lines: Sequence[tuple[int, str]], title: str) -> bytes:
    import pydyf  # imported late, because most tests never draw a letter

    document = pydyf.PDF()
    font = pydyf.Dictionary(
        {"Type": "/Font", "Subtype": "/Type1", "BaseFont": "/Helvetica", "Encoding": "/WinAnsiEncoding"}
    )
    document.add_object(font)
    content = pydyf.Stream()
    height = float(_PAGE[1] - 70)
    for size, text in lines:
        content.begin_text()
        content.set_font_size("F1", size)
        content.set_text_matrix(1, 0, 0, 1, _LEFT, height)
        # Names may have letters that the standard fonts lack; they are replaced, and the file stays valid.
        content.show_text_string(_plain(text))
        content.end_text()
        height -= size * 1.6
    document.add_object(content)
    page = pydyf.Dictionary(
        {
            "Type": "/Page",
            "Parent": document.pages.reference,
            "MediaBox": pydyf.Array([0, 0, *_PAGE]),
            "Contents": content.reference,
            "Resources": pydyf.Dictionary({"Font": pydyf.Dictionary({"F1": font.reference})}),
        }
    )
    document.add_page(page)
    document.info["Title"] = pydyf.String(title)
    document.info["Producer"] = pydyf.String("dx_mock")
    target: Any = io.BytesIO()
    document.write(target)
    data: bytes = target.getvalue()
    return data


def _plain(text: str) -> str:
    return text.encode("ascii", "replace").decode("ascii")
